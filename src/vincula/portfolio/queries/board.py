"""What the portfolio board shows: services by stage, how far their tracks are, what the next gate misses (L1)."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel import clock
from vincula.kernel.access import gathered
from vincula.kernel.access.among import among
from vincula.kernel.records.fields import in_language
from vincula.portfolio.models import (
    Board,
    BoardItem,
    BoardMeeting,
    BusinessCase,
    CostLine,
    Decision,
    Deliverable,
    Discontinuance,
    IncomeLine,
    Phase,
    PhaseGate,
    PhaseRun,
    Pilot,
    PilotCustomer,
    Service,
    Subscription,
)
from vincula.portfolio.queries import reach
from vincula.portfolio.queries.reach import Reach
from vincula.portfolio.rules import life

RUNNING = ("operation",)
UNTOLD = "…"  # something is missing of a card that is counted, not read
SHOWN = 12  # cards of a column before "… more"


@dataclass
class Track:
    """Closed and all deliverables of a track in the present phase."""

    closed: int = 0
    all: int = 0

    @property
    def share(self) -> int:
        return 100 * self.closed // self.all if self.all else 0


class Standing(NamedTuple):
    """What the board needs of a service."""

    pk: int
    name: str
    stage: str
    phase_id: int
    least_penetration: Decimal | None
    project_manager_id: int | None
    technical_lead_id: int | None
    customer_lead_id: int | None


@dataclass
class Card:
    """A service on the board."""

    service: Standing
    tracks: dict[str, Track] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # what its gate misses: mandatory deliverables, papers, people
    stopped: str = ""  # the decision by which the board said no
    gate: PhaseGate | None = None
    meeting: datetime | None = None
    reach: Reach | None = None

    @property
    def tone(self) -> str:
        """good: may pass; bad: at a meeting and not ready; warn: on its way."""
        if self.stopped:
            return ""
        if self.service.stage in RUNNING:
            return "warn" if self.is_low else ""
        if not self.missing:
            return "good"
        return "bad" if self.meeting is not None else "warn"

    @property
    def is_low(self) -> bool:
        """Under the penetration that somebody set as the least."""
        return self.reach is not None and life.is_under(self.reach.share, self.service.least_penetration)


@dataclass
class Overview:
    """The board. Every service is counted; cards are those that are shown, and those that a board talks about next."""

    by_stage: dict[str, list[Card]]  # the first ``SHOWN`` of each stage
    counts: Counter[str] = field(default_factory=Counter)  # {stage: services, the retired ones too}
    cards: dict[int, Card] = field(default_factory=dict)  # {service: its card} of those shown or on an agenda to come
    low: list[Card] = field(default_factory=list)  # every one in operation that is under its least penetration
    names: dict[str, Phase] = field(default_factory=dict)  # {stage: the phase of the model for new services}
    meeting: BoardMeeting | None = None
    agenda: list[BoardItem] = field(default_factory=list)


def overview(user: Any) -> Overview:
    """Of services that ``user`` may see; two statements, whatever their number."""
    now = clock.now()
    told = gathered.gather(
        "the portfolio board", user, lambda since: _parts(user, since), since=now - timedelta(days=1)
    )
    every = [Card(Standing(*row)) for _name, *row in sorted(told["services"])]
    meetings = dict(sorted(told["listed"], key=lambda row: row[1], reverse=True))
    found = Overview(defaultdict(list), Counter(dict(told["retired"])))
    wanted = meetings.keys() | {item.service_id for item in told["agenda"]}
    asked = [card for card in every if card.service.stage in RUNNING and card.service.least_penetration is not None]
    for card in every:
        pk, stage = card.service.pk, card.service.stage
        found.counts[stage] += 1
        card.meeting = meetings.get(pk)
        if found.counts[stage] <= SHOWN:
            found.by_stage[stage].append(card)
        if found.counts[stage] <= SHOWN or pk in wanted:
            found.cards[pk] = card
    running = {c.service.pk: c for c in (*found.cards.values(), *asked) if c.service.stage in RUNNING}
    read = {c.service.pk for cards in found.by_stage.values() for c in cards}
    read |= {item.service_id for item in told["agenda"]}
    _fill(found.cards, running, told["gates"], read, user)
    found.low = [card for card in asked if card.is_low]
    found.names = {p.stage: p for p in sorted(told["phases"], key=lambda p: -p.position)}
    for meeting in told["meeting"]:
        found.meeting, meeting.board = meeting, Board(pk=meeting.board_id, name=meeting.told["board__name"])
    found.agenda = [item for item in told["agenda"] if item.service_id in found.cards]
    return found


def _fill(cards: dict[int, Card], running: dict[int, Card], gates: list[PhaseGate], read: set[int], user: Any) -> None:
    """What is missing of these cards and who said no; how far those in operation reach. Of those that are ``read``, not
    only counted, the tracks and which deliverables are open."""
    _put_gates(cards, gates)

    def asking(*conditions: str) -> tuple[int, ...]:
        return tuple(
            pk for pk, card in cards.items() if card.gate and not set(conditions).isdisjoint(card.gate.conditions)
        )

    def parts(
        ids: tuple[int, ...], told: tuple[int, ...], others: tuple[int, ...], moving: tuple[int, ...],
        reached: tuple[int, ...], **asked: tuple[int, ...],
    ) -> list[gathered.Part]:  # fmt: skip
        return [
            *_work_parts(ids, told, others, moving, user),
            *_paper_parts(**asked),
            *reach.parts(reached, user, shown=True),
        ]

    told = gathered.gather(
        "cards of the portfolio board", user, parts, ids=tuple(cards),
        told=tuple(cards.keys() & read), others=tuple(cards.keys() - read),
        moving=tuple(pk for pk in cards.keys() & read if cards[pk].service.stage not in RUNNING), reached=tuple(running), cases=asking("business_case"),
        pilots=asking("pilot_verdicts"), plans=asking("discontinuance_plan", "notice_is_over"), left=asking("everybody_left"),
    )  # fmt: skip
    _put_work(cards, told)
    _put_papers(cards, told)
    _put_stops(cards, told["stops"])
    for pk, how_far in reach.worked_out(told, list(running), user).items():
        running[pk].reach = how_far


def _parts(user: Any, since: datetime) -> list[gathered.Part]:
    live = Service.objects.visible_to(user).exclude(stage="retired")
    gates = PhaseGate.objects.filter(source__in=live.values("phase"), trashed_at=None)
    retired = Service.objects.visible_to(user).filter(stage="retired").order_by()
    items = BoardItem.objects.visible_to(user).filter(dropped="")
    listed = items.filter(meeting__state__in=("planned", "open"), decision=None, meeting__trashed_at=None)
    meeting = BoardMeeting.objects.visible_to(user).filter(
        state__in=("planned", "open"), at__gte=since, board__kind="decides"
    )
    first = meeting.order_by("at", "pk")[:1]
    return [
        gathered.values("services", live, "name_folded", *Standing._fields),
        gathered.records("gates", gates, "target__name", "target__names", "target__position"),
        gathered.values("listed", listed, "service_id", "meeting__at"),
        gathered.values("retired", retired.values("stage").annotate(n=Count("pk")), "stage", "n"),
        gathered.records("phases", Phase.objects.filter(phase_model__is_default=True, trashed_at=None)),
        gathered.records("meeting", first, "board__name", without=("minutes",)),
        gathered.records(
            "agenda",
            items.filter(meeting__in=first.values("pk"), decision=None),
            "gate__source__name",
            "gate__source__names",
            "gate__target__name",
            "gate__target__names",
            without=("notes", "advice", "tags", "custom", "references"),
        ),
    ]


def _work_parts(
    ids: tuple[int, ...], told: tuple[int, ...], others: tuple[int, ...], moving: tuple[int, ...], user: Any
) -> list[gathered.Part]:
    """Deliverables of the present phase: how many (of those on their way: the others show no tracks), and which mandatory
    ones are open, or of the ``others`` only whether any is; by what a board said no."""
    every = Deliverable.objects.visible_to(user).filter(phase=F("service__phase")).order_by()

    def those_of(rows: QuerySet[Any], services: tuple[int, ...]) -> QuerySet[Any]:
        """Beginning at the services: their phase finds the few deliverables of it, of forty that each has."""
        return rows.filter(service__in=Service._base_manager.filter(among(services)).values("pk"))

    work = those_of(every, moving)
    today = clock.today()  # as ``life.is_closed`` has it: a waiver that has run out waives nothing
    is_closed = Q(state="done") | Q(state="waived") & (Q(waived_until=None) | Q(waived_until__gte=today))
    closed = Count("pk", filter=is_closed)
    open_ = every.filter(~is_closed, mandatory=True)
    runs = PhaseRun._base_manager.filter(
        among(ids, "service"), until=None
    )  # decisions are long: not one too many is read
    stops = Decision.objects.visible_to(user).filter(run__in=runs.values("pk"), superseded_by=None, gate__isnull=False)
    return [
        gathered.values("work", work.values("service", "track").annotate(n=Count("pk"), closed=closed),
                        "service", "track", "closed", "n"),
        gathered.values("open", those_of(open_, told), "planned__position", "pk", "service_id", "name", "names"),
        gathered.values("undone", those_of(open_, others), "service_id"),
        gathered.values("stops", stops, "pk", "service_id", "number", "outcome"),
    ]  # fmt: skip


def _put_gates(cards: dict[int, Card], gates: list[PhaseGate]) -> None:
    out: dict[int, PhaseGate] = {}
    for gate in sorted(gates, key=lambda g: -g.told["target__position"]):
        gate.target = Phase(pk=gate.target_id, name=gate.told["target__name"], names=gate.told["target__names"])
        out[gate.source_id] = gate
    for card in cards.values():
        card.gate = out.get(card.service.phase_id)


def _put_work(cards: dict[int, Card], told: Mapping[str, list[Any]]) -> None:
    """How far the tracks are; what is open of them, in the order of the phase model, then the people that are asked for."""
    for service, track, closed, every in told["work"]:
        cards[service].tracks[track] = Track(closed, every)
    for _place, _pk, service, name, names in sorted(told["open"], key=lambda row: (row[0] or 0, row[1])):
        cards[service].missing.append(in_language(names, name))
    for (service,) in set(told["undone"]):
        cards[service].missing.append(UNTOLD)
    asked = [f for f in Service._meta.fields if f.name in ("project_manager", "technical_lead", "customer_lead")]
    for card in cards.values():
        if card.gate is not None and "people_named" in card.gate.conditions:
            card.missing += [str(f.verbose_name) for f in asked if not getattr(card.service, f.attname)]


def _paper_parts(
    cases: tuple[int, ...], pilots: tuple[int, ...], plans: tuple[int, ...], left: tuple[int, ...]
) -> list[gathered.Part]:
    """What gates ask for beside deliverables, each of those services whose gate asks for it: it counts, whoever looks."""
    live: dict[str, Any] = {"trashed_at": None}
    of_case = {"case": OuterRef("pk"), **live}
    made = BusinessCase.objects.filter(
        among(cases, "service"), Exists(CostLine.objects.filter(**of_case)),
        Exists(IncomeLine.objects.filter(customers__gt=0, **of_case)), **live,
    )  # fmt: skip
    runs_on = Q(customers__waived_until=None) | Q(customers__waived_until__gte=clock.today())
    there = Q(customers__trashed_at=None)
    open_ = there & Q(customers__verdict="open") & ~(Q(customers__waived_by__isnull=False) & runs_on)
    nobody = ~Exists(PilotCustomer.objects.filter(pilot=OuterRef("pk"), trashed_at=None))
    needed = Pilot.objects.filter(among(pilots, "service"), mandatory=True, **live).order_by()
    counting = needed.values("service").annotate(n=Count("customers", filter=open_))
    # as ``life.is_settled`` has it: an end that lies ahead is none yet, a move within the service leads nowhere
    ahead = Q(state="ended") & (Q(until=None) | Q(until__gt=clock.today()))
    stays = Q(state="moved", moved_to__service=F("offering__service"))
    taken = Subscription.objects.filter(
        Q(state="active") | ahead | stays, among(left, "offering__service"), **live
    ).order_by()
    counted = taken.values("offering__service").annotate(n=Count("organisation", distinct=True))
    ends = Discontinuance.objects.filter(among(plans, "service"), **live)
    return [
        gathered.values("cases", made, "service_id"),
        gathered.values("plans", ends, "service_id", "ends_on"),
        gathered.values("pilots", counting, "service", "n"),
        gathered.values("without", needed.filter(nobody), "service_id"),
        gathered.values("left", counted, "offering__service", "n"),
    ]


def _put_papers(made: dict[int, Card], told: Mapping[str, list[Any]]) -> None:
    """What of it is missing, told by its name alone."""
    cases, plans, open_, left = (
        {pk for (pk,) in told["cases"]},
        dict(told["plans"]),
        dict(told["pilots"]),
        dict(told["left"]),
    )
    without = {pk for (pk,) in told["without"]}
    for pk, card in made.items():
        asked = card.gate.conditions if card.gate is not None else []
        if "business_case" in asked and pk not in cases:
            card.missing.append(str(BusinessCase._meta.verbose_name))
        if "discontinuance_plan" in asked and pk not in plans:
            card.missing.append(str(Discontinuance._meta.verbose_name))
        if "pilot_verdicts" in asked and pk not in open_:
            card.missing.append(str(Pilot._meta.verbose_name))
        elif "pilot_verdicts" in asked and (open_[pk] or pk in without):
            card.missing.append(_("verdicts of the pilot"))
        if "everybody_left" in asked and pk in left:
            card.missing.append(ngettext("%(n)s subscriber left", "%(n)s subscribers left", left[pk]) % {"n": left[pk]})
        if "notice_is_over" in asked and (pk not in plans or plans[pk] > clock.today()):
            card.missing.append(_("end of the notice"))


def _put_stops(made: dict[int, Card], decided: list[Any]) -> None:
    """The board said no in the present phase, and has not said otherwise since."""
    for _pk, service, number, outcome in sorted(decided):
        made[service].stopped = number if outcome == Decision.Outcome.NO_GO else ""
