"""What the portfolio board shows: services by stage, how far their tracks are, what the next gate misses (L1)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.access import gathered
from vincula.portfolio.models import (
    Board,
    BoardItem,
    BoardMeeting,
    BusinessCase,
    Decision,
    Deliverable,
    Discontinuance,
    Phase,
    PhaseGate,
    Pilot,
    PilotCustomer,
    Service,
    Subscription,
)
from vincula.portfolio.queries.reach import Reach, reach_of
from vincula.portfolio.rules import life

RUNNING = ("operation",)


@dataclass
class Track:
    """Closed and all deliverables of a track in the present phase."""

    closed: int = 0
    all: int = 0

    @property
    def share(self) -> int:
        return 100 * self.closed // self.all if self.all else 0


@dataclass
class Card:
    """A service on the board."""

    service: Service
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
            low = self.reach is not None and life.is_under(self.reach.share, self.service.least_penetration)
            return "warn" if low else ""
        if not self.missing:
            return "good"
        return "bad" if self.meeting is not None else "warn"


@dataclass
class Overview:
    """The board: cards by stage, how many are retired, what each stage is called, and when the board meets."""

    by_stage: dict[str, list[Card]]
    retired: int = 0
    names: dict[str, Phase] = field(default_factory=dict)  # {stage: the phase of the model for new services}
    meeting: BoardMeeting | None = None
    agenda: list[BoardItem] = field(default_factory=list)


def overview(user: Any) -> Overview:
    """Of services that ``user`` may see; two statements and one for how far those in operation reach."""
    rows = Service.objects.visible_to(user).exclude(stage="retired").select_related("phase", "project_manager")
    made = {s.pk: Card(s) for s in rows.order_by("name_folded", "pk")}
    now = clock.now()
    told = gathered.gather(
        "the portfolio board", user, lambda since: _parts(user, since), since=now - timedelta(days=1)
    )
    _put_tracks(made, told["work"])
    _put_gates(made, told["gates"])
    _put_papers(made, told)
    _put_stops(made, told["stops"])
    for service, at in sorted(told["listed"], key=lambda row: row[1], reverse=True):
        if service in made:
            made[service].meeting = at
    for pk, reach in reach_of([pk for pk, card in made.items() if card.service.stage in RUNNING], user).items():
        made[pk].reach = reach
    found = Overview(defaultdict(list), sum(n for (n,) in told["retired"]))
    for card in made.values():
        found.by_stage[card.service.stage].append(card)
    found.names = {p.stage: p for p in sorted(told["phases"], key=lambda p: -p.position)}
    for meeting in told["meeting"]:
        found.meeting, meeting.board = meeting, Board(pk=meeting.board_id, name=meeting.told["board__name"])
    found.agenda = [item for item in told["agenda"] if item.service_id in made]
    return found


def _parts(user: Any, since: datetime) -> list[gathered.Part]:
    work = Deliverable.objects.visible_to(user).filter(phase=F("service__phase")).exclude(service__stage="retired")
    lived = Service.objects.visible_to(user).exclude(stage="retired").values("phase")
    gates = PhaseGate.objects.filter(source__in=lived, trashed_at=None)
    retired = Service.objects.visible_to(user).filter(stage="retired").order_by()
    items = BoardItem.objects.visible_to(user).filter(dropped="")
    listed = items.filter(meeting__state__in=("planned", "open"), decision=None, meeting__trashed_at=None)
    stops = Decision.objects.visible_to(user).filter(
        superseded_by=None, run__until=None, run__isnull=False, gate__isnull=False
    )
    meeting = BoardMeeting.objects.visible_to(user).filter(
        state__in=("planned", "open"), at__gte=since, board__kind="decides"
    )
    first = meeting.order_by("at", "pk")[:1]
    return [
        gathered.values(
            "work",
            work,
            *("service_id", "track", "state", "mandatory", "name", "names", "planned__position", "pk", "waived_until"),
        ),
        gathered.records("gates", gates, "target__name", "target__names", "target__position"),
        gathered.values("listed", listed, "service_id", "meeting__at"),
        gathered.values("retired", retired.values("stage").annotate(n=Count("pk")), "n"),
        gathered.records("phases", Phase.objects.filter(phase_model__is_default=True, trashed_at=None)),
        gathered.records("meeting", first, "board__name"),
        gathered.records(
            "agenda",
            items.filter(meeting__in=first.values("pk")),
            "gate__source__name",
            "gate__source__names",
            "gate__target__name",
            "gate__target__names",
        ),
        gathered.values("stops", stops, "pk", "service_id", "number", "outcome"),
        *_paper_parts(),
    ]


def _put_tracks(made: dict[int, Card], work: list[Any]) -> None:
    language = (get_language() or "en")[:2]
    today = clock.today()
    ordered = sorted(work, key=lambda row: (row[6] or 0, row[7]))
    for service, track, state, mandatory, name, names, *_place, until in ordered:
        if service not in made:
            continue
        counted = made[service].tracks.setdefault(track, Track())
        counted.all += 1
        if life.is_closed(state, until, today):
            counted.closed += 1
        elif mandatory:
            made[service].missing.append((names or {}).get(language) or name)


def _put_gates(made: dict[int, Card], gates: list[PhaseGate]) -> None:
    out: dict[int, PhaseGate] = {}
    for gate in sorted(gates, key=lambda g: -g.told["target__position"]):
        gate.target = Phase(pk=gate.target_id, name=gate.told["target__name"], names=gate.told["target__names"])
        out[gate.source_id] = gate
    for card in made.values():
        card.gate = out.get(card.service.phase_id)
        if card.gate is not None and "people_named" in card.gate.conditions:
            named = (
                f for f in Service._meta.fields if f.name in ("project_manager", "technical_lead", "customer_lead")
            )
            card.missing += [str(f.verbose_name) for f in named if not getattr(card.service, f.attname)]


def _paper_parts() -> list[gathered.Part]:
    """What gates ask for beside deliverables, counted for all services at once: it counts, whoever looks."""
    live: dict[str, Any] = {"trashed_at": None}
    figures: dict[str, Any] = {"costs__trashed_at": None, "costs__isnull": False, "income__trashed_at": None}
    cases = BusinessCase.objects.filter(income__customers__gt=0, **figures, **live).order_by()
    runs_on = Q(customers__waived_until=None) | Q(customers__waived_until__gte=clock.today())
    there = Q(customers__trashed_at=None)
    open_ = there & Q(customers__verdict="open") & ~(Q(customers__waived_by__isnull=False) & runs_on)
    nobody = ~Exists(PilotCustomer.objects.filter(pilot=OuterRef("pk"), trashed_at=None))
    pilots = Pilot.objects.filter(mandatory=True, **live).order_by().values("service")
    left = Subscription.objects.filter(state="active", **live).exclude(offering__service__stage="retired").order_by()
    counted = left.values("offering__service").annotate(n=Count("organisation", distinct=True))
    return [
        gathered.values("cases", cases.distinct(), "service_id"),
        gathered.values("plans", Discontinuance.objects.filter(**live), "service_id", "ends_on"),
        gathered.values("pilots", pilots.annotate(n=Count("customers", filter=open_)), "service", "n"),
        gathered.values("without", Pilot.objects.filter(nobody, mandatory=True, **live), "service_id"),
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
        if service in made:
            made[service].stopped = number if outcome == Decision.Outcome.NO_GO else ""
