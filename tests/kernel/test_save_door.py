"""Every write goes through one door: rights, version, audit, index, event."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AppendOnlyError, AuditEntry
from vincula.kernel.records import actions, history, state
from vincula.kernel.records.actions import Conflict
from vincula.kernel.records.models import IndexValue
from vincula.kernel.testing.cast import user
from vincula.parties.models import Organisation, Person

pytestmark = pytest.mark.django_db


def test_creating_writes_one_entry_with_what_was_filled_in() -> None:
    alice = user("alice", ("*", "*", "all", []))
    ghent = actions.create(Organisation, who=alice, name="Ghent University", acronym="UGent", country="be")
    entry = AuditEntry.objects.get(entity="parties.organisation", object_id=ghent.pk)
    assert (entry.who, entry.verb, entry.version) == (alice, "created", ghent.version)
    assert entry.changes["name"] == [None, "Ghent University"]
    assert entry.changes["country"] == [None, "BE"]
    assert "website" not in entry.changes
    assert ghent.owner == alice


def test_changing_nothing_writes_nothing() -> None:
    org = actions.create(Organisation, who=SYSTEM, name="A", country="BE")
    before = AuditEntry.objects.count(), org.version
    actions.change(org, who=SYSTEM, name="A", country="be")
    assert (AuditEntry.objects.count(), org.version) == before


def test_a_stale_version_is_refused_and_names_both_sides() -> None:
    org = actions.create(Organisation, who=SYSTEM, name="A")
    read = org.version
    actions.change(Organisation.objects.get(pk=org.pk), who=SYSTEM, expected_version=read, city="Gent")
    with pytest.raises(Conflict) as caught:
        actions.change(Organisation.objects.get(pk=org.pk), who=SYSTEM, expected_version=read, city="Brugge")
    assert caught.value.current.city == "Gent"
    assert caught.value.wanted == {"city": "Brugge"}
    assert Organisation.objects.get(pk=org.pk).city == "Gent"


def test_values_that_make_no_sense_are_refused_with_their_field() -> None:
    with pytest.raises(ValidationError) as caught:
        actions.create(Organisation, who=SYSTEM, name="", country="XX", email_domains=["not a domain"])
    assert set(caught.value.message_dict) == {"name", "country", "email_domains"}
    assert not Organisation.objects.exists()
    assert not AuditEntry.objects.filter(entity="parties.organisation").exists()


def test_list_values_are_found_by_index_and_forgotten_with_the_record() -> None:
    org = actions.create(Organisation, who=SYSTEM, name="A", email_domains=["UGent.be", "ugent.be"], tags=["Élite"])
    values = IndexValue.objects.filter(entity="parties.organisation", object_id=org.pk).values_list("field", "value")
    kept = set(values)
    assert {pair for pair in kept if pair[0] != "~"} == {("email_domains", "ugent.be"), ("tags", "elite")}
    assert ("~", "d:ugent.be") in kept  # by which duplicates are found
    actions.trash(org, who=SYSTEM)
    assert not values.all().exists()
    actions.restore(org, who=SYSTEM)
    assert set(values.all()) == kept


def test_nobody_writes_out_of_their_own_reach() -> None:
    bob = user("bob", ("parties.organisation", "*", "country", ["BE"]))
    gent = actions.create(Organisation, who=bob, name="Gent", country="BE")
    with pytest.raises(PermissionDenied):
        actions.create(Organisation, who=bob, name="Esch", country="LU")
    with pytest.raises(PermissionDenied):
        actions.change(gent, who=bob, country="LU")
    assert list(Organisation.objects.values_list("name", "country")) == [("Gent", "BE")]


def test_a_relation_to_an_unseen_record_is_refused_as_if_it_did_not_exist() -> None:
    bob = user("bob", ("parties.organisation", "*", "country", ["BE"]))
    hidden = actions.create(Organisation, who=SYSTEM, name="Esch", country="LU")
    said = []
    for parent in (hidden.pk, 999_999):
        with pytest.raises(ValidationError) as caught:
            actions.create(Organisation, who=bob, name="Gent", country="BE", parent_id=parent)
        said.append(caught.value.message_dict)
    assert said[0] == said[1] == {"parent": ["There is no such record."]}


def test_who_has_no_role_can_do_nothing() -> None:
    carol = user("carol")
    org = actions.create(Organisation, who=SYSTEM, name="A")
    assert not Organisation.objects.visible_to(carol).exists()
    for act in (
        lambda: actions.create(Organisation, who=carol, name="B"),
        lambda: actions.change(org, who=carol, name="B"),
        lambda: actions.trash(org, who=carol),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Organisation.objects.get().name == "A"


def test_an_edit_is_taken_back_field_by_field_and_later_edits_are_kept() -> None:
    org = actions.create(Organisation, who=SYSTEM, name="A", city="Gent")
    actions.change(org, who=SYSTEM, name="B", city="Brugge", tags=["x"])
    entry = history.entries(org).first()
    actions.change(org, who=SYSTEM, city="Luik")
    done = history.undo_entry(entry, org, who=SYSTEM)
    fresh = Organisation.objects.get(pk=org.pk)
    assert (fresh.name, fresh.city, fresh.tags) == ("A", "Luik", [])
    assert (sorted(done.fields), done.kept) == (["name", "tags"], ["city"])


def test_many_saves_as_one_act_are_taken_back_together() -> None:
    a, b = (actions.create(Organisation, who=SYSTEM, name=n, country="BE") for n in "ab")
    with trail.together() as act:
        for org in (a, b):
            actions.change(org, who=SYSTEM, country="LU")
    done = history.undo_together(act, who=SYSTEM, models_by_entity={"parties.organisation": Organisation})
    assert done.records == 2
    assert set(Organisation.objects.values_list("country", flat=True)) == {"BE"}


def test_the_state_at_a_version_and_at_a_moment_is_known() -> None:
    org = actions.create(Organisation, who=SYSTEM, name="A", aliases=["Aa"])
    first = org.version
    moment = history.entries(org).first().at
    actions.change(org, who=SYSTEM, name="B", aliases=["Bb"])
    before = history.at_version(org, first)
    assert before is not None
    assert (before["name"], before["aliases"]) == ("A", ["Aa"])
    then = history.as_of(org, moment)
    assert then is not None
    assert then["name"] == "A"
    assert state.of(org)["name"] == "B"


def test_own_fields_merge_by_key_and_are_told_one_by_one() -> None:
    org = actions.create(Organisation, who=SYSTEM, name="A", custom={"tier": "gold", "seats": 3})
    actions.change(org, who=SYSTEM, custom={"tier": "silver"})
    assert org.custom == {"tier": "silver", "seats": 3}
    assert history.entries(org).first().changes == {"custom.tier": ["gold", "silver"]}


def test_what_was_written_is_never_changed() -> None:
    actions.create(Person, who=SYSTEM, given_name="Ada", family_name="L")
    entry = AuditEntry.objects.get(entity="parties.person")
    entry.verb = "imagined"
    for act in (entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(verb="x")):
        with pytest.raises(AppendOnlyError):
            act()
    assert AuditEntry.objects.get(pk=entry.pk).verb == "created"


def test_a_sealed_trail_tells_when_a_row_was_altered() -> None:
    from datetime import timedelta

    from django.db import connection

    trail.seal(older_than=timedelta(0))
    for name in "abc":
        actions.create(Organisation, who=SYSTEM, name=name)
    assert trail.seal(older_than=timedelta(0), batch=2) == 2
    assert trail.seal(older_than=timedelta(0)) == 1
    assert trail.verify() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET verb = 'x' WHERE id = %s", [AuditEntry.objects.order_by("id")[0].pk]
        )
    assert len(trail.verify()) == 1


def test_an_act_has_one_correlation() -> None:
    with trail.together() as act:
        actions.create(Organisation, who=SYSTEM, name="a")
        actions.create(Organisation, who=SYSTEM, name="b")
    assert isinstance(act, uuid.UUID)
    told = AuditEntry.objects.filter(entity="parties.organisation")
    assert set(told.values_list("correlation", flat=True)) == {act}


def test_a_person_is_not_seen_through_an_affiliation_in_the_trash() -> None:
    from vincula.parties.tests import factories

    bob = user("bob", ("*", "view", "country", ["BE"]))
    tie = factories.affiliation(organisation=factories.organisation(country="BE"))
    assert Person.objects.visible_to(bob).filter(pk=tie.person_id).exists()
    actions.trash(tie, who=SYSTEM)
    assert not Person.objects.visible_to(bob).filter(pk=tie.person_id).exists()
