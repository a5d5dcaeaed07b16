"""Amounts of money as a kind of field: two columns (minor units and currency) that are shown and edited as one."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vincula.kernel.entity.kind import DASH, Kind
from vincula.kernel.money import Money
from vincula.kernel.money.amount import parse
from vincula.kernel.money.field import MoneyFormField
from vincula.kernel.ui import format as shown

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


class MoneyKind(Kind):
    """``Money`` or None. As text "1234.56 EUR"; in JSON {"minor": 123456, "currency": "EUR"}."""

    name = "money"
    operators = ("from", "to", "empty")
    schema = dict[str, Any]
    ends = True
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        return DASH if value is None else format_html("{}", shown.money(value))

    def to_text(self, value: Any, field: "Field") -> str:
        return "" if value is None else f"{value.amount} {value.currency}"

    def from_text(self, text: str, field: "Field") -> Any:
        if not text.strip():
            return None
        try:
            return parse(text)
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” is not an amount such as 1234.56 EUR."), params={"value": text}
            ) from error

    def to_json(self, value: Any, field: "Field") -> Any:
        return None if value is None else {"minor": value.minor, "currency": value.currency}

    def from_json(self, value: Any, field: "Field") -> Any:
        if value is None:
            return None
        try:
            return Money(value["minor"], value["currency"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError(_("Money needs minor units and a currency.")) from error

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return MoneyFormField(**options)

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return self.empty(field)
        amount = self.from_text(values[0], field)
        bound = f"{field.name}_minor__{'gte' if operator == 'from' else 'lte'}"
        return Q(**{f"{field.name}_currency": amount.currency, bound: amount.minor})

    def empty(self, field: "Field") -> Q:
        return Q(**{f"{field.name}_minor__isnull": True})
