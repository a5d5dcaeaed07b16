"""Fields that only a move or a verb may change. The save door asks here, and so does the import, so that no form, API
call, bulk edit, file, undo or restore can walk around a gate: whoever writes, the same sentences answer.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.lifecycle.states import Lifecycle, Sentence

Check = Callable[[Any, Any, Any], Iterable[Sentence]]  # (record, old value or None, new value) → what stands against it
_checks: dict[type[models.Model], dict[str, Check]] = {}
_as_they_are: ContextVar[bool] = ContextVar("guarded_as_they_are", default=False)
_taken_back: ContextVar[bool] = ContextVar("guarded_taken_back", default=False)


def guard(model: type[models.Model], field: str, check: Check) -> None:
    """Have ``check`` asked before ``field`` of a record of ``model`` changes, or begins as anything but its default."""
    _checks.setdefault(model, {})[field] = check


def for_verbs(model: type[models.Model], *names: str, why: Any) -> None:
    """Only verbs (``door.by_verb``) set these fields; ``why`` is told to everybody else. They are audited."""

    def check(record: Any, old: Any, new: Any) -> Iterable[Sentence]:
        return () if door.in_verb(model) else (why,)

    for name in names:
        guard(model, name, check)


def fields(model: type[models.Model]) -> Iterable[str]:
    return _checks.get(model, {})


@contextmanager
def as_they_are() -> Iterator[None]:
    """Records may begin in any state inside: they come from another system, or from a demonstration."""
    mark = _as_they_are.set(True)
    try:
        yield
    finally:
        _as_they_are.reset(mark)


@contextmanager
def taken_back() -> Iterator[None]:
    """Inside, an import goes with what it brought: what came in a later state may go from there as well."""
    mark = _taken_back.set(True)
    try:
        yield
    finally:
        _taken_back.reset(mark)


def is_taken_back() -> bool:
    return _taken_back.get()


def held(record: models.Model) -> dict[str, Any]:
    """The guarded values of a record as it is, to be compared with what becomes of them."""
    return {name: getattr(record, _column(record, name).attname) for name in fields(type(record))}


def refuse(
    record: models.Model, before: dict[str, Any] | None, given: Iterable[str] = (), *, without: Iterable[str] = ()
) -> None:
    """ValidationError with every sentence that stands against the change of a guarded field.

    ``before`` is what ``held`` told before the change. For a new record it is None: then those ``given`` are looked at,
    and what the record sets itself is not. ``without`` names fields that the caller judges itself.
    """
    wrong: dict[str, list[str]] = {}
    for name, check in _checks.get(type(record), {}).items():
        if name in without:
            continue
        f = _column(record, name)
        new = getattr(record, f.attname)
        if before is None:
            old = None
            same = _as_they_are.get() or not {name, f.attname} & set(given) or new == f.get_default()
        else:
            old, same = before[name], before[name] == new
        if not same and (said := [str(sentence) for sentence in check(record, old, new)]):
            wrong[name] = said
    if wrong:
        raise ValidationError(wrong)


def _column(record: models.Model, name: str) -> Any:
    return record._meta.get_field(name)


def follows(lifecycle: Lifecycle) -> Check:
    """The check of a lifecycle: there is a move from the old state to the new one, and its gate is open."""

    def check(record: Any, old: Any, new: Any) -> Iterable[Sentence]:
        if old is None:
            return [_("A record begins as “%(state)s”.") % {"state": lifecycle.states[0].label}]
        moves = [m for m in lifecycle.moves if old in m.source and m.target == new]
        if not moves:
            known = {s.key: s.label for s in lifecycle.states}
            return [
                _("There is no move from “%(here)s” to “%(there)s”.")
                % {"here": known.get(old, old), "there": known.get(new, new)}
            ]
        setattr(record, lifecycle.field, old)  # a gate looks at the record as it stands before the move
        try:
            answers = [m.gate.missing(record) for m in moves]
        finally:
            setattr(record, lifecycle.field, new)
        return [] if not all(answers) else answers[0]

    return check
