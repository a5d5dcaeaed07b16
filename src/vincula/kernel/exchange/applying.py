"""Write staged lines into the register: all or nothing, in pieces that hold the database a few seconds at most (X3).

The dry run is this very code in a transaction that is rolled back.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.entity import registry
from vincula.kernel.exchange import values, waiting, writing
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.records import state

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONE_GO = 4000  # lines that are always one transaction: about three seconds, so that nobody waits for five
HOLD = 1.5  # seconds for which one transaction of a longer import may keep other writers waiting
AT_ONCE = 400


class Pace:
    """How many lines the next transaction takes, so that it lasts about as long as it may on this machine."""

    def __init__(self) -> None:
        self.size = AT_ONE_GO
        self._begun = time.monotonic()

    def start(self) -> None:
        self._begun = time.monotonic()

    def told(self, lines: int) -> None:
        """A transaction with so many lines is over."""
        taken = max(time.monotonic() - self._begun, 0.001)
        self.size = min(max(int(lines * HOLD / taken), 100), 2 * self.size, 5_000)


class Refused(Exception):
    """Lines that the register does not take after all: [(line, field, sentence)]."""

    def __init__(self, reasons: list[tuple[int, str, str]]) -> None:
        super().__init__(reasons[0][2] if reasons else "")
        self.reasons = reasons


def waiting_lines(run: ImportRun) -> models.QuerySet[ImportLine]:
    """Lines that are to be written and are not yet."""
    return ImportLine.objects.filter(run=run, version=0, extra=False, outcome__in=("create", "update")).order_by("id")


def apply_piece(run: ImportRun, who: Any, lines: Sequence[ImportLine]) -> None:
    """Write some lines. Call inside a transaction; raises Refused."""
    entity = registry.get(run.entity)
    with trail.together(run.correlation):
        _create(entity, [line for line in lines if line.outcome == "create"], who)
        _update(entity, [line for line in lines if line.outcome == "update"], who)
    _mark(lines)


def finish(run: ImportRun, who: Any) -> dict[str, int]:
    """After the last piece: names of other lines become relations, kept relations are tied. Returns counts."""
    entity = registry.get(run.entity)
    with trail.together(run.correlation):
        _connect_lines(run, entity, who)
        counts = waiting.keep(run, who)
    _refuse_circles(run, entity)
    return counts


def _create(entity: Entity, lines: list[ImportLine], who: Any) -> None:
    if not lines:
        return
    made, lists = [], []
    many = {f.name for f in state.many(entity.model)}
    for line in lines:
        record = entity.model()
        values.put(record, {n: v for n, v in line.values.items() if n not in many and not _is_line(entity, n, v)})
        made.append(record)
        lists.append({n: list(v) for n, v in line.values.items() if n in many})
    try:
        with transaction.atomic():
            writing.insert(entity.model, made, lists, who=who, verb="imported")
    except IntegrityError as error:
        raise Refused(_culprits(entity, lines, made) or [(lines[0].line, "", _taken())]) from error
    for line, record in zip(lines, made, strict=True):
        line.object_id, line.version = record.pk, record.version
    _within(entity, lines, who, "create")


def _culprits(entity: Entity, lines: list[ImportLine], made: list[Any]) -> list[tuple[int, str, str]]:
    """Which lines the database refuses: insert one by one until the first one that fails."""
    for line, record in zip(lines, made, strict=True):
        record.pk, record._state.adding = None, True
        try:
            with transaction.atomic():
                record.save(force_insert=True)
        except IntegrityError as error:
            return [(line.line, "", _violation(entity, error))]
    return []


def _violation(entity: Entity, error: IntegrityError) -> str:
    for constraint in entity.model._meta.constraints:
        if constraint.name in str(error):
            return str(constraint.get_violation_error_message())
    return _taken()


def _taken() -> str:
    return _("The register does not take this line: it breaks a rule, or another record has the same values.")


def _update(entity: Entity, lines: list[ImportLine], who: Any) -> None:
    if not lines:
        return
    many = {f.name for f in state.many(entity.model)}
    records: dict[int, Any] = {}
    for start in range(0, len(lines), AT_ONCE):
        ids = [line.object_id for line in lines[start : start + AT_ONCE]]
        records.update(entity.model._base_manager.select_for_update(of=("self",)).in_bulk(ids))
    changed, changes, lists = [], [], []
    every, lines = lines, merged(lines)
    for line in lines:
        record = records.get(line.object_id or 0)
        if record is None or record.version != line.base_version or record.trashed_at is not None:
            raise Refused([(line.line, "", _moved(line.label))])
        put = {n: v for n, v in line.values.items() if not _is_line(entity, n, v)}
        values.put(record, {n: v for n, v in put.items() if n not in many})
        changed.append(record)
        changes.append({n: [line.before.get(n), v] for n, v in put.items()})
        lists.append({n: list(v) for n, v in put.items() if n in many})
    try:
        with transaction.atomic():
            writing.update(changed, changes, lists, who=who, verb="imported")
    except writing.Moved as error:
        line = next(line for line in lines if line.object_id == error.record_id)
        raise Refused([(line.line, "", _moved(line.label))]) from error
    except IntegrityError as error:
        raise Refused([(lines[0].line, "", _violation(entity, error))]) from error
    versions = {record.pk: record.version for record in changed}
    for line in every:
        line.version = versions[line.object_id or 0]
    _within(entity, lines, who, "change")


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


def _moved(label: str) -> str:
    return _("“%(name)s” was changed by somebody while this import was being checked. Check the file again.") % {
        "name": label}  # fmt: skip


def _within(entity: Entity, lines: list[ImportLine], who: Any, action: door.Action) -> None:
    """Nobody imports a record out of their own reach."""
    if door.sees_all(who, entity.model, action):
        return
    inside: set[int] = set()
    for start in range(0, len(lines), AT_ONCE):
        some = [line.object_id for line in lines[start : start + AT_ONCE]]
        rows = door.visible(entity.model._base_manager.filter(pk__in=some), who, action)
        inside.update(rows.values_list("pk", flat=True))
    outside = [line for line in lines if line.object_id not in inside]
    if outside:
        sentence = _("With your roles this record would lie outside what you may change.")
        raise Refused([(line.line, "", sentence) for line in outside])


def _mark(lines: Sequence[ImportLine]) -> None:
    table = connection.ops.quote_name(ImportLine._meta.db_table)
    statement = f"UPDATE {table} SET object_id = %s, version = %s WHERE id = %s"  # noqa: S608  # our own table
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[line.object_id, line.version, line.pk] for line in lines])


def _is_line(entity: Entity, name: str, value: Any) -> bool:
    """A relation to another line of the same file, set when all lines are in."""
    if not isinstance(value, dict) or name.startswith("custom."):
        return False
    return bool(entity.model._meta.get_field(name).is_relation)


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
        if f.related_model is not entity.model:
            continue
        lines = ImportLine.objects.filter(run=run, entity=run.entity, outcome__in=("create", "update"))
        touched = {line.object_id: line for line in lines.filter(values__has_key=f.name) if line.object_id}
        circles = _circles(entity.model, f.attname, list(touched))
        if circles:
            message = _("The line leads back to itself through “%(field)s”.") % {"field": f.verbose_name}
            raise Refused([(touched[pk].line, f.name, message) for pk in circles])


def _circles(model: Any, attribute: str, begun: list[int]) -> list[int]:
    """Of the records ``begun``, those that one comes back to."""
    ways = {pk: [pk] for pk in begun}
    above: dict[int, int | None] = {}
    while ways:
        unknown = [way[-1] for way in ways.values() if way[-1] not in above]
        for start in range(0, len(unknown), AT_ONCE):
            some = model._base_manager.filter(pk__in=unknown[start : start + AT_ONCE])
            above.update(some.values_list("pk", attribute))
        circles = [pk for pk, way in ways.items() if above.get(way[-1]) == pk]
        if circles:
            return circles
        further = {pk: above.get(way[-1]) for pk, way in ways.items()}
        ways = {pk: [*way, at] for pk, way in ways.items() if (at := further[pk]) is not None and at not in way}
    return []
