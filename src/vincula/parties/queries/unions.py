"""Rows of several tables in one statement: pages that show a little of everything stay within their budget."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from vincula.kernel.access import prepared


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


def together(name: str, user: Any, parts: Callable[..., Iterable[Part]], **values: prepared.Value) -> list[Row]:
    """What ``parts(**values)`` has for ``user``, in one statement, which is put together once (see ``prepared``)."""
    rows = prepared.asked(name, user, lambda **marks: _in_lines(parts(**marks)), **values)
    if connection.vendor == "postgresql":
        return [Row(*row) for row in rows]
    return [Row(*row)._replace(since=_day(row[7]), until=_day(row[8]), at=moment(row[9])) for row in rows]


def _in_lines(parts: Iterable[Part]) -> prepared.Statement:
    """All parts in the shape of Row."""
    return prepared.united(
        *((_line(p.columns), p.rows.values_list("pk", *dict.fromkeys(p.columns.values())), p.what) for p in parts)
    )


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


def moment(value: Any) -> Any:
    """As ``_day``; moments are kept in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found else None
