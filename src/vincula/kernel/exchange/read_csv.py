"""Read separated text: any delimiter, quotes, line breaks inside cells (X3)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from vincula.kernel.exchange.encodings import text_of
from vincula.kernel.exchange.limits import Limits, Unreadable, _, check_rows, check_width, too_long

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

    def __init__(self, file: TextIO, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self.record: list[str] = []
        self.number = self.chars = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._limits.line_chars + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.chars += len(line)
        if self.chars > self._limits.line_chars:  # of the whole record: one of many short lines is no row either
            raise too_long(self.number - len(self.record), self._limits)
        if self.number == 1:
            line = line.removeprefix("\ufeff")
        if "\0" in line:
            raise Unreadable(_("The file is not a text or a table: it holds binary data."))
        self.record.append(line)
        return line


def records(file: BinaryIO, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Records, the headers first, with the number of their first line; empty lines are passed over."""
    count = -1
    for line, cells in _records(file, encoding, delimiter, limits):
        count += 1
        check_rows(count, limits)
        check_width(len(cells), limits)
        yield line, cells
    if count < 0:
        raise Unreadable(_("The file holds nothing but blanks."))


def _records(file: BinaryIO, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(limits.cell_chars)
    with text_of(file, encoding, newline="") as text:
        lines = _Lines(text, limits)
        try:
            for cells in csv.reader(lines, delimiter=delimiter):
                start = lines.number - len(lines.record) + 1
                last, lines.record, lines.chars = lines.record, [], 0
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
