"""Creating and editing by form: what is kept, refused, warned of, and what nobody can set from outside."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vincula.kernel.entity import registry
from vincula.kernel.pages.tests.single.conftest import browser, role, somebody
from vincula.kernel.pages.tests.single.models import Town, Workshop
from vincula.kernel.records import actions
from vincula.kernel.records.models import CustomField


def filled(record: Workshop, **changed: Any) -> dict[str, Any]:
    """What a browser would send of the edit form, with some of it changed."""
    typed = {"name": record.name, "acronym": record.acronym, "kind": record.kind, "state": record.state,
             "purpose": record.purpose, "town": record.town_id or "", "owner": record.owner_id or "",
             "email": record.email, "website": record.website, "version": record.version}  # fmt: skip
    return {**typed, **changed}


def test_a_record_is_created_and_opened(bob: Any) -> None:
    answer = browser(bob).post("/towns/new/", {"name": "Ostende", "country": "BE", "tags": "coast\nharbour"})
    town = Town.objects.get(name="Ostende")
    assert answer.url == f"/towns/{town.pk}/"
    assert town.tags == ["coast", "harbour"]
    assert town.owner == bob


def test_errors_stand_at_their_fields_and_what_was_typed_is_kept(workshop: Workshop, bob: Any) -> None:
    answer = browser(bob).post(
        f"/workshops/{workshop.pk}/edit/", filled(workshop, name="", purpose="Tables, too.", email="no")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_name-error"' in page
    assert 'id="id_email-error"' in page
    assert "Tables, too." in page
    assert "2 things need your attention" in page


def test_a_field_takes_a_file_keeps_it_and_takes_another(workshop: Workshop, bob: Any) -> None:
    client, edit = browser(bob), f"/workshops/{workshop.pk}/edit/"
    assert 'type="file"' in client.get(edit).content.decode()
    sent = SimpleUploadedFile("plan.txt", b"The plan of the house", "text/plain")
    assert client.post(edit, {**filled(workshop), "plan": sent}).status_code == 302
    workshop.refresh_from_db()
    first = workshop.plan
    assert first is not None
    assert (first.name, first.entity, first.object_id) == ("plan.txt", "toysingle.workshop", workshop.pk)
    page = client.get(f"/workshops/{workshop.pk}/").content.decode()
    assert f'href="/files/{first.pk}' in page
    assert client.post(edit, {**filled(workshop), "name": "Houtzagerij"}).status_code == 302
    workshop.refresh_from_db()
    assert workshop.plan == first  # a form without an upload keeps the file
    empty = client.post(edit, {**filled(workshop), "plan": SimpleUploadedFile("none.txt", b"")})
    assert empty.status_code == 422
    another = SimpleUploadedFile("plan2.txt", b"A better plan", "text/plain")
    assert client.post(edit, {**filled(workshop), "plan": another}).status_code == 302
    workshop.refresh_from_db()
    assert workshop.plan is not None
    assert workshop.plan.name == "plan2.txt"
    answer = client.patch(
        f"/api/v1/workshops/{workshop.pk}", json.dumps({"plan": str(first.pk)}), content_type="application/json"
    )
    assert answer.status_code in (404, 422)  # a program does not give a record somebody's file


EVIL = ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example")


def test_the_address_fills_the_form(town: Town, bob: Any) -> None:
    page = browser(bob).get(f"/workshops/new/?town={town.pk}&name=Atelier&nearby={town.pk}").content.decode()
    assert f'<option value="{town.pk}" selected>Gent' in page
    assert 'value="Atelier"' in page


def test_after_creating_one_returns_where_one_came_from_but_never_elsewhere(bob: Any) -> None:
    client = browser(bob)
    assert client.post("/towns/new/", {"name": "A", "return": "/towns/?q=1"}).url == "/towns/?q=1"
    towns = ("Brugge", "Kortrijk", "Oudenaarde", "Ieper")
    for name, evil in zip(towns, EVIL, strict=True):
        assert client.post("/towns/new/", {"name": name, "return": evil}).url.startswith("/towns/")


def test_likely_duplicates_are_named_before_saving(workshop: Workshop, bob: Any) -> None:
    client = browser(bob)
    answer = client.post("/workshops/new/", {"name": "HOUTZAAK", "state": "planned"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/workshops/{workshop.pk}/"' in page
    assert "The same name" in page
    assert Workshop.objects.count() == 1
    client.post("/workshops/new/", {"name": "HOUTZAAK", "state": "planned", "anyway": str(workshop.pk)})
    assert Workshop.objects.count() == 2


def test_a_duplicate_that_appeared_after_the_warning_is_named_as_well(workshop: Workshop, bob: Any) -> None:
    other = actions.create(Workshop, who=bob, name="houtzaak")
    answer = browser(bob).post("/workshops/new/", {"name": "HOUTZAAK", "state": "planned", "anyway": str(workshop.pk)})
    assert f"/workshops/{other.pk}/" in answer.content.decode()
    assert Workshop.objects.count() == 2


def test_a_hidden_duplicate_is_not_named(workshop: Workshop) -> None:
    maker = somebody("maker")
    role(maker, ("*", "create", "all"), ("*", "view", "own"))
    answer = browser(maker).post("/workshops/new/", {"name": "Houtzaak", "state": "planned"})
    assert answer.status_code == 302
    assert Workshop._base_manager.count() == 2


def test_foreign_and_hidden_relations_are_refused_in_the_same_words(town: Town, alice: Any) -> None:
    writer = somebody("writer")
    role(writer, ("toysingle.workshop", "*", "all"))
    client = browser(writer)
    pages = [
        client.post("/workshops/new/", {"name": f"W{raw}", "state": "planned", "town": raw}).content.decode()
        for raw in (town.pk, 99999)
    ]
    for page in pages:
        assert "There is no such record." in page
        assert "Gent" not in page
    assert not Workshop._base_manager.exists()


def test_bookkeeping_cannot_be_set_from_outside(workshop: Workshop, bob: Any) -> None:
    before = Workshop._base_manager.get(pk=workshop.pk)
    typed = filled(workshop, name="Nieuw", id=4711, created_at="1999-01-01", updated_at="1999-01-01", name_key="zzz",
                   trashed_at="2020-01-01", custom='{"x": 1}', age=12)  # fmt: skip
    assert browser(bob).post(f"/workshops/{workshop.pk}/edit/", typed).status_code == 302
    after = Workshop._base_manager.get(pk=workshop.pk)
    assert (after.pk, after.created_at, after.trashed_at, after.custom) == (before.pk, before.created_at, None, {})
    assert after.name == "Nieuw"
    assert after.name_key == "nieuw"
    assert after.updated_at.year != 1999
    assert after.version > before.version
    assert not Workshop._base_manager.filter(pk=4711).exists()


def test_a_value_that_the_writer_may_not_see_stays(workshop: Workshop, town: Town, alice: Any) -> None:
    actions.change(workshop, who=alice, nearby=[town])
    writer = somebody("writer")
    role(writer, ("toysingle.workshop", "*", "all"))
    typed = filled(workshop, name="Houtzaak 2", town="")
    assert browser(writer).post(f"/workshops/{workshop.pk}/edit/", typed).status_code == 302
    workshop.refresh_from_db()
    assert workshop.name == "Houtzaak 2"
    assert workshop.town == town
    assert list(workshop.nearby.all()) == [town]


def test_saving_without_a_change_writes_nothing(workshop: Workshop, alice: Any, bob: Any) -> None:
    actions.change(workshop, who=alice, size="2.50", last_check="2026-03-01T12:00:35Z", purpose="One.\nTwo.")
    workshop.refresh_from_db()
    typed = filled(workshop, size="2.5", last_check="2026-03-01T12:00", purpose="One.\r\nTwo.")
    before = workshop.version
    assert browser(bob).post(f"/workshops/{workshop.pk}/edit/", typed).status_code == 302
    workshop.refresh_from_db()
    assert workshop.version == before


def test_a_related_record_is_created_on_the_way_without_scripts(workshop: Workshop, bob: Any) -> None:
    client = browser(bob)
    off = client.post(f"/workshops/{workshop.pk}/edit/", filled(workshop, name="Typed before", _create="town"))
    assert off.url.startswith("/towns/new/?return=")
    target = parse_qs(urlsplit(off.url).query)["return"][0]
    created = client.post("/towns/new/", {"name": "Aalst", "return": target})
    assert "created=" in created.url
    page = client.get(created.url).content.decode()
    town = Town.objects.get(name="Aalst")
    assert "Typed before" in page
    assert f'<option value="{town.pk}" selected>Aalst' in page


def test_the_picker_creates_by_json(bob: Any) -> None:
    client = browser(bob)
    json_please = {"accept": "application/json"}
    made = client.post("/towns/new/", {"name": "Lier"}, headers=json_please)
    assert made.status_code == 201
    assert made.json()["label"] == "Lier"
    refused = client.post("/towns/new/", {"name": ""}, headers=json_please)
    assert refused.status_code == 422
    assert "name" in refused.json()["errors"]
    twin = client.post("/towns/new/", {"name": "lier"}, headers=json_please)
    assert twin.status_code == 422
    assert twin.json()["lookalikes"][0]["label"] == "Lier"


@pytest.mark.parametrize(("kind", "typed", "stored", "shown"), [
    ("text", "oak", "oak", "oak"), ("number", "12.5", 12.5, "12.5"), ("date", "2026-04-30", "2026-04-30", "30 Apr 2026"),
    ("choice", "big", "big", "big"), ("boolean", "on", True, "yes"), ("url", "https://example.org/x", "https://example.org/x", "example.org/x"),
])  # fmt: skip
def test_own_fields_are_typed_shown_and_told(
    workshop: Workshop, bob: Any, kind: str, typed: Any, stored: Any, shown: str
) -> None:
    CustomField.objects.create(
        entity="toysingle.workshop", key="extra", label="Extra thing", kind=kind, options=["big", "small"]
    )
    client = browser(bob)
    assert "Extra thing" in client.get(f"/workshops/{workshop.pk}/edit/").content.decode()
    assert (
        client.post(f"/workshops/{workshop.pk}/edit/", filled(workshop, **{"custom-extra": typed})).status_code == 302
    )
    workshop.refresh_from_db()
    assert workshop.custom == {"extra": stored}
    assert shown in client.get(f"/workshops/{workshop.pk}/").content.decode()
    assert "Extra thing" in client.get(f"/workshops/{workshop.pk}/?tab=history").content.decode()
    cell = client.get(f"/workshops/{workshop.pk}/cell/custom.extra/", headers={"HX-Request": "true"})
    assert cell.status_code == 200
    assert 'name="custom-extra"' in cell.content.decode()


NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_nothing_that_somebody_typed_becomes_markup(bob: Any, alice: Any) -> None:
    CustomField.objects.create(entity="toysingle.workshop", key="extra", label=NASTY, kind="text", help=NASTY)
    registry.forget_own_fields()
    town = actions.create(Town, who=alice, name=NASTY)
    record = actions.create(Workshop, who=alice, name=NASTY, acronym=NASTY[:30], aliases=[NASTY], names={"fr": NASTY}, town=town,
                            purpose=f"{NASTY}\n\n[x](javascript:alert(3))", tags=[NASTY], custom={"extra": NASTY},
                            references={"x": [NASTY, "https://example.org/\"onclick=alert(4)"]})  # fmt: skip
    record = actions.change(record, who=alice, purpose=f"again {NASTY}", acronym="<b>hot</b>")
    bob.name = NASTY
    bob.save()
    actions.change(record, who=bob, owner=bob)
    client = browser(bob)
    stale = client.post(f"/workshops/{record.pk}/edit/", {"name": NASTY + "2", "version": 1, "state": "planned"})
    assert stale.status_code == 409
    pages = {part: client.get(f"/workshops/{record.pk}/{part}").content.decode() for part in (
        "", "?tab=timeline", "?tab=history", "?tab=links&with=towns", "?tab=files", "edit/", "quick/", "cell/name/", "trash/",
        "move/open/", "why/", "as-of/?at=2030-01-01")}  # fmt: skip
    pages["stale"] = stale.content.decode()
    pages["twin"] = client.post("/workshops/new/", {"name": NASTY, "state": "planned"}).content.decode()
    pages["related"] = client.get(f"/towns/{town.pk}/?tab=workshops-town").content.decode()
    for part, page in pages.items():
        for bad in ("<script>alert", "<img src=x", "<b>hot", 'href="javascript:', '"onclick'):
            assert bad not in page, f"{bad} on {part}"


def test_a_refused_record_says_what_is_wrong_as_json(bob: Any) -> None:
    refused = browser(bob).post(
        "/towns/new/", {"name": "X" * 300, "country": "QQ"}, headers={"accept": "application/json"}
    )
    assert set(json.loads(refused.content)["errors"]) == {"name", "country"}
