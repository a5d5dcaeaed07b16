"""The content of a paper as a tree of plain parts; every writer (PDF, DOCX, HTML) draws the same tree.

Text is text: whatever stands in it is shown, and no writer reads it as markup. A figure (``Figure``) knows the record
and field it came from, so that it can be checked. Nothing here imports Django: the child process that writes loads it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, TypeAlias

from vincula.kernel.charts.declaration import Chart

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
Tone = Literal["plain", "good", "warn", "bad"]


def clean(text: object) -> str:
    """Text without characters that no document may hold, nor those that turn the reading direction of what follows."""
    return UNSEEN.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Figure:
    """A value taken from a record: ``text`` as shown, ``value`` as the API gives it, and where it stands.

    ``entity``, ``pk`` and ``field`` name the place; ``entity`` alone with a ``query`` names a list that was counted, or
    summed when there is a ``field``. A field may be a path into a structured one: "content.costs.0.money".
    """

    text: str
    entity: str
    pk: int | None = None
    field: str = ""
    value: Any = None
    query: str = ""
    url: str = ""


@dataclass(frozen=True)
class Strong:
    text: str


@dataclass(frozen=True)
class Link:
    """``url`` is http, https, mailto or tel; anything else is shown as text only."""

    text: str
    url: str


Run: TypeAlias = str | Figure | Strong | Link
Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1  # 1 to 3


@dataclass(frozen=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True)
class Items:
    """A list; each item is a line of runs."""

    items: tuple[Runs, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and values, one under the other."""

    rows: tuple[tuple[str, Runs], ...]


@dataclass(frozen=True)
class Column:
    """``width`` is its share beside the other columns; numbers stand at the ``end``."""

    title: str
    width: float = 1.0
    end: bool = False


@dataclass(frozen=True)
class Table:
    """The head is repeated on every page; ``total`` is a last row between two rules; ``empty`` stands for no rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Runs, ...], ...]
    empty: str
    total: tuple[Runs, ...] = ()


@dataclass(frozen=True)
class Note:
    """A remark set apart: a condition, a warning, what is missing."""

    runs: Runs
    tone: Tone = "plain"


@dataclass(frozen=True)
class Picture:
    """A chart, with the table of its numbers when ``told``."""

    chart: Chart
    told: bool = True


@dataclass(frozen=True)
class PageBreak:
    pass


Block: TypeAlias = Heading | Paragraph | Items | Facts | Table | Note | Picture | PageBreak


@dataclass(frozen=True)
class Words:
    """The paper's own words in its language. ``page`` holds {n} and {total}."""

    contents: str
    draft: str
    page: str


@dataclass(frozen=True)
class Tree:
    """A whole paper. ``at`` (aware) is the moment it speaks of: it stands in the file instead of the clock's."""

    title: str
    subject: str
    language: str
    at: datetime.datetime
    blocks: tuple[Block, ...]
    words: Words
    standfirst: str = ""
    made: str = ""  # for whom, when, from what
    foot: str = ""
    contents: bool = False
    draft: bool = False


def runs_of(block: Block) -> Iterator[Run]:
    """Every run of a block, in reading order."""
    if isinstance(block, Paragraph | Note):
        yield from block.runs
    elif isinstance(block, Items):
        for item in block.items:
            yield from item
    elif isinstance(block, Facts):
        for _name, runs in block.rows:
            yield from runs
    elif isinstance(block, Table):
        for row in (*block.rows, block.total):
            for cell in row:
                yield from cell


def figures(tree: Tree) -> list[Figure]:
    """Every figure of the paper with its place, in reading order."""
    return [run for block in tree.blocks for run in runs_of(block) if isinstance(run, Figure)]


def charts(tree: Tree) -> list[Chart]:
    """Every chart, in order."""
    return [block.chart for block in tree.blocks if isinstance(block, Picture)]


def as_json(part: Any) -> Any:
    """A part as plain values: {"is": name of the part, …}; text cleaned. What the child gets."""
    if isinstance(part, Chart):
        return _cleaned(part.as_json())
    if is_dataclass(part) and not isinstance(part, type):
        told = {f.name: as_json(getattr(part, f.name)) for f in fields(part) if f.name != "value"}
        return {"is": type(part).__name__, **told}
    if isinstance(part, tuple | list):
        return [as_json(each) for each in part]
    if isinstance(part, datetime.datetime):
        return part.timestamp()
    return clean(part) if isinstance(part, str) else part


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list | tuple) else value
