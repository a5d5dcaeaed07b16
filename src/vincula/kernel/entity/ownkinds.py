"""Kinds as they are for the organisation's own fields: the value lives in JSON and is found through IndexValue."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from vincula.kernel.entity import kinds
from vincula.kernel.entity.kind import Kind, any_of
from vincula.kernel.records import derived
from vincula.kernel.records.models import IndexValue

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


def _rows(field: "Field", **conditions: Any) -> Q:
    rows = IndexValue.objects.filter(entity=field.entity.key, field=field.name, **conditions)
    return Q(pk__in=rows.values("object_id"))


class Own(Kind):
    """Mixed into each kind: filters by index value instead of by column."""

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return ~_rows(field)
        if operator == "contains":
            return any_of(_rows(field, value__contains=derived.sortable(v)) for v in values)
        parsed = [derived.sortable(self.from_text(v, field)) for v in values]
        if operator in ("from", "to"):
            return _rows(field, **{f"value__{'gte' if operator == 'from' else 'lte'}": parsed[0]})
        found = _rows(field, value__in=parsed)
        return ~found if operator == "not" else found

    def check(self, value: Any, field: "Field") -> Any:
        """A value from JSON, made what the kind stores. Raises ValidationError."""
        if value in (None, ""):
            return None
        if not isinstance(value, str | int | float | bool):
            raise ValidationError(_("A single value is expected here."), code="type")
        return self.from_text(str(value), field)


class OwnText(Own, kinds.Text):
    pass


class OwnRichText(Own, kinds.RichText):
    pass


class OwnNumber(Own, kinds.Number):
    pass


class OwnDate(Own, kinds.Date):
    def to_text(self, value: Any, field: "Field") -> str:
        return str(value or "")


class OwnChoice(Own, kinds.Choice):
    pass


class OwnBoolean(Own, kinds.Boolean):
    pass


class OwnWeb(Own, kinds.Web):
    def from_text(self, text: str, field: "Field") -> Any:
        from vincula.kernel.records.fields import clean_url

        return clean_url(text) if text.strip() else None


OWN: dict[str, Own] = {
    k.name: k for k in (OwnText(), OwnRichText(), OwnNumber(), OwnDate(), OwnChoice(), OwnBoolean(), OwnWeb())
}
