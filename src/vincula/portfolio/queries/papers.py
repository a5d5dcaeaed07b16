"""What the gates of services look at: deliverables, cases, pilots, plans, subscribers; of many services at once.

Everything counts, whoever looks (docs/decisions/0011); what the viewer may see is told beside it, so that sentences
name nothing else. One statement, whatever the number of services and of rows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vincula.kernel.access import door, gathered
from vincula.kernel.access.among import among
from vincula.kernel.records.fields import in_language
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
    """The papers of one service. Records of the trash are not among them; ``work`` is that of the present phase.

    A group that was not read is no empty one: asking for it is an AttributeError.
    """

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
    language: str = "en"  # of who reads

    def name(self, record: Deliverable | PilotCustomer | Subscription) -> str:
        """What a sentence calls it, if that may be seen: a deliverable by its name in the reader's language, the others
        by their organisation."""
        if (type(record), record.pk) not in self.named:
            return _("others that you may not see")
        if isinstance(record, Deliverable):
            return in_language(record.names, record.name, self.language)
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
    "work": ("planned__position",), "customers": ("organisation__name", "organisation__trashed_at"),
    "subscriptions": ("organisation__name", "organisation__trashed_at", "moved_to__service_id"),
}  # fmt: skip
LONG = ("created_at", "updated_at", "tags", "custom", "references", "content", "waiver", "assumptions", "aim", "feedback", "said", "reason",
        "communication", "alternatives", "phase_out")  # fmt: skip
BY_NAME = ("pilots", "criteria", "plans")  # sentences tell what these say, to whoever may see them


def papers_of(
    services: Sequence[Service], viewer: Any, reads: Mapping[int, Collection[str]] | None = None
) -> dict[int, Papers]:
    """{service: its papers}, as they are now; all of them, or those that ``reads`` {service: groups} names."""
    language = (get_language() or "en")[:2]
    made = {service.pk: Papers(language=language) for service in services}
    if not made:
        return made
    asked: dict[str, Any] = {
        what: tuple(sorted(pk for pk in made if reads is None or what in reads[pk])) for what in PLACES
    }
    found = gathered.gather("papers", viewer, lambda **ids: _parts(ids, viewer), **asked)
    for what, (model, path) in PLACES.items():
        for pk in made.keys() - set(asked[what]):
            delattr(made[pk], what)
        for record in found[what]:
            getattr(made[record.told[path]], what).append(record)
        for service, pk in found[f"seen {what}"]:
            made[service].seen.add((model, pk))
        for service, pk in found[f"named {what}"]:
            made[service].named.add((model, pk))
        if what in (*TOLD, *BY_NAME) and door.sees_all(viewer, model):
            _put_all(made, model, path, found[what], viewer)
    for service, papers in made.items():
        for what, order in ORDER.items():
            if service in asked[what]:
                getattr(papers, what).sort(key=order)
    return made


ORDER: dict[str, Callable[[Any], Any]] = {
    "work": lambda d: (d.track, d.told["planned__position"] or 0, d.pk),
    **dict.fromkeys(("pilots", "customers", "criteria", "subscriptions"), lambda record: record.pk),
}


def _put_all(made: dict[int, Papers], model: type[Record], path: str, records: Sequence[Any], viewer: Any) -> None:
    """For who sees every record of the model: those of an organisation are named to who sees every organisation, unless
    it is in the trash."""
    named = model is Deliverable or door.sees_all(viewer, Organisation)
    for record in records:
        papers, this = made[record.told[path]], (model, record.pk)
        papers.seen.add(this)
        if named and record.told.get("organisation__trashed_at") is None:
            papers.named.add(this)


def _parts(ids: Mapping[str, tuple[int, ...]], viewer: Any) -> Iterable[gathered.Part]:
    """Beside the rows, which of them may be seen and named; where that is all of them, it need not be asked."""
    for what, (model, path) in PLACES.items():
        every: QuerySet[Any] = model._base_manager.filter(among(ids[what], path), trashed_at=None)
        if what == "work":
            every = every.filter(phase_id=F("service__phase_id"))
        yield gathered.records(what, every, path, *TOLD.get(what, ()), without=LONG)
        sees_all, by_organisation = door.sees_all(viewer, model), "organisation__name" in TOLD.get(what, ())
        seen = named = every if sees_all else door.visible(every, viewer)
        if by_organisation:
            named = seen.filter(door.leading_to("organisation", Organisation, viewer))
        if what in (*TOLD, *BY_NAME) and not sees_all:
            yield gathered.values(f"seen {what}", seen, path, "pk")
        if what in TOLD and (not sees_all or (by_organisation and not door.sees_all(viewer, Organisation))):
            yield gathered.values(f"named {what}", named, path, "pk")
