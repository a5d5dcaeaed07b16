"""The unit itself: teams, functions, workload, overlaps (requirements L11, E8, E9)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.parties import rules
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import Function, FunctionHolding, Organisation, Person, Subject, Task, Team, TeamMember
from vincula.parties.models.dated import holding

WEEKS = 4  # how far the workload looks ahead
UNESTIMATED = Decimal(2)  # hours of a task that nobody estimated


@dataclass
class FunctionRow:
    """A function with what is needed and held."""

    function: Function
    needed: Decimal
    held: Decimal
    gap: Decimal
    holdings: list[FunctionHolding] = field(default_factory=list)


@dataclass
class WorkRow:
    """A person of ours: functions held, open work, and the share of the coming weeks that it takes."""

    person: Person
    fte: Decimal = Decimal(0)
    functions: list[str] = field(default_factory=list)
    tasks: int = 0
    late: int = 0
    hours: Decimal = Decimal(0)
    estimated: int = 0
    load: Decimal | None = None


@dataclass(frozen=True)
class Overlap:
    """Several live tasks or teams on the same organisation and subject."""

    organisation: Organisation
    subject: Subject
    tasks: tuple[Task, ...]
    teams: tuple[Team, ...]


def team_sizes(teams: Sequence[int], user: Any) -> dict[int, int]:
    """{team: people in it today}."""
    counts: dict[int, int] = defaultdict(int)
    rows = TeamMember.objects.visible_to(user).filter(holding(), team__in=teams)
    for pk in rows.values_list("team_id", flat=True):
        counts[pk] += 1
    return dict(counts)


def fte_held(functions: Sequence[int], user: Any) -> dict[int, list[Decimal]]:
    """{function: parts of working time with which it is done today}."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    rows = FunctionHolding.objects.visible_to(user).filter(holding(), function__in=functions)
    for pk, fte in rows.values_list("function_id", "fte"):
        found[pk].append(fte)
    return dict(found)


def fte_gaps(records: Sequence[Function], user: Any) -> dict[int, Decimal]:
    """{function: FTE missing}."""
    held = fte_held([r.pk for r in records], user)
    return {r.pk: rules.fte_gap(r.fte_needed, held.get(r.pk, [])) for r in records}


def functions(user: Any) -> list[FunctionRow]:
    """Every function with need, holders and gap, the widest gap first (L11)."""
    held: dict[int, list[FunctionHolding]] = defaultdict(list)
    rows = (
        FunctionHolding.objects.visible_to(user)
        .filter(holding())
        .select_related("person")
        .order_by("person__family_folded")
    )
    for one in rows:
        held[one.function_id].append(one)
    found = []
    for function in Function.objects.visible_to(user):
        parts = [h.fte for h in held[function.pk]]
        gap = rules.fte_gap(function.fte_needed, parts)
        found.append(FunctionRow(function, function.fte_needed, sum(parts, Decimal(0)), gap, held[function.pk]))
    return sorted(found, key=lambda row: (-row.gap, row.function.name_folded))


def workload(user: Any) -> list[WorkRow]:
    """People who hold a function or have open tasks, the most loaded first (L11)."""
    rows: dict[int, WorkRow] = {}
    people = {p.pk: p for p in Person.objects.visible_to(user).filter(_ours())}
    by_user = {p.user_id: p.pk for p in people.values() if p.user_id}
    holdings = FunctionHolding.objects.visible_to(user).filter(holding(), person__in=people).select_related("function")
    shown = door.visible_ids(user, Function, {h.function_id for h in holdings})
    for one in holdings:
        row = rows.setdefault(one.person_id, WorkRow(people[one.person_id]))
        row.fte += one.fte
        if one.function_id in shown:
            row.functions.append(one.function.code or one.function.name)
    today = clock.today()
    horizon = today + timedelta(weeks=WEEKS)
    tasks = Task.objects.visible_to(user).filter(state__in=OPEN, assignee__in=by_user)
    for task in tasks.filter(Q(due=None) | Q(due__lte=horizon)):
        doer = by_user[task.assignee_id or 0]
        row = rows.setdefault(doer, WorkRow(people[doer]))
        row.tasks += 1
        row.late += rules.is_late(task.due, True, today)
        row.hours += UNESTIMATED if task.hours is None else task.hours
        row.estimated += task.hours is not None
    for row in rows.values():
        row.load = rules.load(row.hours, WEEKS, row.fte)
    return sorted(rows.values(), key=lambda r: (-(r.load or -1), r.person.family_folded))


def _ours() -> Q:
    """People who sign in here as staff, or hold a function."""
    return Q(user__kind="staff") | Q(
        pk__in=FunctionHolding.objects.filter(holding(), trashed_at=None).values("person_id")
    )


def overlaps(user: Any) -> list[Overlap]:
    """Where two live tasks or teams work on the same organisation and subject (E9)."""
    tasks = {
        t.pk: t
        for t in Task.objects.visible_to(user).filter(state__in=OPEN).exclude(organisation=None).exclude(subject=None)
    }
    teams = {t.pk: t for t in Team.objects.visible_to(user).filter(_live())}
    on, of = Team.organisations.through._base_manager, Team.subjects.through._base_manager
    about: dict[int, list[int]] = defaultdict(list)
    for team, subject in of.filter(team_id__in=teams).values_list("team_id", "subject_id"):
        about[team].append(subject)
    work = [
        (pk, t.organisation_id or 0, t.subject_id or 0) for pk, t in tasks.items()
    ]  # ids of teams below are negative
    for team, organisation in on.filter(team_id__in=teams).values_list("team_id", "organisation_id"):
        work += [(-team, organisation, subject) for subject in about[team]]
    places = rules.overlapping(work)
    organisations = Organisation.objects.visible_to(user).in_bulk([o for o, _s in places])
    subjects = Subject.objects.visible_to(user).in_bulk([s for _o, s in places])
    found = []
    for (organisation, subject), items in places.items():
        if organisation in organisations and subject in subjects:
            of_tasks = tuple(tasks[i] for i in items if i > 0)
            of_teams = tuple(teams[-i] for i in items if i < 0)
            found.append(Overlap(organisations[organisation], subjects[subject], of_tasks, of_teams))
    return sorted(
        found, key=lambda o: (-len(o.tasks) - len(o.teams), o.organisation.name_folded, o.subject.name_folded)
    )


def _live() -> Q:
    return holding()
