"""From staged lines to steps that only write: everything is worked out before the database is held (X3).

A batch is some lines with their records, history, index and search documents, ready to be written; a spool keeps
batches on disk until their transaction begins, so that a long file needs no more memory than a short one.
"""

from __future__ import annotations

import copy
import gc
import itertools
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.beside import Beside
from vincula.kernel.exchange import building, gates, values, writing
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.records import guarded, state
from vincula.kernel.records.derived import Step

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONCE = 400  # records of one statement
NEW_AT_ONCE = 2_500  # new lines of one batch: many together lie near each other in the indexes
IN_MEMORY = 24 * 1024 * 1024  # bytes of a spool; what is more lies on disk


class Refused(Exception):
    """Lines that the register does not take after all: [(line, field, sentence)]."""

    def __init__(self, reasons: list[tuple[int, str, str]]) -> None:
        super().__init__(reasons[0][2] if reasons else "")
        self.reasons = reasons


@contextmanager
def seldom_tidied() -> Iterator[None]:
    """Python looks for circles of forgotten objects less often: rows by the thousand hold none, and looking through
    them took a fifth of an import; every 100,000 objects still a twelfth."""
    usual = gc.get_threshold()
    gc.set_threshold(500_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@dataclass(slots=True)
class Batch:
    """Lines with one outcome and all that is written for them. ``marks`` are (record, version, id of the line)."""

    outcome: str
    lines: list[int]  # numbers in the file
    marks: list[tuple[int, int, int]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Packed:
    """A batch as it waits for its transaction, and how many lines it has."""

    batch: bytes
    lines: int

    def opened(self) -> Batch:
        """What was packed."""
        found: Batch = pickle.loads(self.batch)  # noqa: S301  # written by us, a moment ago
        return found


def packed(batch: Batch) -> Packed:
    """The batch, ready to be kept or sent."""
    return Packed(pickle.dumps(batch, protocol=pickle.HIGHEST_PROTOCOL), len(batch.marks))


class Spool:
    """Batches that wait for their transaction: in memory while they are few, else in a file that goes by itself."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed by ``close``
        self.lines = 0

    def add(self, packed: Packed) -> None:
        """Keep a batch."""
        self._file.write(packed.batch)
        self.lines += packed.lines

    def __iter__(self) -> Iterator[Batch]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301  # written by us, a moment ago

    def close(self) -> None:
        self._file.close()


def waiting_lines(run: ImportRun) -> Any:
    """Lines that are to be written and are not yet."""
    return ImportLine.objects.filter(run=run, version=0, extra=False, outcome__in=("create", "update")).order_by("id")


def batches(
    run: ImportRun, entity: Entity, who: Any, *, rehearse: bool = False, most: int = NEW_AT_ONCE
) -> Iterator[Packed]:
    """Every waiting line of the run in batches of at most ``most``: new records first, changed ones at the end, so that
    their rows are locked for the shortest time. Nothing is written. Raises Refused."""
    yield from _creations(run, entity, who, rehearse=rehearse, most=most)
    last, gated = 0, not gates.taken(run.options, who)
    wanted = waiting_lines(run).filter(outcome="update").order_by("object_id")
    while ids := list(wanted.filter(object_id__gt=last).values_list("object_id", flat=True)[: min(most, AT_ONCE)]):
        lines = list(waiting_lines(run).filter(outcome="update", object_id__in=set(ids)))  # all lines of each record
        yield packed(change(entity, lines, who, gated=gated, rehearse=rehearse))
        last = ids[-1]


def _creations(run: ImportRun, entity: Entity, who: Any, *, rehearse: bool, most: int) -> Iterator[Packed]:
    """Batches that create records; of a long file another process makes every second one (see ``beside``)."""
    wanted = waiting_lines(run).filter(outcome="create")

    def made(page: tuple[int, int]) -> Packed:
        rows = wanted.filter(id__range=page).values_list("pk", "line", "values")
        return packed(creation(entity, list(itertools.starmap(New, rows)), who, rehearse=rehearse))

    count = wanted.count()
    with Beside(made, count=count) as beside:
        halves = 2 * -(-count // (2 * most))
        size = -(-count // halves) if beside.there and count else most  # as many pages for each, of equal size
        yield from beside.map(_pages(wanted, size))


def _pages(lines: Any, size: int) -> list[tuple[int, int]]:
    """First and last number of each so many lines. Read to the end: SQLite lets nobody write who has not."""
    ids = lines.values_list("id", flat=True).iterator(chunk_size=2_000)
    return [(some[0], some[-1]) for some in iter(lambda: list(itertools.islice(ids, size)), [])]


class New(NamedTuple):
    """What is read of an ImportLine that creates a record."""

    pk: int
    line: int
    values: dict[str, Any]


def creation(entity: Entity, lines: Sequence[ImportLine | New], who: Any, *, rehearse: bool = False) -> Batch:
    """The batch that creates records."""
    made, lists = built(entity, lines)
    names = writing.told(entity.model)
    changes = [
        {n: [None, v] for n, v in line.values.items()
         if (n in names or n.startswith("custom.")) and (v.__class__ is not dict or not is_line(entity, n, v))}
        for line in lines
    ]  # fmt: skip
    steps = writing.ready_insert(entity.model, made, lists, changes, who=who, verb="imported", rehearse=rehearse)
    marks = [(record.pk, record.version, line.pk) for line, record in zip(lines, made, strict=True)]
    return Batch("create", [line.line for line in lines], marks, steps)


def built(entity: Entity, lines: Sequence[ImportLine | New]) -> tuple[list[Any], list[dict[str, list[int]]]]:
    """The unsaved records of lines, and their many relations."""
    made, lists = [], []
    many = {f.name for f in state.many(entity.model)}
    builder, moment = building.builder(entity.model), clock.now()
    for line in lines:
        record = builder.new()
        record.created_at = record.updated_at = moment  # one act; and it is put into the database's form once
        builder.put(record, {n: v for n, v in line.values.items() if n not in many and not is_line(entity, n, v)})
        made.append(record)
        lists.append({n: list(v) for n, v in line.values.items() if n in many} if many else {})
    return made, lists


def change(
    entity: Entity, lines: Sequence[ImportLine], who: Any, *, gated: bool = True, rehearse: bool = False
) -> Batch:
    """The batch that changes records. Raises Refused when one was changed since the line was checked."""
    many = {f.name for f in state.many(entity.model)}
    builder = building.builder(entity.model)
    records: dict[int, Any] = {}
    for start in range(0, len(lines), AT_ONCE):
        ids = {line.object_id for line in lines[start : start + AT_ONCE]}
        records.update(entity.model._base_manager.in_bulk(list(ids)))
    changed, changes, lists = [], [], []
    for line in merged(lines):
        record = records.get(line.object_id or 0)
        if record is None or record.version != line.base_version or record.trashed_at is not None:
            raise Refused([(line.line, "", moved(line.label))])
        put = {n: v for n, v in line.values.items() if not is_line(entity, n, v)}
        lifecycle = entity.lifecycle
        if gated and lifecycle is not None and lifecycle.field in put:  # what the gate asks of others may differ by now
            before = copy.copy(record)
            builder.put(before, {n: v for n, v in put.items() if n not in many and n != lifecycle.field})
            if wrong := gates.against_move(lifecycle, before, put[lifecycle.field]):
                raise Refused([(line.line, lifecycle.field, " ".join(wrong))])
        held = guarded.held(record)
        builder.put(record, {n: v for n, v in put.items() if n not in many})
        _ask_guards(line, record, held, lifecycle.field if lifecycle is not None else "")
        changed.append(record)
        changes.append({n: [line.before.get(n), v] for n, v in put.items()})
        lists.append({n: list(v) for n, v in put.items() if n in many})
    steps = writing.ready_update(changed, changes, lists, who=who, verb="imported", rehearse=rehearse)
    marks = [(line.object_id or 0, records[line.object_id or 0].version, line.pk) for line in lines]
    return Batch("update", [line.line for line in lines], marks, steps)


def _ask_guards(line: ImportLine, record: Any, held: dict[str, Any], moved: str) -> None:
    """What only verbs set is asked again when it is written: others may have gone on since the file was checked."""
    try:
        guarded.refuse(record, held, without=(moved,))
    except ValidationError as error:
        raise Refused([(line.line, name, sentence) for name, sentence in values.sentences(error)]) from error


def merged(lines: Sequence[ImportLine]) -> list[ImportLine]:
    """Lines of which each is about another record: what several add to one record stands in the first of them."""
    found: dict[int | None, ImportLine] = {}
    for line in lines:
        first = found.setdefault(line.object_id, copy.copy(line))
        if first.pk != line.pk:
            both = {name: values.united(new, line.values[name]) if name in line.values and isinstance(new, list | dict) else new
                    for name, new in first.values.items()}  # fmt: skip
            first.values, first.before = {**line.values, **both}, {**line.before, **first.before}
    return list(found.values())


def moved(label: str) -> str:
    return _("“%(name)s” was changed by somebody while this import was being checked. Check the file again.") % {
        "name": label}  # fmt: skip


def is_line(entity: Entity, name: str, value: Any) -> bool:
    """A relation to another line of the same file, set when all lines are in."""
    if not isinstance(value, dict) or name.startswith("custom."):
        return False
    return bool(entity.model._meta.get_field(name).is_relation)
