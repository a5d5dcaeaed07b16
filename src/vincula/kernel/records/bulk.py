"""Many new rows at once: one INSERT prepared once (SQLite) or one COPY (PostgreSQL), where bulk_create builds each anew.

Rows can be made ready before the transaction that writes them (``ready``): then the database is held only for the
writing itself.
"""

import datetime
import decimal
import itertools
import json
import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections, models, transaction

_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_EMPTY = (dict, list)
_PLAIN = (str, int, bool, type(None))  # exactly these: what derives from them may mean something else
_COPIED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows of one table, packed as the database takes them. Picklable. Call it inside a transaction."""

    table: str
    columns: tuple[str, ...]
    packed: bytes

    def __call__(self) -> None:
        quote = connection.ops.quote_name
        names = ", ".join(quote(name) for name in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                statement = f"COPY {quote(self.table)} ({names}) FROM STDIN"
                with connection.wrap_database_errors, cursor.copy(statement) as copy:
                    copy.write(self.packed)
                return
            marks = ", ".join(["%s"] * len(self.columns))
            statement = f"INSERT INTO {quote(self.table)} ({names}) VALUES ({marks})"  # noqa: S608  # our own columns
            rows: Any = _rows(self.packed)  # sqlite3 takes them one by one
            cursor.executemany(statement, rows)


@dataclass(frozen=True, slots=True)
class Many:
    """One statement for many rows of parameters. Picklable. Call it inside a transaction; returns the rows it hit."""

    statement: str
    rows: Sequence[Sequence[Any]]

    def __call__(self) -> int:
        if not self.rows:
            return 0
        with connection.cursor() as cursor:
            cursor.executemany(self.statement, self.rows)
            return int(cursor.rowcount)


def insert(model: type[models.Model], made: Sequence[Any]) -> None:
    """Insert unsaved instances and give them their numbers. Call inside a transaction.

    As bulk_create: no save(), no signals; unlike it, hundreds of times the same statement cost hardly more than one.
    """
    if made:
        number(made, reserve(model, len(made)))
        ready(model, made)()


def number(made: Sequence[Any], ids: Sequence[int]) -> None:
    """Give unsaved instances the numbers that were reserved for them."""
    alias = connection.alias
    name = type(made[0])._meta.pk.attname if made and not made[0]._meta.parents else "pk"
    for record, pk in zip(made, ids, strict=True):
        setattr(record, name, pk)
        record._state.adding, record._state.db = False, alias


def ready(model: type[models.Model], made: Sequence[Any]) -> Insert:
    """The rows of numbered instances. Their values are taken now; nothing is written yet."""
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    return packed(model, [str(f.attname) for f in fields], _values(fields, made))


def packed(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Insert:
    """Rows of values that the database takes as they are, under the names of attributes; others get their default
    from the database (a number from its sequence)."""
    by_name = {f.attname: str(f.column) for f in model._meta.concrete_fields}
    columns = tuple(by_name[name] for name in names)
    return packed_into(model._meta.db_table, columns, rows)


def packed_into(table: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> Insert:
    """As ``packed``, for a table that has no model."""
    listed = list(zip(*rows, strict=True))
    if connection.vendor == "postgresql":
        return Insert(table, columns, _copied(listed))
    return Insert(table, columns, _packed(listed))


def _packed(columns: Sequence[Sequence[Any]]) -> bytes:
    """Columns for ``_rows``. In an import many hold one value in every row: it is kept once."""
    count = len(columns[0]) if columns else 0
    return marshal.dumps((count, [[c[0]] if c.count(c[0]) == count and _one_class(c) else c for c in columns]))


def _one_class(column: Sequence[Any]) -> bool:
    """Whether values that are equal are the same: 1 and True are not."""
    return len(set(map(type, column))) == 1


def _rows(packed: bytes) -> Iterator[tuple[Any, ...]]:
    """The rows of what was packed."""
    count, columns = marshal.loads(packed)  # noqa: S302  # packed a moment ago, by us
    return zip(*[c if len(c) == count else itertools.repeat(c[0], count) for c in columns], strict=True)


def as_json(value: Any, encoder: Any = None) -> str:
    """JSON as a column takes it, on either database."""
    return json.dumps(value, cls=encoder, ensure_ascii=True)


def _values(fields: Sequence[Any], made: Sequence[Any]) -> Iterable[list[Any]]:
    """Each record's values. Most are plain and stand in its ``__dict__``; the others are asked of their column."""
    plan = [(f.attname, prepared(f), _is_plain(f)) for f in fields]
    for record in made:
        there = record.__dict__
        yield [
            value if plain and (value := there.get(name, there)).__class__ in _PLAIN else to_column(record)
            for name, to_column, plain in plan
        ]


def _is_plain(f: Any) -> bool:
    """Whether plain text and numbers go into the column as they are."""
    kind = type(f)
    return (
        isinstance(f, _AS_THEY_ARE)
        and kind.pre_save is models.Field.pre_save
        and kind.get_db_prep_save in (models.Field.get_db_prep_save, models.ForeignKey.get_db_prep_save)
    )


def prepared(f: Any) -> Callable[[Any], Any]:
    """How a record's value goes into the column of ``f``."""
    if isinstance(f, models.JSONField):
        return _json_column(f)
    if isinstance(f, models.DateTimeField):
        return _moment_column(f)

    database = connections[connection.alias]  # asked for once: each use of the proxy looks it up in the thread

    def to_column(record: Any) -> Any:
        value = f.get_db_prep_save(f.pre_save(record, True), database)
        if isinstance(value, decimal.Decimal):
            return str(value)  # as Django has SQLite adapt it; COPY takes text anyway
        return value.value if isinstance(value, str) and hasattr(value, "value") else value  # a choice is its value

    return to_column


def _json_column(f: Any) -> Callable[[Any], Any]:
    name = f.attname if type(f).pre_save is models.Field.pre_save else ""

    def to_column(record: Any) -> Any:
        value = getattr(record, name) if name else f.pre_save(record, True)
        if value.__class__ in _EMPTY and not value:
            return "[]" if value.__class__ is list else "{}"
        if value is None or hasattr(value, "as_sql"):
            return f.get_db_prep_save(value, connection)
        return as_json(value, f.encoder)

    return to_column


def _moment_column(f: Any) -> Callable[[Any], Any]:
    """Thousands of records are written at the same moment: it is put into the database's form once."""
    last: list[Any] = [None, None]
    database = connections[connection.alias]

    def to_column(record: Any) -> Any:
        value = f.pre_save(record, True)
        if value is None or value is not last[0]:
            last[:] = value, f.get_db_prep_save(value, database)
        return last[1]

    return to_column


def _copied(columns: Sequence[Sequence[Any]]) -> bytes:
    """Columns as lines of COPY's text format."""
    lines = "\n".join(map("\t".join, zip(*map(_copied_column, columns), strict=True)))
    return f"{lines}\n".encode() if lines else b""


def _copied_column(column: Sequence[Any]) -> Iterable[str]:
    """The values of one column as COPY takes them: of one kind mostly, and of plain text none need be looked at."""
    kinds = set(map(type, column))
    if kinds == {str} and not _TO_ESCAPE.search("\0".join(column)):
        return column
    return map(str, column) if kinds == {int} else map(_copied_value, column)


def _copied_value(value: Any) -> str:
    if value is None:
        return "\\N"
    if value.__class__ is str:
        return str(value).translate(_COPIED) if _TO_ESCAPE.search(value) else str(value)
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).translate(_COPIED)


def reserve(model: type[models.Model], count: int) -> Sequence[int]:
    """Numbers for new rows that nobody else gets: from the sequence. Those never used leave a gap, which is no harm."""
    table = model._meta.db_table
    if not count:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],  # type: ignore[union-attr]  # every model has a key
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = int(row[0]) if row else 0
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last + count])
    return range(last + 1, last + 1 + count)
