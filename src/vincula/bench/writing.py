"""Rows into tables as quickly as the database takes them: COPY, or executemany, with the indexes made afterwards."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models

from vincula.kernel.records import bulk

Row = Sequence[Any]


class Shape:
    """How rows of a model are written: what it is given, and a blank for everything else."""

    def __init__(self, model: type[models.Model], *given: str) -> None:
        fields = [f for f in model._meta.concrete_fields if not f.generated]
        blank = model()
        self.table = model._meta.db_table
        self.columns = [str(f.column) for f in fields]
        self._row = [bulk.prepared(f)(blank) for f in fields]
        by_name = {f.name: str(f.column) for f in fields}
        self._given = [self.columns.index(by_name[name]) for name in given]

    def row(self, *values: Any) -> list[Any]:
        """One row; values in the order in which they were announced, as the database driver takes them."""
        row = self._row.copy()
        for at, value in zip(self._given, values, strict=True):
            row[at] = value
        return row


def write(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows to a table."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(c) for c in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"  # noqa: S608  # our own tables
        raw: Any = connection.connection
        raw.executemany(sql, rows)


def repeat(table: str, columns: Sequence[str], shifts: Mapping[str, int | str], last: int, *, key: str = "id") -> None:
    """The rows up to number ``last`` once more, with ``shifts`` (numbers, or SQL that is one) added to columns."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(c) for c in columns)
    read = ", ".join(f"{quote(c)} + {shifts[c]}" if c in shifts else quote(c) for c in columns)
    _run([f"INSERT INTO {quote(table)} ({names}) SELECT {read} FROM {quote(table)} WHERE {quote(key)} <= {last}"])  # noqa: S608  # names of tables and columns, from the models


def by_entity(shifts: Mapping[str, int]) -> str:
    """SQL for what is added to a record's number, by the entity that its row names."""
    cases = " ".join(f"WHEN '{entity}' THEN {shift}" for entity, shift in shifts.items())
    return f"CASE entity {cases} END"


@contextmanager
def bare(tables: Sequence[str]) -> Iterator[None]:
    """While this lasts, ``tables`` have no index that they can do without and nothing waits for the disk."""
    run = _run
    if connection.vendor == "postgresql":
        defined = _all(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname AND c.contype IN ('p', 'u', 'x'))",
            [list(tables)],
        )
        before, after = ["SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"], [
            "SET session_replication_role = DEFAULT", "RESET maintenance_work_mem"]  # fmt: skip
    else:
        marks = ", ".join(["%s"] * len(tables))
        defined = _all(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",  # noqa: S608  # marks only
            list(tables),
        )
        before, after = ["PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF"], [
            "PRAGMA foreign_keys=ON", "PRAGMA synchronous=FULL", "PRAGMA wal_checkpoint(TRUNCATE)"]  # fmt: skip
    quote = connection.ops.quote_name
    run([*before, *(f"DROP INDEX {quote(name)}" for name, _sql in defined)])
    yield
    run([sql for _name, sql in defined])
    run(after)


def _all(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def numbered(table: str, last: int) -> None:
    """The next number that the database gives is behind ``last``."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [quote(table), max(last, 1)])
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])


def settle() -> None:
    """What autovacuum would do by and by. On SQLite nothing: the program runs no ANALYZE there, and should not, for its
    statistics count empty relations as one value and then scan whole tables."""
    if connection.vendor == "postgresql":
        _run(["VACUUM ANALYZE"])


def for_driver() -> Callable[[Any], Any]:
    """How lists, days and moments (in UTC) go to the driver; text and numbers go as they are."""
    postgresql = connection.vendor == "postgresql"
    encode = json.JSONEncoder(ensure_ascii=False).encode

    def plain(value: Any) -> Any:
        if isinstance(value, list | dict):
            return encode(value)
        if postgresql or value is None:
            return value
        return str(value.replace(tzinfo=None)) if isinstance(value, datetime) else str(value)

    return plain
