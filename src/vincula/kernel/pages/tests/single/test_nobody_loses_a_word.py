"""Two people at the same record, on every path that writes: form, cell, move, conflict page, trash (seen in item 5)."""

import re
from typing import Any

import pytest

from vincula.kernel.pages.tests.single.conftest import browser
from vincula.kernel.pages.tests.single.models import Town, Workshop
from vincula.kernel.pages.tests.single.test_a_record_is_written import filled
from vincula.kernel.records import actions
from vincula.kernel.records.models import CustomField

HTMX = {"HX-Request": "true"}


def picked(page: str) -> dict[str, str]:
    """{field: chosen} of a conflict page; "" where the reader has to choose."""
    found: dict[str, str] = {}
    for tag in re.findall(r'<input type="radio"[^>]*>', page):
        name, value = re.search(r'name="pick-([^"]+)"', tag)[1], re.search(r'value="([^"]+)"', tag)[1]
        found.setdefault(name, "")
        if " checked" in tag:
            found[name] = value
    return found


def hidden(page: str) -> dict[str, list[str]]:
    """What the conflict page sends along unseen."""
    fields: dict[str, list[str]] = {}
    form = page.split('class="resolving"')[1].split("</form>")[0]
    for tag in re.findall(r'<input type="hidden"[^>]*>', form):
        name, value = re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]*)"', tag)
        if name != "csrfmiddlewaretoken":
            fields.setdefault(name, []).append(value[1] if value else "")
    return fields


@pytest.fixture
def two(workshop: Workshop, alice: Any, bob: Any) -> tuple[Any, Any, dict[str, Any]]:
    """Alice's and Bob's browsers, and the form as both opened it."""
    return browser(alice), browser(bob), filled(workshop)


def test_the_slower_one_meets_both_versions(workshop: Workshop, two: Any) -> None:
    alice, bob, form = two
    url = f"/workshops/{workshop.pk}/edit/"
    assert alice.post(url, {**form, "purpose": "Chairs and tables.", "acronym": "HZ"}).status_code == 302
    answer = bob.post(url, {**form, "purpose": "Chairs, and repairs.", "email": "zaak@example.org"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for text in ("Chairs.", "Chairs and tables.", "Chairs, and repairs.", "zaak@example.org", "HZ", "Alice"):
        assert text in page
    assert picked(page) == {"purpose": "", "email": "mine", "acronym": "theirs"}
    workshop.refresh_from_db()
    assert (workshop.purpose, workshop.email) == ("Chairs and tables.", "")


@pytest.mark.parametrize(("choice", "expected"), [
    ("mine", "Chairs, and repairs."), ("theirs", "Chairs and tables."), ("own", "Chairs, tables and repairs."),
])  # fmt: skip
def test_what_is_chosen_is_saved_and_the_rest_stays(workshop: Workshop, two: Any, choice: str, expected: str) -> None:
    alice, bob, form = two
    url = f"/workshops/{workshop.pk}/edit/"
    alice.post(url, {**form, "purpose": "Chairs and tables.", "acronym": "HZ"})
    page = bob.post(url, {**form, "purpose": "Chairs, and repairs.", "email": "zaak@example.org"}).content.decode()
    picks = {f"pick-{name}": value for name, value in {**picked(page), "purpose": choice}.items()}
    sent = {**hidden(page), **picks, "own-purpose": "Chairs, tables and repairs."}
    assert bob.post(url, sent).status_code == 302
    workshop.refresh_from_db()
    assert (workshop.purpose, workshop.email, workshop.acronym) == (expected, "zaak@example.org", "HZ")


def test_an_unanswered_choice_is_asked_again(workshop: Workshop, two: Any) -> None:
    alice, bob, form = two
    url = f"/workshops/{workshop.pk}/edit/"
    alice.post(url, {**form, "purpose": "Tables."})
    page = bob.post(url, {**form, "purpose": "Repairs."}).content.decode()
    again = bob.post(url, hidden(page))
    assert again.status_code == 409
    assert "Repairs." in again.content.decode()
    workshop.refresh_from_db()
    assert workshop.purpose == "Tables."


def test_a_third_writer_is_met_as_well(workshop: Workshop, two: Any) -> None:
    alice, bob, form = two
    url = f"/workshops/{workshop.pk}/edit/"
    alice.post(url, {**form, "purpose": "Tables."})
    page = bob.post(url, {**form, "purpose": "Repairs."}).content.decode()
    workshop.refresh_from_db()
    alice.post(url, {**filled(workshop), "purpose": "Tables and stools."})
    answer = bob.post(url, {**hidden(page), "pick-purpose": "mine"})
    assert answer.status_code == 409
    assert "Tables and stools." in answer.content.decode()
    workshop.refresh_from_db()
    assert workshop.purpose == "Tables and stools."


def test_relations_and_own_fields_meet_too(workshop: Workshop, town: Town, alice: Any, two: Any) -> None:
    CustomField.objects.create(entity="toysingle.workshop", key="wood", label="Wood", kind="text")
    brugge, lier = (actions.create(Town, who=alice, name=name, country="BE") for name in ("Brugge", "Lier"))
    first, second, form = two
    url = f"/workshops/{workshop.pk}/edit/"
    first.post(url, {**form, "town": brugge.pk, "custom-wood": "oak", "nearby": [brugge.pk]})
    page = second.post(url, {**form, "town": lier.pk, "custom-wood": "ash", "nearby": [lier.pk]}).content.decode()
    assert picked(page) == {"town": "", "custom-wood": "", "nearby": ""}
    sent = {**hidden(page), "pick-town": "theirs", "pick-custom-wood": "mine", "pick-nearby": "mine"}
    assert second.post(url, sent).status_code == 302
    workshop.refresh_from_db()
    assert workshop.town == brugge
    assert workshop.custom == {"wood": "ash"}
    assert list(workshop.nearby.all()) == [lier]


@pytest.mark.parametrize("version", ["", "0", "abc", "-1", "9" * 30, "²"])
def test_a_form_without_a_known_version_never_overwrites(workshop: Workshop, two: Any, version: str) -> None:
    alice, _bob, form = two
    answer = alice.post(f"/workshops/{workshop.pk}/edit/", {**form, "version": version, "name": "Blind"})
    assert answer.status_code == 409
    workshop.refresh_from_db()
    assert workshop.name == "Houtzaak"


def test_what_was_typed_is_shown_when_the_record_went_into_the_trash(workshop: Workshop, two: Any, alice: Any) -> None:
    _alice, bob, form = two
    actions.trash(workshop, who=alice)
    answer = bob.post(f"/workshops/{workshop.pk}/edit/", {**form, "purpose": "A long text."})
    assert answer.status_code == 409
    assert "A long text." in answer.content.decode()


def test_a_cell_meets_both_versions_of_the_same_field(workshop: Workshop, two: Any) -> None:
    alice, bob, form = two
    url = f"/workshops/{workshop.pk}/cell/acronym/"
    version = form["version"]
    saved = alice.post(url, {"acronym": "HZ", "version": version}, headers=HTMX)
    assert (saved.status_code, saved.content.decode().strip()) == (200, "HZ")
    stale = bob.post(url, {"acronym": "HTZ", "version": version}, headers=HTMX)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "Now: HZ" in page
    assert "Yours: HTZ" in page
    workshop.refresh_from_db()
    assert workshop.acronym == "HZ"
    fresh = re.search(r'name="version" value="(\d+)"', page)[1]
    assert bob.post(url, {"acronym": "HTZ", "version": fresh}, headers=HTMX).status_code == 200
    workshop.refresh_from_db()
    assert workshop.acronym == "HTZ"


def test_a_cell_does_not_mind_a_change_of_another_field(workshop: Workshop, two: Any) -> None:
    alice, bob, form = two
    alice.post(f"/workshops/{workshop.pk}/cell/acronym/", {"acronym": "HZ", "version": form["version"]}, headers=HTMX)
    answer = bob.post(
        f"/workshops/{workshop.pk}/cell/name/", {"name": "Zaak", "version": form["version"]}, headers=HTMX
    )
    assert answer.status_code == 200
    workshop.refresh_from_db()
    assert (workshop.acronym, workshop.name) == ("HZ", "Zaak")


def test_a_cell_says_what_is_wrong_and_works_without_scripts(workshop: Workshop, two: Any) -> None:
    alice, _bob, form = two
    url = f"/workshops/{workshop.pk}/cell/name/"
    wrong = alice.post(url, {"name": "", "version": form["version"]}, headers=HTMX)
    assert wrong.status_code == 422
    assert "required" in wrong.content.decode()
    assert "<html" in alice.get(url).content.decode()
    assert alice.post(url, {"name": "Plain", "version": form["version"]}).status_code == 302
    workshop.refresh_from_db()
    assert workshop.name == "Plain"
    for name in ("version", "created_at", "age", "nothing", "custom.nothing"):
        assert alice.post(f"/workshops/{workshop.pk}/cell/{name}/", {name: 1}).status_code == 404


def test_a_stale_move_says_what_changed_before_it_is_made(workshop: Workshop, two: Any) -> None:
    alice, bob, form = two
    alice.post(f"/workshops/{workshop.pk}/cell/acronym/", {"acronym": "HZ", "version": form["version"]}, headers=HTMX)
    url = f"/workshops/{workshop.pk}/move/close/"
    stale = bob.post(url, {"version": form["version"]})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "HZ" in page
    workshop.refresh_from_db()
    assert workshop.state == "planned"
    fresh = re.search(r'name="version" value="(\d+)"', page.split("<main")[1])[1]
    assert bob.post(url, {"version": fresh}).status_code == 302
    workshop.refresh_from_db()
    assert workshop.state == "closed"


def test_a_move_that_is_not_allowed_changes_nothing(workshop: Workshop, two: Any) -> None:
    alice, _bob, form = two
    answer = alice.post(f"/workshops/{workshop.pk}/move/open/", {"version": form["version"]})
    assert answer.status_code == 422
    assert "Its size is not known." in answer.content.decode()
    assert alice.post(f"/workshops/{workshop.pk}/move/nowhere/", {"version": form["version"]}).status_code == 404
    workshop.refresh_from_db()
    assert workshop.state == "planned"
