"""Set-based writes of records: what the save door does for one record, done for thousands in few statements (X3, X5).

Audit entries, index values, search documents and events are written in the same transaction, as the door does. Whoever
calls has validated the values and asked for the rights of each record. ``ready_insert`` and ``ready_update`` work all
of it out beforehand, so that the transaction does nothing but write.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from vincula.kernel import clock, events
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.records import bulk, derived, state
from vincula.kernel.records.derived import Step
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record, next_version

AT_ONCE = 400
Lists = Sequence[dict[str, list[int]]]
WRITTEN = events.declare(
    "exchange.written", "An import, or its undo, wrote many records of one entity: told once, with their numbers."
)


class Moved(Exception):
    """A record has another version than the one that was read; ``record_id`` says which."""

    def __init__(self, record_id: int) -> None:
        super().__init__(f"Record {record_id} was changed meanwhile.")
        self.record_id = record_id


def told(model: type[models.Model]) -> set[str]:
    """Names of what the history tells; other columns are derived from them and travel along."""
    return {f.name for f in (*state.audited(model), *state.many(model))}


def derived_columns(model: type[models.Model]) -> list[Any]:
    """Columns that a record works out itself when it is cleaned (a person's name from its parts)."""
    known = told(model) | state.BOOKKEEPING | {"trashed_at", "custom"}
    return [f for f in model._meta.concrete_fields if f.name not in known and not isinstance(f, FoldedField)]


_given = [0]


def versions(count: int) -> list[int]:
    """Versions never given before, one for each record of a batch."""
    first = next_version(_given[0])
    _given[0] = first + count
    return list(range(first, first + count))


def insert(model: type[Record], made: Sequence[Any], lists: Lists, *, who: Any, verb: str) -> None:
    """Insert records with their many relations; ``lists`` holds {field: ids} for each."""
    changes = [
        state.creation(state.of(record, with_many=False) | {n: sorted(i) for n, i in ids.items()})
        for record, ids in zip(made, lists, strict=True)
    ]
    for step in ready_insert(model, made, lists, changes, who=who, verb=verb):
        step()


def ready_insert(
    model: type[Record], made: Sequence[Any], lists: Lists, changes: Sequence[dict[str, list[Any]]],
    *, who: Any, verb: str, rehearse: bool = False,
) -> list[Step]:  # fmt: skip
    """The steps that insert records; they get their numbers and versions here. ``rehearse`` leaves out what cannot be
    refused: history, index, events."""
    if not made:
        return []
    bulk.number(made, bulk.reserve(model, len(made)))
    for record, version in zip(made, versions(len(made)), strict=True):
        record.version = version
    steps: list[Step] = [bulk.ready(model, made)]
    steps += _links(model, [(record.pk, ids) for record, ids in zip(made, lists, strict=True) if ids])
    if rehearse:
        return steps
    steps.append(_history(made, changes, who, verb))
    steps += derived.prepared(made, fresh=True)
    return [*steps, _Publish(model._meta.label_lower, verb, [record.pk for record in made])]


def through(f: models.ManyToManyField[Any, Any]) -> Any:
    """The model that joins both sides."""
    return f.remote_field.through


def update(
    records: Sequence[Any], changes: Sequence[dict[str, list[Any]]], lists: Lists, *, who: Any, verb: str
) -> None:
    """Write records that already carry their new values; ``changes`` {field: [from, to]} tells which. Raises Moved."""
    for step in ready_update(records, changes, lists, who=who, verb=verb):
        step()


def ready_update(
    records: Sequence[Any], changes: Sequence[dict[str, list[Any]]], lists: Lists,
    *, who: Any, verb: str, rehearse: bool = False,
) -> list[Step]:  # fmt: skip
    """The steps that write changed records, which get their new versions here. A step raises Moved."""
    if not records:
        return []
    model = type(records[0])
    was = [record.version for record in records]
    moment = clock.now()
    for record, version in zip(records, versions(len(records)), strict=True):
        record.version, record.updated_at = max(version, record.version + 1), moment
    groups: dict[tuple[str, ...], list[tuple[Any, int]]] = defaultdict(list)
    for record, changed, version in zip(records, changes, was, strict=True):
        groups[columns_of(model, changed)].append((record, version))
    steps: list[Step] = [ready_columns(model, columns, pairs) for columns, pairs in groups.items()]
    listed = [(record.pk, ids) for record, ids in zip(records, lists, strict=True) if ids]
    steps += _unlinks(model, listed) + _links(model, listed)
    if rehearse:
        return steps
    names = told(model)
    spoken = [{n: c for n, c in changed.items() if n in names or n.startswith("custom.")} for changed in changes]
    steps.append(_history(records, spoken, who, verb))
    for start in range(0, len(records), AT_ONCE):
        steps += derived.prepared(records[start : start + AT_ONCE], fresh=False)
    return [*steps, _Publish(model._meta.label_lower, verb, [record.pk for record in records])]


@dataclass(frozen=True, slots=True)
class Columns:
    """UPDATE … WHERE id = … AND version = … for many records, one statement prepared once. Raises Moved."""

    model: type[models.Model]
    update: bulk.Many
    now: list[tuple[int, int]]  # (record, its new version)

    def __call__(self) -> None:
        if self.update() == len(self.now):
            return
        for start in range(0, len(self.now), AT_ONCE):
            some = self.now[start : start + AT_ONCE]
            there = dict(self.model._base_manager.filter(pk__in=[pk for pk, _v in some]).values_list("pk", "version"))
            for pk, version in some:
                if there.get(pk) != version:
                    raise Moved(pk)
        raise Moved(self.now[0][0])


def ready_columns(model: type[models.Model], columns: Iterable[str], rows: Sequence[tuple[Any, int]]) -> Columns:
    """The step that writes ``columns`` of records which carry their new values; with the version each had."""
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    key, version = quote(str(model._meta.pk.column)), quote("version")
    statement = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {key} = %s AND {version} = %s"  # noqa: S608  # names of tables and columns, from the models
    prepare = [bulk.prepared(f) for f in fields]
    parameters = [(*[to_column(record) for to_column in prepare], record.pk, was) for record, was in rows]
    return Columns(model, bulk.Many(statement, parameters), [(record.pk, record.version) for record, _was in rows])


def columns_of(model: type[models.Model], changed: Iterable[str]) -> tuple[str, ...]:
    """The columns to write: those changed, their folded companions, and the bookkeeping."""
    many = {f.name for f in state.many(model)}
    names = {"custom" if name.startswith("custom.") else name for name in changed} - many
    folded = {f.name for f in model._meta.concrete_fields if isinstance(f, FoldedField) and f.source in names}
    return (*sorted(names | folded), "version", "updated_at")


def _links(model: type[Record], wanted: Sequence[tuple[int, dict[str, list[int]]]]) -> list[Step]:
    steps: list[Step] = []
    for f in state.many(model):
        rows = [(pk, other) for pk, ids in wanted for other in ids.get(f.name, ())]
        if rows:
            columns = (f.m2m_column_name(), f.m2m_reverse_name())
            steps.append(bulk.packed_into(through(f)._meta.db_table, columns, rows))
    return steps


def _unlinks(model: type[Record], wanted: Sequence[tuple[int, dict[str, list[int]]]]) -> list[Step]:
    steps: list[Step] = []
    quote = connection.ops.quote_name
    for f in state.many(model):
        rows = [(pk,) for pk, ids in wanted if f.name in ids]
        if rows:
            table, column = quote(through(f)._meta.db_table), quote(f.m2m_column_name())
            steps.append(bulk.Many(f"DELETE FROM {table} WHERE {column} = %s", rows))  # noqa: S608  # our own table
    return steps


_ENTRY = (
    "at", "who_id", "verb", "entity", "object_id", "version", "correlation", "changes", "digest", "seal_id",
)  # fmt: skip


def _history(records: Sequence[Any], changes: Sequence[dict[str, list[Any]]], who: Any, verb: str) -> Step:
    """Audit entries, many at once: what ``trail.entry`` makes, without an instance for each."""
    at = connection.ops.adapt_datetimefield_value(clock.now())
    with trail.together() as correlation:  # the one of the act that is going on
        act = AuditEntry._meta.get_field("correlation").get_db_prep_value(correlation, connection)
    who_id, entity = getattr(who, "pk", None), records[0]._meta.label_lower
    rows = []
    for record, changed in zip(records, changes, strict=True):
        text = trail.canonical(changed)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        rows.append((at, who_id, verb, entity, record.pk, record.version, act, text, digest, None))
    return bulk.packed(AuditEntry, _ENTRY, rows)


@dataclass(frozen=True, slots=True)
class _Publish:
    """One event for many records: thousands of single ones would be thousands of jobs."""

    entity: str
    verb: str
    ids: list[int]

    def __call__(self) -> None:
        for start in range(0, len(self.ids), 5_000):
            events.publish(WRITTEN, entity=self.entity, verb=self.verb, ids=self.ids[start : start + 5_000])
