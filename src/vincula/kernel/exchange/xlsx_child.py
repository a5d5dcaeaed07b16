"""The child process that reads a spreadsheet: limits itself, then writes one JSON line per row.

Run as a script with ``-I``: it imports nothing of the program, so that a broken file meets as little as possible.
"""

from __future__ import annotations

import datetime
import json
import resource
import sys
from typing import Any


def text_of(cell: Any) -> str:
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


def say(message: dict[str, Any]) -> None:
    """One line to the parent; a lone surrogate cannot be written and is replaced."""
    sys.stdout.write(json.dumps(message) + "\n")


def limit(memory: int, seconds: int) -> None:
    """No more memory, time, files or children than a spreadsheet needs."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: str, columns: int) -> None:
    """Write the first sheet that holds anything."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if not sheet.height:
            continue
        if sheet.width > columns:
            say({"problem": "wide"})
            return
        say({"n": 0, "v": name})
        start = sheet.start[0] if sheet.start else 0
        for number, cells in enumerate(sheet.iter_rows(), 1):
            values = [text_of(cell) for cell in cells]
            if any(value.strip() for value in values):
                say({"n": number if number > start else number + start, "v": values})
        say({"end": True})
        return
    say({"problem": "empty"})


def main() -> None:
    """``xlsx_child.py PATH '{"memory":…,"seconds":…,"columns":…}'``."""
    settings = json.loads(sys.argv[2])
    limit(settings["memory"], settings["seconds"])
    try:
        read(sys.argv[1], settings["columns"])
    except MemoryError:
        say({"problem": "killed"})
    except BrokenPipeError:
        return
    except Exception:  # whatever the library says about a hostile file, the person hears one sentence
        say({"problem": "broken"})


if __name__ == "__main__":
    main()
