"""Read XLSX in a limited child process, so that a hostile file harms nobody (X3).

The directory of the zip is read first: what would unpack too large is refused before anything is unpacked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from vincula.kernel.exchange.limits import Limits, Unreadable, check_cells, check_rows, check_width
from vincula.kernel.exchange.read_csv import as_row, named

_SMALL = 16 * 1024 * 1024  # below this no ratio is suspicious
_CHILD = Path(__file__).with_name("xlsx_child.py")


def check_package(path: Path, limits: Limits) -> None:
    """Refuse a package that is no workbook or would unpack too large. Raises Unreadable, zipfile.BadZipFile."""
    with zipfile.ZipFile(path) as package:
        entries = package.infolist()
    if len(entries) > limits.zip_entries:
        raise Unreadable(_("The file is packed from too many parts to be a spreadsheet."))
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is a packed file, but not a spreadsheet of the kind XLSX."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(_("The spreadsheet is protected by a password. Save it without one and try again."))
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > limits.unpacked_bytes or (unpacked > _SMALL and unpacked / packed > limits.pack_ratio):
        raise Unreadable(
            _("The spreadsheet would unpack to %(size)s MB and is refused. Save it as CSV and try again."),
            size=unpacked // (1024 * 1024),
        )


def headers(path: Path, limits: Limits) -> tuple[tuple[str, ...], str]:
    """The names of the columns of the first sheet that holds anything, and the sheet's name."""
    reading = _read(path, limits)
    try:
        sheet = next(reading)
        first = next(reading, None)
    finally:
        reading.close()
    if first is None:
        raise Unreadable(_("The spreadsheet holds no rows."))
    return named([str(cell) for cell in first[1]], limits), str(sheet[1])


def rows(path: Path, limits: Limits) -> Iterator[tuple[int, dict[Any, Any]]]:
    """Each row of the sheet as ``{header: text}``; cells beyond the last header under ``None``."""
    reading = _read(path, limits)
    try:
        next(reading)
        _first, cells = next(reading)
        columns = named([str(cell) for cell in cells], limits)
        for count, (line, values) in enumerate(reading, 1):
            check_rows(count, limits)
            check_width(len(values), limits)
            row = as_row(columns, values)
            check_cells(line, row, limits)
            yield line, row
    finally:
        reading.close()


def _read(path: Path, limits: Limits) -> Generator[tuple[int, Any], None, None]:
    """What the child writes: ``(0, sheet)``, then ``(line, cells)``. The child is ended whatever happens."""
    settings = json.dumps({"memory": limits.child_memory, "seconds": limits.child_seconds, "columns": limits.columns})
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), str(path), settings],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, encoding="utf-8",
        env={"LANG": "C.UTF-8"},
    )  # fmt: skip
    clock = threading.Timer(limits.child_seconds * 2, child.kill)
    clock.start()
    ended = False
    try:
        assert child.stdout is not None
        for line in child.stdout:
            message = json.loads(line)
            if "problem" in message:
                raise Unreadable(_problem(message["problem"]))
            if "end" in message:
                ended = True
                break
            yield message["n"], message["v"]
        if not ended:
            raise Unreadable(_problem("killed"))
    finally:
        clock.cancel()
        child.kill()
        _close(child.stdout)
        child.wait()


def _close(stream: IO[str] | None) -> None:
    if stream is not None:
        stream.close()


def _problem(code: str) -> str:
    return {
        "empty": _("The spreadsheet holds no rows."),
        "wide": _("The spreadsheet has more columns than are read."),
        "broken": _("The spreadsheet is broken and cannot be read. Open it, save it anew and try again."),
    }.get(code, _("Reading the spreadsheet took too much time or memory. Save it as CSV and try again."))
