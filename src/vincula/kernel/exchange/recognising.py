"""What kind of table a file is, and its rows as the readers give them (X3). Runs in the limited child process."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from vincula.kernel.exchange import read_csv, read_json, read_vcard, read_xlsx
from vincula.kernel.exchange.encodings import NAMES, detect, text_of
from vincula.kernel.exchange.limits import Limits, Unreadable, _

SAMPLE = 20  # records looked at to know the headers of JSON
PACKED = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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
class Opened:
    """A file that was recognised. ``headers`` are the cells of the first row, the names of JSON members, or none.

    ``rows`` follow the headers: lists of cells (CSV, XLSX), records (JSON), cards with properties (vCard). ``about`` how
    many there are, where that is quickly told; a cell of several lines counts more than once.
    """

    format: str
    encoding: str
    delimiter: str
    headers: list[str]
    nested: bool
    rows: Iterable[tuple[int, Any]]
    sheet: str = ""
    about: int | None = None


def opened(file: BinaryIO, name: str, encoding: str | None, delimiter: str | None, limits: Limits) -> Opened:
    """Recognise ``file``. The content decides, the name only where the content leaves a choice. Raises Unreadable."""
    if encoding is not None and encoding not in NAMES:
        raise Unreadable(_("The encoding “%(name)s” is not known."), name=encoding)
    head = _head(file, limits)
    if head.startswith(PACKED):
        sheet, cells = read_xlsx.first_sheet(file, limits)
        _line, first = next(cells)
        return Opened("xlsx", "", "", first, False, cells, sheet)
    encoding = encoding or detect(file)
    text = _beginning(file, encoding)
    if not text.strip():
        raise Unreadable(_("The file holds nothing but blanks."))
    if text.lstrip()[:12].upper().startswith("BEGIN:VCARD"):
        return Opened("vcard", encoding, "", [], True, read_vcard.rows(file, encoding, limits))
    if text.lstrip()[0] in "{[" and not name.lower().endswith((".csv", ".tsv", ".txt")):
        return _json(file, encoding, name, limits)
    if text.lstrip()[:5].lower() in ("<?xml", "<html", "<!doc"):
        raise Unreadable(_("This is a web page or XML, not a table. Save it as CSV or XLSX and try again."))
    return _separated(file, name, encoding, delimiter, limits)


def _head(file: BinaryIO, limits: Limits) -> bytes:
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise Unreadable(_("The file is empty: it has 0 bytes."))
    if size > limits.file_bytes:
        raise Unreadable(_("The file is larger than %(most)s MB."), most=limits.file_bytes // (1024 * 1024))
    file.seek(0)
    head = file.read(16)
    if head.startswith(_OLD_EXCEL):
        raise Unreadable(_("This is an old Excel file (.xls). Save it as XLSX or CSV and try again."))
    for mark, kind in _STRANGERS.items():
        if head.startswith(mark):
            raise Unreadable(_("This is a %(kind)s file, not a table. CSV, XLSX, JSON and vCard are read."), kind=kind)
    return head


def _beginning(file: BinaryIO, encoding: str) -> str:
    file.seek(0)
    head = file.read(64 * 1024).decode(encoding, "replace")
    return head.removeprefix("\ufeff")


def _json(file: BinaryIO, encoding: str, name: str, limits: Limits) -> Opened:
    kind = read_json.kind_of(file, encoding, name, limits)
    records = (read_json.lines if kind == "jsonl" else read_json.document)(file, encoding, limits)
    first = list(itertools.islice(records, SAMPLE))
    headers = dict.fromkeys(str(key) for _line, record in first for key in record)
    nested = not all(_is_flat(value) for _line, record in first for value in record.values())
    return Opened(kind, encoding, "", list(headers), nested, itertools.chain(first, records))


def _is_flat(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _separated(file: BinaryIO, name: str, encoding: str, delimiter: str | None, limits: Limits) -> Opened:
    if delimiter is None:
        spread = name.lower().endswith((".tsv", ".tab"))
        delimiter = "\t" if spread else read_csv.sniff(_sample(file, encoding))
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter.isalnum():
        raise Unreadable(_("“%(delimiter)s” cannot part the columns of a file."), delimiter=delimiter)
    about = _lines(file)
    rows: Iterator[tuple[int, list[str]]] = read_csv.records(file, encoding, delimiter, limits)
    _line, headers = next(rows)
    return Opened("csv", encoding, delimiter, headers, False, rows, about=about or None)


def _lines(file: BinaryIO) -> int:
    """How many lines follow the first. In every encoding that is read a line ends with this byte, of two it is one."""
    file.seek(0)
    last, count = b"\n", 0
    while some := file.read(1 << 20):
        count += some.count(b"\n")
        last = (last + some)[-2:]
    file.seek(0)
    return max(count - (last[-1:] == b"\n" or last == b"\n\0"), 0)


def _sample(file: BinaryIO, encoding: str) -> str:
    with text_of(file, encoding, newline="") as text:
        return text.read(64 * 1024).removeprefix("\ufeff")
