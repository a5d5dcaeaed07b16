"""States, moves and gates as data. A gate answers with *all* sentences that are missing, never with a bare no."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Sentence = str | Promise
Need = Callable[[Any], Sentence | list[Sentence] | None]


@dataclass(frozen=True)
class State:
    """A state, with its word and tone (good, warn, bad, none or "")."""

    key: str
    label: Sentence
    tone: str = ""
    final: bool = False


@dataclass(frozen=True)
class Gate:
    """What must be true before a move: each need answers None or the sentence(s) that say what is missing."""

    needs: tuple[Need, ...] = ()
    decided_by: str = ""

    def missing(self, record: Any) -> list[Sentence]:
        found: list[Sentence] = []
        for need in self.needs:
            said = need(record)
            found += said if isinstance(said, list) else [said] if said else []
        return found


@dataclass(frozen=True)
class Move:
    """A way from one or several states to another."""

    key: str
    label: Sentence
    source: tuple[str, ...]
    target: str
    gate: Gate = field(default_factory=Gate)


@dataclass(frozen=True)
class Lifecycle:
    """States and moves over one field. An unreachable or unknown state is refused when the program starts."""

    field: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        known = {s.key for s in self.states}
        for m in self.moves:
            if unknown := ({*m.source, m.target} - known):
                raise ValueError(f"Move {m.key!r} names the unknown states {sorted(unknown)}.")
        reached = {self.states[0].key}
        while more := {m.target for m in self.moves if set(m.source) & reached} - reached:
            reached |= more
        if lost := known - reached:
            raise ValueError(f"No move leads to {sorted(lost)}.")

    @property
    def choices(self) -> list[tuple[str, Sentence]]:
        return [(s.key, s.label) for s in self.states]

    @property
    def tones(self) -> dict[str, str]:
        return {s.key: s.tone for s in self.states if s.tone}

    def state(self, key: str) -> State:
        return next(s for s in self.states if s.key == key)

    def from_here(self, record: Any) -> Iterable[tuple[Move, list[Sentence]]]:
        """Moves out of the record's state, each with the sentences that stand against it."""
        here = getattr(record, self.field)
        for m in self.moves:
            if here in m.source:
                yield m, m.gate.missing(record)

    def move(self, key: str) -> Move:
        """Raises LookupError for a move that does not exist."""
        for m in self.moves:
            if m.key == key:
                return m
        raise LookupError(key)
