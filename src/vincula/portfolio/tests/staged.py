"""Services that stand somewhere on their way, and what tests ask of them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.records import actions
from vincula.portfolio.actions import phases
from vincula.portfolio.models import Service
from vincula.portfolio.tests import factories as make


def at_stage(stage: str, **values: Any) -> Service:
    """A service that was put there, with the papers of the phase laid out."""
    made = make.service(**values)
    phase = made.phase_model.phases.get(stage=stage)
    with door.by_verb(Service):
        actions.change(made, who=SYSTEM, phase=phase, stage=stage, phase_since=clock.today())
    run = phases.open_run(made)
    assert run is not None
    with door.by_verb(type(run)):
        actions.change(run, who=SYSTEM, until=max(run.since, clock.today()))
    phases._enter(made, phase, clock.today(), None)
    return made


def stays(service: Service, stage: str = "assessment") -> bool:
    service.refresh_from_db()
    return (service.stage, service.phase.stage) == (stage, stage)


def is_shut(service: Service) -> bool:
    """The gate is where it was, and still says no."""
    stage = service.stage
    with pytest.raises(ValidationError):
        phases.pass_gate(service=service, gate=phases.gates(service)[0], who=SYSTEM)
    return stays(service, stage)
