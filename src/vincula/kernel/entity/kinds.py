"""Kinds of field: how a value is shown, exported, parsed, put into JSON, edited and filtered. One class a kind.

A kind knows nothing of a particular entity; ``Field`` (field.py) carries the name, label and column.
Filter operators: is, not, contains, from, to, empty. ``q`` gives the condition on the model.
"""

import datetime
import decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vincula.kernel.entity import formfields
from vincula.kernel.entity.kind import DASH, NOTHING, Kind, safe
from vincula.kernel.folding import fold
from vincula.kernel.records.places import countries, languages
from vincula.kernel.ui import format as shown

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


class Text(Kind):
    pass


class RichText(Kind):
    """Markdown."""

    name = "rich_text"
    operators = ("contains", "empty")
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        return SafeString(shown.markdown(value)) if value else DASH

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=100_000, **options)


class Number(Kind):
    name = "number"
    operators = ("is", "from", "to", "empty")
    schema = float
    whole = True
    ends = True

    def html(self, value: Any, field: "Field") -> SafeString:
        if value is None or value == "":
            return DASH
        share = field.computed is not None and str(field.label).endswith("%")  # 48.0 beside 42.1
        return safe(shown.format_number(value, 1 if share else None))

    def to_json(self, value: Any, field: "Field") -> Any:
        return float(value) if isinstance(value, decimal.Decimal) else value

    def from_text(self, text: str, field: "Field") -> Any:
        text = text.strip().replace("\u00a0", "").replace("\u202f", "").replace("−", "-")
        if not text:
            return None
        try:
            number = decimal.Decimal(text)
        except decimal.InvalidOperation:
            raise ValidationError(_("“%(value)s” is not a number."), params={"value": text}) from None
        if not number.is_finite() or abs(number) > decimal.Decimal(10) ** 15:
            raise ValidationError(_("“%(value)s” is out of range."), params={"value": text})
        whole = field.model_field is not None and "Integer" in field.model_field.get_internal_type()
        if whole and number != number.to_integral_value():
            raise ValidationError(_("“%(value)s” is not a whole number."), params={"value": text})
        if whole:
            return int(number)
        return number if field.model_field is not None and not field.custom else float(number)

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        if field.model_field is not None and not field.custom:
            built = field.model_field.formfield(**options)
            if built is not None:
                return built  # type: ignore[no-any-return]  # a list that Babel gives
        return forms.FloatField(**options)


class Year(Number):
    """A year: 1876, not 1,876."""

    def html(self, value: Any, field: "Field") -> SafeString:
        return DASH if value is None else safe(str(value))


class Boolean(Kind):
    name = "boolean"
    operators = ("is",)
    schema = bool
    whole = True

    def html(self, value: Any, field: "Field") -> SafeString:
        return DASH if value is None else safe(_("yes") if value else _("no"))

    def to_text(self, value: Any, field: "Field") -> str:
        return "" if value is None else "true" if value else "false"

    def from_text(self, text: str, field: "Field") -> Any:
        known = {"true": True, "1": True, "yes": True, "ja": True, "oui": True, "да": True, "x": True,
                 "false": False, "0": False, "no": False, "nee": False, "nein": False, "non": False, "нет": False}  # fmt: skip
        if not text.strip():
            return False
        try:
            return known[fold(text.strip())]
        except KeyError:
            raise ValidationError(_("“%(value)s” is neither yes nor no."), params={"value": text}) from None

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.BooleanField(**{**options, "required": False})

    def options(self, field: "Field") -> list[tuple[str, str]]:
        return [("true", _("yes")), ("false", _("no"))]


class Date(Kind):
    name = "date"
    operators = ("from", "to", "is", "empty")
    schema = datetime.date
    whole = True

    def html(self, value: Any, field: "Field") -> SafeString:
        return safe(shown.format_date(self._date(value))) if value else DASH

    def _date(self, value: Any) -> Any:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else value

    def to_text(self, value: Any, field: "Field") -> str:
        return value.isoformat() if hasattr(value, "isoformat") else str(value or "")

    def from_text(self, text: str, field: "Field") -> Any:
        text = text.strip()
        if not text:
            return None
        for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d"):
            try:
                found = datetime.datetime.strptime(text[:10], pattern).date()  # noqa: DTZ007  # a date has no zone
            except ValueError:
                continue
            return found.isoformat() if field.custom else found
        raise ValidationError(_("“%(value)s” is not a date such as 2026-03-31."), params={"value": text})

    def to_json(self, value: Any, field: "Field") -> Any:
        return self.to_text(value, field) or None

    def from_json(self, value: Any, field: "Field") -> Any:
        return self.from_text(str(value), field) if value else None

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def in_utc(moment: datetime.datetime) -> datetime.datetime:
    """The moment in UTC; naive ones are taken for UTC. Raises ValidationError for one that some zone cannot show.

    Databases refuse far offsets of their own (+22:57), and the first and last year overflow in somebody's zone.
    """
    try:
        aware = moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    except (OverflowError, ValueError):
        aware = None
    if aware is None or not 1 < aware.year < 9999:
        raise ValidationError(_("“%(value)s” is out of range."), params={"value": moment.isoformat()})
    return aware


def _in_range(moment: Any) -> None:
    in_utc(moment)


class DateTime(Kind):
    """A moment: stored in UTC, shown and typed in the reader's zone."""

    name = "datetime"
    operators = ("from", "to", "empty")
    schema = datetime.datetime
    whole = True

    def html(self, value: Any, field: "Field") -> SafeString:
        return safe(shown.ago(value)) if value else DASH

    def to_text(self, value: Any, field: "Field") -> str:
        return value.astimezone(datetime.UTC).isoformat() if value else ""

    def from_text(self, text: str, field: "Field") -> Any:
        text = text.strip()
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError(
                _("“%(value)s” is not a time such as 2026-03-31 14:30."), params={"value": text}
            ) from None
        try:
            return in_utc(timezone.make_aware(moment) if moment.tzinfo is None else moment)
        except (OverflowError, ValueError):
            raise ValidationError(_("“%(value)s” is out of range."), params={"value": text}) from None

    def to_json(self, value: Any, field: "Field") -> Any:
        return self.to_text(value, field) or None

    def from_json(self, value: Any, field: "Field") -> Any:
        return self.from_text(str(value), field) if value else None

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "to" and values and len(values[0].strip()) == 10:  # a day is meant to its end
            until = self.from_text(values[0], field) + datetime.timedelta(days=1)
            return Q(**{f"{field.column}__lt": until})
        return super().q(field, operator, values)

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        return forms.DateTimeField(widget=widget, validators=[_in_range], **options)


class Choice(Kind):
    """One of a closed list; ``tones`` on the model field's choices class colour it (good, warn, bad, none)."""

    name = "choice"
    operators = ("is", "not", "empty")
    whole = True

    def options(self, field: "Field") -> list[tuple[str, str]]:
        return [(str(v), str(label)) for v, label in field.choices]

    def to_text(self, value: Any, field: "Field") -> str:
        return "" if value is None else str(value)

    def html(self, value: Any, field: "Field") -> SafeString:
        if value in NOTHING:
            return DASH
        label, tone = self.label_of(str(value), field), field.tones.get(str(value))
        return format_html('<span class="st {}">{}</span>', tone, label) if tone else safe(label)

    def from_text(self, text: str, field: "Field") -> Any:
        wanted = fold(text.strip())
        if not wanted:
            return ""
        for value, labels in field.choice_words():
            if wanted in labels:
                return value
        raise ValidationError(
            _("“%(value)s” is not one of: %(options)s."),
            params={"value": text, "options": ", ".join(label for _v, label in self.options(field)[:12])},
        )

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        blank = [] if field.required else [("", "—")]
        return forms.ChoiceField(choices=formfields.Fixed([*blank, *self.options(field)]), **options)


class Country(Choice):
    name = "country"

    def options(self, field: "Field") -> list[tuple[str, str]]:
        return list(countries(get_language() or "en").items())

    def from_text(self, text: str, field: "Field") -> Any:
        text = text.strip()
        if len(text) <= 2:
            if text and text.upper() not in countries("en"):
                raise ValidationError(_("“%(value)s” is not a country code such as BE."), params={"value": text})
            return text.upper()
        wanted = fold(text)
        for language in ("en", "fr", "nl", "de", "ru"):
            for code, name in countries(language).items():
                if fold(name) == wanted:
                    return code
        raise ValidationError(_("“%(value)s” is not a country."), params={"value": text})


class Language(Country):
    name = "language"

    def options(self, field: "Field") -> list[tuple[str, str]]:
        return list(languages(get_language() or "en").items())

    def from_text(self, text: str, field: "Field") -> Any:
        text = text.strip()
        if fold(text) in languages("en"):
            return fold(text)
        if not text:
            return ""
        for language in ("en", "fr", "nl", "de", "ru"):
            for code, name in languages(language).items():
                if fold(name) == fold(text):
                    return code
        raise ValidationError(_("“%(value)s” is not a language."), params={"value": text})


class Email(Kind):
    name = "email"

    def html(self, value: Any, field: "Field") -> SafeString:
        return format_html('<a class="link" href="mailto:{0}">{0}</a>', value) if value else DASH

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.EmailField(**options)


class Phone(Kind):
    name = "phone"

    def html(self, value: Any, field: "Field") -> SafeString:
        if not value:
            return DASH
        digits = "".join(c for c in str(value) if c.isdigit() or c == "+")
        return format_html('<a class="link" href="tel:{}">{}</a>', digits, value)


class Web(Kind):
    name = "url"

    def html(self, value: Any, field: "Field") -> SafeString:
        if not value or not str(value).startswith(("http://", "https://")):
            return DASH
        short = str(value).split("://", 1)[1].rstrip("/")
        return format_html('<a class="link" href="{}" rel="noopener noreferrer">{}</a>', value, short)

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.CharField(max_length=500, widget=forms.TextInput(attrs={"inputmode": "url"}), **options)
