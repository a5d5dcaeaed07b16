"""What gates check by themselves: each condition has a key that phase models name, a label, and gives sentences."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vincula.kernel import clock, questions
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.lifecycle.states import Sentence
from vincula.kernel.ui import format as shown
from vincula.portfolio.models import Deliverable, Pilot, PilotCustomer, Subscription, Track
from vincula.portfolio.rules import life

RETIRING = questions.Question(
    "portfolio.what_stands_against_retiring", "Sentences that say why a service cannot retire yet."
)


@dataclass(frozen=True)
class Look:
    """With whose eyes a condition looks: records that ``viewer`` may not see count, and are not named.

    ``excused`` holds the deliverables and pilot customers that the board is about to waive: (class, id).
    """

    excused: frozenset[tuple[type, int]] = frozenset()
    viewer: Any = SYSTEM


EVERYTHING = Look()
Check = Callable[[Any, Look], Iterable[Sentence]]


@dataclass(frozen=True)
class Condition:
    """``check(service, look)`` gives the sentences that stand against; none: it is fulfilled."""

    key: str
    label: str | Promise
    check: Check


_known: dict[str, Condition] = {}


def condition(key: str, label: str | Promise) -> Callable[[Check], Condition]:
    """Decorator: make a function a condition that gates may name."""

    def make(check: Check) -> Condition:
        _known[key] = Condition(key, label, check)
        return _known[key]

    return make


def known() -> dict[str, Condition]:
    return dict(_known)


def against(keys: Iterable[str], service: Any, look: Look = EVERYTHING) -> list[str]:
    """Every sentence that the conditions called ``keys`` have against the service, in their order."""
    return [str(sentence) for key in keys if key in _known for sentence in _known[key].check(service, look)]


def names_for(records: Sequence[Any], look: Look, of: str = "") -> dict[int, str]:
    """{record: its name, or that of its relation ``of``}, as far as the viewer may see both."""
    if not records:
        return {}
    seen = door.visible_ids(look.viewer, type(records[0]), [r.pk for r in records])
    if of:
        model = type(records[0])._meta.get_field(of).related_model
        there = door.visible_ids(look.viewer, model, [getattr(r, f"{of}_id") for r in records])
        seen = {r.pk for r in records if r.pk in seen and getattr(r, f"{of}_id") in there}
    hidden = _("others that you may not see")
    return {r.pk: (str(getattr(r, of) if of else r) if r.pk in seen else hidden) for r in records}


@condition("people_named", gettext_lazy("A project manager and the leads of both tracks are named."))
def people_named(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    if not service.project_manager_id:
        yield _("No project manager is named.")
    if not service.technical_lead_id:
        yield _("No lead of the technical track is named.")
    if not service.customer_lead_id:
        yield _("No lead of the customer track is named.")


def work_of(service: Any, look: Look = EVERYTHING) -> list[life.Work]:
    """The deliverables of the phase that the service is in; those excused count as waived, an outlived waiver does not."""
    rows = service.deliverables.filter(trashed_at=None, phase_id=service.phase_id).order_by(
        "track", "planned__position", "pk"
    )
    listed = list(rows)
    names, today = names_for(listed, look), clock.today()

    def stands(d: Deliverable) -> str:
        if (Deliverable, d.pk) in look.excused:
            return "waived"
        return "todo" if d.state == "waived" and d.waived_until and d.waived_until < today else d.state

    language = (get_language() or "en")[:2]
    own = {d.pk: (d.names or {}).get(language) if names[d.pk] == d.name else None for d in listed}
    return [life.Work(own[d.pk] or names[d.pk], d.track, stands(d), d.mandatory) for d in listed]


@condition("tracks_closed", gettext_lazy("Both tracks are closed: every mandatory deliverable is done or waived."))
def tracks_closed(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    return life.both_tracks_closed(work_of(service, look), {key: str(label).lower() for key, label in Track.choices})


@condition("business_case", gettext_lazy("There is a business case with costs and customers."))
def business_case(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    from vincula.portfolio.queries.cases import result_of

    latest = service.business_cases.filter(trashed_at=None).order_by("-number").first()
    found = result_of(latest) if latest else None
    if found is None or found.coverage is None or found.break_even is None:
        yield _("There is no business case with costs and customers yet.")


@condition("pilot_verdicts", gettext_lazy("Every customer of a needed pilot has given a verdict."))
def pilot_verdicts(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    pilots = list(service.pilots.filter(trashed_at=None, mandatory=True))
    if not pilots:
        yield _("No pilot was held.")
    for pilot in pilots:
        waived = set(pilot.customers.filter(trashed_at=None).exclude(waived_by=None).values_list("pk", flat=True))
        open_ = [c for c in pilot.customers.filter(trashed_at=None, verdict="open").select_related("organisation")
                 if c.pk not in waived and (PilotCustomer, c.pk) not in look.excused]  # fmt: skip
        if open_:
            names = ", ".join(dict.fromkeys(names_for(open_, look, "organisation").values()))
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
def discontinuance_plan(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    plan = service.discontinuance
    if plan is None:
        yield _("There is no discontinuance plan.")


@condition("notice_is_over", gettext_lazy("The notice has run out."))
def notice_is_over(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    plan = service.discontinuance
    if plan is None:
        yield _("There is no discontinuance plan.")
    elif clock.today() < plan.ends_on:
        yield _("The service ends on %(day)s, not before.") % {"day": shown.format_date(plan.ends_on)}


def leaving(service: Any, look: Look = EVERYTHING) -> list[life.Leaving]:
    """Every organisation that subscribed to the service and whether that is settled, by name.

    An end that lies ahead is none yet, and a move to another offering of the same service leads nowhere.
    """
    rows = Subscription.objects.filter(offering__service=service, trashed_at=None)
    listed = list(rows.select_related("organisation", "moved_to"))
    names, today = names_for(listed, look, "organisation"), clock.today()
    settled: dict[int, bool] = {}
    named: dict[int, str] = {}
    for row in listed:
        here = row.state == "moved" and row.moved_to is not None and row.moved_to.service_id == service.pk
        ahead = row.state == "ended" and (row.until is None or row.until > today)
        named[row.organisation_id] = names[row.pk]
        settled[row.organisation_id] = settled.get(row.organisation_id, True) and not (
            row.state == "active" or here or ahead
        )
    return sorted((life.Leaving(named[pk], done) for pk, done in settled.items()), key=lambda one: one.name)


@condition("everybody_left", gettext_lazy("Every subscription is ended, moved, or waived in writing."))
def everybody_left(service: Any, look: Look = EVERYTHING) -> Iterable[Sentence]:
    said = life.all_have_left(leaving(service, look))
    if said:
        yield said
    yield from RETIRING(service=service)
