"""How much a file may hold, and the one error of everything that reads files (X3).

Nothing here imports Django: the child process that reads files loads this module and the readers, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Unreadable(Exception):
    """A file cannot be read; ``sentence`` says why in words for the person who brought it.

    ``template`` and ``params`` are its parts: a child process says them, and the parent translates the first.
    """

    def __init__(self, sentence: object, **params: object) -> None:
        self.template, self.params = str(sentence), params
        self.sentence = self.template % params if params else self.template
        super().__init__(self.sentence)


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated where the person is."""
    return text


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader accepts. The defaults suit a register of a hundred thousand rows."""

    file_bytes: int = 200 * 1024 * 1024
    json_bytes: int = 64 * 1024 * 1024  # one JSON document must be held in memory
    rows: int = 200_000
    columns: int = 1_000
    cell_chars: int = 100_000
    line_chars: int = 1_000_000
    header_chars: int = 200
    zip_entries: int = 2_000
    unpacked_bytes: int = 256 * 1024 * 1024
    pack_ratio: int = 200  # a sheet of numbers packs about 30 : 1, a bomb 1,000 : 1
    child_memory: int = 1536 * 1024 * 1024
    child_seconds: int = 60


DEFAULT = Limits()


def check_width(cells: int, limits: Limits) -> None:
    """Refuse a table that is wider than any table of people."""
    if cells > limits.columns:
        raise Unreadable(
            _("The file has %(found)s columns; at most %(most)s are read."), found=cells, most=limits.columns
        )


def check_rows(rows: int, limits: Limits) -> None:
    """Refuse a table that is longer than one import may be."""
    if rows > limits.rows:
        raise Unreadable(_("The file has more than %(most)s rows. Split it and import the parts."), most=limits.rows)


def check_cells(line: int, cells: Mapping[Any, Any], limits: Limits) -> None:
    """Refuse a cell that is longer than any text that a person writes; ``cells`` is one row."""
    for header, value in cells.items():
        if isinstance(value, str) and len(value) > limits.cell_chars:
            raise Unreadable(
                _("Line %(line)s, column “%(column)s”: the cell has more than %(most)s characters. "
                  "Perhaps a quotation mark is opened and never closed."),
                line=line, column=str(header)[:200], most=limits.cell_chars,
            )  # fmt: skip


def too_long(line: int, limits: Limits, most: int = 0) -> Unreadable:
    """The error of a line that no table of people holds."""
    return Unreadable(_("Line %(line)s is longer than %(most)s characters."), line=line, most=most or limits.line_chars)
