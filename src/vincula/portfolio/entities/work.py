"""A service on its way: phase runs, deliverables, status reports, discontinuance plans."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.entity.declaration import Entity, computed
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.lifecycles import DELIVERABLE
from vincula.portfolio.models import Deliverable, Discontinuance, PhaseRun, StatusReport


class PhaseRunEntity(Entity):
    model = PhaseRun
    help = _("A service was in a phase, from one day to another, by which decision.")
    icon = "timeline"
    frozen = _("A service moves from phase to phase through its gates only.")
    list_display = ("service", "phase", "since", "until", "brought", "decision")
    list_filter = ("service", "phase", "since", "until", "brought")
    fieldsets = ((_("Phase run"), ("service", "phase", "since", "until", "brought", "decision")),)
    ordering = "-since"
    natural_key = ("service", "since")

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("service", "phase")


class DeliverableEntity(Entity):
    model = Deliverable
    help = _("What a phase of a service has to deliver: whose it is, until when, and what it says.")
    icon = "file-text"
    list_display = ("name", "service", "phase", "track", "function", "assignee", "due", "state")
    list_filter = ("state", "service", "phase", "track", "function", "assignee", "due", "mandatory")
    search_fields = ("name", "names", "waiver")
    fieldsets = (
        (_("Deliverable"), ("service", "phase", "name", "names", "track", "mandatory")),
        (_("Who and when"), ("function", "assignee", "due", "hours")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "due"
    natural_key = ("service", "phase", "name")
    lifecycle = DELIVERABLE
    board = "state"
    calendar = "due"
    tones = {"state": DELIVERABLE.tones}

    @computed(_("late"), "boolean", help=_("Open after its day."))
    def late(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        today = clock.today()
        return {r.pk: r.due is not None and r.due < today and not r.is_closed for r in records}

    def title(self, record: Any) -> str:
        return sentences.phase_name(record)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.deliverable(record)


class StatusReportEntity(Entity):
    model = StatusReport
    help = _("How a service in operation fares: usage, technical, technology, and a verdict.")
    icon = "report-analytics"
    list_display = ("service", "since", "until", "score", "verdict")
    list_filter = ("service", "verdict", "until")
    search_fields = ("usage", "technical", "technology")
    fieldsets = (
        (_("Status report"), ("service", "since", "until", "score", "verdict")),
        (_("What it says"), ("usage", "technical", "technology")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "-until"
    natural_key = ("service", "since", "until")
    tones = {"verdict": {"positive": "good", "mixed": "warn", "negative": "bad"}}

    def title(self, record: Any) -> str:
        return f"{record.service}, {shown.format_date(record.since)} – {shown.format_date(record.until)}"

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("service")


class DiscontinuanceEntity(Entity):
    model = Discontinuance
    help = _("How a service ends: notice, the earliest end, what is told and what is offered instead.")
    icon = "logout"
    list_display = ("service", "noticed_on", "notice_months", "ends_on")
    list_filter = ("service", "ends_on")
    search_fields = ("reason", "communication", "alternatives")
    fieldsets = (
        (_("Notice"), ("service", "noticed_on", "notice_months", "ends_on", "reason")),
        (_("What is told and done"), ("communication", "alternatives", "phase_out")),
    )
    ordering = "ends_on"
    natural_key = ("service",)
    calendar = "ends_on"

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.discontinuance(record, user)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("service")
