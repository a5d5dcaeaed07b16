"""What somebody sees only in part, as a condition in the statement that looks for words.

Asking the door about thousands of candidates, hundreds at a time, took a search of few rights five times as long as
one of an administrator. Here the door's own condition stands in the statement, and the database stops at the last
record that is wanted. The condition is kept by reader, grants and day, as whatever pages ask at every request
(``access.prepared``): a changed grant is another key.
"""

import json
from collections.abc import Collection
from typing import Any, NamedTuple, Protocol, runtime_checkable

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from vincula.kernel.access import prepared


class Reach(NamedTuple):
    """SQL that is true of a row ``q`` with ``entity`` and ``object_id`` when ``reader`` may see the record."""

    sql: str
    params: list[Any]
    reader: Any
    narrow: frozenset[str]  # entities of which something is hidden


@runtime_checkable
class Sight(Protocol):
    """A ``Visible`` that can also say it beforehand."""

    user: Any

    def __call__(self, entity: str, ids: list[int]) -> Collection[int]:
        """Which of these records of ``entity`` the person sees."""

    def whole(self, entity: str) -> bool:
        """Whether no record of ``entity`` is hidden from the person."""

    def rows(self, entity: str) -> models.QuerySet[Any]:
        """The records of ``entity`` that the person sees."""


def of(sight: Sight, entities: Collection[str]) -> Reach | None:
    """The condition for ``entities``; None when nothing of them is hidden."""
    narrow = [key for key in entities if not sight.whole(key)]
    if not narrow:
        return None

    def build() -> prepared.Statement:
        cases, params = [], []
        for key in entities:
            sql, given = ("TRUE", ()) if key not in narrow else _asked(sight.rows(key))
            if sql:
                cases.append(f"WHEN %s THEN {sql}")
                params += [key, *given]
        return f"CASE q.entity {' '.join(cases)} ELSE FALSE END" if cases else "FALSE", params

    return Reach(
        *prepared.statement(f"search of {' '.join(entities)}", sight.user, build), sight.user, frozenset(narrow)
    )


def _asked(rows: models.QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """Whether the record of ``q`` is among ``rows``; "" when nothing can be."""
    one = rows.filter(pk=RawSQL("q.object_id", ())).order_by().values("pk")  # a column of our own statement
    try:
        sql, params = one.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    # Not EXISTS: PostgreSQL would list all that the person sees first, to look a few thousand candidates up in.
    return f"({sql} LIMIT 1) IS NOT NULL", params


def present(entities: Collection[str]) -> list[str]:
    """Those of ``entities`` that have something in the index: a house knows forty, most of them empty for long."""
    every, given = "SELECT value AS entity FROM json_each(%s)", json.dumps(list(entities))
    if connection.vendor == "postgresql":
        every = "SELECT entity FROM json_array_elements_text(%s::json) AS entity"
    sql = f"SELECT a.entity FROM ({every}) a WHERE EXISTS(SELECT 1 FROM search_entry e WHERE e.entity = a.entity)"  # our own names
    with connection.cursor() as cursor:
        cursor.execute(sql, [given])
        return sorted(row[0] for row in cursor.fetchall())
