"""Lifecycles hold for imports too: a file moves a record only where a person could, and no gate is stepped around (X3).

An administrator who moves in from another system may bring states as they are: an option of the run, off by default
and told in the history.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.lifecycle.states import Gate, Lifecycle

OPTION = "states_as_they_are"
_OPEN = Gate()


def may_bring(who: Any) -> bool:
    """Whether somebody may bring states as they are: administrators, and the program itself."""
    return bool(getattr(who, "is_superuser", False))


def taken(options: dict[str, Any], who: Any) -> bool:
    """Whether a run brings states as they are."""
    return bool(options.get(OPTION)) and may_bring(who)


def against_new(lifecycle: Lifecycle, record: Any) -> list[str]:
    """Sentences against a new record that comes in its present state: one that no gate guards is welcome."""
    first, here = lifecycle.states[0].key, getattr(record, lifecycle.field)
    if here in _free(lifecycle, first) or here not in {s.key for s in lifecycle.states}:
        return []  # a state that does not exist is told by the field itself
    said = _("A new record begins as “%(first)s”; “%(state)s” is reached by its moves only.")
    return [said % {"first": lifecycle.state(first).label, "state": lifecycle.state(here).label}]


def against_move(lifecycle: Lifecycle, record: Any, there: str) -> list[str]:
    """Sentences against moving ``record``, which is in its former state, to ``there``: those of the gates in the way."""
    here = getattr(record, lifecycle.field)
    ways = [m for m in lifecycle.moves if here in m.source and m.target == there]
    known = {s.key for s in lifecycle.states}
    if not ways and here in known and there in known:
        said = _("No move leads from “%(here)s” to “%(there)s”.")
        return [said % {"here": lifecycle.state(here).label, "there": lifecycle.state(there).label}]
    missing = [m.gate.missing(record) for m in ways]
    return [] if not missing or [] in missing else [str(sentence) for sentence in missing[0]]


def against_going_back(lifecycle: Lifecycle, record: Any, former: str) -> list[str]:
    """Sentences against giving a record its former state back: none where the way there is open."""
    if former in _free(lifecycle, getattr(record, lifecycle.field)):
        return []
    return against_move(lifecycle, record, former)


@lru_cache(maxsize=500)
def _free(lifecycle: Lifecycle, start: str) -> frozenset[str]:
    """States that are reached from ``start`` by moves without a gate."""
    reached = {start}
    moves = [m for m in lifecycle.moves if m.gate == _OPEN]
    while more := {m.target for m in moves if set(m.source) & reached} - reached:
        reached |= more
    return frozenset(reached)
