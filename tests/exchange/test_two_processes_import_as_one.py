"""A long import is worked at by two processes; what comes of it is the same as of one (X3)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from vincula.kernel import beside
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.exchange import commands
from vincula.kernel.exchange.models import ImportLine
from vincula.kernel.records.models import IndexValue
from vincula.kernel.search import finding
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a forked child cannot share an in-memory database"),
    pytest.mark.django_db(transaction=True),
]
TOWNS = ("Gent", "Киев", "Aalst", "Ieper")


def a_file(folder: Path) -> Path:
    path = folder / "a.csv"
    lines = [f"Akademie {n} {TOWNS[n % 4]},BE,{TOWNS[n % 4]},a{n}.example,school" for n in range(90)]
    path.write_text(
        "\n".join(
            ["name,country,city,domains,type", *lines, "Universiteit Antwerpen,BE,Antwerpen,ua.example,university", ""]
        )
    )
    return path


def told(run: int) -> list[tuple[Any, ...]]:
    rows = ImportLine.objects.filter(run=run).order_by("line")
    return list(rows.values_list("line", "outcome", "label", "values", "messages"))


def test_the_same_lines_records_history_and_index_come_of_both(
    tmp_path: Path, forks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = cast.alice()
    factories.organisation(
        name="University of Antwerp", kind="university", country="BE", city="Antwerpen", email_domains=["ua.example"]
    )
    path = a_file(tmp_path)
    both, _code = commands.run_import("organisations", path, user=alice)
    assert len(forks) == 2  # comparing, and making ready
    lines, index = told(both["run"]), set(IndexValue.objects.values_list("field", "value"))
    commands.undo(both["run"], alice)
    monkeypatch.setattr(beside, "WORTH", 10_000)
    alone, code = commands.run_import("organisations", path, user=alice)
    assert len(forks) == 2
    assert (code, {**alone, "run": 0}) == (0, {**both, "run": 0})
    assert (alone["created"], len(alone["questions"])) == (90, 1)
    assert told(alone["run"]) == lines
    assert set(IndexValue.objects.values_list("field", "value")) == index
    made = Organisation.objects.filter(name__startswith="Akademie")
    entries = AuditEntry.objects.filter(verb="imported", object_id__in=made.values("pk"))
    assert (made.count(), entries.count()) == (90, 90)
    assert finding.find("Akademie 7", entities=["parties.organisation"], visible=lambda entity, ids: set(ids))


def test_an_import_goes_on_when_the_other_process_is_killed(
    tmp_path: Path, forks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(work: Any, requests: Any, answers: Any) -> None:
        os._exit(9)

    monkeypatch.setattr(beside, "_serve", dying)
    report, code = commands.run_import("organisations", a_file(tmp_path), user=cast.alice())
    assert (code, report["created"], len(forks)) == (0, 91, 2)
