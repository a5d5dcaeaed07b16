"""Visiting cards of many programs become people and come out again (X7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vincula.kernel.exchange import commands
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.parties.models import Person
from vincula.parties.profiles.cards import folded

FOLDER = Path(__file__).parents[4].parent / "shared/data/vcard"
pytestmark = pytest.mark.django_db
CARD = """BEGIN:VCARD
VERSION:3.0
N:Коваль;Олена;;;
EMAIL;TYPE=work:Olena@Example.ORG
EMAIL:not an address
TEL;TYPE=fax:+32 2 790 33 34
TEL;TYPE=work:+3227903333
ORG:Академія;Архів
TITLE:Archivist\\, chief
PHOTO;VALUE=uri:https://example.org/olena.jpg
END:VCARD
"""


def brought(path: Path, who: Any) -> dict[str, Any]:
    report, code = commands.run_import("people", path, user=who)
    assert code == 0, report["errors"]
    return report


@pytest.fixture
def alice() -> User:
    return cast.alice()


@pytest.mark.skipif(not FOLDER.exists(), reason="the real data are not on this machine")
def test_eight_files_make_eleven_people_once_and_come_out_again(alice: User, tmp_path: Path) -> None:
    files = sorted(FOLDER.glob("*.vcf"))
    assert sum(brought(path, alice)["created"] for path in files) == 11
    assert sum(brought(path, alice)["unchanged"] for path in files) == 11
    assert Person.objects.count() == 11
    assert Person.objects.filter(name="Simon Perreault", language="fr").exists()
    target = tmp_path / "people.vcf"
    commands.run_export("people", form="vcard", user=alice, target=target)
    assert target.read_text().count("BEGIN:VCARD") == 11
    again = brought(target, alice)
    assert (again["read"], again["unchanged"], again["created"], again["updated"]) == (11, 11, 0, 0)


def test_a_card_is_understood_as_far_as_it_is_clean(alice: User, tmp_path: Path) -> None:
    path = tmp_path / "olena.vcf"
    path.write_text(CARD)
    report = brought(path, alice)
    assert [warning["message"] for warning in report["warnings"]] == ["“not an address” is not an e-mail address."]
    person = Person.objects.get()
    assert (str(person), person.name, person.emails) == ("Олена Коваль", "Олена Коваль", ["Olena@example.org"])
    assert person.phones == ["+32 2 790 33 33"]  # a fax is no phone
    assert person.notes == "Archivist, chief, Академія, Архів"


def test_a_person_of_the_same_name_is_named_and_not_merged(alice: User, tmp_path: Path) -> None:
    Person.objects.all().delete()
    from vincula.kernel.records import actions

    there = actions.create(Person, who=alice, given_name="Олена", family_name="Коваль")
    path = tmp_path / "olena.vcf"
    path.write_text(CARD)
    report = brought(path, alice)
    assert report["created"] == 1
    assert f"#{there.pk}" in report["warnings"][-1]["message"]


def test_somebody_with_the_same_address_is_the_same_and_keeps_what_is_there(alice: User, tmp_path: Path) -> None:
    from vincula.kernel.records import actions

    actions.create(Person, who=alice, given_name="Olena", family_name="Koval", emails=["olena@example.org"])
    path = tmp_path / "olena.vcf"
    path.write_text(CARD)
    assert brought(path, alice)["updated"] == 1
    person = Person.objects.get()
    assert (person.family_name, person.phones) == ("Koval", ["+32 2 790 33 33"])


def test_a_card_that_we_wrote_is_known_again(alice: User, tmp_path: Path) -> None:
    from vincula.kernel.records import actions

    actions.create(Person, who=alice, given_name="Ann", family_name="Lee; Sons, Ltd", notes="one\ntwo", orcid="")
    target = tmp_path / "people.vcf"
    commands.run_export("people", form="vcard", user=alice, target=target)
    report = brought(target, alice)
    assert (report["unchanged"], report["created"]) == (1, 0)


def test_lines_are_folded_without_cutting_letters() -> None:
    for part in folded("NOTE:" + "ё" * 200).split("\r\n"):
        assert len(part.encode()) <= 75
