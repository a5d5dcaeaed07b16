"""Statements that a page asks at every request, compiled once for each set of rights.

A record page asks some seventy small questions of the database, in three statements. Django took more than half of the
page's time to put them together, each time the same: what somebody may see changes with their grants, not with the
record. So what was put together is kept with *marks* in place of the numbers and moments that differ, under everything
that decides how it looks: who reads, with which grants, on which day. A changed grant is another key; nothing has to be
forgotten. That scopes can be kept so rests on their conditions being lazy, which a test asks of each.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.among import sent

Statement = tuple[str, list[Any]]
"""SQL and its parameters; "" when nothing can be found."""

Value = int | datetime | tuple[int, ...]
"""A number, a moment, or the numbers of ``among``."""

MOST = 200
_SIMPLE = (int, str, datetime, tuple)
_FIRST_NUMBER = 2**62
_FIRST_MOMENT = datetime(1583, 1, 1, tzinfo=UTC)
_kept: OrderedDict[tuple[Any, ...], Statement | None] = OrderedDict()  # None: cannot be kept
_lock = Lock()


def statement(name: str, user: Any, build: Callable[..., Statement], **values: Value) -> Statement:
    """What ``build(**values)`` makes for ``user``, put together once and kept.

    ``build`` is called with a mark for each value and must not look at it, only put it into conditions (a tuple of
    numbers by ``among``); whatever else its answer depends on belongs into ``name``. TypeError for any other value.
    """
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
    if found is None:
        return build(**values)
    sql, params = found
    given = {_as_sent(marks[key]): _as_sent(value) for key, value in values.items()}
    passed = [given.get(param, param) if isinstance(param, _SIMPLE) else param for param in params]
    return sql, [list(param) if isinstance(param, tuple) else param for param in passed]


def _marked(made: Statement, marks: dict[str, Value]) -> Statement | None:
    """What is kept; None where a mark is not among the parameters: what became of its condition is not known."""
    sql, params = made[0], [tuple(param) if isinstance(param, list) else param for param in made[1]]
    there = {param for param in params if isinstance(param, _SIMPLE)}
    return (sql, params) if {_as_sent(mark) for mark in marks.values()} <= there else None


def asked(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """What the statement answers; nothing when there is none to ask."""
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


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
    if isinstance(value, int):
        return _FIRST_NUMBER + n
    if isinstance(value, tuple):
        return (_FIRST_NUMBER + n,)
    raise TypeError(f"{value!r} is neither a number nor a moment")


def _as_sent(value: Value) -> Any:
    """The value as it stands among the parameters, lists as tuples."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return sent(value) if isinstance(value, tuple) else value
