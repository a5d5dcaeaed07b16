"""An import can do what its importer can do, and tells nothing of what the importer may not see (X6)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vincula.kernel.exchange import commands
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db


def bring(folder: Path, who: Any, text: str, name: str = "a.csv", **options: Any) -> dict[str, Any]:
    path = folder / name
    path.write_text(text)
    return commands.run_import("organisations", path, user=who, **options)[0]


@pytest.fixture
def bob() -> User:
    return cast.user("bob", ("*", "*", "country", ["BE"]))


def test_without_the_right_to_import_nothing_is_read(tmp_path: Path) -> None:
    carol = cast.user("carol", ("*", "view", "all", []), ("*", "create", "all", []))
    report = bring(tmp_path, carol, "name,country\nA,BE\n")
    assert (report["read"], "do not let you import" in report["errors"][0]["message"]) == (0, True)


def test_creating_and_changing_need_their_own_rights(tmp_path: Path) -> None:
    factories.organisation(name="A", country="BE", city="Gent")
    dora = cast.user("dora", ("*", "view", "all", []), ("*", "import", "all", []), ("*", "create", "all", []))
    report = bring(tmp_path, dora, "name,country,city\nA,BE,Ghent\nB,BE,\n")
    assert [(e["line"], "change" in e["message"]) for e in report["errors"]] == [(2, True)]
    emil = cast.user("emil", ("*", "view", "all", []), ("*", "import", "all", []), ("*", "change", "all", []))
    report = bring(tmp_path, emil, "name,country,city\nA,BE,Ghent\nB,BE,\n")
    assert [(e["line"], "create" in e["message"]) for e in report["errors"]] == [(3, True)]


def test_nobody_imports_out_of_the_own_reach(tmp_path: Path, bob: User) -> None:
    report = bring(tmp_path, bob, "name,country\nA,BE\nB,LU\n")
    assert [(e["line"], "outside" in e["message"]) for e in report["errors"]] == [(3, True)]
    assert Organisation.objects.count() == 0
    factories.organisation(name="C", country="BE")
    there = Organisation.objects.get()
    report = bring(tmp_path, bob, f"id,name,country\n{there.pk},C,LU\n")
    assert "outside" in report["errors"][0]["message"]
    there.refresh_from_db()
    assert there.country == "BE"


CANARY = {
    "name": "Canary Bird House",
    "country": "LU",
    "city": "Cage City",
    "references": {"ror": ["https://ror.org/0canary"]},
}


@pytest.mark.parametrize(
    "text",
    [
        "name,country,city\nCanary Bird House,LU,Elsewhere\n",
        "references,name,country\nror: https://ror.org/0canary,Other,BE\n",
        "id,name,country\nPK,Other,BE\n",
    ],
)
def test_a_line_that_names_a_hidden_record_fares_as_if_it_were_not_there(tmp_path: Path, bob: User, text: str) -> None:
    never = bring(tmp_path, bob, text.replace("PK", "999999"), dry_run=True)
    hidden = factories.organisation(**CANARY)
    report = bring(tmp_path, bob, text.replace("PK", str(hidden.pk)), dry_run=True)
    assert {**report, "run": 0} == {**never, "run": 0}
    assert "Cage" not in json.dumps(report)
    bring(tmp_path, bob, text.replace("PK", str(hidden.pk)))
    hidden.refresh_from_db()
    assert hidden.city == "Cage City"


def test_a_hidden_record_is_no_relation_and_reads_like_one_that_is_not_there(tmp_path: Path, bob: User) -> None:
    hidden = factories.organisation(**CANARY)
    for name in ("Canary Bird House", f"#{hidden.pk}", "https://ror.org/0canary"):
        report = bring(tmp_path, bob, f"name,country,parent\nA,BE,{name}\n")
        assert [e["message"] for e in report["errors"]] == [f"There is no such record: “{name}”."]


def test_kept_relations_are_not_tied_to_what_the_importer_may_not_see(tmp_path: Path, bob: User) -> None:
    factories.organisation(**CANARY)
    record = {
        "id": "https://ror.org/0child", "status": "active", "types": ["Education"], "name": "Child", "labels": [],
        "country": {"country_code": "BE"}, "relationships": [
            {"id": "https://ror.org/0canary", "type": "Parent", "label": "Its name in ROR"}],
    }  # fmt: skip
    report = bring(tmp_path, bob, json.dumps(record) + "\n", "a.jsonl", profile="ror")
    assert (report["created"], report["tied_relations"]) == (1, 0)
    assert Organisation.objects.get(name="Child").parent is None
