"""Groups of a list: by a choice, country, yes or no, person or another record; heads with counts over the whole list."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import kinds, reading, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field

KEY, RANK = "in_group", "group_rank"
MOST_HEADS = 2000


def can_group(field: Field) -> bool:
    """Whether a list can be grouped by this field."""
    if field.computed is not None or field.custom or field.model_field is None:
        return False
    if isinstance(field.kind, relations.Relations | relations.File):
        return False
    return isinstance(field.kind, kinds.Choice | kinds.Boolean | relations.Relation)


def _carrying(rows: QuerySet[Any], rank: Any, key: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(**{RANK: rank, KEY: key})
    return found


@dataclass
class Grouping:
    """How rows fall into groups for one reader: ``rank`` orders the groups, ``key`` tells them apart."""

    field: Field
    user: Any

    @property
    def lead(self) -> tuple[str, ...]:
        return (RANK, KEY)

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Carry the group in each row. A related record that may not be seen counts as none: nothing tells it apart."""
        field = self.field
        if isinstance(field.kind, relations.Relation):
            return self._by_relation(rows)
        places = [When(**{field.column: value}, then=Value(i)) for i, (value, _label) in enumerate(field.choices)]
        if isinstance(field.kind, kinds.Country) or not places:
            return _carrying(rows, F(field.column), F(field.column))
        rank = Case(*places, default=Value(len(places)), output_field=IntegerField())
        return _carrying(rows, rank, F(field.column))

    def _by_relation(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        column, model = self.field.column, self.field.related_model
        rank = self.field.sort_columns[0]
        if registry.for_model(model) is None:
            return _carrying(rows, F(rank), F(f"{column}_id"))
        visible = door.leading_to(column, model, self.user)
        seen, known = When(visible, then=F(rank)), When(visible, then=F(f"{column}_id"))
        return _carrying(rows, Case(seen, default=None), Case(known, default=None))

    def counts(self, rows: QuerySet[Any]) -> dict[Any, int]:
        """{key: how many} over the whole list, in one statement."""
        found = self.annotate(rows.order_by()).values(KEY).annotate(n=Count("pk", distinct=True)).order_by()
        return {row[KEY]: row["n"] for row in found[:MOST_HEADS]}

    def labels(self, keys: list[Any]) -> dict[Any, str]:
        """{key: head}; an empty value is called so."""
        said: dict[Any, str] = {}
        if isinstance(self.field.kind, relations.Relation):
            labels = reading.Labels(self.user)
            labels.want(self.field.related_model, [k for k in keys if k is not None])
            said = {k: ref.label for k in keys if k is not None and (ref := labels.get(self.field.related_model, k))}
        elif isinstance(self.field.kind, kinds.Boolean):
            said = {k: _("yes") if k else _("no") for k in keys if k is not None}
        else:
            known = dict(self.field.kind.options(self.field) or ())
            said = {k: str(known.get(str(k), k)) for k in keys if k not in (None, "")}
        return {k: said.get(k) or _("Without %(field)s") % {"field": self.field.label} for k in keys}


def wanted(entity: Entity, name: str, user: Any) -> Grouping | None:
    """The grouping that ``?group=`` asks for. Raises ValidationError for a field that cannot group."""
    if not name:
        return None
    field = entity.field(name)
    if field is None or not can_group(field):
        raise ValidationError(_("The list cannot be grouped by “%(name)s”."), params={"name": name}, code="group")
    return Grouping(field, user)
