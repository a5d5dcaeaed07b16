"""The agenda fills itself: what a board must talk about, in four kinds, each with the reason why (L2, L8, L9)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.contributions import Place
from vincula.kernel.records import actions
from vincula.kernel.ui import format as shown
from vincula.portfolio import queries, sentences
from vincula.portfolio.actions import phases
from vincula.portfolio.models import Board, BoardItem, BoardMeeting, Decision, PhaseGate, Service, StatusReport
from vincula.portfolio.rules import life, rhythm

KIND_OF_STAGE = {
    "idea": "new", "assessment": "new", "feasibility": "development", "development": "development",
    "operation": "operation", "shutdown": "ending",
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A service for the agenda: of which kind, through which gate, and why."""

    service: Service
    kind: str
    gate: PhaseGate | None
    reason: str
    source: str


SOURCES: Place = Place(
    "portfolio.agenda_sources", "Functions (services) → proposals: what further rooms put on the agenda of a board."
)


def of_services(services: Iterable[Service]) -> list[Proposal]:
    """What the services themselves bring: ideas, gates to pass, bad reports, low penetration, ends to decide."""
    listed = list(services)
    told = Told.about(listed)
    found: list[Proposal] = []
    for service in listed:
        kind = KIND_OF_STAGE.get(service.stage)
        if kind in ("new", "development"):
            found += _on_its_way(service, kind, told)
        elif kind == "operation":
            found += _in_operation(service, told)
        elif kind == "ending":
            gate = next(iter(told.gates[service.phase_id]), None)
            found.append(Proposal(service, "ending", gate, _("It is being shut down."), "shutdown"))
    return found


@dataclass(frozen=True)
class Told:
    """What is known about services, asked at once: six statements, however many there are."""

    gates: Mapping[int, list[PhaseGate]]  # by the phase that they lead out of
    decided: Mapping[tuple[int, int | None], Decision]  # (service, gate): the latest that stands in the present run
    demand: Mapping[int, queries.Demand]
    reach: Mapping[int, queries.Reach]
    reports: Mapping[int, tuple[date, str]]  # the latest: until, verdict
    late: Mapping[int, int]  # decisions with an open condition whose day is over

    @classmethod
    def about(cls, services: Sequence[Service]) -> "Told":
        ideas = [s.pk for s in services if s.stage == "idea"]
        running = [s.pk for s in services if KIND_OF_STAGE.get(s.stage) == "operation"]
        on_their_way = [s.pk for s in services if KIND_OF_STAGE.get(s.stage) in ("new", "development")]
        ways: dict[int, list[PhaseGate]] = defaultdict(list)
        rows = PhaseGate.objects.filter(source__in={s.phase_id for s in services}, trashed_at=None)
        for gate in rows.select_related("source", "target").order_by("target__position"):
            ways[gate.source_id].append(gate)
        stands = Decision.objects.filter(
            service__in=on_their_way, superseded_by=None, run__until=None, run__isnull=False, run__trashed_at=None
        )
        reports = StatusReport.objects.filter(service__in=running, trashed_at=None).order_by("until")
        late = Decision.objects.filter(
            service__in=running, conditions__state="open", conditions__due__lt=clock.today(), conditions__trashed_at=None
        ).order_by()  # fmt: skip
        return cls(
            gates=ways,
            decided={(d.service_id, d.gate_id): d for d in stands.defer("seen").order_by("pk")},
            demand=queries.demand_of(ideas, door.SYSTEM),
            reach=queries.reach_of(running, door.SYSTEM),
            reports={
                pk: (until, verdict) for pk, until, verdict in reports.values_list("service_id", "until", "verdict")
            },
            late=dict(late.values_list("service_id").annotate(n=Count("pk", distinct=True))),
        )


def _on_its_way(service: Service, kind: str, told: Told) -> list[Proposal]:
    gate = next((g for g in told.gates[service.phase_id] if g.by_board), None)
    if service.stage == "idea":
        demand = told.demand.get(service.pk, queries.Demand())
        why = _("New idea.") + " " + sentences.demand(demand)
        return [Proposal(service, kind, gate, why, "idea")]
    held = told.decided.get((service.pk, gate.pk)) if gate else None
    if held is not None and held.outcome == Decision.Outcome.NO_GO:
        return []  # the board said no: it comes back when a person brings it, and not by itself
    if held is not None and held.outcome == Decision.Outcome.HOLD and held.hold_until:
        why = _("Held by %(number)s until %(day)s.") % {"number": held, "day": shown.format_date(held.hold_until)}
    else:
        why = _("In phase “%(phase)s” since %(day)s.") % {
            "phase": sentences.phase_name(service.phase), "day": shown.format_date(service.phase_since),
        }  # fmt: skip
    return [Proposal(service, kind, gate, sentences.paragraph(why), "gate")]


def _in_operation(service: Service, told: Told) -> list[Proposal]:
    gate = next((g for g in told.gates[service.phase_id] if g.target.stage == "shutdown"), None)
    reach = told.reach[service.pk]
    if life.is_under(reach.share, service.least_penetration):
        why = _("Penetration %(share)s is under the least of %(least)s.") % {
            "share": sentences.percent(reach.share), "least": sentences.percent(service.least_penetration),
        }  # fmt: skip
        return [Proposal(service, "ending", gate, why, "penetration")]
    until, verdict = told.reports.get(service.pk, (None, ""))
    if until is not None and verdict == StatusReport.Verdict.NEGATIVE:
        why = _("The status report up to %(day)s is negative.") % {"day": shown.format_date(until)}
        return [Proposal(service, "ending", gate, why, "report")]
    if until is not None and verdict == StatusReport.Verdict.MIXED:
        why = _("The status report up to %(day)s is mixed.") % {"day": shown.format_date(until)}
        return [Proposal(service, "operation", None, why, "report")]
    late = told.late.get(service.pk, 0)
    if late:
        why = ngettext("A condition of a decision is late.", "Conditions of %(n)s decisions are late.", late) % {
            "n": late
        }
        return [Proposal(service, "operation", None, why, "condition")]
    return []


def next_meeting(board: Board) -> BoardMeeting | None:
    """The next planned meeting of the board."""
    return _to_come(board=board).order_by("at").first()


def _to_come(**asked: Any) -> QuerySet[BoardMeeting]:
    return BoardMeeting.objects.filter(**asked, state="planned", at__gte=clock.now(), trashed_at=None)


def fill(meeting: BoardMeeting, services: Sequence[Service] | None = None) -> list[BoardItem]:
    """Put what is due on the agenda of a planned meeting; what is there stays, what was taken off is not put back.

    The reason is written in the operator's language, because a paper has one. Returns the items added.
    """
    if meeting.state != "planned" or meeting.board.kind != "decides":
        return []
    if services is None:
        services = list(
            Service.objects.filter(trashed_at=None)
            .exclude(stage="retired")
            .select_related("phase")
            .order_by("name_folded")
        )
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        return _put(meeting, {s.pk for s in services}, _proposals(services))


def _proposals(services: Sequence[Service]) -> dict[tuple[int, str], Proposal]:
    """What is due of the services, by service and kind: the same for every board."""
    found = of_services(services) + [p for source in SOURCES for p in source(services)]
    return {(p.service.pk, p.kind): p for p in found}


def _put(meeting: BoardMeeting, services: set[int], proposals: dict[tuple[int, str], Proposal]) -> list[BoardItem]:
    """Have the agenda hold the proposals of these services; returns the items added."""
    listed = {(i.service_id, i.kind): i for i in meeting.items.filter(trashed_at=None, service__in=services)}
    _renew(listed, proposals)
    new = [p for key, p in proposals.items() if key not in listed]
    position = meeting.items.count() if new else 0
    return [
        actions.create(
            BoardItem, who=door.SYSTEM, verb="put on the agenda", meeting=meeting, kind=p.kind, position=position + n,
            service=p.service, gate=p.gate, reason=p.reason[:300], source=p.source,
        )
        for n, p in enumerate(new, 1)
    ]  # fmt: skip


def _renew(listed: dict[tuple[int, str], BoardItem], proposals: dict[tuple[int, str], Proposal]) -> None:
    """Items that the program put there follow their service: gate and reason are renewed, what moved on goes."""
    for key, item in listed.items():
        if not item.source or item.dropped:
            continue
        p = proposals.get(key)
        if p is None:
            actions.trash(item, who=door.SYSTEM, verb="no longer due")
        elif (item.gate_id, item.reason, item.source) != (p.gate.pk if p.gate else None, p.reason[:300], p.source):
            actions.change(item, who=door.SYSTEM, verb="renewed", gate=p.gate, reason=p.reason[:300], source=p.source)


def saved(services: Sequence[Service]) -> None:
    """Called in the save of services: each stands on the next agenda of every deciding board by itself."""
    live = [s for s in services if s.trashed_at is None]
    meetings: dict[int, BoardMeeting] = {}  # by board, the next of each
    for meeting in _to_come(board__kind="decides", board__trashed_at=None).order_by("at") if live else ():
        meetings.setdefault(meeting.board_id, meeting)
    if meetings:
        with transaction.atomic(), override(settings.LANGUAGE_CODE):
            proposals = _proposals(live)
            for meeting in meetings.values():
                _put(meeting, {s.pk for s in live}, proposals)


def take_up(*, service: Service, gate: PhaseGate, reason: str, who: Any) -> BoardItem:
    """Bring what the board stopped before its next meeting again: a person does, with a reason, and never the program."""
    if not reason.strip():
        raise ValidationError(_("Say why it is taken up again."))
    stop = phases.deciding(service, gate)
    if stop is None or stop.outcome != Decision.Outcome.NO_GO:
        raise ValidationError(_("Only what the board stopped is taken up again."))
    meeting = _to_come(board__kind="decides").order_by("at").first()
    if meeting is None:
        raise ValidationError(_("No board meeting is planned."))
    kind = KIND_OF_STAGE.get(service.stage, BoardItem.Kind.OPERATION)
    with transaction.atomic(), trail.by(who):
        return actions.create(
            BoardItem, who=door.SYSTEM, verb="put on the agenda", meeting=meeting, kind=kind,
            position=meeting.items.count() + 1, service=service, gate=gate, reason=reason.strip()[:300],
        )  # fmt: skip


def plan_meetings(board: Board, until: datetime | None = None) -> list[BoardMeeting]:
    """Make the meetings that the board's rhythm asks for, half a year ahead; those that are there are not doubled.

    The hour is kept where the owner of the board is: theirs is the time zone.
    """
    if board.rhythm == Board.Rhythm.NONE or board.rhythm_from is None:
        return []
    now = clock.now()
    zone = ZoneInfo(board.owner.time_zone if board.owner else settings.TIME_ZONE)
    wanted = rhythm.between(board.rhythm_from, board.rhythm, zone, now, until or now + rhythm.AHEAD)
    made = []
    with transaction.atomic():
        actions.locked(board)  # two workers at once make each meeting once
        days = {m.astimezone(zone).date() for m in board.meetings.values_list("at", flat=True)}
        for at in wanted:
            if at.astimezone(zone).date() not in days:
                made.append(
                    actions.create(
                        BoardMeeting,
                        who=door.SYSTEM,
                        verb="planned",
                        board=board,
                        at=at,
                        place=board.place,
                        owner=board.owner,
                    )
                )
    return made
