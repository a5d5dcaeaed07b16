"""What rooms keep beside a record is kept for those that come from a file too (X3, X5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from vincula.kernel.exchange import commands
from vincula.kernel.testing import cast
from vincula.parties.models import Interaction, Organisation
from vincula.parties.tests import factories
from vincula.portfolio.queries import reach

pytestmark = pytest.mark.django_db
ROR = "https://ror.org/05f950310"


def bring(folder: Path, entity: str, *records: dict[str, Any]) -> None:
    path = folder / "a.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    report, code = commands.run_import(entity, path, user=cast.alice())
    assert (code, report["created"]) == (0, len(records)), report


def test_a_link_that_waits_finds_the_organisation_that_a_file_brings(tmp_path: Path) -> None:
    link = factories.organisation_link(reference_scheme="ror", reference_value=ROR, reference_label="KU Leuven")
    bring(
        tmp_path,
        "organisations",
        {"name": "KU Leuven", "country": "BE", "references": {"ror": [ROR]}},
        {"name": "Hogeschool", "country": "LU"},
    )
    link.refresh_from_db()
    assert link.target == Organisation.objects.get(name="KU Leuven")


def test_an_interaction_that_a_file_brings_is_the_last_of_its_organisation(tmp_path: Path) -> None:
    met = factories.organisation()
    values = {"subject": "Call", "kind": "call", "at": "2024-05-06T09:00:00Z", "organisation": f"#{met.pk}"}
    bring(tmp_path, "interactions", values)
    met.refresh_from_db()
    assert met.last_interaction_at == Interaction.objects.get().at


def test_customers_are_counted_anew_after_an_import_of_organisations(tmp_path: Path) -> None:
    cache.set(reach.KEPT, "counts of before")  # by it all of them are found
    bring(tmp_path, "organisations", {"name": "KU Leuven", "country": "BE"})
    assert cache.get(reach.KEPT) is None
