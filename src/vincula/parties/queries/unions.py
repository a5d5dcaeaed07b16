"""Rows of several tables in one statement: pages that show a little of everything stay within their budget."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, DateField, DateTimeField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast


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


_TYPES = {
    "other": BigIntegerField, "title": CharField, "note": TextField, "more": TextField, "who": CharField, "since": DateField, "until": DateField,
    "at": DateTimeField,
}  # fmt: skip


def part(rows: QuerySet[Any], what: str, **columns: str) -> QuerySet[Any]:
    """``rows`` as lines; ``columns`` says which lookup fills which of Row's columns, the others are empty."""
    shown: dict[str, Any] = {"what_": Value(what, output_field=CharField())}
    for name, kind in _TYPES.items():
        empty: Any = Value("") if kind in (CharField, TextField) else Value(None)
        shown[f"{name}_"] = Cast(F(columns[name]) if name in columns else empty, kind())
    wanted = ("what_", "pk", *(f"{name}_" for name in _TYPES))
    lines: QuerySet[Any] = rows.order_by().annotate(**shown).values_list(*wanted)
    return lines


def newest(rows: QuerySet[Any], order: str, most: int) -> QuerySet[Any]:
    """The first ``most`` rows by ``order``, in a form that both databases let stand in a union."""
    model = rows.model
    found: QuerySet[Any] = model._base_manager.filter(pk__in=list_of(rows, order, most))
    return found


def list_of(rows: QuerySet[Any], order: str, most: int) -> QuerySet[Any]:
    """Their ids, as a subquery."""
    return rows.order_by(order, "-pk").values("pk")[:most]


def together(parts: Iterable[QuerySet[Any]]) -> list[Row]:
    """All parts in one statement."""
    first, *others = list(parts)
    rows = first.union(*others, all=True) if others else first
    return [Row(*row) for row in rows]
