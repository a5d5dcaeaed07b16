"""What gates check by themselves: each condition has a key that phase models name, a label, and gives sentences."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel import clock, questions
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.lifecycle.states import Sentence
from vincula.kernel.ui import format as shown
from vincula.portfolio.models import Deliverable, Discontinuance, Pilot, PilotCustomer, Track
from vincula.portfolio.queries.papers import PLACES, Papers, papers_of
from vincula.portfolio.rules import life

RETIRING = questions.Question(
    "portfolio.what_stands_against_retiring", "Sentences that say why a service cannot retire yet."
)


@dataclass(frozen=True)
class Look:
    """With whose eyes a condition looks: records that ``viewer`` may not see count, and are not named.

    ``excused`` holds the deliverables and pilot customers that the board is about to waive: (class, id). ``read`` are
    the papers of services that were read for this viewer already: for a page, which asks several conditions of several
    services; who writes reads them anew.
    """

    excused: frozenset[tuple[type, int]] = frozenset()
    viewer: Any = SYSTEM
    read: Mapping[int, Papers] = field(default_factory=dict, compare=False)

    def papers(self, service: Any) -> Papers:
        """What there is of a service."""
        there = self.read.get(service.pk)
        return papers_of([service], self.viewer)[service.pk] if there is None else there


EVERYTHING = Look()
Check = Callable[[Any, Look], Iterable[Sentence]]


@dataclass(frozen=True)
class Condition:
    """``check(service, look)`` gives the sentences that stand against; none: it is fulfilled. ``reads``: which papers."""

    key: str
    label: str | Promise
    check: Check
    reads: tuple[str, ...] = tuple(PLACES)


_known: dict[str, Condition] = {}


def condition(key: str, label: str | Promise, reads: tuple[str, ...] = tuple(PLACES)) -> Callable[[Check], Condition]:
    """Decorator: make a function a condition that gates may name. ``reads``: the groups of papers that it looks at."""

    def make(check: Check) -> Condition:
        _known[key] = Condition(key, label, check, reads)
        return _known[key]

    return make


def known() -> dict[str, Condition]:
    return dict(_known)


def reads(keys: Iterable[str]) -> set[str]:
    """The groups of papers that the conditions called ``keys`` look at."""
    return {group for key in keys if key in _known for group in _known[key].reads}


def looking(services: Sequence[Any], viewer: Any, reads: Mapping[int, Collection[str]] | None = None) -> Look:
    """A look at several services at once; ``reads`` {service: groups}: at so much of their papers."""
    return Look(viewer=viewer, read=papers_of(services, viewer, reads))


def against(keys: Iterable[str], service: Any, look: Look = EVERYTHING) -> list[str]:
    """Every sentence that the conditions called ``keys`` have against the service, in their order."""
    if service.pk not in look.read and (asked := reads(keys)):
        look = replace(look, read=papers_of([service], look.viewer, {service.pk: asked}))
    return [str(sentence) for key in keys if key in _known for sentence in _known[key].check(service, look)]


@condition("people_named", gettext_lazy("A project manager and the leads of both tracks are named."), ())
def people_named(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    if not service.project_manager_id:
        yield _("No project manager is named.")
    if not service.technical_lead_id:
        yield _("No lead of the technical track is named.")
    if not service.customer_lead_id:
        yield _("No lead of the customer track is named.")


def work_of(service: Any, look: Look = EVERYTHING) -> list[life.Work]:
    """The deliverables of the phase that the service is in; those excused count as waived, an outlived waiver does not."""
    papers, today = look.papers(service), clock.today()

    def stands(d: Deliverable) -> str:
        if (Deliverable, d.pk) in look.excused:
            return "waived"
        return "todo" if d.state == "waived" and not life.is_closed(d.state, d.waived_until, today) else d.state

    return [life.Work(papers.name(d), d.track, stands(d), d.mandatory) for d in papers.work]


@condition(
    "tracks_closed", gettext_lazy("Both tracks are closed: every mandatory deliverable is done or waived."), ("work",)
)
def tracks_closed(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    return life.both_tracks_closed(work_of(service, look), {key: str(label).lower() for key, label in Track.choices})


@condition(
    "business_case", gettext_lazy("There is a business case with costs and customers."), ("cases", "costs", "income")
)
def business_case(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    papers = look.papers(service)
    found = papers.result(papers.latest_case) if papers.latest_case else None
    if found is None or found.coverage is None or found.break_even is None:
        yield _("There is no business case with costs and customers yet.")


@condition(
    "pilot_verdicts",
    gettext_lazy("Every customer of a needed pilot has given a verdict."),
    ("pilots", "customers", "criteria"),
)
def pilot_verdicts(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    papers = look.papers(service)
    pilots = [pilot for pilot in papers.pilots if pilot.mandatory]
    if not pilots:
        yield _("No pilot was held.")
    for pilot in pilots:
        there = [c for c in papers.customers if c.pilot_id == pilot.pk]
        open_ = [c for c in there if is_awaited(c) and (PilotCustomer, c.pk) not in look.excused]
        if not (open_ or not there):
            continue
        if (Pilot, pilot.pk) not in papers.seen:
            yield _("A verdict of a pilot that you may not see is missing.")
        elif not there:
            yield _("Pilot “%(pilot)s”: no customer takes part.") % {"pilot": pilot}
        else:
            names = ", ".join(dict.fromkeys(papers.name(c) for c in open_))
            yield _("Pilot “%(pilot)s”: no verdict yet from %(names)s.") % {"pilot": pilot, "names": names}


def is_awaited(customer: PilotCustomer) -> bool:
    """A verdict that is neither given nor waived; a waiver that has run out waives nothing."""
    until = customer.waived_until
    waived = customer.waived_by_id is not None and (until is None or until >= clock.today())
    return customer.verdict == "open" and not waived


def waivable(service: Any, look: Look = EVERYTHING) -> list[Deliverable | PilotCustomer]:
    """What a board may let pass: mandatory work of the phase that is not closed, verdicts of needed pilots that are missing."""
    papers = look.papers(service)
    needed = {pilot.pk for pilot in papers.pilots if pilot.mandatory}
    work = [d for d in papers.work if d.mandatory and not d.is_closed]
    return [*work, *(c for c in papers.customers if c.pilot_id in needed and is_awaited(c))]


def unmet_criteria(service: Any, look: Look = EVERYTHING) -> list[Any]:
    """Criteria of needed pilots that are not met, or have no result."""
    papers = look.papers(service)
    needed = {pilot.pk for pilot in papers.pilots if pilot.mandatory}
    return [
        c
        for c in papers.criteria
        if c.pilot_id in needed and not life.criterion_is_met(c.comparator, c.target, c.result)
    ]


@condition("discontinuance_plan", gettext_lazy("There is a discontinuance plan."), ("plans",))
def discontinuance_plan(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    plan = look.papers(service).plan
    if plan is None:
        yield _("There is no discontinuance plan.")


@condition("notice_is_over", gettext_lazy("The notice has run out."), ("plans",))
def notice_is_over(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    plan = look.papers(service).plan
    if plan is None:
        yield _("There is no discontinuance plan.")
    elif clock.today() < plan.ends_on:
        if (Discontinuance, plan.pk) in look.papers(service).seen:
            yield life.one_point(
                _("The service ends on %(day)s, not before.") % {"day": shown.format_date(plan.ends_on)}
            )
        else:
            yield _("The notice has not run out yet.")


def leaving(service: Any, look: Look = EVERYTHING) -> list[life.Leaving]:
    """Every organisation that subscribed to the service and whether that is settled, by name."""
    papers, today = look.papers(service), clock.today()
    settled: dict[int, bool] = {}
    named: dict[int, str] = {}
    for row in papers.subscriptions:
        here = row.state == "moved" and row.told["moved_to__service_id"] == service.pk
        named[row.organisation_id] = papers.name(row)
        gone = life.is_settled(row.state, row.until, today, stays_here=here)
        settled[row.organisation_id] = settled.get(row.organisation_id, True) and gone
    return sorted((life.Leaving(named[pk], done) for pk, done in settled.items()), key=lambda one: one.name)


@condition(
    "everybody_left", gettext_lazy("Every subscription is ended, moved, or waived in writing."), ("subscriptions",)
)
def everybody_left(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    said = life.all_have_left(leaving(service, look))
    if said:
        yield said
    yield from RETIRING(service=service)
