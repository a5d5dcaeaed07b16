"""Form fields for the kinds that Django has none for."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.choices import BaseChoiceIterator
from django.utils.translation import gettext as _


def pairs(lines: Iterable[str]) -> dict[str, str]:
    """{"fr": "…"} from lines such as "fr: Université de Gand"."""
    found: dict[str, str] = {}
    for line in lines:
        if line.strip():
            key, colon, text = line.partition(":")
            if not colon:
                raise ValidationError(
                    _("Write “%(line)s” as code: text, for example fr: Bruxelles."), params={"line": line}
                )
            found[key.strip().lower()] = text.strip()
    return found


def grouped(lines: Iterable[str]) -> dict[str, list[str]]:
    """{"ror": ["…"]} from lines such as "ror: https://ror.org/00cv9y106"."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.strip():
            key, colon, text = line.partition(":")
            if not colon or not text.strip():
                raise ValidationError(_("Write “%(line)s” as scheme: identifier."), params={"line": line})
            found.setdefault(key.strip().lower(), []).append(text.strip())
    return found


class Fixed(BaseChoiceIterator):
    """Choices that nobody changes: pairs of texts, shared by the copies that Django makes of a field and its widget.

    To look through 250 countries once more and to copy them, pair by pair, took a millisecond for each form.
    """

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        self.choices = choices

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.choices)

    def __copy__(self) -> "Fixed":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Fixed":
        return self


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2, "data-lines": "text"}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, list) else [v.strip() for v in str(value or "").splitlines() if v.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class PairsField(LinesField):
    """Text per language, "code: text" a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, dict) else pairs(str(value or "").splitlines())


class GroupedField(LinesField):
    """Identifiers by scheme, "scheme: identifier" a line."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{k}: {v}" for k, vs in value.items() for v in vs)
        return value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, dict) else grouped(str(value or "").splitlines())


class RelationField(forms.ModelChoiceField):
    """One record among those that may be seen. The page shows a first handful; the picker searches the rest."""

    shown = 50

    def __init__(self, queryset: models.QuerySet[Any], *, picker: dict[str, str], **options: Any) -> None:
        options.setdefault("empty_label", "—")
        super().__init__(queryset, widget=RelationSelect(attrs=picker), **options)


class RelationsField(forms.ModelMultipleChoiceField):
    """Several records among those that may be seen."""

    shown = 50

    def __init__(self, queryset: models.QuerySet[Any], *, picker: dict[str, str], **options: Any) -> None:
        super().__init__(queryset, widget=RelationSelectMultiple(attrs=picker), **options)


class _Few:
    """Renders the chosen records and the first few others, never the whole table."""

    limit = 50

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        queryset = self.choices.queryset  # type: ignore[attr-defined]  # choices of a model
        chosen = [v for v in value if str(v).isdecimal() and len(str(v)) < 19]
        first = list(queryset.order_by()[: self.limit])
        there = {str(r.pk) for r in first}
        more = list(queryset.filter(pk__in=[c for c in chosen if str(c) not in there])) if chosen else []
        required = getattr(self, "is_required", False)
        options: list[Any] = [] if required or getattr(self, "allow_multiple_selected", False) else [("", "—")]
        options += sorted(((r.pk, str(r)) for r in [*more, *first]), key=lambda pair: pair[1].casefold())
        plain = forms.SelectMultiple if getattr(self, "allow_multiple_selected", False) else forms.Select
        return plain(choices=options).optgroups(name, [str(v) for v in value], attrs)


class RelationSelect(_Few, forms.Select):
    pass


class RelationSelectMultiple(_Few, forms.SelectMultiple):
    pass
