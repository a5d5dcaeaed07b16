"""A disk that forgets: what SQLite writes, syncs and truncates is noted down, and the files are rebuilt as a power cut at
any moment could have left them.

The model. A file's content up to its last fsync is safe, and so are its name and length then. Of whatever came after, each
512-byte sector of each write survives or not by itself, in no order; a truncation or deletion has happened or not; the
next fsync of any file settles a deletion, because file systems keep names in one journal. The
shared-memory index (``-shm``) is never kept: the first who opens the database makes it anew from the log.

Not in the model: disks that say "synced" and lie, and sectors that a cut turns into garbage.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
NAME = "forgetful"


@dataclass
class Event:
    """One thing that happened to a file: "write", "sync", "truncate", "delete"; or "told", when a commit returned."""

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


class Tape:
    """Everything that happened, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def note(self, kind: str, file: str = "", offset: int = 0, data: bytes = b"") -> None:
        if not file.endswith("-shm"):
            self.events.append(Event(kind, os.path.basename(file), offset, data))


class ForgetfulFiles(apsw.VFS):
    """The system's own files, with a tape running."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> "ForgetfulFile":
        return ForgetfulFile(self.tape, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:
        super().xDelete(name, syncdir)
        self.tape.note("delete", name)


class ForgetfulFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, tape: Tape, name: Any, flags: list[int]) -> None:
        self.tape, self.path = tape, (name.filename() if isinstance(name, apsw.URIFilename) else name) or ""
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self.tape.note("write", self.path, offset, bytes(data))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self.tape.note("sync", self.path)

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self.tape.note("truncate", self.path, size)


@dataclass
class Disk:
    """The files as far as they are safe, and what is still on its way. ``told`` counts the commits that returned."""

    safe: dict[str, bytearray]
    pending: dict[str, list[Event]] = field(default_factory=dict)
    told: int = 0

    def take(self, event: Event) -> None:
        """Let one more event happen."""
        if event.kind == "told":
            self.told += 1
        elif event.kind == "sync":
            for name in list(self.pending):
                events = self.pending[name]
                gone = [n for n, one in enumerate(events) if one.kind == "delete"]
                settled = len(events) if name == event.file else gone[-1] + 1 if gone else 0
                for one in events[:settled]:
                    apply(self.safe, one, luck=None)
                del events[:settled]
            self.safe.setdefault(event.file, bytearray())
        else:
            self.pending.setdefault(event.file, []).append(event)

    def cut(self, luck: random.Random) -> dict[str, bytearray]:
        """The files that somebody finds who switches the machine on again."""
        found = {name: bytearray(content) for name, content in self.safe.items()}
        for events in self.pending.values():
            kept = luck.choice((0.0, 0.5, 0.5, 0.9, 1.0))
            for event in events:
                apply(found, event, luck, kept)
        return found


def apply(files: dict[str, bytearray], event: Event, luck: random.Random | None, kept: float = 1.0) -> None:
    """Do ``event`` to ``files``: wholly, or with ``luck`` each sector with the probability ``kept``."""
    if luck and event.kind != "write" and luck.random() >= kept:
        return
    if event.kind == "delete":
        files.pop(event.file, None)
        return
    content = files.setdefault(event.file, bytearray())
    if event.kind == "truncate":
        del content[event.offset :]
        return
    for start, piece in sectors(event):
        if luck and luck.random() >= kept:
            continue
        if len(content) < start:
            content.extend(bytes(start - len(content)))
        content[start : start + len(piece)] = piece


def sectors(event: Event) -> Iterator[tuple[int, bytes]]:
    """The pieces of a write that lie in different sectors of the disk, with their places."""
    done = 0
    while done < len(event.data):
        room = SECTOR - (event.offset + done) % SECTOR
        yield event.offset + done, event.data[done : done + room]
        done += room


def rebuilt(files: dict[str, bytearray], folder: Path) -> None:
    """Put the files into ``folder`` and nothing else."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
