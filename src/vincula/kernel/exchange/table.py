"""One shape for every file that holds rows: ``open_table`` (X3).

Nothing of the program is known here: a table has headers and rows; profiles and mappings give them a meaning.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.exchange import read_csv, read_json, read_vcard, read_xlsx
from vincula.kernel.exchange.encodings import NAMES, detect
from vincula.kernel.exchange.limits import DEFAULT, Limits, Unreadable

Raw = dict[Any, Any]
SAMPLE = 20  # records looked at to know the headers of JSON
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = b"PK\x03\x04"
_STRANGERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\x7fELF": "ELF",
    b"{\\rtf": "RTF",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows of one file. Iterating reads the file anew: ``(line, {header: cell})``, line counted from 1.

    Values of JSON may be lists and records of their own: ``nested`` says so. Cards have no headers.
    A row with more cells than headers holds the surplus under the key ``None``.
    """

    format: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    nested: bool
    rows: Callable[[], Iterator[tuple[int, Raw]]] = field(repr=False)
    sheet: str = ""

    def __iter__(self) -> Iterator[tuple[int, Raw]]:
        return self.rows()

    def sample(self, count: int = 20) -> list[tuple[int, Raw]]:
        """The first rows, to recognise the file and to show what is in it."""
        rows = iter(self)
        found = [row for row, _number in zip(rows, range(count), strict=False)]
        close = getattr(rows, "close", None)
        if close:
            close()  # ends the reading child at once
        return found


def open_table(
    path: Path, name: str, *, encoding: str | None = None, delimiter: str | None = None, limits: Limits = DEFAULT
) -> Table:
    """The rows of a file that a person named ``name``; raises Unreadable with a sentence for that person.

    The content decides on the format, the name only where the content leaves a choice.
    """
    if encoding is not None and encoding not in NAMES:
        raise Unreadable(_("The encoding “%(name)s” is not known."), name=encoding)
    head = _head(path, limits)
    if head.startswith(_PACKED):
        return _spreadsheet(path, limits)
    encoding = encoding or detect(path)
    text = _beginning(path, encoding)
    if not text.strip():
        raise Unreadable(_("The file holds nothing but blanks."))
    if text.lstrip()[:12].upper().startswith("BEGIN:VCARD"):
        return Table("vcard", encoding, "", (), True, lambda: read_vcard.rows(path, encoding, limits))
    if text.lstrip()[0] in "{[" and not name.lower().endswith((".csv", ".tsv", ".txt")):
        return _json(path, encoding, name, limits)
    if text.lstrip()[:5].lower() in ("<?xml", "<html", "<!doc"):
        raise Unreadable(_("This is a web page or XML, not a table. Save it as CSV or XLSX and try again."))
    return _separated(path, name, encoding, delimiter, limits)


def _head(path: Path, limits: Limits) -> bytes:
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(_("The file is empty: it has 0 bytes."))
    if size > limits.file_bytes:
        raise Unreadable(_("The file is larger than %(most)s MB."), most=limits.file_bytes // (1024 * 1024))
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_OLD_EXCEL):
        raise Unreadable(_("This is an old Excel file (.xls). Save it as XLSX or CSV and try again."))
    for mark, kind in _STRANGERS.items():
        if head.startswith(mark):
            raise Unreadable(_("This is a %(kind)s file, not a table. CSV, XLSX, JSON and vCard are read."), kind=kind)
    return head


def _beginning(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.read(64 * 1024).removeprefix("\ufeff")


def _spreadsheet(path: Path, limits: Limits) -> Table:
    try:
        read_xlsx.check_package(path, limits)
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise Unreadable(_("The file is broken: it looks like a spreadsheet, but cannot be unpacked.")) from broken
    headers, sheet = read_xlsx.headers(path, limits)
    return Table("xlsx", "", "", headers, False, lambda: read_xlsx.rows(path, limits), sheet)


def _json(path: Path, encoding: str, name: str, limits: Limits) -> Table:
    kind = read_json.kind_of(path, encoding, name)
    read = read_json.lines if kind == "jsonl" else read_json.document
    records = read(path, encoding, limits)
    first = [record for (_line, record), _number in zip(records, range(SAMPLE), strict=False)]
    headers = tuple(dict.fromkeys(str(key) for record in first for key in record))
    nested = not all(_is_flat(value) for record in first for value in record.values())
    return Table(kind, encoding, "", headers, nested, lambda: read(path, encoding, limits))


def _is_flat(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _separated(path: Path, name: str, encoding: str, delimiter: str | None, limits: Limits) -> Table:
    head = _beginning(path, encoding)
    if delimiter is None:
        delimiter = "\t" if name.lower().endswith((".tsv", ".tab")) else read_csv.sniff(head)
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter.isalnum():
        raise Unreadable(_("“%(delimiter)s” cannot part the columns of a file."), delimiter=delimiter)
    headers = read_csv.headers(path, encoding, delimiter, limits)
    return Table("csv", encoding, delimiter, headers, False, lambda: read_csv.rows(path, encoding, delimiter, limits))
