"""Kinds that hold several texts: lists, tags, translations, references elsewhere."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vincula.kernel.entity import formfields
from vincula.kernel.entity.kind import DASH, Kind, safe
from vincula.kernel.folding import fold
from vincula.kernel.records import derived

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


class List(Kind):
    """A list of short texts, one a line."""

    name = "list"
    operators = ("is", "not", "empty")
    schema = list[str]
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        return format_html_join(", ", "{}", ((v,) for v in value)) if value else DASH

    def to_text(self, value: Any, field: "Field") -> str:
        return "; ".join(v.replace(";", ",") for v in value or [])

    def from_text(self, text: str, field: "Field") -> Any:
        return [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return formfields.LinesField(**options)

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return Q(**{field.column: []})
        found = derived.holding(field.entity.model, field.name, values)
        return ~found if operator == "not" else found


class Chosen(List):
    """Keys that the program knows (``ChosenListField``): people read and tick their words; files may hold either."""

    whole = True

    def known(self, field: "Field") -> dict[str, str]:
        """{key: its words in the reader's language}."""
        return {key: str(words) for key, words in field.model_field.known().items()}

    def words(self, value: Any, field: "Field") -> list[str]:
        """A key that nobody knows stands as it is: it has to be seen to be mended."""
        known = self.known(field)
        return [known.get(key, key) for key in value or []]

    def told(self, value: Any, field: "Field") -> str:
        return " ".join(self.words(value, field))

    def html(self, value: Any, field: "Field") -> SafeString:
        return format_html('<ul class="chosen">{}</ul>', format_html_join("", "<li>{}</li>", (
            (words,) for words in self.words(value, field)))) if value else DASH  # fmt: skip

    def from_text(self, text: str, field: "Field") -> Any:
        keys: dict[str, str] = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                keys |= {fold(words): key for key, words in self.known(field).items()}
        return [keys.get(fold(part), part) for part in super().from_text(text, field)]

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=list(self.known(field).items()), widget=forms.CheckboxSelectMultiple, **options
        )


class Tags(List):
    name = "tags"

    def html(self, value: Any, field: "Field") -> SafeString:
        return format_html_join(" ", '<span class="tag">{}</span>', ((v,) for v in value)) if value else DASH


class Translated(Kind):
    """Text per language."""

    name = "translated"
    operators = ("is", "empty")
    schema = dict[str, str]
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        if not value:
            return DASH
        own = (get_language() or "en")[:2]
        return format_html_join(" · ", '<span lang="{}">{}</span> <span class="faint">{}</span>', (
            (code, value[code], code) for code in sorted(value, key=lambda code: code != own)))  # fmt: skip

    def to_text(self, value: Any, field: "Field") -> str:
        return "; ".join(f"{code}: {text.replace(';', ',')}" for code, text in (value or {}).items())

    def from_text(self, text: str, field: "Field") -> Any:
        return formfields.pairs(text.replace("\n", ";").split(";"))

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        example = _("A language code, a colon and the text, for example: fr: Université de Gand")
        return formfields.PairsField(**{**options, "help_text": options.get("help_text") or example})

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return Q(**{field.column: {}})
        return derived.holding(field.entity.model, field.name, values)


class References(Kind):
    """Identifiers elsewhere, by scheme: "ror: https://ror.org/…"."""

    name = "references"
    operators = ("is", "empty")
    schema = dict[str, list[str]]
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        pairs = [(scheme, v) for scheme, vs in (value or {}).items() for v in vs]
        if not pairs:
            return DASH
        return format_html_join(" · ", "{}", (
            (format_html('<a class="link" href="{}" rel="noopener noreferrer">{}</a>', v, scheme.upper())
             if v.startswith("https://") else f"{scheme.upper()} {v}",) for scheme, v in pairs))  # fmt: skip

    def to_text(self, value: Any, field: "Field") -> str:
        return "; ".join(f"{scheme}: {v.replace(';', ',')}" for scheme, vs in (value or {}).items() for v in vs)

    def from_text(self, text: str, field: "Field") -> Any:
        return formfields.grouped(text.replace("\n", ";").split(";"))

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return formfields.GroupedField(**options)

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return Q(**{field.column: {}})
        found = Q()
        for value in values:
            scheme, _colon, reference = value.partition(":")
            found |= derived.holding(field.entity.model, f"{field.name}.{scheme.strip()}", [reference.strip()])
        return found


class Structured(Kind):
    """An object whose shape its model checks. It has a page of its own to edit it; API, import and export carry it."""

    name = "structured"
    operators = ()
    schema = dict[str, Any]
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        filled = sum(1 for part in (value or {}).values() if part)
        if not filled:
            return DASH
        return safe(ngettext("%(n)s section", "%(n)s sections", filled) % {"n": filled})

    def to_text(self, value: Any, field: "Field") -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""

    def from_text(self, text: str, field: "Field") -> Any:
        if not text.strip():
            return {}
        try:
            found = json.loads(text)
        except ValueError:
            raise ValidationError(_("This is not JSON.")) from None
        if not isinstance(found, dict):
            raise ValidationError(_("An object is expected here."))
        return found

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        return forms.JSONField(**options)
