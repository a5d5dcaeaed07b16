"""Statements that a page asks at every request, compiled once for each set of rights.

A record page asks some seventy small questions of the database, in three statements. Django took more than half of the
page's time to put them together, each time the same: what somebody may see changes with their grants, not with the
record. So what was put together is kept with *marks* in place of the numbers and moments that differ, under everything
that decides how it looks: who reads, with which grants, on which day. A changed grant is another key; nothing has to be
forgotten. That scopes can be kept so rests on their conditions being lazy, which a test asks of each.

Databases take longer to read and to plan them than to answer. So what does not differ stands in them as it is, for the
planner to look at, and only the marks become parameters. SQLite keeps such a statement; with a parameter for every
constant it planned it anew each time, because any of them may decide which index serves. PostgreSQL is asked to prepare
it, once for each connection.
``?prepare_threshold=none`` at the end of ``DATABASE_URL`` leaves that out, for a pooler that knows no such statements.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.among import sent

Statement = tuple[str, list[Any]]
"""SQL and its parameters; "" when nothing can be found."""

Value = int | str | date | datetime | tuple[int, ...]
"""A number, a text, a day, a moment, or the numbers of ``among``."""

MOST = 200
_SIMPLE = (int, str, date, datetime, tuple)
MOST_PREPARED = 50  # of one connection
_FIRST_NUMBER = 2**62
_FIRST_MOMENT = datetime(1583, 1, 1, tzinfo=UTC)
_PLACE = re.compile("%[s%]")
_lock = Lock()


class _Kept(NamedTuple):
    """A statement with marks among its parameters; ``bound``: with named places for the values alone, and constants as
    they are; "" where one cannot be written so."""

    sql: str
    params: list[Any]
    bound: str = ""


_kept: OrderedDict[tuple[Any, ...], _Kept | None] = OrderedDict()  # None: cannot be kept


def asked(name: str, user: Any, build: Callable[..., Statement], **values: Value) -> list[tuple[Any, ...]]:
    """What the ``statement`` answers; nothing when there is none to ask."""
    found, marks = _found(name, user, build, values)
    if found is not None and found.bound and (server := _prepares()) is not None:
        with connection.cursor() as cursor:
            if server:
                cursor.cursor = _binding()  # only there the server gets the values apart
            cursor.execute(found.bound, {key: _as_bound(value) for key, value in values.items()})
            return list(cursor.fetchall())
    sql, params = build(**values) if found is None else _filled(found, marks, values)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def statement(name: str, user: Any, build: Callable[..., Statement], **values: Value) -> Statement:
    """What ``build(**values)`` makes for ``user``, put together once and kept.

    ``build`` is called with a mark for each value and must not look at it, only put it into conditions (a tuple of
    numbers by ``among``); whatever else its answer depends on belongs into ``name``. TypeError for any other value.
    """
    found, marks = _found(name, user, build, values)
    return build(**values) if found is None else _filled(found, marks, values)


def _found(
    name: str, user: Any, build: Callable[..., Statement], values: dict[str, Value]
) -> tuple[_Kept | None, dict[str, Value]]:
    """What is kept, and the marks in it."""
    marks = {key: _mark(n, value) for n, (key, value) in enumerate(values.items())}
    key = (name, tuple(values), connection.vendor, clock.today(), *_rights(user))
    with _lock:
        known, found = key in _kept, _kept.get(key)
        if known:
            _kept.move_to_end(key)
    if not known:
        found = _marked(build(**marks), marks)
        with _lock:
            _kept[key] = found
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return found, marks


def _filled(found: _Kept, marks: dict[str, Value], values: dict[str, Value]) -> Statement:
    given = {_as_sent(marks[key]): _as_sent(value) for key, value in values.items()}
    passed = [given.get(param, param) if isinstance(param, _SIMPLE) else param for param in found.params]
    return found.sql, [list(param) if isinstance(param, tuple) else param for param in passed]


def _marked(made: Statement, marks: dict[str, Value]) -> _Kept | None:
    """What is kept; None where a mark is not among the parameters: what became of its condition is not known."""
    sql, params = made[0], [tuple(param) if isinstance(param, list) else param for param in made[1]]
    there = {param for param in params if isinstance(param, _SIMPLE)}
    names = {_as_sent(mark): key for key, mark in marks.items()}
    if not names.keys() <= there:
        return None
    return _Kept(sql, params, _bound(sql, made[1], names))


def _bound(sql: str, params: list[Any], names: dict[Any, str]) -> str:
    """The statement with what does not differ in its place, and ``%(name)s`` for each value."""
    given = iter(params)
    if connection.vendor == "sqlite" and any(isinstance(param, str) and "\0" in param for param in params):
        return ""  # its literals end there

    def put(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        param = next(given)
        marked = tuple(param) if isinstance(param, list) else param
        if isinstance(marked, _SIMPLE) and marked in names:
            return f"%({names[marked]})s"
        return _literal(param).replace("%", "%%")

    return _PLACE.sub(put, sql)


def _literal(param: Any) -> str:
    """As the database itself, or its driver, writes it into a statement."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return str(connection.connection.execute("SELECT quote(?)", (param,)).fetchone()[0])
    return str(connection.ops.compose_sql("%s", [param]))  # type: ignore[attr-defined]  # PostgreSQL's


def _prepares() -> bool | None:
    """Whether a server shall prepare it; None where the operator does not let connections keep statements, and for who
    collects statements, who is shown them whole."""
    if connection.vendor == "sqlite":
        return False
    connection.ensure_connection()
    kept = connection.connection.prepare_threshold is not None and not connection.queries_logged
    return True if kept else None


def _binding() -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor  # psycopg is there for PostgreSQL only

    connection.connection.prepared_max = MOST_PREPARED
    return ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # psycopg's cursor takes it


def _as_bound(value: Value) -> Any:
    """As PostgreSQL reads it, always of one type: psycopg tells it of small numbers in other words than of large ones."""
    if connection.vendor == "sqlite":
        return _as_sent(value)
    if isinstance(value, tuple):
        return f"{{{','.join(map(str, value))}}}"
    return value if isinstance(value, date) else str(value)


def forget() -> None:
    """Put every statement together anew: for a test that takes a door out of the program while it runs."""
    with _lock:
        _kept.clear()


def united(*parts: tuple[str, QuerySet[Any], *tuple[str, ...]]) -> Statement:
    """The columns told of each part (of ``q``), with the parameters that they take, one part after the other.

    Django makes each part as ever (rights and all); only the line around it is written here. Left to Django, the
    casts that bring seventeen tables into one shape took thirty milliseconds of a page.
    """
    statements, params = [], []
    for columns, rows, *given in parts:
        try:
            sql, sent = rows.query.sql_with_params()
        except EmptyResultSet:  # a part of which this reader may see nothing
            continue
        statements.append(f"SELECT {columns} FROM ({sql}) q")  # noqa: S608  # Django's SQL and our own names
        params += [*given, *sent]
    return " UNION ALL ".join(statements), params


def _rights(user: Any) -> tuple[Any, ...]:
    """All that ``door`` asks of a reader."""
    if user is None or user.is_superuser or not user.is_active:
        return (getattr(user, "pk", None), getattr(user, "is_active", False), getattr(user, "is_superuser", False))
    return (user.pk, True, door.told(user))


def _mark(n: int, value: Value) -> Value:
    if isinstance(value, datetime):
        return _FIRST_MOMENT + timedelta(days=n, microseconds=n + 1)
    if isinstance(value, date):
        return _FIRST_MOMENT.date() + timedelta(days=n)
    if isinstance(value, int):
        return _FIRST_NUMBER + n
    if isinstance(value, str):
        return f"\x02{n}\x03"  # what nobody can type into a condition
    if isinstance(value, tuple):
        return (_FIRST_NUMBER + n,)
    raise TypeError(f"{value!r} is no number, text, day or moment")


def _as_sent(value: Value) -> Any:
    """The value as it stands among the parameters, lists as tuples."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return sent(value) if isinstance(value, tuple) else value
