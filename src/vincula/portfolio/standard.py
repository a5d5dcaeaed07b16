"""The two phase models that every installation begins with; they are data, and an organisation edits copies of them.

LCPM follows the life cycle of a national research network (requirements L3–L9, S13); the other is the common
discovery – alpha – beta. Functions that they name are made when they are not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from vincula.kernel import numbering
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.records import bulk, derived, state
from vincula.kernel.records.models import Record
from vincula.parties.models import Function
from vincula.portfolio.models import Phase, PhaseGate, PhaseModel, PlannedDeliverable

T, C = "technical", "customer"
LANGUAGES = ("ru", "fr", "nl", "de")
FUNCTIONS = {
    "CSCo": _("Customer relations co-ordinator"), "CRO": _("Customer relations officer"),
    "ICC": _("Internal customer care assistant"), "TCA": _("Technical customer adviser"),
    "SCD": _("Service content developer"), "TD": _("Technical director"), "SPM": _("Service project manager"),
    "SA": _("Service administrator"), "SO": _("Service owner"),
}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """A planned deliverable."""

    name: Any
    track: str
    function: str
    content: str = "text"
    days: int = 30
    mandatory: bool = True
    threshold: Decimal | None = None  # of a weighted score, in %


@dataclass(frozen=True)
class Step:
    """A phase with its work; ``gate``: conditions of the way to the next one, ``board``: whether a board decides it."""

    name: Any
    stage: str
    what: Any
    eosc: tuple[str, ...]
    work: tuple[Work, ...] = ()
    gate: tuple[str, ...] = ("tracks_closed",)
    criteria: tuple[Any, ...] = ()
    board: bool = True


LCPM = (
    Step(_("Idea"), "idea",
         _("Needs of customers and opportunities of technology are gathered and merged. Nothing is promised yet."),
         ("concept",), gate=("people_named",), board=False),
    Step(_("Assessment"), "assessment", _("Is it wanted, and can it be done? The need is gathered and scoped; the technology is assessed."),
         ("discovery",), (
             Work(_("Technology assessment"), T, "TD", "technology_assessment", threshold=Decimal("60.0")),
             Work(_("First budget estimate"), T, "SPM"),
             Work(_("Needs gathered by visits, surveys and key users"), C, "CRO"),
             Work(_("Requirements scoped"), C, "TCA", "requirement_analysis"),
         ), criteria=(_("It fits our strategy."), _("Several organisations want it."))),
    Step(_("Feasibility"), "feasibility", _("How would it be made, at what cost, for whom, at what price?"), ("planned", "design"), (
        Work(_("Technology scouting"), T, "TD", "technology_assessment"),
        Work(_("Solutions evaluated"), T, "TD", "options"),
        Work(_("Practice of peer organisations"), T, "SPM", "peer_practice"),
        Work(_("In-house or outsourced"), T, "TD"),
        Work(_("Draft call for tender"), T, "SPM", "call_for_tender"),
        Work(_("Cost in money, people and time"), T, "SPM", "cost_plan"),
        Work(_("Deep analysis of requirements"), C, "TCA", "requirement_analysis"),
        Work(_("Scope of interest and estimated usage"), C, "CRO", "usage_estimate"),
        Work(_("Willingness to pay"), C, "CRO", "willingness_to_pay"),
        Work(_("Examples at peers"), C, "SCD", "peer_practice"),
        Work(_("Minimum usability requirements"), C, "SCD"),
    ), gate=("tracks_closed", "business_case"), criteria=(_("The business case holds."), _("People and money can be found."))),
    Step(_("Development"), "development", _("It is built after a plan that the board approved, and tried in a pilot with named customers."),
         ("alpha", "beta", "preparation", "implementation"), (
             Work(_("Service development plan"), T, "SPM", "development_plan", 20),
             Work(_("Project plan and tender"), T, "SPM", "call_for_tender", 40),
             Work(_("Internal try-out"), T, "TD", "internal_try_out", 90),
             Work(_("Internal workflow for operation"), T, "SA", "workflow", 90),
             Work(_("Adoption plan"), C, "SCD", "adoption_plan", 60),
             Work(_("Pilot plan"), C, "TCA", "pilot_plan", 60),
             Work(_("Procedures and manuals"), C, "SCD", "text", 100),
             Work(_("Contract, service levels and pricing"), C, "CRO", "text", 100),
         ), gate=("tracks_closed", "pilot_verdicts"), criteria=(_("It is ready for use."),)),
    Step(pgettext_lazy("phase", "Operation"), "operation", _("It runs: it is maintained, reported on, sold, explained and ordered."), ("production", "operation"), (
        Work(_("Status report"), T, "SO", "status_report", 180, False),
        Work(_("Workshop for customers"), C, "TCA", "text", 120, False),
        Work(_("Evaluation at the customer's site"), C, "CRO", "text", 180, False),
    ), gate=("discontinuance_plan",), criteria=(_("It is no longer worth its cost, or something better is there."),)),
    Step(_("Shutdown"), "shutdown", _("It ends in good order: customers are told, moved or released; the technology is phased out."),
         ("in containment",), (
             Work(_("Discontinuance plan"), T, "SO", "discontinuance_plan", 30),
             Work(_("Customers told and alternatives offered"), C, "CRO", "text", 60),
         ), gate=("tracks_closed", "notice_is_over", "everybody_left"), criteria=(_("Nobody is left on it."),), board=False),
    Step(_("Retired"), "retired", _("It is gone; what was learnt stays."), ("retirement", "termination"), gate=()),
)  # fmt: skip
BETA = (
    Step(_("Discovery"), "idea", _("The problem is understood before anything is built."), ("discovery",), gate=("people_named",), board=False),
    Step(_("Alpha"), "development", _("Prototypes are tried with a few users."), ("alpha",), (
        Work(_("What users need"), C, "TCA", "requirement_analysis"), Work(_("Prototype tried"), T, "SPM", "internal_try_out"),
    )),
    Step(_("Beta"), "development", _("Everybody may try it; it is not promised yet."), ("beta",), (
        Work(_("Pilot plan"), C, "TCA", "pilot_plan"), Work(_("Internal workflow for operation"), T, "SA", "workflow"),
    ), gate=("tracks_closed", "pilot_verdicts")),
    Step(_("Production"), "operation", _("It runs and is promised."), ("production", "operation"), gate=("discontinuance_plan",)),
    Step(_("Retirement"), "shutdown", _("It ends in good order."), ("retirement",), gate=("notice_is_over", "everybody_left"), board=False),
    Step(_("Retired"), "retired", _("It is gone; what was learnt stays."), ("termination",), gate=()),
)  # fmt: skip
MODELS = (("LCPM", LCPM), (_("Discovery, alpha, beta"), BETA))


def for_new_services() -> PhaseModel:
    """The published model that new services begin with; the standard ones are made when there is none."""
    there = PhaseModel.objects.filter(is_default=True, trashed_at=None).first()
    return there or install()


def begin() -> None:
    """A new installation has its phase models before the first service needs them."""
    if not PhaseModel.objects.exists():
        install()


def install() -> PhaseModel:
    """Make the standard models, once; returns the one for new services. Set-based: three dozen rows in a blink."""
    with transaction.atomic(), override("en"):
        numbering.next_number("phase model", 1)  # the counter's row is held: of two at once the second finds them made
        if there := PhaseModel.objects.filter(is_default=True, trashed_at=None).first():
            return there
        functions = _functions()
        made = [
            PhaseModel(name=str(name), number=1, state=PhaseModel.State.PUBLISHED, is_default=place == 0)
            for place, (name, _steps) in enumerate(MODELS)
        ]
        _keep(PhaseModel, made)
        for model, (_name, steps) in zip(made, MODELS, strict=True):
            _fill(model, steps, functions)
    return made[0]


def _keep(model: type[Record], rows: Sequence[Any]) -> None:
    """Insert with history and index, as the save door would."""
    bulk.insert(model, rows)
    entries = []
    for row in rows:
        changes = state.creation(state.of(row, with_many=False))
        entries.append(
            trail.entry(who=door.SYSTEM, verb="created", entity=door.key(model), object_id=row.pk, changes=changes, version=row.version)
        )  # fmt: skip
    trail.write_many(entries)
    derived.write(rows, fresh=True)


def _functions() -> dict[str, Function]:
    there = {f.code: f for f in Function.objects.filter(code__in=FUNCTIONS, trashed_at=None)}
    new = {
        code: Function(code=code, name=str(label), names=_in_languages(label))
        for code, label in FUNCTIONS.items()
        if code not in there
    }
    if new:
        _keep(Function, list(new.values()))
    return there | new


def _fill(model: PhaseModel, steps: tuple[Step, ...], functions: dict[str, Function]) -> None:
    phases = [
        Phase(phase_model=model, position=position, name=str(step.name), names=_in_languages(step.name), stage=step.stage,
              eosc=list(step.eosc), what_happens=str(step.what))
        for position, step in enumerate(steps)
    ]  # fmt: skip
    _keep(Phase, phases)
    planned = [
        PlannedDeliverable(
            phase=phase, track=work.track, position=number, name=str(work.name), names=_in_languages(work.name),
            function=functions[work.function], content_kind=work.content, mandatory=work.mandatory, days=work.days,
            threshold=work.threshold,
        )
        for phase, step in zip(phases, steps, strict=True)
        for number, work in enumerate(step.work, 1)
    ]  # fmt: skip
    _keep(PlannedDeliverable, planned)
    gates = [
        PhaseGate(source=source, target=target, by_board=step.board, conditions=list(step.gate),
                  criteria=[str(c) for c in step.criteria])
        for step, source, target in zip(steps, phases, phases[1:], strict=False)
    ]  # fmt: skip
    _keep(PhaseGate, gates)


def _in_languages(text: Any) -> dict[str, str]:
    """{language: the text as it is translated}; languages in which it reads as in English are left out."""
    english, found = str(text), {}
    for language in LANGUAGES:
        with override(language):
            if str(text) != english:
                found[language] = str(text)
    return found
