"""Every text column of every table, ours and the libraries': what names the person is taken out.

A coarse sieve runs in the database (substrings in all forms in which a word may be stored), then each row that
passed is read and judged by the pattern, so nothing is changed that does not name the person as a whole word.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.privacy import stances
from vincula.kernel.privacy.traces import Trace, replaced
from vincula.kernel.records import derived
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record, next_version

AT_ONCE = 300
SIEVE = 60  # substrings asked for in one statement
# Derived from the records, packed, or the program's own words: renewed or opened by others, see erasing.py.
ELSEWHERE = frozenset({
    "records.indexvalue", "search.entry", "search.name", "search.vocable", "audit.auditentry", "audit.auditseal",
    "sessions.session", "django_q.ormq", "contenttypes.contenttype", "auth.permission", "people.user",
})  # fmt: skip


def columns(model: type[models.Model]) -> list[Any]:
    """The columns that hold text which may be changed."""
    return [
        f for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField | models.JSONField) and not f.primary_key
        and not isinstance(f, FoldedField) and not f.choices and not isinstance(f, models.FileField)
    ]  # fmt: skip


def sweep(trace: Trace) -> int:
    """Take the person's words out of every table; returns how many rows were changed. Call inside a transaction."""
    changed = 0
    for model in stances.all_models():
        key = model._meta.label_lower
        if key in ELSEWHERE or not columns(model):
            continue
        lone = stances.is_passing(key)
        pattern = trace.passing if lone else trace.everywhere
        for rows in _batches(found(model, trace.variants(lone=lone))):
            for row in model._base_manager.filter(pk__in=rows):
                changed += _clean(row, pattern)
    return changed


def found(model: type[models.Model], variants: Sequence[str], only: Sequence[Any] = ()) -> list[Any]:
    """Primary keys of rows in which one of ``variants`` stands somewhere."""
    quote = connection.ops.quote_name
    fields = only or columns(model)
    text = "char(10)" if connection.vendor == "sqlite" else "chr(10)"
    cast = "TEXT" if connection.vendor == "sqlite" else "text"
    joined = f" || {text} || ".join(f"coalesce(CAST({quote(f.column)} AS {cast}), '')" for f in fields)
    where = "instr" if connection.vendor == "sqlite" else "strpos"
    key: Any = model._meta.pk
    table, pk = quote(model._meta.db_table), quote(key.column)
    keys: set[Any] = set()
    for start in range(0, len(variants), SIEVE):
        some = variants[start : start + SIEVE]
        asked = " OR ".join([f"{where}(t, %s) > 0"] * len(some))
        with connection.cursor() as cursor:
            sql = f"SELECT k FROM (SELECT {pk} AS k, lower({joined}) AS t FROM {table}) AS s WHERE {asked}"  # noqa: S608  # our own columns
            cursor.execute(sql, some)
            keys.update(row[0] for row in cursor.fetchall())
    return [key.to_python(each) for each in keys]


def _batches(keys: Sequence[Any]) -> Iterator[list[Any]]:
    iterator = iter(keys)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


def _clean(row: Any, pattern: Any) -> int:
    """Replace what the pattern finds in one row; 1 when something was found."""
    values = {}
    for f in columns(type(row)):
        was = getattr(row, f.attname)
        now = replaced(was, pattern)
        if now != was:
            values[f.attname] = _fitting(f, now, row.pk)
    if not values:
        return 0
    if isinstance(row, Record):
        rewrite(row, values)
    else:
        _update(row, values)
    return 1


def _fitting(f: Any, value: Any, pk: Any) -> Any:
    """``value`` as the column takes it: short enough, and different from others where it must be."""
    if not isinstance(value, str):
        return value
    value = f"{value} {pk}" if f.unique else value
    return value[: f.max_length] if f.max_length else value


def _update(row: Any, values: dict[str, Any]) -> None:
    rows = type(row)._base_manager.filter(pk=row.pk)
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:  # two rows differed in nothing but the name; neither is a record
        rows.delete()


def rewrite(record: Record, values: dict[str, Any]) -> None:
    """Set columns of a record without writing down what stood there, and renew what is derived from it.

    The one way around the save door: a change that were told in the history would not be gone. The version changes,
    so every open form and every import that would take something back sees that the record is another.
    """
    for name, value in values.items():
        setattr(record, name, value)
    record.version, record.updated_at = next_version(record.version), clock.now()
    stored: dict[str, Any] = {**values, "version": record.version, "updated_at": record.updated_at}
    for f in record._meta.concrete_fields:
        if isinstance(f, FoldedField):
            stored[f.attname] = f.pre_save(record, False)
    type(record)._base_manager.filter(pk=record.pk).update(**stored)
    if record.trashed_at is None:
        derived.write([record])
    else:
        derived.remove(type(record), [record.pk])


def drop_file(storage: Any, name: str) -> None:
    """Delete a stored file after the commit."""
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def forget_payloads(trace: Trace) -> int:
    """Erase what audit entries tell: of the erased records wholly, of others where they name the person.

    Entry, digest and seal stay, so the chain can still be verified; undo and views of the past find nothing.
    """
    gone = 0
    for key, ids in trace.rows.items():
        for batch in _batches(sorted(ids)):
            gone += (
                AuditEntry.objects.filter(entity=key, object_id__in=batch)
                .exclude(changes__isnull=True)
                .update(changes=None)
            )
    for key, ids in trace.near.items():
        for batch in _batches(sorted(ids)):
            gone += _forget_naming(AuditEntry.objects.filter(entity=key, object_id__in=batch), trace.nearby)
    field = AuditEntry._meta.get_field("changes")
    for batch in _batches(found(AuditEntry, trace.variants(), [field])):
        gone += _forget_naming(AuditEntry.objects.filter(pk__in=batch), trace.everywhere)
    return gone


def _forget_naming(rows: Any, pattern: Any) -> int:
    told = rows.exclude(changes__isnull=True).values_list("pk", "changes")
    named = [pk for pk, changes in told if replaced(changes, pattern) != changes]
    gone = 0
    for batch in _batches(named):
        gone += AuditEntry.objects.filter(pk__in=batch).update(changes=None)
    return gone
