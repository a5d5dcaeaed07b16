"""A second process that shares long work, where the machine has a second processor (X3, X4).

It is a fork of this one: it knows what this process knew when it began, has a connection to the database of its own, and
sees what is committed. It must change nothing that cannot be lost. What it fails at is done here instead, so that an
error is raised where it always was, and work on one processor comes to just the same.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import signal
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from select import POLLIN, poll
from typing import Any, BinaryIO, Self

import structlog
from django.db import connection, connections

log = structlog.get_logger(__name__)
Work = Callable[[Any], Any]
WORTH = 1_000  # lines of an import, or records, for which it pays: the fork and its connection cost as much as twenty
AHEAD = 2  # tasks that ``map`` asks for before the first is taken
ROOM = 1 << 20  # bytes of the pipe to the child
_LENGTH = struct.Struct("!Q")


class Beside:
    """``work(given)`` shared with another process: ``ask``, and later ``take`` in the same order. Use it as a context.

    What the other process has not begun when it is wanted is done here. Without a second processor, or inside a
    transaction that another connection cannot see, everything is.
    """

    def __init__(self, work: Work, *, count: int, ahead: int = 1) -> None:
        """``count`` of lines or records; ``ahead``: tasks that the other process has, so that short ones do not make it wait."""
        self._work, self._alone = work, count < WORTH or not _possible()
        self._asked: deque[_Task] = deque()  # in the order in which they are taken
        self._open: deque[_Task] = deque()  # of these, the ones nobody works at
        self._sent: deque[_Task] = deque()  # those the child has
        self._ahead, self._room, self._child = ahead, 0, 0
        self._to: BinaryIO | None = None
        self._from: BinaryIO | None = None
        self._said = poll()

    def __enter__(self) -> Self:
        if not self._alone:
            self._fork()
        return self

    def __exit__(self, failed: object, *_error: object) -> None:
        if self._child and failed:
            os.kill(self._child, signal.SIGKILL)  # what it works at is not wanted any more
        for end in (self._to, self._from):
            if end is not None:
                with suppress(OSError):
                    end.close()  # the child reads no more and ends
        if self._child:
            os.waitpid(self._child, 0)
        self._child, self._alone = 0, True

    @property
    def there(self) -> bool:
        """Whether another process works."""
        return not self._alone

    def ask(self, given: Any) -> None:
        """Have something worked at."""
        task = _Task(given)
        self._asked.append(task)
        self._open.append(task)
        self._feed()

    def take(self) -> Any:
        """What came of the first that was asked for and not taken."""
        task = self._asked.popleft()
        while not task.done:
            self._hear(wait=not self._open)
            if not task.done and self._open:
                mine = self._open.popleft()
                mine.finish(self._work(mine.given))
        return task.found

    def map(self, given: Iterable[Any]) -> Iterator[Any]:
        """What comes of each, in their order; a few are asked for ahead."""
        for each in given:
            self.ask(each)
            if self._alone or len(self._asked) > AHEAD:
                yield self.take()
        while self._asked:
            yield self.take()

    def _feed(self) -> None:
        """Send the child what it can hold: we never wait for it to read, so that neither waits for the other."""
        while self._to is not None and not self._alone and self._open and len(self._sent) < self._ahead:
            message = pickle.dumps(self._open[0].given, protocol=pickle.HIGHEST_PROTOCOL)
            if len(message) + _LENGTH.size > self._room // self._ahead:
                return  # it is done here
            try:
                _send(self._to, message)
            except OSError:
                self._lost()
            else:
                self._sent.append(self._open.popleft())

    def _hear(self, *, wait: bool) -> None:
        """Take what the child has found; ``wait`` when there is nothing else to do."""
        while self._from is not None and self._sent and self._said.poll(None if wait else 0):
            try:
                done, found = pickle.loads(_receive(self._from))  # noqa: S301  # written by a fork of ourselves
            except (OSError, EOFError):
                self._lost()
                return
            task, wait = self._sent.popleft(), False
            self._feed()
            if not done:
                log.warning("work beside failed", raised=found)
                found = self._work(task.given)  # raises here what is to be raised
            task.finish(found)

    def _lost(self) -> None:
        """The other process is gone: everything is done here from now on."""
        log.warning("the process beside is gone")
        self._alone = True
        self._open.extendleft(reversed(self._sent))
        self._sent.clear()

    def _fork(self) -> None:
        connections.close_all()  # a connection must not be carried over; each process opens its own
        requests, answers = os.pipe(), os.pipe()
        with suppress(OSError):
            fcntl.fcntl(requests[1], fcntl.F_SETPIPE_SZ, ROOM)
        self._room = fcntl.fcntl(requests[1], fcntl.F_GETPIPE_SZ)
        self._child = os.fork()
        if not self._child:
            gc.freeze()  # what is the parent's is shared as long as nobody touches it, and not tidied up here
            try:
                os.close(requests[1])
                os.close(answers[0])
                _serve(self._work, os.fdopen(requests[0], "rb"), os.fdopen(answers[1], "wb"))
            finally:
                os._exit(0)  # nothing of the parent's is tidied up: its files are not ours
        os.close(requests[0])
        os.close(answers[1])
        self._to = os.fdopen(requests[1], "wb")
        self._from = os.fdopen(answers[0], "rb", buffering=0)  # what is read ahead would not be seen by ``poll``
        self._said.register(self._from, POLLIN)


class _Task:
    """Something to be worked at, and what came of it."""

    __slots__ = ("done", "found", "given")

    def __init__(self, given: Any) -> None:
        self.given, self.done = given, False
        self.found: Any = None

    def finish(self, found: Any) -> None:
        self.found, self.done, self.given = found, True, None


def _possible() -> bool:
    """Whether a second process can help: another processor, what we see is committed, and no thread is cut in two."""
    return (
        sys.platform == "linux"
        and len(os.sched_getaffinity(0)) > 1
        and threading.active_count() == 1
        and not connection.in_atomic_block
        and not (connection.vendor == "sqlite" and connection.is_in_memory_db())  # type: ignore[attr-defined]  # SQLite's has it
    )


def _serve(work: Work, requests: BinaryIO, answers: BinaryIO) -> None:
    """In the child: work until the parent closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the parent, which tells us by closing its end
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            given = pickle.loads(_receive(requests))  # noqa: S301  # written by the process that forked us
        except (OSError, EOFError):
            break
        try:
            found = pickle.dumps((True, work(given)), protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # the parent does it again and raises what is to be raised
            found = pickle.dumps((False, f"{type(error).__name__}: {error}"[:500]))
        try:
            _send(answers, found)
        except OSError:
            break
    connections.close_all()


def _send(end: BinaryIO, message: bytes) -> None:
    end.write(_LENGTH.pack(len(message)))
    end.write(message)
    end.flush()


def _receive(end: BinaryIO) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size))
    return _exactly(end, length)


def _exactly(end: BinaryIO, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        some = end.read(count - len(found))
        if not some:
            raise EOFError
        found += some
    return bytes(found)
