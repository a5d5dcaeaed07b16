"""Business cases and pilots."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity.declaration import Entity, computed, once
from vincula.kernel.money import Money
from vincula.portfolio import sentences
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine, Pilot, PilotCriterion, PilotCustomer
from vincula.portfolio.queries.cases import results_of

_EVERY_LINE = _("Shown to those who see every line of the case.")


class BusinessCaseEntity(Entity):
    model = BusinessCase
    help = _("What a service would cost and bring in: a version of the case, with its price.")
    icon = "report-analytics"
    list_display = ("service", "number", "name", "price", "coverage", "result", "updated_at")
    list_filter = ("service",)
    search_fields = ("name", "assumptions")
    fieldsets = ((_("Business case"), ("service", "number", "name", "price", "assumptions")),)
    ordering = "number"
    natural_key = ("service", "number")
    related = (("portfolio.costline", "case"), ("portfolio.incomeline", "case"))

    def title(self, record: Any) -> str:
        return f"{record} · {record.name}" if record.name else str(record)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.business_case(record, user)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("service")

    @computed(_("Cost"), "money", help=_EVERY_LINE)
    def total_cost(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: found.cost for pk, found in once(records, user, results_of).items()}

    @computed(_("Income"), "money", help=_EVERY_LINE)
    def total_income(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: found.income for pk, found in once(records, user, results_of).items()}

    @computed(_("coverage, %"), "number", help=_("Coverage = income ÷ cost; break-even price = cost ÷ units sold."))
    def coverage(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: found.coverage for pk, found in once(records, user, results_of).items()}

    @computed(_("Result"), "money", help=_EVERY_LINE)
    def result(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: found.result for pk, found in once(records, user, results_of).items()}

    @computed(_("Break-even price"), "money", help=_("Coverage = income ÷ cost; break-even price = cost ÷ units sold."))
    def break_even(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        worked_out = once(records, user, results_of)
        return {
            pk: Money.of(one.break_even, one.cost.currency)
            for pk, one in worked_out.items()
            if one.break_even is not None
        }


class CostLineEntity(Entity):
    model = CostLine
    help = _("What is spent in a year of a business case, in money and in days of people.")
    icon = "list"
    list_display = ("line", "case", "kind", "year", "amount", "days")
    list_filter = ("case", "kind", "year")
    search_fields = ("line",)
    fieldsets = ((_("Cost"), ("case", "line", "kind", "year", "amount", "days")),)
    ordering = "year"
    natural_key = ("case", "line", "year")
    aliases = {"amount": ("amount_eur",)}


class IncomeLineEntity(Entity):
    model = IncomeLine
    help = _("How many customers pay in a year of a business case.")
    icon = "trending-up"
    list_display = ("case", "year", "customers")
    list_filter = ("case", "year")
    fieldsets = ((_("Income"), ("case", "year", "customers")),)
    ordering = "year"
    natural_key = ("case", "year")

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("case__service")


class PilotEntity(Entity):
    model = Pilot
    help = _("A service is tried with named customers for a while, against criteria that were fixed before.")
    icon = "player-play"
    list_display = ("name", "service", "since", "until", "mandatory")
    list_filter = ("service", "since", "until", "mandatory")
    search_fields = ("name", "aim", "feedback")
    fieldsets = ((_("Pilot"), ("service", "name", "since", "until", "mandatory", "aim", "feedback")),)
    ordering = "-since"
    natural_key = ("service", "name")
    calendar = "since"
    related = (("portfolio.pilotcriterion", "pilot"), ("portfolio.pilotcustomer", "pilot"))

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.pilot(record, user)


class PilotCriterionEntity(Entity):
    model = PilotCriterion
    help = _("What a pilot must show, and what it showed; the measure is fixed before it begins.")
    icon = "target"
    list_display = ("name", "pilot", "comparator", "target", "unit", "result", "evidence")
    list_filter = ("pilot", "comparator")
    search_fields = ("name", "evidence")
    fieldsets = (
        (_("Criterion"), ("pilot", "name", "comparator", "target", "unit")), (_("Result"), ("minutes_down", "minutes", "result", "evidence")),
    )  # fmt: skip
    ordering = "name"
    natural_key = ("pilot", "name")


class PilotCustomerEntity(Entity):
    model = PilotCustomer
    help = _("A customer in a pilot, and the verdict: OK or not OK.")
    icon = "building-community"
    list_display = ("organisation", "pilot", "verdict", "satisfaction")
    list_filter = ("pilot", "verdict", "organisation")
    search_fields = ("said",)
    fieldsets = ((_("Customer in the pilot"), ("pilot", "organisation", "verdict", "satisfaction", "said")),)
    ordering = "verdict"
    natural_key = ("pilot", "organisation")
    scope = {"organisation": "organisation"}
    tones = {"verdict": {"ok": "good", "not_ok": "bad", "open": "none"}}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("organisation")
