"""The real extract of ROR comes in, changes nothing the second time, and goes again without a trace (X3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vincula.config import rows
from vincula.kernel.exchange import commands
from vincula.kernel.exchange.models import KeptReference
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast, standing
from vincula.parties.models import Organisation, OrganisationLink

FILE = Path(__file__).parents[4].parent / "shared/data/ror/ror_be_lu_nrens.jsonl"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason="the real data are not on this machine"),
]


@pytest.fixture
def alice() -> User:
    return cast.alice()


def brought(path: Path, who: Any, **options: Any) -> dict[str, Any]:
    report, _code = commands.run_import("organisations", path, user=who, **options)
    return report


def figures(report: dict[str, Any]) -> tuple[int, ...]:
    assert report["errors"] == []
    return tuple(report[name] for name in ("read", "created", "updated", "unchanged", "skipped"))


def dumped() -> str:
    return rows.dump_hash()


def test_it_comes_in_with_the_figures_that_its_data_have(alice: User) -> None:
    report = brought(FILE, alice, profile="ror")
    assert figures(report) == (381, 351, 0, 0, 30)
    assert report["kept_references"] == 195
    assert len(report["skips"]) == 30
    assert all("Inactive" in skip["message"] or "Withdrawn" in skip["message"] for skip in report["skips"])
    assert Organisation.objects.count() == 351


def test_undo_leaves_the_data_as_they_were_before(alice: User) -> None:
    before = dumped()
    report = brought(FILE, alice, profile="ror")
    assert dumped() != before
    done = commands.undo(report["run"], alice)
    assert done == {"deleted": 351, "restored": 0, "kept": []}
    assert dumped() == before
    assert KeptReference.objects.count() == 0


def test_a_dry_run_writes_nothing(alice: User) -> None:
    before = dumped()
    report = brought(FILE, alice, profile="ror", dry_run=True)
    assert figures(report) == (381, 351, 0, 0, 30)
    assert report["kept_references"] == 195
    assert dumped() == before
    assert Organisation.objects.count() == 0


class TestTheRegisterIsThere:
    """What follows on a first import, which is made once."""

    @pytest.fixture(scope="class")
    @classmethod
    def alice(cls, django_db_setup: None, django_db_blocker: Any) -> Iterator[User]:
        with standing.rows(django_db_blocker):
            who = cast.alice()
            brought(FILE, who, profile="ror")
            yield who

    def test_again_it_changes_nothing_and_one_changed_record_is_one_change(self, alice: User, tmp_path: Path) -> None:
        assert figures(brought(FILE, alice, profile="ror")) == (381, 0, 0, 351, 30)
        lines = FILE.read_text().splitlines()
        gent = next(n for n, line in enumerate(lines) if '"https://ror.org/00cv9y106", "links"' in line)
        record = json.loads(lines[gent])
        next(name for name in record["names"] if name["value"] == "Université de Gand")["value"] = (
            "Université de Gand (UGent)"
        )
        lines[gent] = json.dumps(record)
        changed = tmp_path / "ror.jsonl"
        changed.write_text("\n".join(lines))
        assert figures(brought(changed, alice, profile="ror")) == (381, 0, 1, 350, 30)
        assert Organisation.objects.get(name="Ghent University").names["fr"] == "Université de Gand (UGent)"

    def test_undo_of_an_update_gives_back_version_and_time(self, alice: User, tmp_path: Path) -> None:
        before = dumped()
        changed = tmp_path / "ror.jsonl"
        changed.write_text(FILE.read_text().replace("Université de Gand", "Gand"))
        report = brought(changed, alice, profile="ror")
        assert report["updated"] == 1
        assert dumped() != before
        commands.undo(report["run"], alice)
        assert dumped() == before

    def test_names_relations_and_identifiers_arrive(self, alice: User) -> None:
        leuven = Organisation.objects.get(name="KU Leuven")
        assert leuven.names == {"nl": "Katholieke Universiteit Leuven"}
        assert leuven.references["ror"] == ["https://ror.org/05f950310"]
        assert (leuven.acronym, leuven.country, leuven.city, leuven.email_domains) == (
            "KUL",
            "BE",
            "Leuven",
            ["kuleuven.be"],
        )
        gent = Organisation.objects.get(name="Ghent University")
        assert "Ghent University Global Campus" in [link.reference_label for link in gent.links.filter(target=None)]
        assert "Vlerick Business School" in [str(link.target) for link in gent.links.exclude(target=None)]
        assert Organisation.objects.exclude(parent=None).count() >= 40
        assert OrganisationLink.objects.filter(target=None).count() == 193  # 184 outside the file, 9 left out of it
        assert KeptReference.objects.filter(tied_at=None).count() == 220  # and those that the left-out ones tell

    def test_what_was_waited_for_is_tied_when_it_arrives_by_hand(self, alice: User) -> None:
        from vincula.kernel.records import actions

        waiting = OrganisationLink.objects.filter(target=None, kind="related").first()
        assert waiting is not None
        here = actions.create(
            Organisation, who=alice, name=waiting.reference_label, references={"ror": [waiting.reference_value]}
        )
        waiting.refresh_from_db()
        assert waiting.target_id == here.pk
        kept = KeptReference.objects.filter(
            target_value=waiting.reference_value, source_value=waiting.source.references["ror"][0]
        )
        assert all(one.tied_at for one in kept)
