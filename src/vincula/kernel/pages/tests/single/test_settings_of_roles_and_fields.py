"""Settings: roles line by line, the preview of a role, and the organisation's own fields from end to end (X6, X13)."""

from typing import Any

import pytest

from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.pages.tests.single.conftest import browser, role
from vincula.kernel.pages.tests.single.models import Town, Workshop
from vincula.kernel.records import actions
from vincula.kernel.records.models import CustomField

PAGES = ("", "roles/", "roles/new/", "roles/{role}/", "roles/{role}/line/?entity=*&scope=all", "roles/{role}/preview/",
         "roles/{role}/delete/", "fields/", "fields/workshops/", "fields/workshops/new/", "fields/workshops/{field}/",
         "fields/workshops/{field}/delete/")  # fmt: skip


@pytest.fixture
def readers(bob: Any) -> Role:
    """A role that bob holds and that lets him see his own workshops."""
    return role(bob, ("toysingle.workshop", "view", "own"), name="readers")


@pytest.fixture
def wood(workshop: Workshop, alice: Any) -> CustomField:
    """An own field that one workshop has filled in."""
    field = CustomField.objects.create(
        entity="toysingle.workshop", key="wood", label="Wood", kind="choice", options=["oak", "ash"]
    )
    actions.change(workshop, who=alice, custom={"wood": "oak"})
    return field


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_for_administrators_only(
    page: str, readers: Role, wood: CustomField, alice: Any, bob: Any
) -> None:
    url = f"/settings/{page.format(role=readers.pk, field=wood.pk)}"
    assert browser(alice).get(url).status_code == 200
    for answer in (browser(bob).get(url), browser(bob).post(url, {"name": "x", "version": readers.version})):
        assert answer.status_code == 404
    assert Role.objects.filter(pk=readers.pk, name="readers").exists()
    assert CustomField.objects.filter(pk=wood.pk).exists()


def test_a_role_is_made_and_lets_do_what_its_lines_say(workshop: Workshop, alice: Any, charlie: Any) -> None:
    admin = browser(alice)
    made = admin.post("/settings/roles/new/", {"name": "makers", "description": "They make."})
    makers = Role.objects.get(name="makers")
    assert made.url == f"/settings/roles/{makers.pk}/"
    line = f"/settings/roles/{makers.pk}/line/?entity=toysingle.workshop&scope=all"
    admin.post(line, {"actions": ["change"], "version": makers.version})
    assert set(makers.grants.values_list("action", flat=True)) == {"view", "change"}
    admin.post(f"/settings/roles/{makers.pk}/people/", {"add": charlie.pk})
    assert browser(charlie).get(f"/workshops/{workshop.pk}/edit/").status_code == 200
    makers.refresh_from_db()
    admin.post(line + "&value=[]", {"remove": "1", "version": makers.version})
    assert browser(charlie).get(f"/workshops/{workshop.pk}/edit/").status_code == 404
    told = AuditEntry.objects.filter(entity="access.role", object_id=makers.pk).order_by("id")
    assert [entry.verb for entry in told] == ["created", "edited", "assigned", "edited"]
    assert all(entry.who == alice for entry in told)


@pytest.mark.parametrize(("query", "sent"), [
    ("entity=nothing.here&scope=all", {"actions": ["view"]}), ("entity=*&scope=nothing", {"actions": ["view"]}),
    ("entity=*&scope=all", {"actions": ["fly"]}),
])  # fmt: skip
def test_a_line_that_means_nothing_is_refused(readers: Role, alice: Any, query: str, sent: dict[str, Any]) -> None:
    answer = browser(alice).post(f"/settings/roles/{readers.pk}/line/?{query}", {**sent, "version": readers.version})
    assert answer.status_code in (404, 422)
    assert Grant.objects.filter(role=readers).count() == 1


def test_two_administrators_at_one_role_do_not_overwrite_each_other(readers: Role, alice: Any) -> None:
    admin = browser(alice)
    url = f"/settings/roles/{readers.pk}/"
    assert admin.post(url, {"name": "lectors", "version": readers.version}).status_code == 302
    late = admin.post(url, {"name": "onlookers", "description": "My words", "version": readers.version})
    assert late.status_code == 409
    assert "lectors" in late.content.decode()
    assert "My words" in late.content.decode()
    line = f"/settings/roles/{readers.pk}/line/?entity=*&scope=all"
    assert admin.post(line, {"actions": ["view"], "version": readers.version}).status_code == 409
    readers.refresh_from_db()
    assert readers.name == "lectors"
    assert readers.grants.count() == 1


def test_the_preview_counts_what_the_role_alone_would_show(
    workshop: Workshop, readers: Role, alice: Any, bob: Any
) -> None:
    actions.create(Workshop, who=bob, name="Bobs Bude")
    page = browser(alice).get(f"/settings/roles/{readers.pk}/preview/?as={bob.pk}").content.decode()
    assert "Bobs Bude" in page
    assert "Houtzaak" not in page
    page = browser(alice).get(f"/settings/roles/{readers.pk}/preview/?as={alice.pk}").content.decode()
    assert "Houtzaak" in page  # she owns it, but would not see Bob's
    assert "Bobs Bude" not in page


def test_deleting_a_role_asks_and_says_who_loses_it(readers: Role, alice: Any, bob: Any) -> None:
    admin = browser(alice)
    assert "1 person loses" in admin.get(f"/settings/roles/{readers.pk}/delete/").content.decode()
    admin.post(f"/settings/roles/{readers.pk}/delete/", {"version": readers.version})
    assert not Role.objects.filter(name="readers").exists()
    assert not Assignment.objects.filter(role__name="readers").exists()


def test_an_own_field_is_made_translated_and_used(workshop: Workshop, alice: Any, bob: Any) -> None:
    admin = browser(alice)
    typed = {
        "label": "Main wood",
        "kind": "choice",
        "options": "oak\nash",
        "label_ru": "Главное дерево",
        "help": "What it smells of",
    }
    assert admin.post("/settings/fields/workshops/new/", typed).status_code == 302
    field = CustomField.objects.get(entity="toysingle.workshop")
    assert (field.key, field.options, field.translations) == ("main_wood", ["oak", "ash"], {"ru": "Главное дерево"})
    client = browser(bob)
    page = client.get(f"/workshops/{workshop.pk}/edit/").content.decode()
    assert "Main wood" in page
    assert "What it smells of" in page
    bob.language = "ru"
    bob.save()
    assert "Главное дерево" in client.get(f"/workshops/{workshop.pk}/edit/").content.decode()


def test_a_choice_needs_options_and_a_key_is_plain(alice: Any, workshop: Workshop) -> None:
    admin = browser(alice)
    for typed in (
        {"label": "X", "kind": "choice"},
        {"label": "X", "kind": "text", "key": "No Good"},
        {"label": "", "kind": "text"},
    ):
        assert admin.post("/settings/fields/workshops/new/", typed).status_code == 422
    assert not CustomField.objects.exists()


def test_the_kind_and_options_in_use_stay(wood: CustomField, alice: Any) -> None:
    admin, url = browser(alice), f"/settings/fields/workshops/{wood.pk}/"
    base = {"label": "Wood", "kind": "choice", "options": "oak\nash", "version": wood.version}
    refused = admin.post(url, {**base, "kind": "text"})
    assert refused.status_code == 422
    assert "1 record holds a value" in refused.content.decode()
    refused = admin.post(url, {**base, "options": "ash"})
    assert "“oak” is chosen in 1 record." in refused.content.decode()
    assert admin.post(url, {**base, "options": "oak\nbeech"}).status_code == 302
    late = admin.post(url, {**base, "label": "Late"})
    assert late.status_code == 409
    assert "Late" in late.content.decode()
    wood.refresh_from_db()
    assert (wood.label, wood.options, wood.kind) == ("Wood", ["oak", "beech"], "choice")


def test_own_fields_are_put_in_order(wood: CustomField, alice: Any) -> None:
    second = CustomField.objects.create(entity=wood.entity, key="tool", label="Tool", position=1)
    browser(alice).post(f"/settings/fields/workshops/{second.pk}/move/", {"to": "up"})
    assert [each.key for each in CustomField.objects.filter(entity=wood.entity)] == ["tool", "wood"]


def test_deleting_a_field_says_how_many_values_go_and_the_history_keeps_them(
    wood: CustomField, workshop: Workshop, alice: Any
) -> None:
    admin, url = browser(alice), f"/settings/fields/workshops/{wood.pk}/delete/"
    assert "1 record holds a value" in admin.get(url).content.decode()
    assert admin.post(url, {"version": wood.version}).status_code == 302
    workshop.refresh_from_db()
    assert workshop.custom == {}
    page = admin.get(f"/workshops/{workshop.pk}/?tab=history").content.decode()
    assert "<del>oak</del>" in page


def test_a_field_of_one_entity_is_not_found_under_another(wood: CustomField, town: Town, alice: Any) -> None:
    assert browser(alice).get(f"/settings/fields/towns/{wood.pk}/").status_code == 404
    assert browser(alice).get("/settings/fields/nothing/").status_code == 404


def test_names_of_roles_and_fields_never_become_markup(workshop: Workshop, alice: Any) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x>"
    admin = browser(alice)
    admin.post("/settings/roles/new/", {"name": nasty, "description": nasty})
    bad_role = Role.objects.get(name=nasty)
    admin.post(
        f"/settings/roles/{bad_role.pk}/", {"name": nasty + "2", "description": nasty, "version": bad_role.version}
    )
    admin.post(
        "/settings/fields/workshops/new/",
        {"label": nasty, "kind": "choice", "options": nasty, "help": nasty, "label_ru": nasty},
    )
    field = CustomField.objects.get()
    for page in PAGES:
        shown = admin.get(f"/settings/{page.format(role=bad_role.pk, field=field.pk)}").content.decode()
        assert "<script>alert" not in shown, page
        assert "<img src=x" not in shown, page
