"""What is kept beside a record so that it can be found: index values here, the search index by registration."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from vincula.kernel.folding import fold
from vincula.kernel.records import bulk
from vincula.kernel.records.fields import ReferencesField, TextListField, TranslatedField
from vincula.kernel.records.models import IndexValue, Record

Deriver = Callable[[Sequence[Record]], None]
Remover = Callable[[type[Record], Sequence[int]], None]
_derivers: list[tuple[Deriver, Remover]] = []
NEVER = "—"
MANY = 100  # from here on the quicker way to insert pays
AT_ONCE = 200  # records that are derived from together at the end of one act
_waiting: ContextVar[dict[tuple[type[Record], int], Record | None] | None] = ContextVar("derived_waiting", default=None)


def register(write: Deriver, remove: Remover) -> None:
    """Have ``write(records)`` called in the transaction of each save, ``remove(model, ids)`` at each deletion."""
    if (write, remove) not in _derivers:
        _derivers.append((write, remove))


def sortable(value: Any) -> str:
    """Text that is found case-blind and sorts as the value does."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return f"{value + 1e15:024.6f}"
    return fold(str(value))[:300]


def index_values(record: Record) -> list[tuple[str, str]]:
    """(field, value) pairs of the record's lists, tags, references, indexed translations and own fields."""
    pairs: list[tuple[str, str]] = []
    for f in record._meta.concrete_fields:
        value = getattr(record, f.attname)
        if not value:
            continue
        if isinstance(f, ReferencesField):
            pairs += [(f"{f.name}.{scheme}", sortable(v)) for scheme, values in value.items() for v in values]
        elif isinstance(f, TranslatedField) and f.indexed:
            pairs += [(f.name, sortable(v)) for v in value.values()]
        elif isinstance(f, TextListField) and f.indexed:
            pairs += [(f.name, sortable(v)) for v in value]
    for key, value in (record.custom or {}).items():
        values = value if isinstance(value, list) else [value]
        pairs += [(f"custom.{key}", sortable(v)) for v in values if v not in (None, "")]
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
    wanted = {(r.pk, field, value) for r in records for field, value in index_values(r)}
    if not fresh:
        there = IndexValue.objects.filter(entity=entity, object_id__in=[r.pk for r in records])
        have = {(v.object_id, v.field, v.value): v.pk for v in there}
        if gone := [pk for triple, pk in have.items() if triple not in wanted]:
            IndexValue.objects.filter(pk__in=gone).delete()
        wanted -= have.keys()
    values = [IndexValue(entity=entity, object_id=i, field=f, value=v) for i, f, v in sorted(wanted)]
    if len(values) > MANY:
        bulk.insert(IndexValue, values)
    else:
        IndexValue.objects.bulk_create(values, batch_size=200)
    for derive, _remove in _derivers:
        derive(records)


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
