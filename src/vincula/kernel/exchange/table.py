"""One shape for every file that holds rows: ``open_table`` (X3).

Nothing of the program is known here: a table has headers and rows; profiles and mappings give them a meaning. The file
itself is read in a limited child process (``limited``); here its cells only get their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.exchange.limited import Child
from vincula.kernel.exchange.limits import DEFAULT, Limits
from vincula.kernel.exchange.read_vcard import Property

Raw = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows of one file. Iterating reads the file anew: ``(line, {header: cell})``, line counted from 1.

    Values of JSON may be lists and records of their own: ``nested`` says so. Cards have no headers.
    A row with more cells than headers holds the surplus under the key ``None``. ``about``: see ``recognising.Opened``.
    """

    format: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    nested: bool
    sheet: str
    about: int | None
    rows: _Rows = field(repr=False)

    def __iter__(self) -> Iterator[tuple[int, Raw]]:
        return (self._named(line, row) for line, row in self.rows.all())

    def sample(self, count: int = 20) -> list[tuple[int, Raw]]:
        """The first rows, to recognise the file and to show what is in it."""
        return [self._named(line, row) for line, row in self.rows.first(count)]

    def _named(self, line: int, row: Any) -> tuple[int, Raw]:
        if self.format == "vcard":
            return line, {**row, "properties": [Property(*each) for each in row["properties"]]}
        return line, as_row(self.headers, row) if isinstance(row, list) else row


class _Rows:
    """The rows of a file. The child that recognised it goes on to give them the first time; later ones begin anew."""

    def __init__(self, begin: Any) -> None:
        self._begin = begin
        messages = self._opened()
        self.head: dict[str, Any] = next(messages)["open"]
        self._going: Iterator[dict[str, Any]] | None = messages
        self._seen: list[tuple[int, Any]] = []  # rows taken out of it for a sample

    def _opened(self) -> Iterator[dict[str, Any]]:
        child: Child = self._begin()
        return child.messages()  # a generator of our own would hold us, and the child would outlive the table

    def first(self, count: int) -> list[tuple[int, Any]]:
        """The first ``count`` rows."""
        if self._going is None:
            return [row for row, _number in zip(self.all(), range(count), strict=False)]
        while len(self._seen) < count and (message := next(self._going, None)):
            self._seen += message["rows"]
        return self._seen[:count]

    def all(self) -> Iterator[tuple[int, Any]]:
        """Every row."""
        going, self._going = self._going, None
        seen, self._seen = self._seen, []
        if going is None:
            going = self._opened()
            next(going)
        yield from seen
        del seen
        for message in going:
            yield from message["rows"]


def open_table(
    path: Path, name: str, *, encoding: str | None = None, delimiter: str | None = None, limits: Limits = DEFAULT
) -> Table:
    """The rows of a file that a person named ``name``; raises Unreadable with a sentence for that person.

    The content decides on the format, the name only where the content leaves a choice.
    """
    rows = _Rows(lambda: Child(path, name, encoding=encoding, delimiter=delimiter, limits=limits))
    head = rows.head
    told = named(head["headers"], limits) if head["format"] in ("csv", "xlsx") else tuple(head["headers"])
    return Table(
        head["format"], head["encoding"], head["delimiter"], told, head["nested"], head["sheet"], head["about"], rows
    )


def named(cells: list[str], limits: Limits) -> tuple[str, ...]:
    """Clean names of columns, each once; a nameless one that holds something is called by its number."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    found: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.replace("\xa0", " ").split())[: limits.header_chars]
        name = name or _("Column %(number)s") % {"number": number}
        repeated, base = 1, name
        while name in taken:
            repeated += 1
            name = f"{base} ({repeated})"
        found.append(name)
        taken.add(name)
    return tuple(found)


def as_row(columns: tuple[str, ...], values: list[str]) -> Raw:
    """One record under its headers; missing cells are empty."""
    row: Raw = dict.fromkeys(columns, "")
    row.update(zip(columns, values, strict=False))
    surplus = values[len(columns) :]
    if any(cell.strip() for cell in surplus):
        row[None] = surplus
    return row
