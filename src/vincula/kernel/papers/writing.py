"""Writes trees in a limited child process, and says in one sentence when that did not work."""

import json
import threading
from functools import cache
from typing import Any

import fontpkg
import structlog
from django.utils.translation import gettext as _

from vincula.kernel import confined
from vincula.kernel.papers import writing_child
from vincula.kernel.papers.tree import Table, Tree, as_json

log = structlog.get_logger(__name__)
MEMORY = 2 * 1024**3  # bytes that a child may write to: 10,000 rows take 1.5 GB in a PDF
SECONDS = 60  # of the processor; our patience lasts twice as long, for others compute too
ROWS = 20_000  # of all tables together
FAMILY = "Noto Sans"  # Latin, Cyrillic and Greek; OFL
_places = threading.BoundedSemaphore(2)  # papers written at once by this process
PATIENCE = 15  # seconds to wait for a place


class NotWritten(Exception):
    """The paper could not be written; ``sentence`` says why to whoever asked for it."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@cache
def fonts() -> str:
    """The folder of the fonts."""
    return str(fontpkg.path(FAMILY).parent)


def write(tree: Tree, form: str) -> tuple[bytes, list[str]]:
    """The paper as "pdf" or "docx", or its charts as JSON list of "svg"; and remarks ("glyphs"). Raises NotWritten."""
    rows = sum(len(block.rows) for block in tree.blocks if isinstance(block, Table))
    if rows > ROWS:
        raise NotWritten(_("The paper would have %(rows)s rows; at most %(most)s are written.") % {
            "rows": rows, "most": ROWS,
        })  # fmt: skip
    if not _places.acquire(timeout=PATIENCE):
        raise NotWritten(_("Other papers are being made at this moment. Try again in a minute."))
    try:
        settings = {"form": form, "fonts": fonts(), "memory": MEMORY, "seconds": SECONDS}
        given = json.dumps(as_json(tree)).encode()
        said = confined.answer(writing_child.__file__, settings, given, seconds=2 * SECONDS)
    finally:
        _places.release()
    return _understood(said)


def _understood(said: bytes | None) -> tuple[bytes, list[str]]:
    head, newline, made = (said or b"").partition(b"\n")
    told: dict[str, Any] = json.loads(head) if newline else {"problem": "limits"}
    if "problem" not in told:
        return made, list(told["remarks"])
    if told["problem"] == "limits":
        raise NotWritten(_("The paper is too large: writing it took too much time or memory."))
    log.error("A paper could not be written", raised=told.get("raised"))
    raise NotWritten(_("The paper could not be written. The reason is in the log."))
