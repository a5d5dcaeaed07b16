"""Loads everything, in one transaction."""

from typing import Any

from django.db import transaction

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit import trail
from vincula.kernel.records import actions
from vincula.parties.demo import life, twins, who, work
from vincula.parties.demo.ground import Ground
from vincula.parties.models import Organisation

MAKERS = (
    who.organisations, who.staff, who.people, who.groups, work.subjects, work.expertise, work.teams, work.meetings,
    work.tasks, work.documents, life.interactions,
)  # fmt: skip


def is_there() -> bool:
    """Whether the demonstration was loaded before."""
    return Organisation._base_manager.filter(email_domains=["meridian.example"]).exists()


def load(users: dict[str, Any]) -> Ground:
    """All records of the demonstration; ``users`` by their mail names. Returns the ground, on which other rooms build."""
    ground = Ground(users)
    with transaction.atomic(), trail.together():
        for make in MAKERS:
            make(ground)
        twins.twins(ground)
        marine = ground.organisations["scheldemond-marine"]
        actions.change(ground.organisations["nieuwpoort-lab"], who=SYSTEM, verb="merged", successor=marine)
    return ground
