"""A service goes from phase to phase: it begins, its deliverables are laid out, gates are passed (L5, L7, L9)."""

from collections.abc import Sequence
from datetime import date, timedelta
from textwrap import shorten
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vincula.kernel import clock, events
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.records import actions
from vincula.portfolio import conditions
from vincula.portfolio.models import (
    Decision,
    Deliverable,
    Phase,
    PhaseGate,
    PhaseModel,
    PhaseRun,
    PilotCustomer,
    Service,
)

PHASE_CHANGED = events.declare("portfolio.service.phase_changed", "A service passed a gate into another phase.")
LONGEST_VERB = 60  # characters that the trail takes; PostgreSQL refuses more
BEFORE_IT_RUNS = ("idea", "assessment", "feasibility", "development")
GOES = (Decision.Outcome.GO, Decision.Outcome.CONDITIONS)


def begin(services: Sequence[Service]) -> None:
    """Give services without a run their first one, with the deliverables of the phase. Called in the save itself."""
    running = set(
        PhaseRun.objects.filter(service__in=[s.pk for s in services], trashed_at=None).values_list(
            "service_id", flat=True
        )
    )
    for service in services:
        if service.pk not in running and service.trashed_at is None:
            _enter(service, service.phase, service.phase_since or clock.today(), None, brought=service.stage != "idea")


def _enter(service: Service, phase: Phase, on: date, decision: Decision | None, *, brought: bool = False) -> PhaseRun:
    """A new run of the phase and its deliverables, which begin empty. ``brought``: no gate led there, a file did."""
    with door.by_verb(PhaseRun):
        run = actions.create(
            PhaseRun, who=door.SYSTEM, verb="brought in" if brought else "entered", service=service, phase=phase,
            since=on, decision=decision, brought=brought,
        )  # fmt: skip
    there = set(service.deliverables.filter(phase=phase, trashed_at=None).values_list("planned_id", flat=True))
    for planned in phase.planned.filter(trashed_at=None).order_by("track", "position"):
        if planned.pk not in there:
            actions.create(
                Deliverable, who=door.SYSTEM, verb="laid out", service=service, run=run, phase=phase, planned=planned,
                name=planned.name, names=planned.names, track=planned.track, function=planned.function,
                mandatory=planned.mandatory, content_kind=planned.content_kind, owner=service.project_manager,
                due=on + timedelta(days=planned.days) if planned.days else None,
            )  # fmt: skip
    return run


def gates(service: Service) -> list[PhaseGate]:
    """The ways out of the phase that the service is in."""
    rows = PhaseGate.objects.filter(source_id=service.phase_id, trashed_at=None)
    return list(rows.select_related("source", "target").order_by("target__position"))


def deciding(service: Service, gate: PhaseGate) -> Decision | None:
    """The latest decision about this gate in the present run that was not superseded."""
    rows = Decision.objects.filter(service=service, gate=gate, superseded_by=None, run=open_run(service))
    return rows.order_by("-pk").first()


def open_run(service: Service) -> PhaseRun | None:
    """The run that the service is in."""
    return PhaseRun.objects.filter(service=service, until=None, trashed_at=None).first()


def stands_against(service: Service, gate: PhaseGate, viewer: Any = door.SYSTEM) -> list[str]:
    """Every sentence that stands against passing the gate: its conditions, then the board's decision.

    What ``viewer`` may not see counts and is not named.
    """
    if service.phase_id != gate.source_id:
        return [_("The service is not in the phase before this gate; somebody may have moved it already.")]
    found = conditions.against(gate.conditions, service, conditions.Look(viewer=viewer))
    decision = deciding(service, gate) if gate.by_board else None
    return found + decided_against(gate, decision, readable=decision is None or door.may(viewer, "view", decision))


def decided_against(gate: PhaseGate, decision: Decision | None, *, readable: bool) -> list[str]:
    """What the board has against it; ``readable``: the decision may be named."""
    if not gate.by_board:
        return []
    if decision is None:
        return [_("The board has not decided yet.")]
    if decision.outcome in GOES:
        return []
    if not readable:
        return [_("The board decided otherwise.")]
    said = _("Decision %(number)s says: %(outcome)s.")
    return [said % {"number": decision.number, "outcome": decision.get_outcome_display()}]


def hold_papers(service: Service) -> None:
    """Work and verdicts that a gate looks at stay as they are until the transaction ends: who changes one waits."""
    work = Deliverable.objects.filter(service=service)
    verdicts = PilotCustomer.objects.filter(pilot__service=service)
    for rows in (work, verdicts):
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def pass_gate(
    *, service: Service, gate: PhaseGate, who: Any, on: date | None = None, expected_version: int | None = None
) -> Service:
    """Go through the gate. ValidationError with all sentences that stand against; Conflict when the service changed."""
    on = on or clock.today()
    with transaction.atomic(), trail.together(), trail.by(who), door.by_verb(Service, PhaseRun):
        current = actions.locked(service)
        hold_papers(current)
        if missing := stands_against(current, gate, who):
            raise ValidationError(missing)
        decision = deciding(current, gate) if gate.by_board else None
        values: dict[str, Any] = {}
        if gate.target.stage == "operation" and current.operation_from is None:
            values["operation_from"] = on
        version = current.version if expected_version is None else expected_version
        _go(current, gate.target, on, decision, who=who, verb="passed the gate", expected_version=version, **values)
    service.__dict__.update(current.__dict__)
    return service


def _go(service: Service, phase: Phase, on: date, decision: Decision | None, **change: Any) -> None:
    """Out of the present run and into one of ``phase``; ``change``: who, verb and what else changes with it."""
    run, source = open_run(service), service.phase_id
    if run is not None:
        actions.change(run, who=door.SYSTEM, verb="left", until=max(on, run.since))
    actions.change(service, phase=phase, stage=phase.stage, phase_since=on, **change)
    _enter(service, phase, on, decision)
    events.publish(
        PHASE_CHANGED, service=service.pk, source=source, target=phase.pk, decision=decision.pk if decision else None
    )


def close(*, service: Service, gate: PhaseGate, who: Any) -> Service:
    """End what the board said no to before it ran: it retires by that decision. ValidationError with what is against."""
    with transaction.atomic(), trail.together(), trail.by(who), door.by_verb(Service, PhaseRun):
        current = actions.locked(service)
        decision = deciding(current, gate) if current.phase_id == gate.source_id else None
        if current.stage not in BEFORE_IT_RUNS or decision is None or decision.outcome != Decision.Outcome.NO_GO:
            raise ValidationError(_("Only a no go of the board ends a service before it runs."))
        last = current.phase_model.phases.filter(stage="retired", trashed_at=None).order_by("-position").first()
        if last is None:
            raise ValidationError(_("The phase model has no phase for what is retired."))
        if missing := conditions.against(["everybody_left"], current, conditions.Look(viewer=who)):
            raise ValidationError(missing)
        _go(current, last, clock.today(), decision, who=who, verb="closed after a no go")
    service.__dict__.update(current.__dict__)
    return service


def move_to_model(*, service: Service, phase: Phase, reason: str, who: Any) -> Service:
    """Move a service on purpose to a phase of another model that stands for the same stage; the reason is kept."""
    if phase.phase_model.state != PhaseModel.State.PUBLISHED:
        raise ValidationError(_("Only a published phase model can be lived by."))
    if not reason.strip():
        raise ValidationError(_("Say why the service moves to another phase model."))
    before = phase.phase_model.phases.filter(trashed_at=None, stage=phase.stage, position__lt=phase.position)
    with transaction.atomic(), trail.together(), trail.by(who), door.by_verb(Service, PhaseRun):
        current = actions.locked(service)
        if phase.phase_model_id == current.phase_model_id:
            raise ValidationError(_("The service lives by this phase model already."))
        if phase.stage != current.stage:
            raise ValidationError(_("The phase of the other model stands for another stage; that would skip a gate."))
        if phase.trashed_at is not None or before.exists():
            raise ValidationError(_("Move to the first phase of that stage; a later one would skip a gate."))
        run = open_run(current)
        today = clock.today()
        if run is not None:
            actions.change(run, who=door.SYSTEM, verb="left", until=max(today, run.since))
        verb = shorten(
            _("moved to another phase model: %(reason)s") % {"reason": reason.strip()}, LONGEST_VERB, placeholder="…"
        )
        actions.change(current, who=who, verb=verb, phase=phase, phase_model=phase.phase_model)
        _enter(current, phase, today, None)
    service.__dict__.update(current.__dict__)
    return service


def copy_model(*, model: PhaseModel, who: Any) -> PhaseModel:
    """The next edition of a phase model as a draft, with all its phases, deliverables and gates."""
    with transaction.atomic(), trail.together():
        latest = PhaseModel.objects.filter(name=model.name).order_by("-number").first()
        assert latest is not None
        copy = actions.create(
            PhaseModel, who=who, verb="copied", name=model.name, number=latest.number + 1, based_on=model,
            description=model.description,
        )  # fmt: skip
        phases: dict[int, Phase] = {}
        for phase in model.phases.filter(trashed_at=None).order_by("position"):
            phases[phase.pk] = actions.create(
                Phase, who=who, verb="copied", phase_model=copy, position=phase.position, name=phase.name,
                names=phase.names, stage=phase.stage, eosc=phase.eosc, what_happens=phase.what_happens,
            )  # fmt: skip
            for planned in phase.planned.filter(trashed_at=None):
                actions.create(
                    type(planned), who=who, verb="copied", phase=phases[phase.pk], track=planned.track,
                    position=planned.position, name=planned.name, names=planned.names, function=planned.function,
                    content_kind=planned.content_kind, mandatory=planned.mandatory, days=planned.days,
                )  # fmt: skip
        for gate in _ways(model):
            actions.create(
                PhaseGate, who=who, verb="copied", source=phases[gate.source_id], target=phases[gate.target_id],
                by_board=gate.by_board, conditions=gate.conditions, criteria=gate.criteria,
            )  # fmt: skip
    return copy


def _ways(model: PhaseModel) -> QuerySet[PhaseGate]:
    """Its gates between phases that are not in the trash."""
    live = {"source__trashed_at": None, "target__trashed_at": None}
    return PhaseGate.objects.filter(source__phase_model=model, trashed_at=None, **live)


def publish_model(*, model: PhaseModel, who: Any, default: bool = False) -> PhaseModel:
    """Let services begin by this model; with ``default``, all new ones do. Services that run keep theirs."""
    from vincula.portfolio.rules.models import is_sound

    phases = list(model.phases.filter(trashed_at=None).order_by("position"))
    ways = list(_ways(model))
    said = is_sound([(p.pk, p.name, p.stage) for p in phases], [(g.source_id, g.target_id) for g in ways])
    asked = dict.fromkeys(key for gate in ways for key in gate.conditions)
    said += [_("No condition is called “%(key)s”.") % {"key": key} for key in asked if key not in conditions.known()]
    if said:
        raise ValidationError(said)
    with transaction.atomic(), trail.together(), door.by_verb(PhaseModel):
        if default:
            for other in PhaseModel.objects.filter(is_default=True).exclude(pk=model.pk):
                actions.change(other, who=who, verb="no longer for new services", is_default=False)
        values: dict[str, Any] = {"state": PhaseModel.State.PUBLISHED, **({"is_default": True} if default else {})}
        return actions.change(model, who=who, verb="published", **values)
