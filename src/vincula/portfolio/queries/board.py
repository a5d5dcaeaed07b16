"""What the portfolio board shows: services by stage, how far their tracks are, what the next gate misses (L1)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel import clock
from vincula.portfolio.models import (
    BoardItem,
    BusinessCase,
    Decision,
    Deliverable,
    Discontinuance,
    PhaseGate,
    Pilot,
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


def cards(user: Any, services: Sequence[Service] | None = None) -> dict[str, list[Card]]:
    """{stage: cards}, of services that ``user`` may see and that are not retired; fifteen statements at most."""
    if services is None:
        rows = Service.objects.visible_to(user).exclude(stage="retired").select_related("phase")
        services = list(rows.order_by("name_folded", "pk"))
    made = {s.pk: Card(s) for s in services}
    _put_tracks(made, user)
    _put_gates(made)
    _put_papers(made)
    _put_stops(made, user)
    _put_meetings(made, user)
    running = [s.pk for s in services if s.stage in RUNNING]
    for pk, reach in reach_of(running, user).items():
        made[pk].reach = reach
    by_stage: dict[str, list[Card]] = defaultdict(list)
    for card in made.values():
        by_stage[card.service.stage].append(card)
    return by_stage


def _put_tracks(made: dict[int, Card], user: Any) -> None:
    rows = Deliverable.objects.visible_to(user).filter(service__in=list(made), phase=F("service__phase"))
    told = rows.order_by("planned__position", "pk").values_list("service_id", "track", "state", "mandatory", "name")
    for service, track, state, mandatory, name in told:
        counted = made[service].tracks.setdefault(track, Track())
        counted.all += 1
        if state in life.CLOSED:
            counted.closed += 1
        elif mandatory:
            made[service].missing.append(name)


def _put_gates(made: dict[int, Card]) -> None:
    phases = {card.service.phase_id for card in made.values()}
    rows = PhaseGate.objects.filter(source__in=phases, trashed_at=None).select_related("target")
    out: dict[int, PhaseGate] = {}
    for gate in rows.order_by("-target__position"):
        out[gate.source_id] = gate
    for card in made.values():
        card.gate = out.get(card.service.phase_id)
        if card.gate is not None and "people_named" in card.gate.conditions:
            named = (
                f for f in Service._meta.fields if f.name in ("project_manager", "technical_lead", "customer_lead")
            )
            card.missing += [str(f.verbose_name) for f in named if not getattr(card.service, f.attname)]


def _put_papers(made: dict[int, Card]) -> None:
    """What gates ask for beside deliverables, counted for all services at once and told by its name alone."""

    def asked(condition: str) -> list[int]:
        return [pk for pk, card in made.items() if card.gate is not None and condition in card.gate.conditions]

    def lack(condition: str, having: Callable[[list[int]], Iterable[int]], what: str) -> None:
        if waiting := asked(condition):
            there = set(having(waiting))
            for pk in waiting:
                if pk not in there:
                    made[pk].missing.append(what)

    live: dict[str, Any] = {"trashed_at": None}
    lack("business_case", lambda pks: BusinessCase.objects.filter(
        service__in=pks, costs__trashed_at=None, costs__isnull=False, income__trashed_at=None, income__customers__gt=0, **live
    ).values_list("service_id", flat=True), str(BusinessCase._meta.verbose_name))  # fmt: skip
    lack("discontinuance_plan", lambda pks: Discontinuance.objects.filter(service__in=pks, **live).values_list(
        "service_id", flat=True), str(Discontinuance._meta.verbose_name))  # fmt: skip
    if waiting := asked("pilot_verdicts"):
        held = Pilot.objects.filter(service__in=waiting, mandatory=True, **live)
        open_ = Q(customers__verdict="open", customers__waived_by=None, customers__trashed_at=None)
        verdicts = dict(held.values_list("service_id").annotate(n=Count("customers", filter=open_)).order_by())
        for pk in waiting:
            if pk not in verdicts:
                made[pk].missing.append(str(Pilot._meta.verbose_name))
            elif verdicts[pk]:
                made[pk].missing.append(_("verdicts of the pilot"))
    if waiting := asked("everybody_left"):
        rows = Subscription.objects.filter(offering__service__in=waiting, state="active", **live).order_by()
        left = dict(rows.values_list("offering__service").annotate(n=Count("organisation", distinct=True)))
        for pk, n in left.items():
            told = ngettext("%(n)s subscriber left", "%(n)s subscribers left", n)
            made[pk].missing.append(told % {"n": n})
    lack("notice_is_over", lambda pks: Discontinuance.objects.filter(
        service__in=pks, ends_on__lte=clock.today(), **live).values_list("service_id", flat=True), _("end of the notice"))  # fmt: skip


def _put_stops(made: dict[int, Card], user: Any) -> None:
    """The board said no in the present phase, and has not said otherwise since."""
    rows = Decision.objects.visible_to(user).filter(
        service__in=list(made), superseded_by=None, run__until=None, run__isnull=False, gate__isnull=False
    )  # fmt: skip
    for service, number, outcome in rows.order_by("pk").values_list("service_id", "number", "outcome"):
        made[service].stopped = number if outcome == Decision.Outcome.NO_GO else ""


def _put_meetings(made: dict[int, Card], user: Any) -> None:
    rows = BoardItem.objects.visible_to(user).filter(
        service__in=list(made), meeting__state__in=("planned", "open"), dropped="", decision=None,
        meeting__trashed_at=None,
    )  # fmt: skip
    for service, at in rows.order_by("-meeting__at").values_list("service_id", "meeting__at"):
        made[service].meeting = at
