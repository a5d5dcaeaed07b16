"""Files read in this process: what a round trip of each entity says is the same, without a child process for each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from vincula.kernel.exchange import reading_child, recognising, table
from vincula.kernel.exchange.limits import Limits


class _Here:
    """Stands for ``limited.Child``: the same readers and the same messages. The child has its tests in tests/hostile."""

    def __init__(self, path: Path, name: str, *, encoding: str | None, delimiter: str | None, limits: Limits) -> None:
        self._asked = (path, name, encoding, delimiter, limits)

    def messages(self) -> Iterator[dict[str, Any]]:
        path, name, encoding, delimiter, limits = self._asked
        with path.open("rb") as file:
            found = recognising.opened(file, name, encoding, delimiter, limits)
            rows = [json.loads(json.dumps([line, reading_child.plain(row)])) for line, row in found.rows]
        yield {"open": {"format": found.format, "encoding": found.encoding, "delimiter": found.delimiter,
                        "headers": found.headers, "nested": found.nested, "sheet": found.sheet, "about": found.about}}  # fmt: skip
        yield {"rows": rows}


@contextmanager
def in_this_process() -> Iterator[None]:
    """Tables are opened without a child process inside."""
    with mock.patch.object(table, "Child", _Here):
        yield
