"""Read separated text: any delimiter, quotes, line breaks inside cells (X3)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.exchange.limits import Limits, Unreadable, check_rows, check_width

_USUAL = ",;\t|"
_RARE = ":^~¦\x1f\x01"
_SAMPLE_ROWS = 50


def sniff(text: str) -> str:
    """The delimiter that parts the beginning of a file into rows of equal width; a comma when none does."""
    first, _break, _rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4]  # Excel's own mark
    best, best_score = ",", 0.0
    for candidate in _USUAL + _RARE:
        score = _evenness(text, candidate) * (1.0 if candidate in _USUAL else 0.9)
        if score > best_score + 1e-9:
            best, best_score = candidate, score
    return best


def _evenness(text: str, delimiter: str) -> float:
    rows = _sample_rows(text, delimiter)
    if not rows or len(rows[0]) < 2:
        return 0.0
    widths = Counter(len(row) for row in rows)
    share = widths[len(rows[0])] / len(rows)
    filled = sum(1 for cell in rows[0] if cell.strip()) / len(rows[0])
    # An equal share is won by the delimiter that parts more: "a;b,c;d" has three columns, not two.
    return share * filled + min(len(rows[0]), 50) / 1000


def _sample_rows(text: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if row:
                found.append(row)
            if len(found) > _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    # The last row may be cut where the sample ends.
    return found[:-1] if len(found) > 2 else found


class _Lines:
    """Lines of a file, remembering those of the record being read (to tell an unclosed quotation mark)."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.record: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        if self.number == 1:
            line = line.removeprefix("\ufeff")
        if "\0" in line:
            raise Unreadable(_("The file is not a text or a table: it holds binary data."))
        self.record.append(line)
        return line


def _records(path: Path, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Records with the number of their first line; empty lines are passed over."""
    csv.field_size_limit(limits.cell_chars)
    try:
        with path.open(encoding=encoding, newline="") as file:
            lines = _Lines(file)
            for cells in csv.reader(lines, delimiter=delimiter):
                start = lines.number - len(lines.record) + 1
                last, lines.record = lines.record, []
                if start == 1 and len(last) == 1 and last[0].strip().lower() == f"sep={delimiter}":
                    continue
                if any(cell.strip() for cell in cells):
                    yield start, cells
                if len(last) > 1:
                    _check_closed(start, last, delimiter)
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s cannot be read: a cell has more than %(most)s characters, "
              "or a quotation mark is opened and never closed."),
            line=max(lines.number - len(lines.record) + 1, 1), most=limits.cell_chars,
        ) from error  # fmt: skip
    except UnicodeError as error:
        raise Unreadable(_("The letters of the file cannot be read in this encoding.")) from error


def _check_closed(start: int, record: list[str], delimiter: str) -> None:
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise Unreadable(_("Line %(line)s opens a quotation mark that is never closed."), line=start) from error


def headers(path: Path, encoding: str, delimiter: str, limits: Limits) -> tuple[str, ...]:
    """The names of the columns; a nameless one that holds something is called by its number."""
    for _line, cells in _records(path, encoding, delimiter, limits):
        return named(cells, limits)
    raise Unreadable(_("The file holds nothing but blanks."))


def named(cells: list[str], limits: Limits) -> tuple[str, ...]:
    """Clean names of columns, each once."""
    check_width(len(cells), limits)
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.replace("\xa0", " ").split())[: limits.header_chars]
        name = name or _("Column %(number)s") % {"number": number}
        repeated, base = 1, name
        while name in found:
            repeated += 1
            name = f"{base} ({repeated})"
        found.append(name)
    return tuple(found)


def rows(path: Path, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, dict[Any, Any]]]:
    """Each record as ``{header: text}``; cells beyond the last header under ``None``."""
    records = _records(path, encoding, delimiter, limits)
    _first, cells = next(records)
    columns = named(cells, limits)
    for count, (line, values) in enumerate(records, 1):
        check_rows(count, limits)
        check_width(len(values), limits)
        yield line, as_row(columns, values)


def as_row(columns: tuple[str, ...], values: list[str]) -> dict[Any, Any]:
    """One record under its headers; missing cells are empty."""
    row: dict[Any, Any] = dict.fromkeys(columns, "")
    row.update(zip(columns, values, strict=False))
    surplus = values[len(columns) :]
    if any(cell.strip() for cell in surplus):
        row[None] = surplus
    return row
