"""Rows of a paper, of records as they are or as a board saw them: the parts of papers draw both alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from vincula.kernel.entity import registry
from vincula.kernel.money import Money
from vincula.kernel.papers.asking import Asked
from vincula.kernel.papers.tree import Figure, Runs
from vincula.kernel.records.fields import in_language
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio.models import Decision
from vincula.portfolio.queries.seen import Row, Seen


@dataclass(frozen=True)
class Told:
    """One row: ``values`` as the API or the frozen document gives them, without what is empty or may not be seen.

    ``texts`` are those that were put into words already. ``entity``, ``at`` and ``path`` say where its figures stand.
    """

    pk: int
    values: Mapping[str, Any]
    entity: str
    at: int
    path: str = ""
    url: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def figure(self, name: str, text: str, value: Any = None) -> Figure:
        """A figure that stands at ``name`` (a path) of this row; ``value`` else that of the field."""
        given = self.values.get(name) if value is None else value
        return Figure(text, self.entity, self.at, self.path + name, given, url=self.url)

    def text(self, name: str) -> str:
        """A text, "" without one."""
        return str(self.texts.get(name) or self.values.get(name) or "")

    def cell(self, name: str, text: str = "") -> Runs:
        """A cell of a table: the value, as ``text`` when it is given, or nothing."""
        if self.values.get(name) in (None, "", [], {}):
            return ()
        return (self.figure(name, text or self.text(name)),)

    def number(self, name: str) -> Decimal | None:
        """A number, exact."""
        value = self.values.get(name)
        return None if value is None else Decimal(str(value))

    def number_cell(self, name: str, places: int | None = None) -> Runs:
        """A number as the language writes it."""
        value = self.number(name)
        return () if value is None else (self.figure(name, shown.format_number(value, places)),)

    def day(self, name: str) -> date | None:
        """A calendar day."""
        value = self.values.get(name)
        return date.fromisoformat(str(value)[:10]) if value else None

    def day_cell(self, name: str) -> Runs:
        """A day as the language writes it."""
        value = self.day(name)
        return () if value is None else (self.figure(name, shown.format_date(value)),)

    def money(self, name: str) -> Money | None:
        """An amount with its currency."""
        value = self.values.get(name)
        if isinstance(value, Mapping):  # as the API has it
            return Money(value["minor"], value["currency"])
        minor, currency = self.values.get(f"{name}_minor"), self.values.get(f"{name}_currency")
        return None if minor is None or not currency else Money(minor, currency)

    def money_figure(self, name: str) -> Figure | None:
        """The same with its place."""
        value = self.money(name)
        if value is None:
            return None
        return self.figure(name if name in self.values else f"{name}_minor", shown.money(value))

    def name(self) -> str:
        """Its name in the language of the paper, where it has one."""
        return in_language(self.values.get("names"), self.text("name") or self.text("title"))


def live(asked: Asked, key: str, records: Sequence[Record], *names: str) -> list[Told]:
    """Records of entity ``key`` (found through the door) as they are now."""
    entity = registry.get(key)
    read = asked.rows(key, records, names)
    return [
        Told(record.pk, {n: f.value for n, f in row.items()}, key, record.pk, "", entity.url(record),
             {n: f.text for n, f in row.items()})
        for record, row in zip(records, read, strict=True)
    ]  # fmt: skip


def frozen(decision: Decision, seen: Seen, group: str) -> list[Told]:
    """The rows of a group as the board saw them."""
    return list(_frozen(decision, seen.rows.get(group, {}), lambda n: f"seen.{group}.{n}."))


def frozen_one(decision: Decision, row: Row, name: str) -> Told:
    """The service, or the item, as the board saw it."""
    return next(_frozen(decision, {0: row}, lambda _n: f"seen.{name}."))


def _frozen(decision: Decision, rows: Mapping[int, Row], path: Callable[[int], str]) -> Iterator[Told]:
    entity = registry.get("portfolio.decision")
    for n, row in rows.items():
        values = {name: value for name, value in row.items() if value not in (None, "", [], {})}
        yield Told(row.get("id", 0), values, entity.key, decision.pk, path(n), entity.url(decision))
