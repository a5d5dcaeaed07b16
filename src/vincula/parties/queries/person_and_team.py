"""What stands around a person or a team, each in one statement."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.parties import rules
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import (
    Affiliation,
    ContactRole,
    Expertise,
    Function,
    FunctionHolding,
    Interaction,
    Meeting,
    Organisation,
    Person,
    Subject,
    Task,
    Team,
    TeamMember,
)
from vincula.parties.models.dated import holding
from vincula.parties.queries.unions import Part, Row, newest, part, together

Lines = dict[str, list[Row]]


def around_person(person: Person, user: Any) -> Lines:
    """{affiliation, role, function, team, expertise: lines}; what has ended stands behind what holds."""
    return _kept(person, user, "around a person", _person)


def degree(person: Person, user: Any) -> str:
    """Degree of contact with the person."""
    rows = around_person(person, user).get("contact", [])
    return rules.degree_of_contact(len(rows), max((row.at for row in rows), default=None), clock.now())


def around_team(team: Team, user: Any) -> Lines:
    """{member, task, organisation, meeting: lines}."""
    return _kept(team, user, "around a team", _team)


def _kept(record: Any, user: Any, name: str, parts: Callable[..., list[Part]]) -> Lines:
    kept = record.__dict__.setdefault("_around", {})
    if user.pk not in kept:
        found: Lines = defaultdict(list)

        def of(pk: int, now: datetime, long_ago: datetime) -> list[Part]:
            return parts(pk, user, now, long_ago)

        now = clock.now()
        for row in together(name, user, of, pk=record.pk, now=now, long_ago=now - rules.WINDOW):
            found[row.what].append(row)
        kept[user.pk] = found
    lines: Lines = kept[user.pk]
    return lines


def _person(person: int, user: Any, now: datetime, long_ago: datetime) -> list[Part]:
    place, team = door.leading_to("organisation", Organisation, user), door.leading_to("team", Team, user)
    job, subject = door.leading_to("function", Function, user), door.leading_to("subject", Subject, user)
    works = Affiliation.objects.visible_to(user).filter(place, person=person)
    roles = ContactRole.objects.visible_to(user).filter(place, person=person)
    holdings = FunctionHolding.objects.visible_to(user).filter(job, holding(), person=person)
    members = TeamMember.objects.visible_to(user).filter(team, holding(), person=person)
    knows = Expertise.objects.visible_to(user).filter(subject, person=person)
    contacts = Interaction.objects.visible_to(user).filter(
        participants=person, kind__in=rules.CONTACT, at__lte=now, at__gt=long_ago
    )
    return [
        part(newest(contacts, "-at", rules.REGULAR_COUNT), "contact", at="at"),  # more of them change no degree
        part(
            works,
            "affiliation",
            other="organisation_id",
            title="organisation__name",
            note="job_title",
            since="since",
            until="until",
        ),
        part(
            roles,
            "role",
            other="organisation_id",
            title="organisation__name",
            note="role",
            since="since",
            until="until",
        ),
        part(
            holdings, "function", other="function_id", title="function__name", note="fte", since="since", until="until"
        ),
        part(members, "team", other="team_id", title="team__name", note="share", since="since", until="until"),
        part(
            knows,
            "expertise",
            other="subject_id",
            title="subject__name",
            note="level",
            more="evidence",
            since="last_confirmed",
        ),
    ]


def _team(team: int, user: Any, now: datetime, _long_ago: datetime) -> list[Part]:
    person, job = door.leading_to("person", Person, user), door.leading_to("function", Function, user)
    members = TeamMember.objects.visible_to(user).filter(person, holding(), team=team)
    tasks = Task.objects.visible_to(user).filter(team=team, state__in=OPEN)
    served = Organisation.objects.visible_to(user).filter(teams=team)
    meetings = Meeting.objects.visible_to(user).filter(team=team, at__gte=now)
    return [
        part(members.filter(job), "member", other="person_id", title="person__name", note="function__name",
             more="share", since="since"),
        part(members.exclude(job), "member", other="person_id", title="person__name", more="share", since="since"),
        part(newest(tasks, "due", 15), "task", title="title", note="state", more="assignee__name", since="due"),
        part(served, "organisation", title="name", note="acronym"),
        part(newest(meetings, "at", 4), "meeting", title="title", note="place", at="at"),
    ]  # fmt: skip


def still(row: Row) -> bool:
    """Whether a dated line holds today."""
    today = clock.today()
    return rules.overlap(row.since, row.until, today, today)
