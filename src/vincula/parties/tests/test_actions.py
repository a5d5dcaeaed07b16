"""The verbs of the room do what they say, once, and can be told from the history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.links import actions as links
from vincula.kernel.records import actions as records
from vincula.parties import actions
from vincula.parties.models import ContactRole, Interaction, Organisation, Task
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def test_what_is_typed_becomes_an_interaction_with_a_task_that_knows_where_it_came_from(alice):
    there, hilde = factories.organisation(), factories.person()
    made = actions.log_interaction(
        who=alice,
        kind="call",
        organisation=there,
        participants=[hilde],
        text="Called Hilde\nShe asks for 100G.\nnext: send the offer",
    )
    assert (made.subject, made.notes, made.next_step) == ("Called Hilde", "She asks for 100G.", "send the offer")
    assert list(made.participants.all()) == [hilde]
    task = Task.objects.get()
    assert (task.title, task.organisation, task.assignee) == ("send the offer", there, alice)
    assert [end.ref.pk for end in links.ends(task, alice)] == [made.pk]
    entries = AuditEntry.objects.filter(
        entity__in=("parties.interaction", "parties.task"), verb__in=("logged", "created")
    )
    assert len({entry.correlation for entry in entries}) == 1


def test_an_empty_note_is_refused_and_nothing_is_written(alice):
    with pytest.raises(ValidationError):
        actions.log_interaction(who=alice, kind="note", text="  \n", organisation=factories.organisation())
    assert not Interaction.objects.exists()


def test_who_sees_belgium_only_cannot_log_with_an_organisation_elsewhere(bob):
    elsewhere = factories.organisation(country="LU")
    with pytest.raises((ValidationError, PermissionDenied)):
        actions.log_interaction(who=bob, kind="note", text="Hello", organisation=elsewhere)
    assert not Interaction.objects.exists()


def test_the_last_interaction_of_an_organisation_follows_every_change(alice):
    first, second = factories.organisation(), factories.organisation()

    def latest(o):
        return Organisation.objects.get(pk=o.pk).last_interaction_at

    with clock.frozen(NOON):
        old = factories.interaction(organisation=first, at=NOON - timedelta(days=9))
        factories.interaction(organisation=first, at=NOON - timedelta(days=2), kind="note")
        factories.interaction(organisation=first, at=NOON + timedelta(days=2))
        assert latest(first) == NOON - timedelta(days=9)
        new = factories.interaction(organisation=first, at=NOON - timedelta(days=1))
        assert latest(first) == new.at
        records.change(new, who=alice, organisation=second)
        assert (latest(first), latest(second)) == (old.at, new.at)
        records.trash(new, who=alice)
        assert latest(second) is None
        records.restore(new, who=alice)
        assert latest(second) == new.at


def test_the_last_interaction_is_no_edit_of_the_organisation():
    there = factories.organisation()
    version = there.version
    factories.interaction(organisation=there)
    assert Organisation.objects.get(pk=there.pk).version == version
    assert AuditEntry.objects.filter(entity="parties.organisation", object_id=there.pk).count() == 1


def test_a_role_is_handed_over_without_a_gap_and_remembers_whom_it_follows(alice):
    there = factories.organisation()
    old, new = factories.affiliation(organisation=there).person, factories.affiliation(organisation=there).person
    role = factories.contact_role(organisation=there, person=old, role="security", since=date(2024, 1, 1))
    role = ContactRole.objects.get(pk=role.pk)
    taken = actions.hand_over_role(role=role, to=new, on=date(2026, 4, 1), who=alice, note="Ravi left")
    role.refresh_from_db()
    assert (role.until, taken.since, taken.role) == (date(2026, 3, 31), date(2026, 4, 1), "security")
    assert taken.predecessor == role
    assert taken.affiliation.person == new


def test_a_role_cannot_go_to_a_stranger_and_then_stays_as_it_was(alice):
    role = factories.contact_role(since=date(2024, 1, 1))
    with pytest.raises(ValidationError):
        actions.hand_over_role(role=role, to=factories.person(), on=date(2026, 4, 1), who=alice)
    role.refresh_from_db()
    assert role.until is None


def test_who_leaves_an_organisation_leaves_its_contact_roles(alice):
    role = factories.contact_role()
    actions.end_affiliation(affiliation=role.affiliation, on=date(2026, 3, 1), who=alice)
    role.refresh_from_db()
    role.affiliation.refresh_from_db()
    assert role.until == role.affiliation.until == date(2026, 3, 1)


def test_a_task_is_completed_once_and_opened_again(alice):
    task = actions.complete_task(task=factories.task(), who=alice)
    assert task.state == "done"
    assert task.completed_at is not None
    with pytest.raises(ValidationError):
        actions.complete_task(task=task, who=alice)
    task = records.change(task, who=alice, state="todo")
    assert task.completed_at is None


def test_a_late_task_is_put_off_from_today_and_an_early_one_from_its_day(alice):
    with clock.frozen(NOON):
        late = factories.task(due=NOON.date() - timedelta(days=5))
        early = factories.task(due=NOON.date() + timedelta(days=5))
        assert actions.put_off_task(task=late, days=7, who=alice).due == date(2026, 4, 7)
        assert actions.put_off_task(task=early, days=7, who=alice).due == date(2026, 4, 12)
        for days in (0, -1, 400):
            with pytest.raises(ValidationError):
                actions.put_off_task(task=early, days=days, who=alice)


def test_a_review_sets_the_next_date(alice):
    with clock.frozen(NOON):
        assert actions.reviewed(organisation=factories.organisation(), who=alice).review_date == date(2027, 3, 31)
        assert actions.put_off_review(organisation=factories.organisation(), who=alice, days=30).review_date == date(
            2026, 4, 30
        )


def test_an_agenda_item_becomes_a_task_of_its_meeting(alice):
    item = factories.agenda_item()
    task = actions.task_from(record=item, title="Write it down", who=alice)
    assert (task.meeting, task.organisation) == (item.meeting, item.meeting.organisation)


def test_an_organisation_cannot_stand_above_itself(alice):
    top = factories.organisation()
    middle = factories.organisation(parent=top)
    bottom = factories.organisation(parent=middle)
    with pytest.raises(ValidationError) as refused:
        records.change(top, who=alice, parent=bottom)
    assert "parent" in refused.value.error_dict
    with pytest.raises(ValidationError):
        records.change(top, who=alice, parent=top)
    with pytest.raises(ValidationError):
        records.change(top, who=alice, successor=top)


def test_a_link_waits_for_an_organisation_and_finds_it_when_it_arrives(alice):
    link = factories.organisation_link(
        reference_scheme="ror", reference_value="https://ror.org/05f950310", reference_label="KU Leuven"
    )
    assert link.target is None
    arrived = factories.organisation(references={"ror": ["https://ror.org/05f950310"]})
    link.refresh_from_db()
    assert link.target == arrived
    records.trash(arrived, who=alice)
    link.refresh_from_db()
    assert link.target is None
    records.restore(arrived, who=alice)
    later = factories.organisation_link(reference_scheme="ror", reference_value="https://ror.org/05f950310")
    assert later.target_id == arrived.pk


def test_a_person_needs_a_name_and_has_one_in_every_script():
    with pytest.raises(ValidationError):
        factories.person(given_name="", family_name="", native_name="")
    assert str(factories.person(given_name="", family_name="", native_name="Олена Коваль")) == "Олена Коваль"


def test_two_open_relations_of_one_kind_are_refused():
    there = factories.organisation()
    factories.relation(organisation=there, kind="customer", until=date(2021, 1, 1))
    factories.relation(organisation=there, kind="customer")
    factories.relation(organisation=there, kind="supplier")
    with pytest.raises(ValidationError):
        factories.relation(organisation=there, kind="customer")
