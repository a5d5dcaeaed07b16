"""Services, what is told about them, what they are worth, made of and need."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity import identity as same
from vincula.kernel.entity.declaration import Entity, computed, once
from vincula.portfolio import queries, sentences
from vincula.portfolio.lifecycles import STAGE_TONES
from vincula.portfolio.models import Dependency, Resource, Service, ServiceText, Supply, ValueElement


class ServiceEntity(Entity):
    model = Service
    help = _("Something that we run for others, from idea to retirement.")
    icon = "template"
    list_display = ("name", "code", "stage", "phase_since", "service_owner", "subscribers", "penetration")
    list_filter = ("stage", "phase_model", "service_owner", "project_manager", "operation_from", "announced", "tags")
    search_fields = ("name", "names", "keywords", "code", "tags", "purpose", "utility")
    fieldsets = (
        (_("What it is"), ("name", "code", "names", "tagline", "purpose", "keywords", "website")),
        (_("Who answers for it"), ("service_owner", "project_manager", "technical_lead", "customer_lead")),
        (_("The proposal"), ("demand_forecast", "resources_needed", "benefits", "strategic_goal")),
        (_("What it must be"), ("technical_requirements", "user_requirements", "life_from", "life_until")),
        (_("How far it shall reach"), ("target_penetration", "least_penetration", "operation_from", "announced")),
        (_("Utility and warranty"), ("utility", "availability", "capacity", "continuity", "security")),
        (_("Record"), ("owner", "tags", "references")),
    )
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name", "names"), same.acronym("code"), same.references(), same.domains("website"))
    related = (
        ("portfolio.deliverable", "service"), ("portfolio.need", "service"), ("portfolio.offering", "service"),
        ("portfolio.decision", "service"), ("portfolio.businesscase", "service"), ("portfolio.pilot", "service"),
        ("portfolio.statusreport", "service"), ("portfolio.valueelement", "service"), ("portfolio.resource", "service"),
        ("portfolio.supply", "service"), ("portfolio.dependency", "service"), ("portfolio.servicetext", "service"),
    )  # fmt: skip
    aliases = {"name": ("service", "title"), "code": ("abbreviation", "acronym"), "website": ("webpage_url", "url")}
    tones = {"stage": STAGE_TONES}

    @computed(_("organisations subscribed"), "number")
    def subscribers(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: r.subscribed for pk, r in once(records, user, _reached).items() if r.subscribed}

    @computed(
        _("penetration, %"), "number", help=_("Organisations subscribed ÷ organisations eligible: 14 of 312 → 4.5 %.")
    )
    def penetration(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: r.share for pk, r in once(records, user, _reached).items() if r.subscribed}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("phase", "phase_model", "project_manager")

    def subtitle(self, record: Any) -> str:
        return " · ".join(part for part in (record.code, str(record.get_stage_display())) if part)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.service(record, user)


def _reached(records: Sequence[Any], user: Any) -> dict[int, queries.Reach]:
    """How far the services of one page reach."""
    return queries.reach_of([r.pk for r in records], user, shown=True)


class ServiceTextEntity(Entity):
    model = ServiceText
    help = _("What is told about a service to one audience in one language; the catalogue shows it.")
    icon = "notes"
    list_display = ("service", "audience", "language", "updated_at")
    list_filter = ("service", "audience", "language")
    search_fields = ("text",)
    fieldsets = ((_("Text"), ("service", "audience", "language", "text")),)
    ordering = "language"
    natural_key = ("service", "audience", "language")


class ValueElementEntity(Entity):
    model = ValueElement
    help = _("What a service is worth to those who use it: outcomes, costs and risks, removed or imposed.")
    icon = "heart"
    list_display = ("title", "service", "kind", "for_whom", "asset")
    list_filter = ("kind", "service")
    search_fields = ("title", "for_whom", "asset", "judged_by")
    fieldsets = ((_("Value"), ("service", "kind", "title", "for_whom", "asset", "judged_by")),)
    ordering = "kind"
    natural_key = ("service", "kind", "title")
    tones = {"kind": {"outcome": "good", "cost_imposed": "warn", "risk_imposed": "warn"}}


class ResourceEntity(Entity):
    model = Resource
    help = _("What a service is made of: hardware, software, people, data, network.")
    icon = "server"
    list_display = ("name", "kind", "service", "quantity", "unit", "product")
    list_filter = ("kind", "service")
    search_fields = ("name", "product", "note")
    fieldsets = ((_("Resource"), ("service", "kind", "name", "quantity", "unit", "product", "note")),)
    ordering = "name"
    natural_key = ("service", "name")


class SupplyEntity(Entity):
    model = Supply
    help = _("A third party supplies something that a service needs.")
    icon = "contract"
    list_display = ("what", "supplier", "service", "contract", "since", "until")
    list_filter = ("supplier", "service", "since", "until")
    search_fields = ("what", "contract")
    fieldsets = ((_("Supply"), ("service", "supplier", "what", "contract", "since", "until")),)
    ordering = "-since"
    natural_key = ("service", "supplier", "what")
    scope = {"organisation": "supplier"}


class DependencyEntity(Entity):
    model = Dependency
    help = _("A service needs another one: what breaks if that goes.")
    icon = "git-merge"
    list_display = ("service", "needs", "kind", "note")
    list_filter = ("service", "needs", "kind")
    search_fields = ("note",)
    fieldsets = ((_("Dependency"), ("service", "needs", "kind", "note")),)
    ordering = "kind"
    natural_key = ("service", "needs")
    tones = {"kind": {"stops": "bad", "suffers": "warn"}}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("service", "needs")
