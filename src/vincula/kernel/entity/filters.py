"""Filters from an address and back: ``?country=BE&country=LU&name__contains=gent&updated_at__from=2026-01-01&q=…``.

Lists, boards, calendars, exports, pickers, bulk edits and the API read the same parameters through here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.entity import reading, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.records.models import Record

OPERATORS = ("is", "not", "contains", "from", "to", "empty")
RESERVED = {"q", "sort", "columns", "view", "after", "before", "layout", "group", "quick", "page", "month", "per", "tab",
            "format", "fields", "expand", "limit", "cursor", "_", "trash", "next"}  # fmt: skip
MAX_VALUES = 100
_no_filter = gettext_lazy("There is no filter “%(name)s” here.")


@dataclass(frozen=True)
class Condition:
    field: Field
    operator: str
    values: tuple[str, ...]

    @property
    def parameter(self) -> str:
        return self.field.name if self.operator == "is" else f"{self.field.name}__{self.operator}"

    def words(self, user: Any) -> str:
        """The values as a reader says them: "Belgium or Luxembourg"."""
        kind = self.field.kind
        if isinstance(kind, relations.Relation):
            labels = reading.Labels(user)
            ids = [int(v) for v in self.values if v.isdecimal() and len(v) < 19]
            labels.want(self.field.related_model, ids)
            found = [ref.label if (ref := labels.get(self.field.related_model, i)) else "—" for i in ids]
        else:
            found = [kind.label_of(v, self.field) for v in self.values]
        if len(found) <= 1:
            return "".join(found)
        if len(found) > 3:
            return _("%(first)s and %(n)s more") % {"first": ", ".join(found[:2]), "n": len(found) - 2}
        return _("%(first)s or %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]}

    def sentence(self, user: Any) -> str:
        """The clause of the filter sentence; each operator has a whole pattern of its own."""
        return self.pattern % {"field": str(self.field.label), "value": self.words(user)}

    @property
    def pattern(self) -> str:
        """The clause with places for ``field`` and ``value``."""
        patterns = {
            "is": _("%(field)s is %(value)s"),
            "not": _("%(field)s is not %(value)s"),
            "contains": _("%(field)s contains “%(value)s”"),
            "from": _("%(field)s from %(value)s"),
            "to": _("%(field)s until %(value)s"),
            "empty": _("%(field)s is empty"),
        }
        return patterns[self.operator]


def parse(entity: Entity, params: Mapping[str, Any]) -> list[Condition]:
    """Conditions in ``params`` (a QueryDict or mapping to lists). Raises ValidationError for an unknown or silly one."""
    fields, found = entity.fields, []
    for name in params:
        if name in RESERVED:
            continue
        field_name, _sep, operator = (
            name.rpartition("__") if name.rpartition("__")[2] in OPERATORS else (name, "", "is")
        )
        field = fields.get(field_name or name)
        values = params.getlist(name) if hasattr(params, "getlist") else _listed(params[name])
        values = [str(v) for v in values if str(v).strip()][:MAX_VALUES]  # a field left blank asks for nothing
        if field is None or not field.filterable or operator not in field.kind.operators:
            raise ValidationError(_no_filter, params={"name": name}, code="filter")
        if values:
            found.append(Condition(field, operator, tuple(values)))
    return found


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def apply(rows: QuerySet[Any], conditions: list[Condition], user: Any = None) -> QuerySet[Any]:
    """``rows`` that meet every condition. Raises ValidationError for values that make no sense."""
    withheld = door.withheld(user, rows.model) if conditions and user is not None else frozenset()
    for condition in conditions:
        if condition.field.name in withheld:
            raise ValidationError(_no_filter, params={"name": condition.parameter}, code="filter")
        computed = condition.field.computed
        if computed is not None and computed.annotate is not None:
            rows = computed.annotate(rows, user)
        if isinstance(condition.field.kind, relations.Relation):
            _seen(condition, user)
        rows = rows.filter(_question(condition, user))
    return rows


def _question(condition: Condition, user: Any) -> Q:
    """The condition as a Q; a kind that asks other records has ``q_for``, which passes through the access door."""
    kind, values = condition.field.kind, list(condition.values)
    ask = getattr(kind, "q_for", None)
    if ask is not None and user is not None:
        return cast(Q, ask(condition.operator, values, user))
    if isinstance(kind, relations.Relation) and condition.operator == "empty" and user is not None:
        return _without(condition.field, user)
    return kind.q(condition.field, condition.operator, values)


def _without(field: Field, user: Any) -> Q:
    """Records that name none which ``user`` may see: a hidden one counts as none here as it does in the column."""
    model = field.related_model
    if not issubclass(model, Record) or door.sees_all(user, model):
        return Q(**{f"{field.column}__isnull": True})
    seen = model.objects.visible_to(user).values("pk")
    if isinstance(field.kind, relations.Relations):
        naming = field.entity.model._base_manager.filter(**{f"{field.column}__in": seen})
        return ~Q(pk__in=naming.values("pk"))
    return Q(**{f"{field.column}__isnull": True}) | ~Q(**{f"{field.column}__in": seen})


def _seen(condition: Condition, user: Any) -> None:
    """A record that may not be seen cannot be used to ask who is related to it."""
    model = condition.field.related_model
    if condition.operator != "empty" and user is not None and issubclass(model, Record):
        ids = {int(v) for v in condition.values if v.isdecimal() and len(v) < 19}
        if ids - door.visible_ids(user, model, ids):
            raise ValidationError(_("There is no such record."), code="filter")
