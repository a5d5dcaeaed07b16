"""What gates check by themselves: each condition has a key that phase models name, a label, and gives sentences."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel import clock, questions
from vincula.kernel.lifecycle.states import Sentence
from vincula.kernel.ui import format as shown
from vincula.portfolio.models import Deliverable, Pilot, PilotCustomer, Subscription, Track
from vincula.portfolio.rules import life

RETIRING = questions.Question(
    "portfolio.what_stands_against_retiring", "Sentences that say why a service cannot retire yet."
)


@dataclass(frozen=True)
class Condition:
    """``check(service, excused)`` gives the sentences that stand against; none: it is fulfilled.

    ``excused`` holds the deliverables and pilot customers that the board is about to waive: (class, id).
    """

    key: str
    label: str | Promise
    check: "Check"


Excused = frozenset[tuple[type, int]]
NOBODY: Excused = frozenset()
Check = Callable[[Any, Excused], Iterable[Sentence]]


_known: dict[str, Condition] = {}


def condition(key: str, label: str | Promise) -> Callable[[Check], Condition]:
    """Decorator: make a function a condition that gates may name."""

    def make(check: Check) -> Condition:
        _known[key] = Condition(key, label, check)
        return _known[key]

    return make


def known() -> dict[str, Condition]:
    return dict(_known)


def against(keys: Iterable[str], service: Any, excused: Excused = NOBODY) -> list[str]:
    """Every sentence that the conditions called ``keys`` have against the service, in their order."""
    return [str(sentence) for key in keys if key in _known for sentence in _known[key].check(service, excused)]


@condition("people_named", gettext_lazy("A project manager and the leads of both tracks are named."))
def people_named(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    if not service.project_manager_id:
        yield _("No project manager is named.")
    if not service.technical_lead_id:
        yield _("No lead of the technical track is named.")
    if not service.customer_lead_id:
        yield _("No lead of the customer track is named.")


def work_of(service: Any, excused: Excused = NOBODY) -> list[life.Work]:
    """The deliverables of the phase that the service is in; those excused count as waived."""
    rows = service.deliverables.filter(trashed_at=None, phase_id=service.phase_id).order_by("track", "planned__position", "pk")
    return [
        life.Work(d.name, d.track, "waived" if (Deliverable, d.pk) in excused else d.state, d.mandatory) for d in rows
    ]


@condition("tracks_closed", gettext_lazy("Both tracks are closed: every mandatory deliverable is done or waived."))
def tracks_closed(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    return life.both_tracks_closed(work_of(service, excused), {key: str(label).lower() for key, label in Track.choices})


@condition("business_case", gettext_lazy("There is a business case with costs and customers."))
def business_case(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    from vincula.portfolio.queries.cases import result_of

    latest = service.business_cases.filter(trashed_at=None).order_by("-number").first()
    found = result_of(latest) if latest else None
    if found is None or found.coverage is None or found.break_even is None:
        yield _("There is no business case with costs and customers yet.")


@condition("pilot_verdicts", gettext_lazy("Every customer of a needed pilot has given a verdict."))
def pilot_verdicts(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    pilots = list(service.pilots.filter(trashed_at=None, mandatory=True))
    if not pilots:
        yield _("No pilot was held.")
    for pilot in pilots:
        waived = set(pilot.customers.filter(trashed_at=None).exclude(waived_by=None).values_list("pk", flat=True))
        open_ = [c for c in pilot.customers.filter(trashed_at=None, verdict="open").select_related("organisation")
                 if c.pk not in waived and (PilotCustomer, c.pk) not in excused]  # fmt: skip
        if open_:
            names = ", ".join(str(c.organisation) for c in open_)
            yield _("Pilot “%(pilot)s”: no verdict yet from %(names)s.") % {"pilot": pilot, "names": names}


def unmet_criteria(service: Any) -> list[Any]:
    """Criteria of needed pilots that are not met, or have no result."""
    found = []
    for pilot in Pilot.objects.filter(service=service, trashed_at=None, mandatory=True):
        for c in pilot.criteria.filter(trashed_at=None):
            if not life.criterion_is_met(c.comparator, c.target, c.result):
                found.append(c)
    return found


@condition("discontinuance_plan", gettext_lazy("There is a discontinuance plan."))
def discontinuance_plan(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    plan = getattr(service, "discontinuance", None)
    if plan is None or plan.trashed_at is not None:
        yield _("There is no discontinuance plan.")


@condition("notice_is_over", gettext_lazy("The notice has run out."))
def notice_is_over(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    plan = getattr(service, "discontinuance", None)
    if plan is not None and clock.today() < plan.ends_on:
        yield _("The service ends on %(day)s, not before.") % {"day": shown.format_date(plan.ends_on)}


def leaving(service: Any) -> list[life.Leaving]:
    """Every organisation that subscribed to the service and whether that is settled, by name."""
    rows = Subscription.objects.filter(offering__service=service, trashed_at=None).select_related("organisation")
    settled: dict[str, bool] = {}
    for row in rows:
        name = str(row.organisation)
        settled[name] = settled.get(name, True) and row.state != "active"
    return [life.Leaving(name, done) for name, done in sorted(settled.items())]


@condition("everybody_left", gettext_lazy("Every subscription is ended, moved, or waived in writing."))
def everybody_left(service: Any, excused: Excused = NOBODY) -> Iterable[Sentence]:
    said = life.all_have_left(leaving(service))
    if said:
        yield said
    yield from RETIRING(service=service)
