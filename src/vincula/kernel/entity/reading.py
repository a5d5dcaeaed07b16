"""Values of many records, ready to show: relations are labelled in batches and only where the reader may see them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from vincula.kernel.access import door, prepared
from vincula.kernel.access.among import among, keys
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
    """Labels of records of several models, asked for in one statement per model; ``bare``: who they are, and no words."""

    def __init__(self, user: Any, bare: bool = False) -> None:
        self.user, self.bare = user, bare
        self._wanted: dict[Any, set[int]] = defaultdict(set)
        self._known: dict[Any, dict[int, Ref]] = defaultdict(dict)

    def want(self, model: Any, ids: Iterable[int | None]) -> None:
        self._wanted[model] |= {i for i in ids if i is not None and i not in self._known[model]}

    def get(self, model: Any, pk: int | None) -> Ref | None:
        """The label, or None when there is no such record for this reader."""
        if pk is None:
            return None
        return self.known(model).get(pk)

    def known(self, model: Any) -> dict[int, Ref]:
        """All labels of the model that were wanted so far, of records that are there for this reader."""
        if self._wanted[model]:
            self._read(model)
        return self._known[model]

    def _read(self, model: Any) -> None:
        ids, self._wanted[model] = self._wanted[model], set()
        if self.bare:
            # People of the house are named to everybody, and a number that a record holds is somebody's.
            seen = ids if model is get_user_model() else self._seen(model, ids)
            self._known[model].update({pk: Ref(pk, "") for pk in seen})
            return
        if model is get_user_model():
            for pk, name, email in prepared.asked("names of people", None, _people, ids=tuple(ids)):
                self._known[model][pk] = Ref(pk, name or email)  # as User.__str__ says it, without making users
            return
        entity = registry.for_model(model)
        rows = model._base_manager.filter(keys(model, ids))
        if entity is not None:
            rows = entity.select(door.visible(rows.filter(trashed_at=None), self.user))
        for record in rows:
            url = entity.url(record) if entity else ""
            self._known[model][record.pk] = Ref(record.pk, entity.title(record) if entity else str(record), url)

    def _seen(self, model: Any, ids: set[int]) -> set[int]:
        rows = model._base_manager.filter(keys(model, ids))
        if registry.for_model(model) is not None:
            rows = door.visible(rows.filter(trashed_at=None), self.user)
        return set(rows.values_list("pk", flat=True))


def _people(ids: tuple[int, ...]) -> prepared.Statement:
    rows = get_user_model()._default_manager.filter(among(ids)).order_by()
    return prepared.united(("q.pk, q.name, q.email", rows.values_list("pk", "name", "email")))


def read(entity: Entity, records: Sequence[Record], fields: Sequence[Field], user: Any) -> list[dict[str, Any]]:
    """For each record {field name: value}; relations are ``Ref`` or None, many relations lists of ``Ref``."""
    names = [f.name for f in fields]
    if not names:
        return [{} for _record in records]
    found = columns(entity, records, fields, user)
    return [dict(zip(names, values, strict=True)) for values in zip(*found, strict=True)]


def columns(
    entity: Entity, records: Sequence[Record], fields: Sequence[Field], user: Any, *, bare: bool = False
) -> list[list[Any]]:
    """For each field the values of all records, as ``read``; ``bare``: each ``Ref`` without its label and address."""
    labels = Labels(user, bare)
    known: dict[str, dict[int, Any]] = {}
    stored: dict[str, list[Any]] = {}
    withheld = door.withheld(user, entity.model)
    for f in fields:
        if f.name in withheld:  # nobody reads it, whatever its kind
            known[f.name] = {}
        elif f.computed is not None:
            known[f.name] = f.computed.values(entity, records, user)
        elif isinstance(f.kind, relations.Relations):
            known[f.name] = _many(records, f, labels)
        else:
            stored[f.name] = list(map(_way(f), records))
            if isinstance(f.kind, relations.Relation):
                labels.want(f.related_model, stored[f.name])
    keys = [r.pk for r in records]
    return [_shown(f, keys, known.get(f.name), stored.get(f.name, []), labels) for f in fields]


def _way(f: Field) -> Callable[[Record], Any]:
    """How the stored value of a field is had from a record."""
    if f.model_field is not None and f.model_field.concrete:
        return attrgetter(f.model_field.attname)
    return f.of


def _shown(
    f: Field, keys: list[int], known: dict[int, Any] | None, stored: list[Any], labels: Labels
) -> list[Any]:  # fmt: skip
    """The values of a field; ``known`` is what was read for all records, by their ``keys``, else they are ``stored``."""
    if known is not None and f.computed is None and isinstance(f.kind, relations.Relations):
        there = labels.known(f.related_model)
        return [[there[pk] for pk in known.get(key, ()) if pk in there] for key in keys]
    if known is not None:
        return [known.get(key) for key in keys]
    if isinstance(f.kind, relations.Relation):
        there = labels.known(f.related_model)
        return [there.get(pk) for pk in stored]
    return stored


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


def titled_by(entity: Entity, record: Record) -> str:
    """The field that the title of the record tells already; "" when the title is made of something else."""
    name = entity.search_fields[0] if entity.search_fields else ""
    if name == "name" and "names" in entity.columns:
        return name  # the title is the name in the reader's language
    value = str(getattr(record, name, "") or "") if name else ""
    return name if value and value in entity.title(record) else ""
