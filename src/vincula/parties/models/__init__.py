"""Facts of the room; one file per subject."""

from vincula.parties.models.happenings import AgendaItem, Document, Interaction, Meeting, Task
from vincula.parties.models.organisations import (
    Group,
    GroupMembership,
    Organisation,
    OrganisationLink,
    OrganisationRelation,
)
from vincula.parties.models.people import Affiliation, Consent, ContactRole, Person
from vincula.parties.models.teams import Expertise, Function, FunctionHolding, Subject, Team, TeamMember

__all__ = [
    "Affiliation", "AgendaItem", "Consent", "ContactRole", "Document", "Expertise", "Function", "FunctionHolding",
    "Group", "GroupMembership", "Interaction", "Meeting", "Organisation", "OrganisationLink", "OrganisationRelation",
    "Person", "Subject", "Task", "Team", "TeamMember",
]  # fmt: skip
