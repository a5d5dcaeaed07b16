"""What the portfolio board shows: services by stage, how far their tracks are, what the next gate misses (L1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from vincula.portfolio import conditions
from vincula.portfolio.models import BoardItem, Deliverable, PhaseGate, Service
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
    missing: list[str] = field(default_factory=list)  # names of mandatory deliverables that are open
    gate: PhaseGate | None = None
    meeting: datetime | None = None
    reach: Reach | None = None

    @property
    def tone(self) -> str:
        """good: may pass; bad: at a meeting and not ready; warn: on its way."""
        if self.service.stage in RUNNING:
            low = self.reach is not None and life.is_under(self.reach.share, self.service.least_penetration)
            return "warn" if low else ""
        if not self.missing:
            return "good"
        return "bad" if self.meeting is not None else "warn"


def cards(user: Any, services: Sequence[Service] | None = None) -> dict[str, list[Card]]:
    """{stage: cards}, of services that ``user`` may see and that are not retired; eight statements at most."""
    if services is None:
        rows = Service.objects.visible_to(user).exclude(stage="retired").select_related("phase")
        services = list(rows.order_by("name_folded", "pk"))
    made = {s.pk: Card(s) for s in services}
    _put_tracks(made, user)
    _put_gates(made)
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
            card.missing += [str(said) for said in conditions.people_named.check(card.service, conditions.EVERYTHING)]


def _put_meetings(made: dict[int, Card], user: Any) -> None:
    rows = BoardItem.objects.visible_to(user).filter(
        service__in=list(made), meeting__state__in=("planned", "open"), dropped="", decision=None,
        meeting__trashed_at=None,
    )  # fmt: skip
    for service, at in rows.order_by("-meeting__at").values_list("service_id", "meeting__at"):
        made[service].meeting = at
