"""Rows of several tables in one statement: pages that show a little of everything stay within their budget."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


class Row(NamedTuple):
    """A record of any table, as far as a line of a page needs it."""

    what: str
    pk: int
    other: int | None
    title: str
    note: str
    more: str
    who: str
    since: Any
    until: Any
    at: Any


_COLUMNS = {
    "other": "bigint", "title": "text", "note": "text", "more": "text", "who": "text", "since": "date", "until": "date",
    "at": "timestamp with time zone",
}  # fmt: skip
_EMPTY = {"text": "''"}


class Part(NamedTuple):
    """Rows that become lines, and which lookup fills which of Row's columns; the others are empty."""

    rows: QuerySet[Any]
    what: str
    columns: dict[str, str]


def part(rows: QuerySet[Any], what: str, **columns: str) -> Part:
    """``rows`` as lines of ``what``."""
    return Part(rows if rows.query.is_sliced else rows.order_by(), what, columns)


def newest(rows: QuerySet[Any], order: str, most: int) -> QuerySet[Any]:
    """The first ``most`` rows by ``order``."""
    return rows.order_by(order, "-pk")[:most]


def together(parts: Iterable[Part]) -> list[Row]:
    """All parts in one statement.

    Django makes each part as ever (rights and all); only the line around it is written here. Left to Django, the casts
    that bring seventeen tables into one shape took thirty milliseconds of a page.
    """
    statements, params = [], []
    for each in parts:
        try:
            sql, given = each.rows.values_list("pk", *dict.fromkeys(each.columns.values())).query.sql_with_params()
        except EmptyResultSet:  # a part of which this reader may see nothing
            continue
        statements.append(f"SELECT {_line(each.columns)} FROM ({sql}) q")  # noqa: S608  # Django's SQL and our own names
        params += [each.what, *given]
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), params)
        rows = cursor.fetchall()
    if connection.vendor == "postgresql":
        return [Row(*row) for row in rows]
    return [Row(*row)._replace(since=_day(row[7]), until=_day(row[8]), at=_moment(row[9])) for row in rows]


def _line(columns: dict[str, str]) -> str:
    """The columns of Row, in their order, from those of the inner statement."""
    told = ["%s", 'q."pk"']
    for name, kind in _COLUMNS.items():
        value = f'q."{columns[name]}"' if name in columns else _EMPTY.get(kind, "NULL")
        if connection.vendor == "postgresql" or kind in ("bigint", "text"):
            value = f"CAST({value} AS {kind})"
        told.append(value)
    return ", ".join(told)


def _day(value: Any) -> Any:
    """SQLite keeps days as text; its driver reads them where it still knows of which column they are."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    """As ``_day``; moments are kept in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment else None
