"""Teams, functions, subjects, expertise."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity import identity as same
from vincula.kernel.entity.declaration import Entity, computed
from vincula.parties import queries, sentences
from vincula.parties.models import Expertise, Function, FunctionHolding, Subject, Team, TeamMember


class TeamEntity(Entity):
    model = Team
    help = _("People who work together for a purpose: units, the teams of customers, virtual teams and task forces.")
    icon = "users-group"
    room = "teams"
    list_display = ("name", "kind", "leader", "people", "since", "until")
    list_filter = ("kind", "leader", "organisations", "subjects", "since", "until", "tags")
    search_fields = ("name", "tags", "purpose")
    fieldsets = (
        (_("Team"), ("name", "kind", "purpose", "leader")),
        (_("For whom and when"), ("organisations", "subjects", "since", "until")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name"),)
    related = (
        ("parties.teammember", "team"),
        ("parties.task", "team"),
        ("parties.meeting", "team"),
        ("parties.document", "team"),
    )
    scope = {"organisation": "organisations", "team": ""}

    @computed(_("members"), "number", help=_("People in it today."))
    def people(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return queries.team_sizes([r.pk for r in records], user)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.team(record, user)


class TeamMemberEntity(Entity):
    model = TeamMember
    help = _("Who is in a team, in which function, with which share of the working time.")
    icon = "user-plus"
    list_display = ("person", "team", "function", "share", "since", "until")
    list_filter = ("team", "person", "function", "since", "until")
    fieldsets = ((_("Membership"), ("team", "person", "function", "share", "since", "until")),)
    ordering = "person"
    natural_key = ("team", "person")
    scope = {"organisation": "person__affiliations__organisation"}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("person")


class FunctionEntity(Entity):
    model = Function
    help = _("A job that somebody has to do here, how much of it is needed, and how much is held.")
    icon = "briefcase"
    room = "teams"
    list_display = ("name", "code", "fte_needed", "fte_held", "fte_gap")
    list_filter = ("code", "fte_needed", "tags")
    search_fields = ("name", "names", "tags", "code", "purpose")
    fieldsets = ((_("Function"), ("name", "names", "code", "fte_needed", "purpose")), (_("Record"), ("owner", "tags")))
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name", "names"), same.acronym("code"))
    related = (("parties.functionholding", "function"), ("parties.teammember", "function"))
    aliases = {"fte_needed": ("fte", "need")}

    @computed(_("FTE held"), "number")
    def fte_held(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        held = queries.fte_held([r.pk for r in records], user)
        return {r.pk: sum(held.get(r.pk, []), start=0) for r in records}

    @computed(_("FTE missing"), "number", help=_("What is needed and not held; below zero there is too much."))
    def fte_gap(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return queries.fte_gaps(records, user)

    def title(self, record: Any) -> str:
        return str(record.titled())

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.function(record, user)


class FunctionHoldingEntity(Entity):
    model = FunctionHolding
    help = _("Who does a function, with which part of the working time, from when to when.")
    icon = "id"
    list_display = ("person", "function", "fte", "since", "until")
    list_filter = ("function", "person", "since", "until")
    fieldsets = ((_("Holding"), ("function", "person", "fte", "since", "until")),)
    ordering = "person"
    natural_key = ("function", "person", "since")
    scope = {"organisation": "person__affiliations__organisation"}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("person")


class SubjectEntity(Entity):
    model = Subject
    help = _("Something one can know about; expertise, teams and tasks name it. Subjects form a tree.")
    icon = "book-2"
    room = "teams"
    list_display = ("name", "parent", "experts")
    list_filter = ("parent", "tags")
    search_fields = ("name", "names", "tags")
    fieldsets = ((_("Subject"), ("name", "names", "parent", "tags")),)
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name", "names"), same.above("parent"))
    related = (("parties.expertise", "subject"), ("parties.subject", "parent"), ("parties.task", "subject"))

    @computed(_("people who know it"), "number")
    def experts(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return queries.experts_count([r.pk for r in records], user)


class ExpertiseEntity(Entity):
    model = Expertise
    help = _("Who knows what, how well, on what evidence, and when somebody last made sure.")
    icon = "school"
    room = "teams"
    list_display = ("person", "subject", "level", "evidence", "last_confirmed")
    list_filter = ("subject", "person", "level", "last_confirmed")
    fieldsets = ((_("Expertise"), ("person", "subject", "level", "evidence", "last_confirmed")),)
    ordering = "person"
    natural_key = ("person", "subject")
    scope = {"organisation": "person__affiliations__organisation"}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("person")
