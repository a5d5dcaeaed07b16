"""The child process that reads a file: it limits itself, then writes messages, one JSON text a line.

Run as a script with ``-I -S`` and the file as its standard input. It knows neither Django nor the database, nor where
the file is; once limited it can open nothing at all, so that even a reader that was taken over reaches nobody.
Messages: ``{"open": {…}}``, ``{"rows": [[line, row], …]}`` …, and at last ``{"end": true}`` or ``{"problem": …}``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

ROWS, CHARS = 256, 256 * 1024  # of one message, at most the one or a little more than the other
FIRST = 20  # rows of the first message: many who open a table look at its beginning only
KILLED = "killed"


def limit(memory: int, seconds: int) -> None:
    """No more memory and time than a table needs; no writing, no new file, no connection, no child."""
    from vincula.kernel import confined

    confined.limit(memory=memory, seconds=seconds)


def say(message: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")


def plain(row: Any) -> Any:
    """A row as JSON can carry it; a card's properties as lists of name, value and parameters."""
    if isinstance(row, dict) and "properties" in row and "version" in row:
        found = [[p.name, p.value, p.parameters] if hasattr(p, "parameters") else p for p in row["properties"]]
        return {**row, "properties": found}
    return row


def send(rows: Iterable[tuple[int, Any]], most: int) -> None:
    """All rows, many to a message; a row that is longer than ``most`` characters is refused."""
    from vincula.kernel.exchange.limits import Unreadable, _

    told, chars, wanted = list[str](), 0, FIRST
    for line, row in rows:
        text = json.dumps([line, plain(row)])
        if len(text) > most:
            raise Unreadable(_("Line %(line)s is longer than %(most)s characters."), line=line, most=most)
        told.append(text)
        chars += len(text)
        if len(told) >= wanted or chars > CHARS:
            sys.stdout.write('{"rows": [' + ", ".join(told) + "]}\n")
            sys.stdout.flush()
            told, chars, wanted = [], 0, ROWS
    sys.stdout.write('{"rows": [' + ", ".join(told) + "]}\n")


def read(settings: dict[str, Any]) -> None:
    """Recognise the file and write its rows."""
    from vincula.kernel.exchange import recognising
    from vincula.kernel.exchange.limits import Limits, Unreadable

    limits = Limits(**settings["limits"])
    with open(0, "rb", closefd=False) as file:
        if file.peek(4).startswith(recognising.PACKED):
            import site

            site.main()  # -S left the installed packages out: only this reader needs one
            import zipfile  # noqa: F401 (both are loaded while files may still be opened)

            import python_calamine  # noqa: F401  # as above
        limit(limits.child_memory, limits.child_seconds)
        try:
            found = recognising.opened(file, settings["name"], settings["encoding"], settings["delimiter"], limits)
            say({"open": {
                "format": found.format, "encoding": found.encoding, "delimiter": found.delimiter,
                "headers": found.headers, "nested": found.nested, "sheet": found.sheet, "about": found.about,
            }})  # fmt: skip
            send(found.rows, settings["message_chars"])
        except Unreadable as refused:
            say({"problem": refused.template, "params": refused.params})
            return
    say({"end": True})


def main() -> None:
    """``reading_child.py '{"name": …, "encoding": …, "delimiter": …, "limits": {…}, "message_chars": …}' < FILE``."""
    here = os.path.realpath(__file__)
    sys.path.insert(0, here.rpartition(f"{os.sep}vincula{os.sep}kernel{os.sep}")[0])
    try:
        read(json.loads(sys.argv[1]))
        sys.stdout.flush()
    except BrokenPipeError:
        return
    except MemoryError:
        say({"problem": KILLED})
    except Exception as error:  # a reader met what it was not made for; the parent logs it and says one sentence
        say({"problem": "", "raised": f"{type(error).__name__}: {error}"[:500]})


if __name__ == "__main__":
    main()
