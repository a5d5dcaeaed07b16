"""What stands around one organisation, in a handful of statements whatever the number of rows (interface.md)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.parties import rules
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import (
    Affiliation,
    ContactRole,
    Document,
    Function,
    Group,
    GroupMembership,
    Interaction,
    Meeting,
    Organisation,
    OrganisationLink,
    OrganisationRelation,
    Person,
    Task,
    Team,
    TeamMember,
)
from vincula.parties.models.dated import holding
from vincula.parties.queries.unions import Part, Row, newest, part, together

FEW = 8


@dataclass
class Around:
    """People, structure and dates around an organisation, as one reader may see them."""

    relations: list[Row] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)
    vacant: list[rules.Vacancy] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    team: list[Row] = field(default_factory=list)
    children: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    meetings: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    recent: list[Row] = field(default_factory=list)

    @property
    def late(self) -> int:
        today = clock.today()
        return sum(1 for task in self.tasks if task.since is not None and task.since < today)


def around(organisation: Organisation, user: Any) -> Around:
    """Read once per record object and reader; the standfirst, the head and the panels share it."""
    kept = organisation.__dict__.setdefault("_around", {})
    if user.pk not in kept:
        kept[user.pk] = _read(organisation, user)
    found: Around = kept[user.pk]
    return found


def _read(organisation: Organisation, user: Any) -> Around:
    found, today = Around(), clock.today()
    places = {
        "relation": found.relations, "role": found.roles, "person": found.people, "member": found.team,
        "child": found.children, "link": found.links, "link here": found.links, "group": found.groups,
        "task": found.tasks, "meeting": found.meetings, "document": found.documents, "contact": found.recent,
    }  # fmt: skip

    def parts(pk: int, now: datetime, long_ago: datetime) -> list[Part]:
        return [*_structure(pk, user), *_dates(pk, user, now, long_ago)]

    now = clock.now()
    for row in together(
        "around an organisation", user, parts, pk=organisation.pk, now=now, long_ago=now - rules.WINDOW
    ):
        places[row.what].append(row)
    found.tasks.sort(key=lambda r: (r.since is None, r.since, r.pk))
    found.meetings.sort(key=lambda r: r.at)
    found.documents.sort(key=lambda r: (r.since is None, r.since, r.pk), reverse=True)
    found.relations.sort(key=lambda r: (r.until is not None, r.title))
    found.people.sort(key=lambda r: (r.until is not None, r.title))
    found.team.sort(key=lambda r: (r.note, r.title))
    found.children.sort(key=lambda r: r.title)
    held = [rules.Held(r.note, r.title, r.since, r.until) for r in found.roles]
    kinds = [r.title for r in found.relations if rules.overlap(r.since, r.until, today, today)]
    found.vacant = rules.vacancies(rules.expected_roles(kinds), held, today)
    return found


def _structure(organisation: int, user: Any) -> list[Part]:
    person, groups = door.leading_to("person", Person, user), door.leading_to("group", Group, user)
    target, source = (door.leading_to(end, Organisation, user) for end in ("target", "source"))
    teams = door.leading_to("team", Team, user)
    roles = ContactRole.objects.visible_to(user).filter(person, organisation=organisation)
    staff = Affiliation.objects.visible_to(user).filter(person, holding(), organisation=organisation)
    team = TeamMember.objects.visible_to(user).filter(
        person, teams, holding(), holding(prefix="team__"), team__organisations=organisation
    )
    shown_function = {"more": "function__name"} if door.sees_all(user, Function) else {}
    links, groups_of = OrganisationLink.objects.visible_to(user), GroupMembership.objects.visible_to(user)
    relations = OrganisationRelation.objects.visible_to(user).filter(organisation=organisation)
    children = Organisation.objects.visible_to(user).filter(parent=organisation)
    return [
        part(relations, "relation", title="kind", since="since", until="until"),
        part(roles, "role", other="person_id", title="person__name", note="role", more="note", since="since", until="until"),
        part(newest(staff, "person__family_folded", FEW), "person", other="person_id", title="person__name",
             note="job_title", more="person__native_name", since="since"),
        part(team, "member", other="person_id", title="person__name", note="team__name", **shown_function),
        part(newest(children, "name_folded", 12), "child", title="name", note="kind", more="acronym"),
        part(links.filter(target, holding(), source=organisation), "link", other="target_id",
             title="target__name", note="kind"),
        part(links.filter(holding(), source=organisation, target=None), "link", title="reference_label", note="kind",
             more="reference_value"),
        part(links.filter(source, holding(), target=organisation), "link here", other="source_id",
             title="source__name", note="kind"),
        part(groups_of.filter(groups, holding(), organisation=organisation), "group", other="group_id",
             title="group__name", note="role"),
    ]  # fmt: skip


def _dates(organisation: int, user: Any, now: datetime, long_ago: datetime) -> list[Part]:
    tasks = Task.objects.visible_to(user).filter(organisation=organisation, state__in=OPEN)
    meetings = Meeting.objects.visible_to(user).filter(organisation=organisation, at__gte=now)
    documents = Document.objects.visible_to(user).filter(organisation=organisation)
    contacts = Interaction.objects.visible_to(user).filter(
        organisation=organisation, kind__in=rules.CONTACT, at__lte=now, at__gt=long_ago
    )
    return [
        part(tasks, "task", other="assignee_id", title="title", note="state", more="assignee__name", since="due"),
        part(newest(meetings, "at", 5), "meeting", title="title", note="place", at="at"),
        part(newest(documents, "-date", 5), "document", title="title", note="kind", more="link", since="date"),
        part(newest(contacts, "-at", 200), "contact", title="kind", at="at"),
    ]


def last_contact(organisation: Organisation, user: Any) -> datetime | None:
    """The last contact of all; for who may not see every contact, the last of those of two years that they see."""
    if "last_interaction_at" not in door.withheld(user, Organisation):
        return organisation.last_interaction_at
    return max((row.at for row in around(organisation, user).recent), default=None)


def contacts_between(found: Around, first: int, last: int) -> int:
    """Contacts from ``first`` days ago (included) to ``last`` days ago (excluded)."""
    now = clock.now()
    begin, end = now - timedelta(days=first), now - timedelta(days=last)
    return sum(1 for row in found.recent if begin <= row.at <= end)
