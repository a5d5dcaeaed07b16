"""``rows.filter(among(numbers))``: as ``pk__in``, with all numbers in one parameter.

A search asks of thousands of candidates which ones somebody may see. Django gives each number a parameter of its own:
preparing those took several times what the database needs to look the rows up.
"""

import json
from collections.abc import Iterable
from operator import index
from typing import Any

from django.db import connection
from django.db.models import BigAutoField, F, Lookup, Model, Q


class Among(Lookup):  # type: ignore[type-arg]  # cannot be subscripted when the program runs
    """Whether a number is one of some; no row when there are none."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: tuple[int, ...]

    def as_sqlite(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        """The numbers as JSON."""
        column, params = self.process_lhs(compiler, _connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, sent(self.rhs)]  # noqa: S608  # a column of Django's

    def as_postgresql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        """The numbers as an array."""
        column, params = self.process_lhs(compiler, _connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]


def sent(numbers: tuple[int, ...]) -> Any:
    """The one parameter: JSON for SQLite; on PostgreSQL the numbers, which ``among`` hands on as a list."""
    return json.dumps(numbers) if connection.vendor == "sqlite" else numbers


def among(numbers: Iterable[int], path: str = "pk") -> Among:
    """The condition that what ``path`` leads to is one of ``numbers``. TypeError for keys that are no numbers."""
    return Among(F(path), tuple(map(index, numbers)))


def keys(model: type[Model], ids: Iterable[Any]) -> Among | Q:
    """The condition that a record of ``model`` is one of ``ids``, whether these are numbers or not (files have none)."""
    return among(ids) if isinstance(model._meta.pk, BigAutoField) else Q(pk__in=ids)
