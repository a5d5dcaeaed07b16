"""A service on its way: how long it was in which phase, what each phase delivered, how it fared, how it ends."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.records.fields import RichTextField, StructuredField, TranslatedField
from vincula.kernel.records.models import Record
from vincula.parties.models import Function
from vincula.portfolio import content
from vincula.portfolio.lifecycles import DELIVERABLE
from vincula.portfolio.models.our_services import Service
from vincula.portfolio.models.phases import Phase, PlannedDeliverable, Track
from vincula.portfolio.rules import life


class PhaseRun(Record):
    """A service was in a phase, from one day to another."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="runs", verbose_name=_("service"))
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="runs", verbose_name=_("phase"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    decision = models.ForeignKey(
        "portfolio.Decision", models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("decision")
    )
    brought = models.BooleanField(
        _("brought in"), default=False, editable=False, help_text=_("It came here in this phase: no gate was passed.")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("phase run"), _("phase runs")
        indexes = [models.Index(fields=("service", "since"), name="portfolio_runs_of_service")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="portfolio_run_period",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.UniqueConstraint(
                fields=("service",), condition=Q(until=None, trashed_at=None), name="portfolio_one_open_run",
                violation_error_message=_("A service is in one phase at a time."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} · {self.phase}"


class Deliverable(Record):
    """What a phase of a service has to deliver; its content is in the record (L10)."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="deliverables", verbose_name=_("service"))
    run = models.ForeignKey(
        PhaseRun, models.PROTECT, null=True, blank=True, related_name="deliverables", verbose_name=_("phase run"),
        editable=False,
    )  # fmt: skip
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="deliverables", verbose_name=_("phase"))
    planned = models.ForeignKey(
        PlannedDeliverable, models.PROTECT, null=True, blank=True, related_name="deliverables", editable=False,
        verbose_name=_("planned deliverable"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=160)
    names = TranslatedField(_("names in other languages"))
    track = models.CharField(_("track"), max_length=10, choices=Track, default=Track.TECHNICAL)
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, blank=True, related_name="deliverables", verbose_name=_("function")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="deliverables",
        verbose_name=_("done by"),
    )  # fmt: skip
    due = models.DateField(_("due"), null=True, blank=True)
    hours = models.DecimalField(_("hours needed"), max_digits=6, decimal_places=1, null=True, blank=True)
    mandatory = models.BooleanField(_("mandatory"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=DELIVERABLE.choices, default="todo")
    content_kind = models.CharField(_("content"), max_length=40, choices=content.KINDS, default="text", editable=False)
    threshold = models.DecimalField(
        _("threshold, %"), max_digits=4, decimal_places=1, null=True, blank=True, editable=False
    )  # of the weighted score, as it was planned when the phase began
    content = StructuredField(_("what it says"))
    waiver = models.CharField(_("reason of the waiver"), max_length=300, blank=True)
    waived_until = models.DateField(_("waived until"), null=True, blank=True)
    waived_by = models.ForeignKey(
        "portfolio.Decision", models.PROTECT, null=True, blank=True, related_name="waivers", editable=False,
        verbose_name=_("waived by decision"),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("deliverable"), _("deliverables")
        indexes = [
            models.Index(fields=("service", "phase", "track"), name="portfolio_work_of_service"),
            models.Index(fields=("assignee", "state", "due"), name="portfolio_work_of_person"),
            models.Index(fields=("due", "id"), name="portfolio_work_by_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return life.is_closed(self.state, self.waived_until, clock.today())

    def clean(self) -> None:
        super().clean()
        if said := content.check(self.content_kind, self.content):
            raise ValidationError({"content": said})


class StatusReport(Record):
    """How a service in operation fares: usage, technical, technology, verdict (L8)."""

    class Verdict(models.TextChoices):
        POSITIVE = "positive", _("Positive")
        MIXED = "mixed", _("Mixed")
        NEGATIVE = "negative", _("Negative")

    service = models.ForeignKey(Service, models.PROTECT, related_name="status_reports", verbose_name=_("service"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    usage = RichTextField(_("usage"), blank=True)
    technical = RichTextField(_("technical"), blank=True)
    technology = RichTextField(_("technology"), blank=True)
    score = models.PositiveSmallIntegerField(
        _("score, 0–100"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, default=Verdict.POSITIVE)

    class Meta:
        verbose_name, verbose_name_plural = _("status report"), _("status reports")
        indexes = [models.Index(fields=("service", "until"), name="portfolio_reports_of_service")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="portfolio_report_period",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.UniqueConstraint(
                fields=("service", "since", "until"), condition=Q(trashed_at=None), name="portfolio_report_once",
                violation_error_message=_("There is a report for this period already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} {self.since} – {self.until}"


class Discontinuance(Record):
    """How a service ends: notice, earliest end, what is told and offered (L9)."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="discontinuance_plans", verbose_name=_("service"))
    noticed_on = models.DateField(_("notice given on"))
    notice_months = models.PositiveSmallIntegerField(
        _("months of notice"), default=6, validators=[MaxValueValidator(120)]
    )
    ends_on = models.DateField(_("ends on"))
    reason = RichTextField(_("reason"), blank=True)
    communication = RichTextField(_("communication plan"), blank=True)
    alternatives = RichTextField(_("alternatives offered"), blank=True)
    phase_out = RichTextField(_("technical phase-out"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("discontinuance plan"), _("discontinuance plans")
        constraints = [
            models.UniqueConstraint(
                fields=("service",), condition=Q(trashed_at=None), name="portfolio_one_discontinuance",
                violation_error_message=_("There is a discontinuance plan for this service already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.service)

    @property
    def earliest_end(self) -> Any:
        """The first day on which the service may end."""
        return life.months_later(self.noticed_on, self.notice_months)

    def clean(self) -> None:
        super().clean()
        if not self.noticed_on or not self.ends_on or self.notice_months is None:
            return
        if said := life.end_keeps_notice(self.noticed_on, self.notice_months, self.ends_on):
            raise ValidationError({"ends_on": said})
