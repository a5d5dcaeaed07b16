"""Values of many records, ready to show: relations are labelled in batches and only where the reader may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from vincula.kernel.access import door
from vincula.kernel.entity import registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.records.models import Record


@dataclass(frozen=True)
class Ref:
    """Another record as a reader may see it."""

    pk: int
    label: str
    url: str = ""


class Labels:
    """Labels of records of several models, asked for in one statement per model."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._wanted: dict[Any, set[int]] = defaultdict(set)
        self._known: dict[Any, dict[int, Ref]] = defaultdict(dict)

    def want(self, model: Any, ids: Iterable[int | None]) -> None:
        self._wanted[model] |= {i for i in ids if i is not None and i not in self._known[model]}

    def get(self, model: Any, pk: int | None) -> Ref | None:
        """The label, or None when there is no such record for this reader."""
        if pk is None:
            return None
        if self._wanted[model]:
            self._read(model)
        return self._known[model].get(pk)

    def _read(self, model: Any) -> None:
        ids, self._wanted[model] = self._wanted[model], set()
        if model is get_user_model():
            for user in model._default_manager.filter(pk__in=ids):
                self._known[model][user.pk] = Ref(user.pk, str(user))
            return
        entity = registry.for_model(model)
        rows = model._base_manager.filter(pk__in=ids)
        if entity is not None:
            rows = entity.select(door.visible(rows.filter(trashed_at=None), self.user))
        for record in rows:
            url = entity.url(record) if entity else ""
            self._known[model][record.pk] = Ref(record.pk, entity.title(record) if entity else str(record), url)


def read(entity: Entity, records: Sequence[Record], fields: Sequence[Field], user: Any) -> list[dict[str, Any]]:
    """For each record {field name: value}; relations are ``Ref`` or None, many relations lists of ``Ref``."""
    labels = Labels(user)
    columns: dict[str, dict[int, Any]] = {}
    for f in fields:
        if f.computed is not None:
            columns[f.name] = f.computed.values(entity, records, user)
        elif isinstance(f.kind, relations.Relations):
            columns[f.name] = _many(records, f, labels)
        elif isinstance(f.kind, relations.Relation):
            labels.want(f.related_model, [f.of(r) for r in records])
    rows = []
    for r in records:
        row: dict[str, Any] = {}
        for f in fields:
            if f.computed is not None:
                row[f.name] = columns[f.name].get(r.pk)
            elif isinstance(f.kind, relations.Relations):
                found = [labels.get(f.related_model, pk) for pk in columns[f.name].get(r.pk, ())]
                row[f.name] = [ref for ref in found if ref]
            elif isinstance(f.kind, relations.Relation):
                row[f.name] = labels.get(f.related_model, f.of(r))
            else:
                row[f.name] = f.of(r)
        rows.append(row)
    return rows


def _many(records: Sequence[Record], f: Field, labels: Labels) -> dict[int, list[int]]:
    through = f.model_field.remote_field.through
    here, there = f.model_field.m2m_column_name(), f.model_field.m2m_reverse_name()
    pairs = (
        through._base_manager.filter(**{f"{here}__in": [r.pk for r in records]}).order_by("pk").values_list(here, there)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for own, other in pairs:
        found[own].append(other)
    labels.want(f.related_model, {other for others in found.values() for other in others})
    return found


def texts(entity: Entity, records: Sequence[Record], fields: Sequence[Field], user: Any) -> list[list[str]]:
    """Rows of plain text, for exports."""
    return [[f.kind.to_text(row[f.name], f) for f in fields] for row in read(entity, records, fields, user)]


def label_for(user: Any, model: type[models.Model], pk: int | None) -> str:
    """The label of one record for this reader; "" when there is none."""
    labels = Labels(user)
    labels.want(model, [pk])
    found = labels.get(model, pk)
    return found.label if found else ""
