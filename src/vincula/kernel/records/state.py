"""The state of a record as plain JSON values, and the differences between two states."""

import datetime
import decimal
import uuid
from typing import Any

from django.db import models

from vincula.kernel.records import guarded
from vincula.kernel.records.fields import FoldedField

BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at"})
KEPT = frozenset({"custom", "trashed_at"})  # not typed into a form, but told
State = dict[str, Any]
_PLAIN = (str, int, bool, type(None))


def plain(value: Any) -> Any:
    """A JSON value that compares equal when the stored value is equal."""
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def audited(model: type[models.Model]) -> list[models.Field]:
    """The columns whose changes are told in the history; what is derived from other records is not a change."""
    told = KEPT | frozenset(guarded.fields(model))
    return [
        f for f in model._meta.concrete_fields
        if f.name not in BOOKKEEPING and not isinstance(f, FoldedField) and (f.editable or f.name in told)
    ]  # fmt: skip


def many(model: type[models.Model]) -> list[models.ManyToManyField]:
    return list(model._meta.many_to_many)


def of(record: models.Model, *, with_many: bool = True) -> State:
    """{field: plain value}; relations as ids, many relations as sorted lists of ids."""
    state = {f.name: plain(getattr(record, f.attname)) for f in audited(type(record))}
    if with_many and record.pk is not None:
        for f in many(type(record)):
            state[f.name] = sorted(getattr(record, f.name).values_list("pk", flat=True))
    return state


def difference(before: State, after: State) -> dict[str, list[Any]]:
    """{field: [from, to]} of what differs; own fields are told one by one as ``custom.key``."""
    changes: dict[str, list[Any]] = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if name == "custom":
            old, new = old or {}, new or {}
            for key in sorted(old.keys() | new.keys()):
                if old.get(key) != new.get(key):
                    changes[f"custom.{key}"] = [old.get(key), new.get(key)]
        elif old != new:
            changes[name] = [old, new]
    return dict(sorted(changes.items()))


def empty(value: Any) -> bool:
    return value in (None, "", [], {}, False)


def creation(state: State) -> dict[str, list[Any]]:
    """The changes that tell a creation: [None, value] of everything filled in."""
    return {name: [None, new] for name, (_old, new) in difference({}, state).items() if not empty(new)}


def rolled_back(state: State, changes: dict[str, list[Any]]) -> State:
    """``state`` as it was before ``changes``."""
    earlier = {**state, "custom": dict(state.get("custom") or {})}
    for name, (old, _new) in changes.items():
        if name.startswith("custom."):
            key = name.removeprefix("custom.")
            if old is None:
                earlier["custom"].pop(key, None)
            else:
                earlier["custom"][key] = old
        else:
            earlier[name] = old
    return earlier
