"""What the gates of services look at: deliverables, cases, pilots, plans, subscribers; of many services at once.

Everything counts, whoever looks (docs/decisions/0011); what the viewer may see is told beside it, so that sentences
name nothing else. One statement, whatever the number of services and of rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vincula.kernel.access import door, gathered
from vincula.kernel.access.among import among
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.portfolio.models import (
    BusinessCase,
    CostLine,
    Deliverable,
    Discontinuance,
    IncomeLine,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    Service,
    Subscription,
)
from vincula.portfolio.queries.cases import result
from vincula.portfolio.rules.case import Result


@dataclass
class Papers:
    """The papers of one service. Records of the trash are not among them; ``work`` is that of the present phase."""

    work: list[Deliverable] = field(default_factory=list)
    cases: list[BusinessCase] = field(default_factory=list)
    costs: list[CostLine] = field(default_factory=list)
    income: list[IncomeLine] = field(default_factory=list)
    pilots: list[Pilot] = field(default_factory=list)
    criteria: list[PilotCriterion] = field(default_factory=list)
    customers: list[PilotCustomer] = field(default_factory=list)
    plans: list[Discontinuance] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    seen: set[tuple[type, int]] = field(default_factory=set)  # (class, id) of what the viewer may see
    named: set[tuple[type, int]] = field(default_factory=set)  # … and what it is called after

    def name(self, record: Deliverable | PilotCustomer | Subscription) -> str:
        """What a sentence calls it, if that may be seen: a deliverable by its name in the reader's language, the others
        by their organisation."""
        if (type(record), record.pk) not in self.named:
            return _("others that you may not see")
        if isinstance(record, Deliverable):
            return str((record.names or {}).get((get_language() or "en")[:2]) or record.name)
        return str(record.told["organisation__name"])

    def result(self, case: BusinessCase) -> Result | None:
        """What a case comes to."""
        return result(
            case, [c for c in self.costs if c.case_id == case.pk], [i for i in self.income if i.case_id == case.pk]
        )

    @property
    def latest_case(self) -> BusinessCase | None:
        return max(self.cases, key=lambda c: c.number, default=None)

    @property
    def plan(self) -> Discontinuance | None:
        return min(self.plans, key=lambda p: p.pk, default=None)


PLACES: dict[str, tuple[type[Record], str]] = {
    "work": (Deliverable, "service"), "cases": (BusinessCase, "service"), "costs": (CostLine, "case__service"),
    "income": (IncomeLine, "case__service"), "pilots": (Pilot, "service"), "criteria": (PilotCriterion, "pilot__service"),
    "customers": (PilotCustomer, "pilot__service"), "plans": (Discontinuance, "service"),
    "subscriptions": (Subscription, "offering__service"),
}  # fmt: skip
TOLD = {
    "work": ("planned__position",), "customers": ("organisation__name",),
    "subscriptions": ("organisation__name", "moved_to__service_id"),
}  # fmt: skip
BY_NAME = ("pilots", "criteria", "plans")  # sentences tell what these say, to whoever may see them


def papers_of(services: Sequence[Service], viewer: Any) -> dict[int, Papers]:
    """{service: its papers}, as they are now."""
    made = {service.pk: Papers() for service in services}
    if not made:
        return made
    found = gathered.gather("papers", viewer, lambda ids: _parts(ids, viewer), ids=tuple(sorted(made)))
    for what, (model, path) in PLACES.items():
        for record in found[what]:
            getattr(made[record.told[path]], what).append(record)
        for service, pk in found[f"seen {what}"]:
            made[service].seen.add((model, pk))
        for service, pk in found[f"named {what}"]:
            made[service].named.add((model, pk))
    for papers in made.values():
        papers.work.sort(key=lambda d: (d.track, d.told["planned__position"] or 0, d.pk))
        for listed in (papers.pilots, papers.customers, papers.criteria, papers.subscriptions):
            listed.sort(key=lambda record: record.pk)
    return made


def _parts(ids: tuple[int, ...], viewer: Any) -> Iterable[gathered.Part]:
    for what, (model, path) in PLACES.items():
        every: QuerySet[Any] = model._base_manager.filter(among(ids, path), trashed_at=None)
        if what == "work":
            every = every.filter(phase_id=F("service__phase_id"))
        yield gathered.records(what, every, path, *TOLD.get(what, ()))
        if what in (*TOLD, *BY_NAME):
            seen = named = door.visible(every, viewer)
            yield gathered.values(f"seen {what}", seen, path, "pk")
        if what in TOLD:
            if model is not Deliverable:
                named = seen.filter(door.leading_to("organisation", Organisation, viewer))
            yield gathered.values(f"named {what}", named, path, "pk")
