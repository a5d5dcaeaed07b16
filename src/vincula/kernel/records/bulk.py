"""Many new rows at once: one INSERT prepared once, where bulk_create builds each statement anew."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)


def insert(model: type[models.Model], made: Sequence[Any]) -> None:
    """Insert unsaved instances and give them their numbers. Call inside a transaction.

    As bulk_create: no save(), no signals; unlike it, hundreds of times the same statement cost hardly more than one.
    """
    if not made:
        return
    for record, pk in zip(made, _take_ids(model, len(made)), strict=True):
        record.pk, record._state.adding, record._state.db = pk, False, connection.alias
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(f.column)) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608  # our own columns
    prepare = [prepared(f) for f in fields]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[to_column(record) for to_column in prepare] for record in made])


def prepared(f: Any) -> Callable[[Any], Any]:
    """How a record's value goes into the column of ``f``. Plain text and numbers go as they are: most do."""
    plain = isinstance(f, _AS_THEY_ARE) and type(f).get_db_prep_save in (
        models.Field.get_db_prep_save, models.ForeignKey.get_db_prep_save
    )  # fmt: skip

    def to_column(record: Any) -> Any:
        value = f.pre_save(record, True)
        if value is None or (plain and type(value) in (str, int)):
            return value
        return f.get_db_prep_save(value, connection)

    return to_column


def _take_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Numbers for new rows: from the sequence (PostgreSQL), or behind the last one ever given (SQLite's one writer)."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],  # type: ignore[union-attr]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = int(row[0]) if row else 0
    return range(last + 1, last + 1 + count)
