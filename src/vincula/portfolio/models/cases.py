"""What a service would cost and bring in, version by version; and what its pilots showed (L4, L7)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel.money.field import MoneyField
from vincula.kernel.records.fields import RichTextField
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.portfolio.models.our_services import Service
from vincula.portfolio.rules import life

YEARS = [MinValueValidator(1), MaxValueValidator(20)]


class BusinessCase(Record):
    """One version of the business case of a service: a price; costs and customers by year hang on it."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="business_cases", verbose_name=_("service"))
    number = models.PositiveSmallIntegerField(_("version of the case"), default=1)
    name = models.CharField(_("scenario"), max_length=120, blank=True)
    price = MoneyField(_("price per customer and year"))
    assumptions = RichTextField(_("assumptions"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("business case"), _("business cases")
        constraints = [
            models.UniqueConstraint(
                fields=("service", "number"), condition=Q(trashed_at=None), name="portfolio_case_once",
                violation_error_message=_("This service has a case with this number already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} · {self.number}"


class CostLine(Record):
    """What is spent in a year of the case, in money and in days of people."""

    class Kind(models.TextChoices):
        ONE_OFF = "one-off", _("One-off")
        RECURRING = "recurring", _("Recurring")

    case = models.ForeignKey(BusinessCase, models.PROTECT, related_name="costs", verbose_name=_("business case"))
    line = models.CharField(_("line"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ONE_OFF)
    year = models.PositiveSmallIntegerField(_("year of the case"), default=1, validators=YEARS)
    amount = MoneyField(_("amount"))
    days = models.DecimalField(_("person-days"), max_digits=8, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("cost line"), _("cost lines")

    def __str__(self) -> str:
        return self.line


class IncomeLine(Record):
    """How many customers pay in a year of the case."""

    case = models.ForeignKey(BusinessCase, models.PROTECT, related_name="income", verbose_name=_("business case"))
    year = models.PositiveSmallIntegerField(_("year of the case"), default=1, validators=YEARS)
    customers = models.PositiveIntegerField(_("customers"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("income line"), _("income lines")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "year"), condition=Q(trashed_at=None), name="portfolio_income_once",
                violation_error_message=_("This year of the case is there already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} · {self.year}"


class Pilot(Record):
    """A service is tried with named customers for a while, against criteria fixed before."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="pilots", verbose_name=_("service"))
    name = models.CharField(_("name"), max_length=160)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    aim = RichTextField(_("aim"), blank=True)
    feedback = RichTextField(_("feedback to the board"), blank=True)
    mandatory = models.BooleanField(_("needed before operation"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("pilot"), _("pilots")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="portfolio_pilot_period",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PilotCriterion(Record):
    """What the pilot must show, and what it showed. The measure is fixed before the pilot begins."""

    class Comparator(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="criteria", verbose_name=_("pilot"))
    name = models.CharField(_("criterion"), max_length=160)
    comparator = models.CharField(_("comparator"), max_length=10, choices=Comparator, default=Comparator.AT_LEAST)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    minutes_down = models.PositiveIntegerField(_("minutes down"), null=True, blank=True)
    minutes = models.PositiveIntegerField(
        _("minutes in all"), null=True, blank=True,
        help_text=_("Both given, the result is the share of the time that it was up, in %."),
    )  # fmt: skip
    result = models.DecimalField(_("result"), max_digits=14, decimal_places=3, null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("pilot criterion"), _("pilot criteria")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An uptime is worked out, not typed. ValidationError for half of it, or more time down than there was."""
        super().clean()
        if self.minutes_down is None and self.minutes is None:
            return
        if self.minutes_down is None or not self.minutes:
            raise ValidationError({"minutes": _("An uptime needs both: the minutes down and the minutes in all.")})
        if self.minutes_down > self.minutes:
            raise ValidationError({"minutes_down": _("It cannot have been down longer than all the time there was.")})
        self.result = life.uptime(self.minutes_down, self.minutes)


class PilotCustomer(Record):
    """A customer in a pilot, and the verdict."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("Not given yet")
        OK = "ok", _("OK")
        NOT_OK = "not_ok", _("Not OK")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="customers", verbose_name=_("pilot"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="pilots", verbose_name=_("organisation")
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, default=Verdict.OPEN)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction, 1–5"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    said = RichTextField(_("what they said"), blank=True)
    waiver = models.CharField(_("reason of the waiver"), max_length=300, blank=True)
    waived_until = models.DateField(_("waived until"), null=True, blank=True)
    waived_by = models.ForeignKey(
        "portfolio.Decision", models.PROTECT, null=True, blank=True, related_name="verdicts_waived", editable=False,
        verbose_name=_("waived by decision"),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("pilot customer"), _("pilot customers")
        constraints = [
            models.UniqueConstraint(
                fields=("pilot", "organisation"), condition=Q(trashed_at=None), name="portfolio_pilot_customer_once",
                violation_error_message=_("This organisation is in the pilot already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.organisation)
