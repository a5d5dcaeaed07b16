"""What is kept beside a record so that it can be found: index values here, the search index by registration."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

from vincula.kernel.folding import fold
from vincula.kernel.records import bulk
from vincula.kernel.records.fields import ReferencesField, TextListField, TranslatedField
from vincula.kernel.records.models import IndexValue, Record

Deriver = Callable[[Sequence[Record]], None]
Remover = Callable[[type[Record], Sequence[int]], None]
Values = Callable[[Record], list[tuple[str, str]]]
Step = Callable[[], Any]  # a part of the work inside the transaction, worked out before it; can be pickled
Preparer = Callable[[Sequence[Record], bool], list[Step]]
_derivers: list[tuple[Deriver, Remover]] = []
_further: list[Values] = []
_preparers: dict[Deriver, Preparer] = {}
NEVER = "—"
MANY = 100  # from here on the quicker way to insert pays
AT_ONCE = 200  # records that are derived from together at the end of one act
_INDEXED = ("entity", "field", "value", "object_id")
_waiting: ContextVar[dict[tuple[type[Record], int], Record | None] | None] = ContextVar("derived_waiting", default=None)


def register(write: Deriver, remove: Remover, prepare: Preparer | None = None) -> None:
    """Have ``write(records)`` called in the transaction of each save, ``remove(model, ids)`` at each deletion.

    ``prepare(records, fresh)`` works out before the transaction of a large act what ``write`` would write, as steps
    that can be pickled; without it ``write`` is called with the records inside the transaction.
    """
    if (write, remove) not in _derivers:
        _derivers.append((write, remove))
    if prepare is not None:
        _preparers[write] = prepare


def register_values(values: Values) -> None:
    """Have ``values(record)`` give further (field, value) pairs by which a record is found; no field has their name."""
    if values not in _further:
        _further.append(values)


def sortable(value: Any) -> str:
    """Text that is found case-blind and sorts as the value does."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return f"{value + 1e15:024.6f}"
    return fold(str(value))[:300]


@lru_cache(maxsize=500)
def _indexed(model: type[models.Model]) -> list[Any]:
    """Columns of lists, tags, references and translations that are found by value."""
    kinds = (ReferencesField, TranslatedField, TextListField)
    return [f for f in model._meta.concrete_fields if isinstance(f, kinds) and f.indexed]


def index_values(record: Record) -> list[tuple[str, str]]:
    """(field, value) pairs of the record's lists, tags, references, indexed translations and own fields."""
    pairs: list[tuple[str, str]] = []
    for f in _indexed(type(record)):
        value = getattr(record, f.attname)
        if not value:
            continue
        if isinstance(f, ReferencesField):
            pairs += [(f"{f.name}.{scheme}", sortable(v)) for scheme, values in value.items() for v in values]
        else:
            pairs += [(f.name, sortable(v)) for v in (value.values() if isinstance(value, dict) else value)]
    for key, value in (record.custom or {}).items():
        values = value if isinstance(value, list) else [value]
        pairs += [(f"custom.{key}", sortable(v)) for v in values if v not in (None, "")]
    for further in _further:
        pairs += further(record)
    return list(dict.fromkeys(pairs))


def write(records: Sequence[Record], *, fresh: bool = False) -> None:
    """Renew what is derived from ``records`` (all of one model); ``fresh`` says that nothing is there yet."""
    if not records:
        return
    model = type(records[0])
    if (waiting := _waiting.get()) is not None:
        waiting.update({(model, r.pk): r for r in records})
        return
    entity = model._meta.label_lower
    gone, wanted = _difference(entity, records, fresh)
    if gone:
        IndexValue.objects.filter(pk__in=gone).delete()
    values = [IndexValue(entity=entity, object_id=i, field=f, value=v) for i, f, v in sorted(wanted)]
    if len(values) > MANY:
        bulk.insert(IndexValue, values)
    else:
        IndexValue.objects.bulk_create(values, batch_size=200)
    for derive, _remove in _derivers:
        derive(records)


def _wanted(records: Sequence[Record]) -> list[tuple[int, str, str]]:
    """(record, field, value) of everything by which records are found."""
    return [(pk, field, value) for r in records if (pk := r.pk) for field, value in index_values(r)]


def _difference(
    entity: str, records: Sequence[Record], fresh: bool
) -> tuple[list[int], Collection[tuple[int, str, str]]]:
    """Numbers of index values that are there and should go; (record, field, value) of those that lack."""
    wanted = set(_wanted(records))
    if fresh:
        return [], wanted
    there = IndexValue.objects.filter(entity=entity, object_id__in=[r.pk for r in records])
    have = {(i, f, v): pk for pk, i, f, v in there.values_list("pk", "object_id", "field", "value")}
    return [pk for triple, pk in have.items() if triple not in wanted], wanted - have.keys()


@dataclass(frozen=True, slots=True)
class _Forget:
    """Index values that go."""

    ids: list[int]

    def __call__(self) -> None:
        for start in range(0, len(self.ids), AT_ONCE):
            IndexValue.objects.filter(pk__in=self.ids[start : start + AT_ONCE]).delete()


@dataclass(frozen=True, slots=True)
class _Call:
    """A deriver that needs the records themselves: it gets them as they were, inside the transaction."""

    derive: Deriver
    model: type[Record]
    values: list[dict[str, Any]]

    def __call__(self) -> None:
        records = []
        for values in self.values:
            record = self.model.__new__(self.model)
            record.__dict__.update(values)
            record._state = ModelState()
            record._state.adding, record._state.db = False, connection.alias
            records.append(record)
        for start in range(0, len(records), 2 * AT_ONCE):
            self.derive(records[start : start + 2 * AT_ONCE])


def prepared(records: Sequence[Record], *, fresh: bool) -> list[Step]:
    """What ``write`` would do with records of one model, as steps for a transaction that comes later."""
    if not records:
        return []
    model = type(records[0])
    entity = model._meta.label_lower
    gone, wanted = ([], _wanted(records)) if fresh else _difference(entity, records, fresh)
    steps: list[Step] = [_Forget(gone)] if gone else []
    by_field: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for pk, field, value in wanted:
        by_field[field].append((value, pk))
    if by_field:  # in the order in which the index lies: quicker
        rows = [(entity, field, *each) for field in sorted(by_field) for each in sorted(by_field[field])]
        steps.append(bulk.packed(IndexValue, _INDEXED, rows))
    for derive, _remove in _derivers:
        prepare = _preparers.get(derive)
        if prepare is not None:
            steps += prepare(records, fresh)
            continue
        steps += later(derive, records)
    return steps


def later(derive: Deriver, records: Sequence[Record]) -> list[Step]:
    """``derive`` called inside the transaction with these records of one model as they are now; nothing for none.

    For a ``prepare`` that knows with which records its ``write`` has nothing to do: thousands are not carried along.
    """
    values = [{k: v for k, v in r.__dict__.items() if k != "_state"} for r in records]
    return [_Call(derive, type(records[0]), values)] if values else []


def remove(model: type[Record], ids: Sequence[int]) -> None:
    """Forget what was derived from records that are deleted."""
    if (waiting := _waiting.get()) is not None:
        waiting.update({(model, pk): None for pk in ids})
        return
    IndexValue.objects.filter(entity=model._meta.label_lower, object_id__in=ids).delete()
    for _derive, drop in _derivers:
        drop(model, ids)


@contextmanager
def together(*, keep: bool = True) -> Iterator[None]:
    """What derives from records saved inside is written once, at the end, for all of them: a bulk edit is three times
    as quick. Belongs inside the transaction of the act; ``keep=False`` when that is rolled back anyway."""
    waiting: dict[tuple[type[Record], int], Record | None] = {}
    mark = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(mark)
    by_model: dict[type[Record], tuple[list[Record], list[int]]] = {}
    for (model, pk), record in waiting.items() if keep else ():
        there, gone = by_model.setdefault(model, ([], []))
        there.append(record) if record is not None else gone.append(pk)
    for model, (there, gone) in by_model.items():
        for i in range(0, len(there), AT_ONCE):
            write(there[i : i + AT_ONCE])
        for i in range(0, len(gone), AT_ONCE):
            remove(model, gone[i : i + AT_ONCE])


def holding(model: type[models.Model], field: str, values: Iterable[str]) -> models.Q:
    """Q: records of ``model`` with one of ``values`` in the list field, tag, reference or own field ``field``."""
    rows = IndexValue.objects.filter(
        entity=model._meta.label_lower, field=field, value__in=[sortable(v) for v in values]
    )
    return models.Q(pk__in=rows.values("object_id"))
