"""Read XLSX (X3): the directory of the zip first, so that what would unpack too large is refused before it is unpacked."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, BinaryIO

from vincula.kernel.exchange.limits import Limits, Unreadable, _, check_cells, check_rows, check_width

_SMALL = 16 * 1024 * 1024  # below this no ratio is suspicious
_BROKEN = _("The spreadsheet is broken and cannot be read. Open it, save it anew and try again.")


def check_package(file: BinaryIO, limits: Limits) -> None:
    """Refuse a package that is no workbook or would unpack too large. Raises Unreadable."""
    import zipfile  # here, not above: most files are no packages, and their children start the sooner

    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as broken:
        raise Unreadable(_("The file is broken: it looks like a spreadsheet, but cannot be unpacked.")) from broken
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


def first_sheet(file: BinaryIO, limits: Limits) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The name of the first sheet that holds anything, and its rows, the headers first. Raises Unreadable."""
    check_package(file, limits)
    from python_calamine import CalamineWorkbook

    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height:
                break
        else:
            raise Unreadable(_("The spreadsheet holds no rows."))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever the library says about a hostile file, the person hears one sentence
        raise Unreadable(_BROKEN) from error
    if sheet.width > limits.columns:
        raise Unreadable(_("The spreadsheet has more columns than are read."))
    return str(name), _rows(sheet, limits)


def _rows(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    start, count, columns = (sheet.start[0] if sheet.start else 0), -1, list[str]()
    for number, cells in enumerate(sheet.iter_rows(), 1):
        values = [text_of_cell(cell) for cell in cells]
        if any(value.strip() for value in values):
            count += 1
            line = number if number > start else number + start
            columns = columns or values
            check_rows(count, limits)
            check_width(len(values), limits)
            check_cells(line, dict(zip(columns, values, strict=False)), limits)
            yield line, values
    if count < 0:
        raise Unreadable(_("The spreadsheet holds no rows."))


def text_of_cell(cell: Any) -> str:
    """A cell as it would stand in a CSV file: 3.0 is 3, dates are ISO."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        whole_day = cell.time() == datetime.time()
        return cell.date().isoformat() if whole_day else cell.isoformat(sep=" ")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)
