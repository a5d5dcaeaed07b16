"""Write staged lines into the register: all or nothing, and nobody waits more than a few seconds for the database (X3).

Everything is made ready beforehand (see ``preparing``), so that a transaction does nothing but write. A file is one
transaction: on PostgreSQL whatever its length within reason, since there nobody waits for a writer of other rows; on
SQLite, where all writers wait for one, up to ``AT_ONE_GO`` lines. A longer file is written there in several
transactions of about ``HOLD`` seconds. What cuts it off between two of them is mended by ``runs.resume``: the import
goes on where it stopped, or is taken back when that is refused; so in the end it is whole or not there.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.entity import registry
from vincula.kernel.exchange import preparing, values, waiting, writing
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.exchange.preparing import Batch, Packed, Refused, Spool

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONE_GO = {"sqlite": 10_000, "postgresql": 250_000}  # lines that are always one transaction
HOLD = 2.5  # seconds for which one transaction of a longer import may keep other writers waiting
AT_ONCE = 400
ROOM = 64 * 1024  # KiB of pages that SQLite may keep while it writes thousands of rows into a dozen indexes


class TakenOver(Exception):
    """Another worker has written these lines already."""


@contextmanager
def roomy() -> Iterator[None]:
    """SQLite keeps the pages that an import writes until they are whole, instead of writing each several times."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = int(cursor.execute("PRAGMA cache_size").fetchone()[0])
        cursor.execute(f"PRAGMA cache_size = -{ROOM}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {usual}")


class Pace:
    """How many lines the next transaction takes, so that it lasts about as long as it may on this machine."""

    def __init__(self) -> None:
        self.most = AT_ONE_GO[connection.vendor]
        self.size = self.most
        self._begun = time.monotonic()

    def start(self) -> None:
        self._begun = time.monotonic()

    def told(self, lines: int) -> None:
        """A transaction with so many lines is over."""
        taken = max(time.monotonic() - self._begun, 0.001)
        self.size = min(max(int(lines * HOLD / taken), 100), 2 * self.size, self.most)


def spooled(source: Iterator[Packed], most: int, tell: Any) -> tuple[Spool, bool]:
    """Batches of about ``most`` lines, made ready; and whether there are more. ``tell(lines)`` may raise to stop."""
    spool = Spool()
    try:
        for batch in source:
            spool.add(batch)
            tell(spool.lines)
            if spool.lines >= most:
                return spool, True
    except BaseException:
        spool.close()
        raise
    return spool, False


def write(
    run: ImportRun, who: Any, ready: Iterable[Batch | Packed], *, mark: bool = True, entity: Entity | None = None
) -> None:
    """Write batches that are ready, of the run's entity unless another is given. Call inside a transaction; raises
    Refused, TakenOver."""
    entity = entity or registry.get(run.entity)
    for one in ready:
        batch = one.opened() if isinstance(one, Packed) else one
        try:
            with transaction.atomic():
                for step in batch.steps:
                    step()
        except writing.Moved as error:
            line = ImportLine.objects.filter(run=run, object_id=error.record_id, entity=entity.key).first()
            raise Refused([(line.line, "", preparing.moved(line.label))] if line else []) from error
        except IntegrityError as error:
            raise Refused(_culprits(run, entity, batch, error)) from error
        except ValidationError as error:  # what only all rows together tell: circles
            raise Refused([(batch.lines[0], name, said) for name, said in values.sentences(error)]) from error
        _within(entity, batch, who)
        if mark:
            _mark(batch)


def finish(run: ImportRun, who: Any) -> dict[str, int]:
    """After the last piece: names of other lines become relations, kept relations are tied. Returns counts."""
    entity = registry.get(run.entity)
    with trail.together(run.correlation):
        _connect_lines(run, entity, who)
        counts = waiting.keep(run, who)
    _refuse_circles(run, entity)
    return counts


def _culprits(run: ImportRun, entity: Entity, batch: Batch, error: IntegrityError) -> list[tuple[int, str, str]]:
    """Which line the database refuses: insert one by one until the first one that fails."""
    if batch.outcome == "create":
        first, last = batch.marks[0][2], batch.marks[-1][2]
        lines = list(
            ImportLine.objects.filter(run=run, outcome="create", entity=entity.key, id__range=(first, last)).order_by(
                "id"
            )
        )
        for line, record in zip(lines, preparing.built(entity, lines)[0], strict=True):
            try:
                with transaction.atomic():
                    record.save(force_insert=True)
            except IntegrityError as own:
                return [(line.line, "", violation(entity, own))]
    return [(batch.lines[0], "", violation(entity, error))]


def violation(entity: Entity, error: IntegrityError) -> str:
    """What the database refuses, in the words of the rule. PostgreSQL names the rule, SQLite mostly its columns."""
    meta, said = entity.model._meta, str(error)
    for constraint in meta.constraints:
        names = constraint.fields if isinstance(constraint, models.UniqueConstraint) else ()
        columns = ", ".join(f"{meta.db_table}.{meta.get_field(name).column}" for name in names)  # type: ignore[union-attr]  # a constraint is about columns
        if constraint.name in said or (columns and said == f"UNIQUE constraint failed: {columns}"):
            return str(constraint.get_violation_error_message())
    return _("The register does not take this line: it breaks a rule, or another record has the same values.")


def _within(entity: Entity, batch: Batch, who: Any) -> None:
    """Nobody imports a record out of their own reach."""
    action: door.Action = "create" if batch.outcome == "create" else "change"
    if door.sees_all(who, entity.model, action):
        return
    ids = [pk for pk, _version, _line in batch.marks]
    inside: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        rows = door.visible(entity.model._base_manager.filter(pk__in=ids[start : start + AT_ONCE]), who, action)
        inside.update(rows.values_list("pk", flat=True))
    outside = [number for number, pk in zip(batch.lines, ids, strict=True) if pk not in inside]
    if outside:
        sentence = _("With your roles this record would lie outside what you may change.")
        raise Refused([(number, "", sentence) for number in outside])


def _mark(batch: Batch) -> None:
    """Note at each line which record and version came of it: once only, whoever else may be at it. Raises TakenOver."""
    if not batch.marks:
        return  # another worker has written these lines
    table = connection.ops.quote_name(ImportLine._meta.db_table)
    if connection.vendor == "postgresql":
        statement = (
            f"UPDATE {table} l SET object_id = m.object, version = m.version"  # noqa: S608  # our own table
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS m (object, version, line)"
            " WHERE l.id = m.line AND l.version = 0"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*batch.marks, strict=True)])
            hit = cursor.rowcount
    else:
        statement = f"UPDATE {table} SET object_id = %s, version = %s WHERE id = %s AND version = 0"  # noqa: S608  # names of tables, from the models
        with connection.cursor() as cursor:
            cursor.executemany(statement, batch.marks)
            hit = cursor.rowcount
    if hit != len(batch.marks):
        raise TakenOver


def _connect_lines(run: ImportRun, entity: Entity, who: Any) -> None:
    """Relations between two lines of the file, now that both have a number."""
    wanted: dict[int, dict[str, int]] = {}
    relations = [f.name for f in entity.model._meta.concrete_fields if f.is_relation]
    if not run.options.get("names_lines"):
        return
    rows = ImportLine.objects.filter(run=run, extra=False, outcome__in=("create", "update"))
    lines = [line for line in rows if any(isinstance(line.values.get(name), dict) for name in relations)]
    if not lines:
        return
    ids: dict[int, Any] = dict(
        ImportLine.objects.filter(run=run, extra=False).exclude(object_id=None).values_list("line", "object_id")
    )
    for line in lines:
        for name in relations:
            value = line.values.get(name)
            if isinstance(value, dict) and "line" in value and line.object_id:
                wanted.setdefault(line.object_id, {})[name] = ids[value["line"]]
    waiting.change_fields(run, entity.model, wanted, who)


def _refuse_circles(run: ImportRun, entity: Entity) -> None:
    """Parents and successors never lead back to where they start: follow them all at once, step by step."""
    for f in entity.model._meta.concrete_fields:
        if f.related_model is not entity.model or f.name not in run.options.get("looped", [f.name]):
            continue
        lines = ImportLine.objects.filter(run=run, entity=run.entity, outcome__in=("create", "update"))
        touched = {line.object_id: line for line in lines.filter(values__has_key=f.name) if line.object_id}
        circles = _circles(entity.model, f.attname, list(touched))
        if circles:
            message = _("The line leads back to itself through “%(field)s”.") % {"field": f.verbose_name}
            raise Refused([(touched[pk].line, f.name, message) for pk in circles])


def _circles(model: Any, attribute: str, begun: Sequence[int]) -> list[int]:
    """Of the records ``begun``, those that one comes back to."""
    ways = {pk: [pk] for pk in begun}
    above: dict[int, int | None] = {}
    while ways:
        unknown = [way[-1] for way in ways.values() if way[-1] not in above]
        for start in range(0, len(unknown), AT_ONCE):
            some: models.QuerySet[Any] = model._base_manager.filter(pk__in=unknown[start : start + AT_ONCE])
            above.update(some.values_list("pk", attribute))
        circles = [pk for pk, way in ways.items() if above.get(way[-1]) == pk]
        if circles:
            return circles
        further = {pk: above.get(way[-1]) for pk, way in ways.items()}
        ways = {pk: [*way, at] for pk, way in ways.items() if (at := further[pk]) is not None and at not in way}
    return []
