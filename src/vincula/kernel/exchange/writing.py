"""Set-based writes of records: what the save door does for one record, done for thousands in few statements (X3, X5).

Audit entries, index values, search documents and events are written in the same transaction, as the door does. Whoever
calls has validated the values and asked for the rights of each record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from vincula.kernel import clock, events
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.records import bulk, derived, state
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record, next_version

AT_ONCE = 400
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


def versions(count: int) -> list[int]:
    """Versions never given before, one for each record of a batch."""
    first = next_version()
    return list(range(first, first + count))


def insert(
    model: type[Record], made: Sequence[Any], lists: Sequence[dict[str, list[int]]], *, who: Any, verb: str
) -> None:
    """Insert records with their many relations; ``lists`` holds {field: ids} for each."""
    for record, version in zip(made, versions(len(made)), strict=True):
        record.version = version
    bulk.insert(model, made)
    _link(model, [(record.pk, ids) for record, ids in zip(made, lists, strict=True) if ids])
    entries = [
        _entry(
            record,
            who,
            verb,
            state.creation(state.of(record, with_many=False) | {n: sorted(i) for n, i in ids.items()}),
        )
        for record, ids in zip(made, lists, strict=True)
    ]
    _write_trail(entries)
    for start in range(0, len(made), AT_ONCE):
        derived.write(made[start : start + AT_ONCE], fresh=True)
    _publish(entries)


def through(f: models.ManyToManyField[Any, Any]) -> Any:
    """The model that joins both sides."""
    return f.remote_field.through


def _write_trail(entries: Sequence[AuditEntry]) -> None:
    """Audit entries, many at once."""
    bulk.insert(AuditEntry, entries)


def update(
    records: Sequence[Any], changes: Sequence[dict[str, list[Any]]], lists: Sequence[dict[str, list[int]]],
    *, who: Any, verb: str,
) -> None:  # fmt: skip
    """Write records that already carry their new values; ``changes`` {field: [from, to]} tells which. Raises Moved."""
    if not records:
        return
    model = type(records[0])
    was = [record.version for record in records]
    moment = clock.now()
    for record, version in zip(records, versions(len(records)), strict=True):
        record.version, record.updated_at = max(version, record.version + 1), moment
    groups: dict[tuple[str, ...], list[tuple[Any, int]]] = defaultdict(list)
    for record, changed, version in zip(records, changes, was, strict=True):
        groups[_columns(model, changed)].append((record, version))
    for columns, pairs in groups.items():
        write_columns(model, columns, pairs)
    many = {f.name: f for f in state.many(model)}
    for record, ids in zip(records, lists, strict=True):
        for name in ids:
            f = many[name]
            through(f)._base_manager.filter(**{f.m2m_column_name(): record.pk}).delete()
    _link(model, [(record.pk, ids) for record, ids in zip(records, lists, strict=True) if ids])
    names = told(model)
    spoken = [{n: c for n, c in changed.items() if n in names or n.startswith("custom.")} for changed in changes]
    entries = [_entry(record, who, verb, changed) for record, changed in zip(records, spoken, strict=True)]
    _write_trail(entries)
    for start in range(0, len(records), AT_ONCE):
        derived.write(records[start : start + AT_ONCE])
    _publish(entries)


def write_columns(model: type[models.Model], columns: Iterable[str], rows: Sequence[tuple[Any, int]]) -> None:
    """UPDATE … WHERE id = … AND version = … for many records, one statement prepared once. Raises Moved."""
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    key, version = quote(str(model._meta.pk.column)), quote("version")
    statement = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {key} = %s AND {version} = %s"  # noqa: S608
    parameters = []
    for record, was in rows:
        given = [
            f.pre_save(record, False) if isinstance(f, FoldedField) else getattr(record, f.attname) for f in fields
        ]
        prepared = [f.get_db_prep_save(v, connection) for f, v in zip(fields, given, strict=True)]
        parameters.append([*prepared, record.pk, was])
    with connection.cursor() as cursor:
        cursor.executemany(statement, parameters)
        hit = cursor.rowcount
    if hit != len(rows):
        raise Moved(_first_moved(model, rows))


def _first_moved(model: type[models.Model], rows: Sequence[tuple[Any, int]]) -> int:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        now = dict(model._base_manager.filter(pk__in=[r.pk for r, _was in some]).values_list("pk", "version"))
        for record, _was in some:
            if now.get(record.pk) != record.version:
                return int(record.pk)
    return int(rows[0][0].pk)


def _columns(model: type[models.Model], changed: Iterable[str]) -> tuple[str, ...]:
    """The columns to write: those changed, their folded companions, and the bookkeeping."""
    many = {f.name for f in state.many(model)}
    names = {"custom" if name.startswith("custom.") else name for name in changed} - many
    folded = {f.name for f in model._meta.concrete_fields if isinstance(f, FoldedField) and f.source in names}
    return (*sorted(names | folded), "version", "updated_at")


def _link(model: type[Record], wanted: Sequence[tuple[int, dict[str, list[int]]]]) -> None:
    by_name: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for pk, ids in wanted:
        for name, others in ids.items():
            by_name[name] += [(pk, other) for other in others]
    for f in state.many(model):
        joining = through(f)
        here, there = f.m2m_column_name(), f.m2m_reverse_name()
        joining._base_manager.bulk_create([joining(**{here: a, there: b}) for a, b in by_name.get(f.name, ())])


def _entry(record: Any, who: Any, verb: str, changes: dict[str, list[Any]]) -> AuditEntry:
    entity = record._meta.label_lower
    return trail.entry(who=who, verb=verb, entity=entity, object_id=record.pk, changes=changes, version=record.version)


def _publish(entries: Sequence[AuditEntry]) -> None:
    """One event for many records: thousands of single ones would be thousands of jobs."""
    if entries:
        ids = [e.object_id for e in entries]
        for start in range(0, len(ids), 5_000):
            events.publish(WRITTEN, entity=entries[0].entity, verb=entries[0].verb, ids=ids[start : start + 5_000])
