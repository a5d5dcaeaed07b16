"""Verbs of this room. Keyword-only, one transaction each; rights, audit and events are the save door's."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from vincula.kernel import clock, events
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.entity import moving
from vincula.kernel.links import actions as links
from vincula.kernel.records import actions as records
from vincula.kernel.records.models import Record
from vincula.parties import rules
from vincula.parties.models import (
    Affiliation,
    AgendaItem,
    ContactRole,
    Expertise,
    Interaction,
    Organisation,
    Person,
    Task,
)

LOGGED = events.declare("parties.interaction.logged", "An interaction with an organisation was logged from its page.")
HANDED_OVER = events.declare("parties.role.handed_over", "A contact role passed from one person to another.")
SUBJECT = 120  # longest subject taken from the first line of what was typed


def log_interaction(
    *,
    who: Any,
    kind: str,
    text: str,
    organisation: Organisation | None = None,
    participants: Iterable[Person] = (),
    at: datetime | None = None,
    minutes: int | None = None,
    next_due: date | None = None,
) -> Interaction:
    """What the composer does: the first line (or sentence) becomes the subject, the rest the notes.

    A line that begins with "next:" becomes the next step and a task of ``who``, tied to the interaction. Raises
    ValidationError, PermissionDenied.
    """
    subject, notes, step = rules.composed(text, SUBJECT)
    if not subject:
        raise ValidationError({"text": _("Write what happened.")})
    with transaction.atomic(), trail.together():
        made = records.create(
            Interaction, who=who, verb="logged", kind=kind, subject=subject, notes=notes, next_step=step[:300],
            organisation=organisation, participants=list(participants), at=at or clock.now(), minutes=minutes,
        )  # fmt: skip
        if step:
            task = add_task(who=who, title=step, organisation=organisation, due=next_due)
            links.tie(made, task, kind="source", who=who)
        events.publish(LOGGED, interaction=made.pk, organisation=organisation.pk if organisation else None)
    return made


def add_task(
    *, who: Any, title: str, organisation: Organisation | None = None, due: date | None = None, assignee: Any = None,
    **about: Any,
) -> Task:  # fmt: skip
    """A task, of ``who`` when nobody else is named; a text that is too long goes on in the details."""
    short, rest, _step = rules.composed(title, 200)
    doer = assignee if assignee is not None else who if getattr(who, "pk", None) else None
    return records.create(
        Task, who=who, title=short, details=rest, organisation=organisation, due=due, assignee=doer, **about
    )


def hand_over_role(*, role: ContactRole, to: Person, on: date, who: Any, note: str = "") -> ContactRole:
    """End ``role`` the day before ``on`` and begin it anew with ``to``; the new one remembers whom it follows.

    Raises ValidationError when ``to`` holds it already, or is not affiliated with the organisation on that day.
    """
    if said := rules.can_hand_over(role.since, role.until, role.person_id, to.pk, on):
        raise ValidationError(said)
    with transaction.atomic(), trail.together():
        records.change(role, who=who, verb="handed over", until=on - timedelta(days=1))
        new = records.create(
            ContactRole, who=who, verb="took over", organisation=role.organisation, role=role.role, person=to, since=on,
            predecessor=role, note=note,
        )  # fmt: skip
        events.publish(HANDED_OVER, role=new.pk, organisation=new.organisation_id)
    return new


def end_role(*, role: ContactRole, on: date, who: Any) -> ContactRole:
    """Nobody follows: the role is vacant from the day after ``on``."""
    return records.change(role, who=who, verb="ended", until=on)


def end_affiliation(*, affiliation: Affiliation, on: date, who: Any) -> Affiliation:
    """A person leaves: the affiliation and the contact roles held through it end on ``on``."""
    with transaction.atomic(), trail.together():
        for role in ContactRole.objects.visible_to(who).filter(affiliation=affiliation):
            if role.until is None or role.until > on:
                end_role(role=role, on=on, who=who)
        return records.change(affiliation, who=who, verb="ended", until=on)


def complete_task(*, task: Task, who: Any, expected_version: int | None = None) -> Task:
    """Done."""
    return moving.move(task, "complete", who=who, expected_version=expected_version)  # type: ignore[return-value]  # a move gives back the kind of record it was given


def put_off_task(*, task: Task, days: int, who: Any) -> Task:
    """A later day: ``days`` from today, or from its day when that is still to come."""
    if not 1 <= days <= 366:
        raise ValidationError(_("Put it off by one day to one year."))
    if not task.is_open:
        raise ValidationError(_("This task is closed already."))
    start = max(task.due, clock.today()) if task.due else clock.today()
    return records.change(task, who=who, verb="put off", due=start + timedelta(days=days))


def reviewed(*, organisation: Organisation, who: Any, months: int = 12) -> Organisation:
    """Somebody made sure that the record is true; the next review is ``months`` away (E16)."""
    return records.change(organisation, who=who, verb="reviewed", review_date=rules.next_review(clock.today(), months))


def put_off_review(*, organisation: Organisation, who: Any, days: int) -> Organisation:
    """Not now: review it ``days`` from today."""
    return records.change(organisation, who=who, verb="put off", review_date=clock.today() + timedelta(days=days))


def confirm_expertise(*, expertise: Expertise, who: Any, evidence: str = "") -> Expertise:
    """The person still knows it; new evidence replaces the old."""
    values: dict[str, Any] = {"last_confirmed": clock.today()}
    if evidence.strip():
        values["evidence"] = evidence.strip()
    return records.change(expertise, who=who, verb="confirmed", **values)


def task_from(*, record: Interaction | AgendaItem, title: str, who: Any, due: date | None = None) -> Task:
    """Turn a next step or a point of an agenda into a task, tied to where it came from."""
    door.require(who, "view", record)
    about: dict[str, Any] = {}
    source: Record = record
    if isinstance(record, AgendaItem):
        about = {"meeting": record.meeting, "organisation": record.meeting.organisation, "team": record.meeting.team}
    else:
        about = {"organisation": record.organisation}
    with transaction.atomic(), trail.together():
        task = add_task(who=who, title=title, due=due, **about)
        links.tie(source, task, kind="source", who=who)
    return task
