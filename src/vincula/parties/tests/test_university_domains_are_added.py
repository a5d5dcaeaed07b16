"""E-mail domains of universities go to organisations already here; nothing is doubled silently (X3)."""

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

DATA = Path(__file__).parents[4].parent / "shared/data"
pytestmark = pytest.mark.django_db


def entry(name: str, *domains: str, page: str = "", country: str = "BE") -> dict[str, Any]:
    return {"name": name, "domains": list(domains), "web_pages": [page or f"https://www.{domains[0]}/"],
            "alpha_two_code": country, "country": "", "state-province": None}  # fmt: skip


@pytest.fixture
def alice() -> User:
    return cast.alice()


def bring(folder: Path, who: Any, *entries: dict[str, Any], **options: Any) -> dict[str, Any]:
    path = folder / "list.json"
    path.write_text(json.dumps(list(entries)))
    report, code = commands.run_import("organisations", path, user=who, **options)
    assert code == 0, report
    return report


def test_known_by_domain_website_and_name_in_any_language(alice: User, tmp_path: Path) -> None:
    a = factories.organisation(name="Ghent University", email_domains=["ugent.be"], names={"nl": "Universiteit Gent"})
    b = factories.organisation(name="University of Liège", website="https://www.uliege.be/", aliases=["ULiège"])
    c = factories.organisation(name="Hasselt University", names={"nl": "Universiteit Hasselt"})
    report = bring(
        tmp_path, alice,
        entry("Universiteit Gent", "ugent.be", "rug.ac.be"),
        entry("Université de Liège", "student.uliege.be", page="http://www.uliege.be"),
        entry("universiteit hasselt", "uhasselt.be"),
        entry("Brexgata Academy", "brexgata.eu"),
    )  # fmt: skip
    assert (report["updated"], report["proposed"], report["created"]) == (3, 1, 0)
    for record in (a, b, c):
        record.refresh_from_db()
    assert a.email_domains == ["ugent.be", "rug.ac.be"]
    assert b.email_domains == ["student.uliege.be"]
    assert (c.email_domains, c.website, c.name) == (["uhasselt.be"], "https://www.uhasselt.be/", "Hasselt University")
    assert Organisation.objects.count() == 3


def test_the_rest_is_created_only_when_said_so_and_only_once(alice: User, tmp_path: Path) -> None:
    assert bring(tmp_path, alice, entry("Brexgata Academy", "brexgata.eu"))["proposed"] == 1
    assert bring(tmp_path, alice, entry("Brexgata Academy", "brexgata.eu"), create_new=True)["created"] == 1
    assert bring(tmp_path, alice, entry("Brexgata Academy", "brexgata.eu"), create_new=True)["unchanged"] == 1
    assert Organisation.objects.get().email_domains == ["brexgata.eu"]


def test_several_candidates_or_another_name_are_a_question_and_no_guess(alice: User, tmp_path: Path) -> None:
    factories.organisation(name="North Campus", email_domains=["north.example"])
    factories.organisation(name="South Campus", email_domains=["north.example"])
    factories.organisation(name="Hospital of Mercy", email_domains=["mercy.example"])
    report = bring(tmp_path, alice, entry("University", "north.example"), entry("Technical School", "mercy.example"))
    assert (report["updated"], len(report["questions"]), report["skipped"]) == (0, 2, 2)
    assert [("North Campus" in q["message"], "Mercy" in q["message"]) for q in report["questions"]] == [
        (True, False),
        (False, True),
    ]
    assert Organisation.objects.count() == 3


def test_two_entries_for_one_organisation_both_add_to_it_and_go_together(alice: User, tmp_path: Path) -> None:
    leuven = factories.organisation(
        name="KU Leuven", email_domains=["kuleuven.be"], aliases=["Katholieke Universiteit Leuven"]
    )
    was = leuven.version
    report = bring(
        tmp_path, alice, entry("KU Leuven", "kuleuven.be", "kul.be"),
        entry("Katholieke Universiteit Leuven", "kuleuven.be", "student.kuleuven.be"),
    )  # fmt: skip
    assert report["updated"] == 2
    leuven.refresh_from_db()
    assert leuven.email_domains == ["kuleuven.be", "kul.be", "student.kuleuven.be"]
    commands.undo(report["run"], alice)
    leuven.refresh_from_db()
    assert (leuven.email_domains, leuven.version) == (["kuleuven.be"], was)


@pytest.mark.skipif(not DATA.exists(), reason="the real data are not on this machine")
def test_the_real_list_adds_to_the_real_register(alice: User) -> None:
    commands.run_import("organisations", DATA / "ror/ror_be_lu_nrens.jsonl", user=alice)
    path = DATA / "universities/universities_be_lu_nl_fr.json"
    report, code = commands.run_import("organisations", path, user=alice)
    assert (code, report["read"], report["created"]) == (0, 394, 0)
    assert report["updated"] + report["unchanged"] + report["proposed"] + len(report["questions"]) == 394
    assert report["updated"] >= 10
    assert Organisation.objects.count() == 351
    assert "rug.ac.be" in Organisation.objects.get(name="Ghent University").email_domains
    again, _code = commands.run_import("organisations", path, user=alice)
    assert (again["updated"], again["created"]) == (0, 0)
