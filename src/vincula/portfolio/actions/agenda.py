"""The agenda fills itself: what a board must talk about, in four kinds, each with the reason why (L2, L8, L9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.contributions import Place
from vincula.kernel.records import actions
from vincula.portfolio import queries, sentences
from vincula.portfolio.actions.phases import deciding, gates
from vincula.portfolio.models import Board, BoardItem, BoardMeeting, PhaseGate, Service
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
    found: list[Proposal] = []
    for service in services:
        kind = KIND_OF_STAGE.get(service.stage)
        if kind in ("new", "development"):
            found += _on_its_way(service, kind)
        elif kind == "operation":
            found += _in_operation(service)
        elif kind == "ending":
            gate = next(iter(gates(service)), None)
            found.append(Proposal(service, "ending", gate, _("It is being shut down."), "shutdown"))
    return found


def _on_its_way(service: Service, kind: str) -> list[Proposal]:
    gate = next((g for g in gates(service) if g.by_board), None)
    if service.stage == "idea":
        demand = queries.demand_of([service.pk], door.SYSTEM).get(service.pk, queries.Demand())
        why = _("New idea.") + " " + sentences.demand(demand)
        return [Proposal(service, kind, gate, why, "idea")]
    held = deciding(service, gate) if gate else None
    if held is not None and held.outcome == "hold" and held.hold_until:
        why = _("Held by %(number)s until %(day)s.") % {"number": held, "day": held.hold_until.isoformat()}
    else:
        why = _("In phase “%(phase)s” since %(day)s.") % {"phase": service.phase, "day": service.phase_since}
    return [Proposal(service, kind, gate, why, "gate")]


def _in_operation(service: Service) -> list[Proposal]:
    gate = next((g for g in gates(service) if g.target.stage == "shutdown"), None)
    reach = queries.reach_of([service.pk], door.SYSTEM)[service.pk]
    if life.is_under(reach.share, service.least_penetration):
        why = _("Penetration %(share)s is under the least of %(least)s.") % {
            "share": sentences.percent(reach.share), "least": sentences.percent(service.least_penetration),
        }  # fmt: skip
        return [Proposal(service, "ending", gate, why, "penetration")]
    report = service.status_reports.filter(trashed_at=None).order_by("-until").first()
    if report is not None and report.verdict == "negative":
        why = _("The status report up to %(day)s is negative.") % {"day": report.until.isoformat()}
        return [Proposal(service, "ending", gate, why, "report")]
    if report is not None and report.verdict == "mixed":
        why = _("The status report up to %(day)s is mixed.") % {"day": report.until.isoformat()}
        return [Proposal(service, "operation", None, why, "report")]
    late = service.decisions.filter(conditions__state="open", conditions__due__lt=clock.today()).distinct().count()
    if late:
        why = ngettext("A condition of %(n)s decision is late.", "Conditions of %(n)s decisions are late.", late) % {
            "n": late
        }
        return [Proposal(service, "operation", None, why, "condition")]
    return []


def next_meeting(board: Board) -> BoardMeeting | None:
    """The next planned meeting of the board."""
    rows = BoardMeeting.objects.filter(board=board, state="planned", at__gte=clock.now(), trashed_at=None)
    return rows.order_by("at").first()


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
    added: list[BoardItem] = []
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        proposals = {
            (p.service.pk, p.kind): p
            for p in of_services(services) + [p for source in SOURCES for p in source(services)]
        }
        listed = {(i.service_id, i.kind): i for i in meeting.items.filter(trashed_at=None)}
        _renew(listed, proposals, {s.pk for s in services})
        position = meeting.items.count()
        for key, p in proposals.items():
            if key not in listed:
                position += 1
                added.append(
                    actions.create(
                        BoardItem, who=door.SYSTEM, verb="put on the agenda", meeting=meeting, kind=p.kind,
                        position=position, service=p.service, gate=p.gate, reason=p.reason[:300], source=p.source,
                    )
                )  # fmt: skip
    return added


def _renew(
    listed: dict[tuple[int, str], BoardItem], proposals: dict[tuple[int, str], Proposal], services: set[int]
) -> None:
    """Items that the program put there follow their service: gate and reason are renewed, what moved on goes."""
    for key, item in listed.items():
        if not item.source or item.dropped or key[0] not in services:
            continue
        p = proposals.get(key)
        if p is None:
            actions.trash(item, who=door.SYSTEM, verb="no longer due")
        else:
            actions.change(item, who=door.SYSTEM, verb="renewed", gate=p.gate, reason=p.reason[:300], source=p.source)


def saved(services: Sequence[Service]) -> None:
    """Called in the save of services: each stands on the next agenda of every deciding board by itself."""
    for board in Board.objects.filter(kind="decides", trashed_at=None):
        meeting = next_meeting(board)
        if meeting is not None:
            fill(meeting, [s for s in services if s.trashed_at is None])


def plan_meetings(board: Board, until: datetime | None = None) -> list[BoardMeeting]:
    """Make the meetings that the board's rhythm asks for, half a year ahead; those that are there are not doubled."""
    if board.rhythm == Board.Rhythm.NONE or board.rhythm_from is None:
        return []
    now = clock.now()
    zone = ZoneInfo(settings.TIME_ZONE)
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
