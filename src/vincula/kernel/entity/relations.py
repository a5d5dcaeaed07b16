"""Kinds that point to other records. Their labels are shown only through the access door (see reading.py)."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markupsafe import escape

from vincula.kernel.entity import formfields
from vincula.kernel.entity.kind import DASH, Kind, safe

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field
    from vincula.kernel.entity.reading import Ref


class Relation(Kind):
    """One other record. Values given to ``html`` and ``to_text`` are ``reading.Ref`` or None."""

    name = "relation"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "empty")
    schema = int
    whole = True

    def html(self, value: "Ref | None", field: "Field") -> SafeString:
        if value is None:
            return DASH
        if not value.url:
            return safe(value.label)
        told = f'<a class="rel" href="{escape(value.url)}">{escape(value.label)}</a>'
        return mark_safe(told)  # both escaped

    def to_text(self, value: "Ref | None", field: "Field") -> str:
        return value.label if value else ""

    def to_json(self, value: "Ref | None", field: "Field") -> Any:
        return value.pk if value else None

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return Q(**{f"{field.column}__isnull": True})
        ids = [_identifier(v) for v in values]
        found = Q(**{f"{field.column}__in": ids})
        return ~found if operator == "not" else found

    def form_field(self, field: "Field", *, user: Any = None, **options: Any) -> forms.Field:
        queryset, picker = _choices(field, user)
        return formfields.RelationField(queryset, picker=picker, **options)


class Relations(Relation):
    """Several other records. Values are lists of ``reading.Ref``."""

    name = "relations"
    operators = ("is", "empty")
    schema = list[int]
    inline = False

    def html(self, value: Any, field: "Field") -> SafeString:
        if not value:
            return DASH
        return format_html_join(", ", "{}", ((super(Relations, self).html(ref, field),) for ref in value))

    def to_text(self, value: Any, field: "Field") -> str:
        return "; ".join(ref.label.replace(";", ",") for ref in value or [])

    def from_text(self, text: str, field: "Field") -> Any:
        return [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]

    def to_json(self, value: Any, field: "Field") -> Any:
        return [ref.pk for ref in value or []]

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return Q(**{f"{field.column}__isnull": True})
        model = field.entity.model
        rows = model._base_manager.filter(**{f"{field.column}__in": [_identifier(v) for v in values]})
        return Q(pk__in=rows.values("pk"))

    def form_field(self, field: "Field", *, user: Any = None, **options: Any) -> forms.Field:
        queryset, picker = _choices(field, user)
        return formfields.RelationsField(queryset, picker=picker, **options)


class Person(Relation):
    """A user of this installation (staff): owner, steward, who did it."""

    name = "person"

    def html(self, value: "Ref | None", field: "Field") -> SafeString:
        return DASH if value is None else safe(value.label)

    def form_field(self, field: "Field", *, user: Any = None, **options: Any) -> forms.Field:
        queryset = get_user_model()._default_manager.filter(is_active=True, kind="staff").order_by("name")
        return formfields.RelationField(queryset, picker={}, **options)


class File(Relation):
    """A stored file of the record itself: its form takes an upload, another upload takes the place of the first.

    Values are ``reading.Ref``; the earlier file stays among the files of the record. A program reads which file it is
    and cannot set it.
    """

    name = "file"
    operators = ("empty",)
    inline = False

    def html(self, value: "Ref | None", field: "Field") -> SafeString:
        if value is None:
            return DASH
        told = f'<a class="rel" href="{escape(reverse("files:serve", args=[value.pk]))}">{escape(value.label)}</a>'
        return mark_safe(told)  # both escaped

    def form_field(self, field: "Field", *, user: Any = None, **options: Any) -> forms.Field:
        return forms.FileField(widget=forms.FileInput(), **options)


def _identifier(raw: str) -> int:
    if not str(raw).strip().isdecimal() or len(str(raw)) > 18:
        raise ValidationError(_("“%(value)s” is not the number of a record."), params={"value": raw})
    return int(raw)


def _choices(field: "Field", user: Any) -> tuple[Any, dict[str, str]]:
    """Records that may be chosen, and the addresses of the picker."""
    from vincula.kernel.entity import registry

    model = field.related_model
    entity = registry.for_model(model)
    rows = model._default_manager.all()
    if entity is None or not hasattr(rows, "visible_to"):
        return rows, {}
    picker = {"data-options-url": reverse("entity:options", args=[entity.slug])}
    if entity.may(user, "create"):
        picker["data-create-url"] = reverse("entity:new", args=[entity.slug])
    return rows.visible_to(user), picker
