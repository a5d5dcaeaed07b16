"""Records of any entity, kept in thousands with what the save door keeps beside them: history, index values, search."""

import uuid
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models, transaction

from vincula.bench import writing
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.records import bulk, derived, state
from vincula.kernel.records.models import IndexValue, Record
from vincula.kernel.search import index, records

R = TypeVar("R", bound=Record)
VERB = "created"
ACT = uuid.UUID(int=2)
CHUNK = 2_000


@lru_cache
def _exact(model: type[Record]) -> list[tuple[str, Decimal]]:
    """Columns of decimals, and the step in which the save door keeps and tells them."""
    fields = [f for f in model._meta.concrete_fields if isinstance(f, models.DecimalField)]
    return [(f.attname, Decimal(1).scaleb(-f.decimal_places)) for f in fields]


class Keeper:
    """Collects records and gives them their numbers at once, so that they may name each other; ``write`` keeps them.

    Their tables must be empty. The same records in the same order give the same rows.
    """

    def __init__(self, who: Any, moment: datetime) -> None:
        self.who = who
        self.made: dict[type[Record], list[Any]] = {}
        self.links: dict[Any, list[tuple[int, int]]] = {}  # {a relation to many: (record, what it names)}
        self.version = int(moment.timestamp()) * 1_000_000

    def add(self, model: type[R], at: datetime, /, **values: Any) -> R:
        """One record, made at ``at``; it has its number."""
        there = self.made.setdefault(model, [])
        self.version += 1
        record = model(pk=len(there) + 1, version=self.version, created_at=at, updated_at=at, **values)
        for name, step in _exact(model):
            if (value := getattr(record, name)) is not None:
                setattr(record, name, Decimal(value).quantize(step))
        record._state.adding, record._state.db = False, connection.alias
        there.append(record)
        return record

    def write(self, say: Callable[[str], None]) -> None:
        """All of it, in one transaction."""
        with transaction.atomic(), trail.together(ACT):
            for model, rows in self.made.items():
                for start in range(0, len(rows), CHUNK):
                    chunk = rows[start : start + CHUNK]
                    bulk.ready(model, chunk)()
                    self._beside(model, chunk)
                say(f"{len(rows):,} {model._meta.verbose_name_plural}")
            for relation, pairs in self.links.items():
                one, other = (relation.field.m2m_column_name(), relation.field.m2m_reverse_name())
                rows = [(n, *pair) for n, pair in enumerate(pairs, 1)]
                writing.write(relation.through._meta.db_table, ("id", one, other), rows)
                writing.numbered(relation.through._meta.db_table, len(rows))
            for model, rows in self.made.items():
                writing.numbered(model._meta.db_table, len(rows))

    def _beside(self, model: type[Record], rows: list[Any]) -> None:
        key = model._meta.label_lower
        told, values = [], []
        for record in rows:
            changes = state.creation(state.of(record, with_many=False))
            entry = trail.entry(
                who=self.who, verb=VERB, entity=key, object_id=record.pk, changes=changes, version=record.version
            )
            entry.at = record.created_at
            told.append(entry)
            values += [
                IndexValue(entity=key, object_id=record.pk, field=f, value=v) for f, v in derived.index_values(record)
            ]
        bulk.insert(AuditEntry, told)
        bulk.insert(IndexValue, values)
        entity = registry.get(key)
        if entity.search_fields:
            index.write(records.document(entity, record) for record in rows)
