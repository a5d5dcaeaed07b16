"""Read a file in a limited child process, so that a hostile one harms nobody (X3): all formats, one place.

The child (``reading_child``) has bounded memory and time, no file but the one it was given, and no network. Its rows
are passed on as they come: the parent holds one message at a time, however large the file.
"""

from __future__ import annotations

import json
import select
import time
import weakref
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog
from django.utils.translation import gettext as _

from vincula.kernel import confined
from vincula.kernel.exchange import reading_child
from vincula.kernel.exchange.limits import Limits, Unreadable

log = structlog.get_logger(__name__)
MESSAGE_CHARS = 8 * 1024 * 1024  # of one row; a message is at most this long and a little more
_CHUNK = 1 << 16


class Child:
    """One child that reads one file. ``messages`` may be taken once; the child ends with them, or with this object."""

    def __init__(
        self, path: Path, name: str, *, encoding: str | None, delimiter: str | None, limits: Limits
    ) -> None:  # fmt: skip
        settings = {"name": name[-200:], "encoding": encoding, "delimiter": delimiter, "limits": asdict(limits),
                    "message_chars": MESSAGE_CHARS}  # fmt: skip
        with path.open("rb") as file:
            self._process = confined.start(reading_child.__file__, settings, file)
        self.end = weakref.finalize(self, confined.end, self._process)
        self._waiting = limits.child_seconds * 2.0  # seconds for which we wait; what the rows cost us does not count

    def messages(self) -> Iterator[dict[str, Any]]:
        """What the child says until its end. Raises Unreadable with the child's sentence, or ours when it was ended."""
        try:
            for line in self._lines():
                message = json.loads(line)
                if "end" in message:
                    return
                if "problem" in message:
                    raise _refusal(message)
                yield message
            raise _refusal({"problem": reading_child.KILLED})
        finally:
            self.end()

    def _lines(self) -> Iterator[bytes]:
        assert self._process.stdout is not None
        poll, rest = select.poll(), bytearray()
        poll.register(self._process.stdout, select.POLLIN | select.POLLHUP)
        while True:
            began = time.monotonic()
            ready = self._waiting > 0 and poll.poll(self._waiting * 1000)
            self._waiting -= time.monotonic() - began
            chunk = self._process.stdout.read(_CHUNK) if ready else b""
            if not chunk or len(rest) > 2 * MESSAGE_CHARS:
                return  # ended, too slow, or talking without an end
            first, newline, more = chunk.partition(b"\n")
            rest += first
            while newline:
                yield bytes(rest)
                first, newline, more = more.partition(b"\n")
                rest = bytearray(first)


def _refusal(message: dict[str, Any]) -> Unreadable:
    """The child's problem in the reader's language."""
    if raised := message.get("raised"):
        log.warning("A reader failed", raised=raised)
    if message["problem"] == reading_child.KILLED:
        return Unreadable(
            _("Reading the file took too much time or memory. Split it, or save it as CSV, and try again.")
        )
    if not message["problem"]:
        return Unreadable(_("The file is broken and cannot be read."))
    sentence = message["problem"]  # the child marks its sentences, here they are translated
    return Unreadable(_(sentence), **message.get("params", {}))
