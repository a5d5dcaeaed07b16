"""What points at the records that are merged away points at the survivor afterwards (requirement X4).

``collect`` only reads: it fills a ledger, which is shown as a preview or written. Rows that would then say the same
thing twice are settled: the second goes into the trash, and what pointed at it points at the first.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from vincula.kernel import clock
from vincula.kernel.duplicates import graph
from vincula.kernel.duplicates.ledger import Ledger
from vincula.kernel.records import state
from vincula.kernel.records.models import Record

AT_ONCE = 400
Unique = tuple[tuple[str, ...], models.Q | None]


@dataclass
class Settled:
    """A row that said the same as another: ``record`` went, ``keeper`` stayed (None: it would have tied one to itself)."""

    row: models.Model
    keeper: models.Model | None


@dataclass
class Moves:
    """What a merge moves, and what was settled. ``lock`` holds the rows until the transaction ends."""

    ledger: Ledger
    lock: bool = False
    rows: list[models.Model] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)


def collect(moves: Moves, model: type[Record], survivor: int, others: Sequence[int]) -> None:
    """Put into the ledger everything that points at ``others``."""
    by_model: dict[type[models.Model], list[graph.Tie]] = defaultdict(list)
    for tie in graph.ties(model):
        by_model[tie.model].append(tie)
    entity = model._meta.label_lower
    for other, ties in by_model.items():
        rows = [row for row in _rows(other, ties, entity, list(others), moves.lock)
                if other is not model or row.pk not in (survivor, *others)]  # fmt: skip
        if rows:
            _move(moves, other, ties, rows, entity, survivor, set(others))
    _own_columns(moves, model, survivor, set(others))
    for rewriter in graph.rewriters():
        for row, values in rewriter(model, list(others), survivor):
            moves.ledger.change(row, values)
            moves.rows.append(row)


def _rows(
    model: type[models.Model], ties: Sequence[graph.Tie], entity: str, ids: list[int], lock: bool
) -> list[models.Model]:
    found: dict[Any, models.Model] = {}
    for tie in ties:
        rows = tie.rows(entity, ids).order_by("pk")
        for row in rows.select_for_update(of=("self",)) if lock else rows:
            found.setdefault(row.pk, row)
    return list(found.values())


def _points(row: Any, tie: graph.Tie, entity: str, ids: set[int]) -> bool:
    named = not tie.entity_column or getattr(row, tie.entity_column) == entity
    return named and getattr(row, tie.column) in ids


def _move(
    moves: Moves, model: type[models.Model], ties: Sequence[graph.Tie], rows: Sequence[models.Model], entity: str,
    survivor: int, others: set[int],
) -> None:  # fmt: skip
    present = [moves.ledger.present(row) for row in rows]
    wanted = {row.pk: {t.column: survivor for t in ties if _points(row, t, entity, others)} for row in present}
    settled: set[Any] = set()
    for row in present:
        if _ties_to_itself(row, ties, wanted[row.pk], entity, survivor):
            _let_go(moves, row, None, {})
            settled.add(row.pk)
    for unique in _uniques(model, {tie.column for tie in ties}):
        left = [row for row in present if row.pk not in settled]
        for row, keeper in _collisions(moves.lock, model, unique, left, wanted, ties, entity, survivor):
            settled.add(row.pk)
            along = wanted[row.pk] if "trashed_at" in str(unique[1]) else {}
            _let_go(moves, row, keeper, along)
    left = [row for row in present if row.pk not in settled]
    _tell_owners(moves.ledger, model, [*left, *(r for r in present if r.pk in settled)], wanted, ties, survivor)
    for row in left:
        moves.ledger.change(row, wanted[row.pk])
    moves.rows += left


def _ties_to_itself(row: Any, ties: Sequence[graph.Tie], wanted: dict[str, int], entity: str, survivor: int) -> bool:
    """Whether the row would tie the survivor to itself where that is forbidden."""
    ends = [t for t in ties if wanted.get(t.column, getattr(row, t.column)) == survivor
            and (not t.entity_column or getattr(row, t.entity_column) == entity)]  # fmt: skip
    if len(ends) < 2:
        return False
    if ends[0].entity_column:
        return True
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            was = {name: getattr(row, name) for name in wanted}
            for name, value in wanted.items():
                setattr(row, name, value)
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                return True
            finally:
                for name, value in was.items():
                    setattr(row, name, value)
    return False


def _uniques(model: type[models.Model], columns: set[str]) -> list[Unique]:
    """What may stand once, as far as it says something of ``columns``: (attnames, condition)."""
    attname = {f.name: f.attname for f in model._meta.concrete_fields}
    found: list[Unique] = [((f.attname,), None) for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    found += [(tuple(attname[n] for n in names), None) for names in model._meta.unique_together]
    found += [
        (tuple(attname[n] for n in c.fields), c.condition)
        for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields
    ]  # fmt: skip
    return [unique for unique in found if columns & set(unique[0])]


def _collisions(
    lock: bool,
    model: type[models.Model], unique: Unique, rows: Sequence[Any], wanted: dict[Any, dict[str, int]],
    ties: Sequence[graph.Tie], entity: str, survivor: int,
) -> Iterator[tuple[Any, Any]]:  # fmt: skip
    """(row, keeper) wherever a row would say after the move what another one says already."""
    names, condition = unique
    moving = {row.pk for row in rows}
    bound = _bound(model, [row.pk for row in rows], condition)
    there = [row for row in _rows(model, ties, entity, [survivor], lock) if row.pk not in moving]
    bound |= _bound(model, [row.pk for row in there], condition)
    kept: dict[tuple[Any, ...], Any] = {}
    for row in (*there, *rows):
        if row.pk not in bound or (getattr(row, "trashed_at", None) and "trashed_at" in str(condition)):
            continue
        signature = tuple(wanted.get(row.pk, {}).get(name, getattr(row, name)) for name in names)
        if None in signature:
            continue
        keeper = kept.setdefault(signature, row)
        if keeper is not row and row.pk in moving:
            yield row, keeper


def _bound(model: type[models.Model], ids: Sequence[Any], condition: models.Q | None) -> set[Any]:
    """Of ``ids``, those of which a unique constraint speaks."""
    if condition is None:
        return set(ids)
    found: set[Any] = set()
    for start in range(0, len(ids), AT_ONCE):
        rows = model._base_manager.filter(pk__in=ids[start : start + AT_ONCE]).filter(condition)
        found |= set(rows.values_list("pk", flat=True))
    return found


def _let_go(moves: Moves, row: Any, keeper: Any, along: dict[str, int]) -> None:
    """The row is not needed any more: a record goes into the trash, anything else is deleted (and kept for the undo)."""
    moves.settled.append(Settled(row, keeper))
    if not isinstance(row, Record):
        moves.ledger.delete(row)
        return
    if keeper is not None:
        keeper = moves.ledger.present(keeper)
        if filled := _filled(keeper, row, set(along)):
            moves.ledger.change(keeper, filled)
        collect(moves, type(row), keeper.pk, [row.pk])
    if row.trashed_at is None:
        moves.ledger.change(row, {"trashed_at": clock.now(), **along})
    elif along:
        moves.ledger.change(row, along)


def _filled(keeper: Any, row: Any, without: set[str]) -> dict[str, Any]:
    """Texts and lists that the keeper lacks. Dates stay: an empty end means that it goes on."""
    found: dict[str, Any] = {}
    for f in state.audited(type(row)):
        mine, theirs = getattr(keeper, f.attname), getattr(row, f.attname)
        if f.attname in without or f.is_relation or theirs == mine or state.empty(theirs):
            continue
        if isinstance(mine, list) and isinstance(theirs, list):
            found[f.attname] = list(dict.fromkeys([*mine, *theirs]))
        elif isinstance(f, models.CharField | models.TextField) and not f.choices and mine == "":
            found[f.attname] = theirs
    return {name: value for name, value in found.items() if value != getattr(keeper, name)}


def _own_columns(moves: Moves, model: type[Record], survivor: int, others: set[int]) -> None:
    """A kept record that pointed at the one it took in points at nothing there (the survivor's own values are chosen)."""
    if not any(s.keeper is not None and type(s.keeper) is model and s.keeper.pk == survivor for s in moves.settled):
        return
    keeper: Any = moves.ledger.present(model._base_manager.get(pk=survivor))
    empty = {f.attname: None for f in model._meta.concrete_fields
             if f.related_model is model and f.null and getattr(keeper, f.attname) in others}  # fmt: skip
    if empty:
        moves.ledger.change(keeper, empty)


def _tell_owners(
    ledger: Ledger, through: type[models.Model], rows: Sequence[Any], wanted: dict[Any, dict[str, int]],
    ties: Sequence[graph.Tie], survivor: int,
) -> None:  # fmt: skip
    """The rows of a many-to-many relation have no history: it belongs to the record that holds the list."""
    owner = _owner_of(through)
    if owner is None:
        return
    model, f = owner
    here, there = f.m2m_column_name(), f.m2m_reverse_name()
    columns = {tie.column for tie in ties}
    owners = {survivor if here in wanted.get(row.pk, {}) else getattr(row, here) for row in rows}
    lists: dict[int, set[int]] = defaultdict(set)
    for some in _parts(sorted(owners)):
        for pk, other in through._base_manager.filter(**{f"{here}__in": some}).values_list(here, there):
            lists[pk].add(other)
    after = {pk: set(found) for pk, found in lists.items()}
    for row in rows:
        new = wanted.get(row.pk, {})
        own, other = new.get(here, getattr(row, here)), new.get(there, getattr(row, there))
        if there in columns:
            after.setdefault(own, set()).discard(getattr(row, there))
        after.setdefault(own, set()).add(other)
    for pk in owners:
        before, now = sorted(lists.get(pk, ())), sorted(after.get(pk, ()))
        if before != now:
            ledger.tell(model, pk, f.name, before, now)


def _owner_of(through: type[models.Model]) -> tuple[type[models.Model], Any] | None:
    auto: Any = through._meta.auto_created
    if not auto:
        return None
    f = next(f for f in auto._meta.many_to_many if f.remote_field.through is through)
    return auto, f


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
