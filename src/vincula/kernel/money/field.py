"""Money in models and forms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import localize_input
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vincula.kernel.money.amount import Money, exponent, parse

USUAL = ("EUR", "USD", "GBP", "CHF", "RUB", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "JPY")


def offered() -> Sequence[str]:
    """The currencies offered in forms (setting CURRENCIES); records may hold others."""
    return tuple(getattr(settings, "CURRENCIES", USUAL))


def _is_currency(code: str) -> None:
    try:
        exponent(code)
    except ValueError:
        raise ValidationError(_("“%(code)s” is not a currency."), code="currency", params={"code": code}) from None


class MoneyAttribute(property):
    """``record.fee``: Money or None. A property, so that ``Model(fee=…)`` and ``update_or_create`` take it."""

    field: Any  # its MoneyField (whose own type would be read as a descriptor)

    def __init__(self, name: str) -> None:
        def read(record: Any) -> Money | None:
            minor, currency = getattr(record, f"{name}_minor"), getattr(record, f"{name}_currency")
            return None if minor is None or not currency else Money(minor, currency)

        def write(record: Any, value: Money | None) -> None:
            if value is not None and not isinstance(value, Money):
                raise TypeError(f"{name} is Money or None, not {type(value).__name__}.")
            setattr(record, f"{name}_minor", None if value is None else value.minor)
            setattr(record, f"{name}_currency", None if value is None else value.currency)

        super().__init__(read, write)


class MoneyField:
    """``fee = MoneyField(_("fee"))``: columns ``fee_minor`` and ``fee_currency``, and ``record.fee``: Money or None.

    With ``null=True`` both are empty or none is; the database holds that. Queries name the columns:
    ``filter(fee_currency="EUR", fee_minor__gte=1000)``.
    """

    if TYPE_CHECKING:  # the model's attribute becomes a ``MoneyAttribute``; a reader gets Money or None

        def __get__(self, record: Any, model: Any = None) -> Any: ...

        def __set__(self, record: Any, value: Money | None) -> None: ...

    def __init__(self, verbose_name: Any = "", *, null: bool = False, help_text: Any = "") -> None:
        self.verbose_name, self.null, self.help_text = verbose_name, null, help_text
        self.name = ""

    def contribute_to_class(self, model: type[models.Model], name: str, **_kwargs: Any) -> None:
        """Called by Django while the model class is made."""
        self.name = name
        label = self.verbose_name or name.replace("_", " ")
        common: dict[str, Any] = {"null": self.null, "blank": self.null, "help_text": self.help_text}
        columns: dict[str, models.Field[Any, Any]] = {
            f"{name}_minor": models.BigIntegerField(label, **common),
            f"{name}_currency": models.CharField(label, max_length=3, validators=[_is_currency], **common),
        }
        for column, field in columns.items():
            field.contribute_to_class(model, column)
            field.hidden_part = True  # type: ignore[attr-defined]  # entities show the amount, not its two columns
        attribute = MoneyAttribute(name)
        attribute.field = self
        setattr(model, name, attribute)
        options = model._meta
        if self.null and not options.abstract:
            whole = models.Q(**{f"{name}_minor": None, f"{name}_currency": None}) | models.Q(
                **{f"{name}_minor__isnull": False, f"{name}_currency__isnull": False}
            )
            constraint = models.CheckConstraint(
                condition=whole, name=f"{options.app_label}_{options.model_name}_{name}_whole"
            )
            options.constraints = [*options.constraints, constraint]
            options.original_attrs["constraints"] = options.constraints

    def formfield(self, **changes: Any) -> "MoneyFormField":
        """For forms; ModelForm does not find it by itself, because it is not one column."""
        values = {"label": self.verbose_name, "required": not self.null, "help_text": self.help_text} | changes
        return MoneyFormField(**values)


class MoneyWidget(forms.MultiWidget):
    """The amount as people write it, and the currency."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.amount = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "aria-label": _("Amount")})
        self.currency = forms.Select(attrs={"aria-label": _("Currency")})
        super().__init__({"amount": self.amount, "currency": self.currency}, attrs)

    def decompress(self, value: Any) -> list[str]:
        if not isinstance(value, Money):
            return ["", ""]
        digits = exponent(value.currency)
        shown = localize_input(value.amount) if digits else str(value.minor)
        return [str(shown), value.currency]


class MoneyFormField(forms.MultiValueField):
    """Cleans to Money or None. The amount may be written in the reader's language."""

    widget = MoneyWidget

    def __init__(self, *, choices: Sequence[str] | None = None, **options: Any) -> None:
        codes = tuple(choices or offered())
        pairs = [(code, code) for code in codes]
        fields = (forms.CharField(max_length=40), forms.ChoiceField(choices=pairs))
        super().__init__(fields=fields, require_all_fields=False, **options)
        self._choices.choices = pairs
        if isinstance(self.initial, Money):
            self.prepare_value(self.initial)

    @property
    def _choices(self) -> Any:
        """The drawn list of currencies."""
        return self.widget.widgets[1]

    def prepare_value(self, value: Any) -> Any:
        """A record may hold a currency that is not usually offered; it must be possible to keep it."""
        if isinstance(value, Money) and value.currency not in dict(self._choices.choices):
            self._choices.choices = [*self._choices.choices, (value.currency, value.currency)]
        return value

    def clean(self, value: Any) -> Money | None:
        """An amount left empty is no money, whatever currency stands beside it."""
        amount, currency = [*(value or ()), "", ""][:2]
        if not str(amount or "").strip():
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            exponent(str(currency))
        except ValueError:
            raise ValidationError(_("Choose a currency."), code="currency") from None
        try:
            return parse(str(amount), locale=get_language() or "en", currency=str(currency))
        except ValueError:
            raise ValidationError(_("Write an amount, such as 1250 or 1250.50."), code="amount") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial if isinstance(initial, Money) else None))
        except ValidationError:
            return True
