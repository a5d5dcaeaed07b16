"""The phase model: phases, planned deliverables, gates."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity.declaration import Entity
from vincula.portfolio import sentences
from vincula.portfolio.lifecycles import STAGE_TONES
from vincula.portfolio.models import Phase, PhaseGate, PhaseModel, PlannedDeliverable


class PhaseModelEntity(Entity):
    model = PhaseModel
    help = _("How a service lives here: an edition of the phases, what each delivers, and the gates between them.")
    icon = "route"
    list_display = ("name", "number", "state", "is_default", "based_on")
    list_filter = ("state", "is_default")
    search_fields = ("name", "description")
    fieldsets = ((_("Phase model"), ("name", "number", "description")), (_("Record"), ("owner", "tags")))
    ordering = "name"
    natural_key = ("name", "number")
    related = (("portfolio.phase", "phase_model"), ("portfolio.service", "phase_model"))
    tones = {"state": {"draft": "warn", "published": "good", "withdrawn": "none"}}


class PhaseEntity(Entity):
    model = Phase
    help = _("One phase of a phase model: what happens, who does it, what comes out.")
    icon = "columns"
    list_display = ("name", "phase_model", "position", "stage", "eosc")
    list_filter = ("phase_model", "stage")
    search_fields = ("name", "names", "what_happens")
    fieldsets = (
        (_("Phase"), ("phase_model", "position", "name", "names", "stage", "what_happens")),
        (_("Elsewhere"), ("eosc",)),
    )
    ordering = "position"
    natural_key = ("phase_model", "position")
    related = (("portfolio.planneddeliverable", "phase"), ("portfolio.phasegate", "source"))
    tones = {"stage": STAGE_TONES}

    def title(self, record: Any) -> str:
        return sentences.phase_name(record)


class PlannedDeliverableEntity(Entity):
    model = PlannedDeliverable
    help = _("What a phase has to deliver on one of its tracks, and which function is responsible.")
    icon = "list-details"
    list_display = ("name", "phase", "track", "function", "content_kind", "mandatory", "days")
    list_filter = ("phase", "track", "function", "content_kind", "mandatory")
    search_fields = ("name", "names")
    fieldsets = (
        (_("Planned deliverable"), ("phase", "track", "position", "name", "names")),
        (_("How"), ("function", "content_kind", "mandatory", "days", "threshold")),
    )
    ordering = "position"
    natural_key = ("phase", "name")

    def title(self, record: Any) -> str:
        return sentences.phase_name(record)


class PhaseGateEntity(Entity):
    model = PhaseGate
    help = _("The way from one phase to another: what must be true, and whether a board decides.")
    icon = "flag"
    list_display = ("source", "target", "by_board", "conditions", "criteria")
    list_filter = ("source", "target", "by_board")
    fieldsets = ((_("Gate"), ("source", "target", "by_board", "conditions", "criteria")),)
    ordering = "source"
    natural_key = ("source", "target")

    def title(self, record: Any) -> str:
        return " → ".join(map(sentences.phase_name, (record.source, record.target)))

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("source", "target")
