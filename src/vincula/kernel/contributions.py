"""Places declared below and filled above: panels of a page, timeline sources, agenda sources, merge rules, figures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

T = TypeVar("T")


class Place(Generic[T]):
    """A named place; upper rooms put things into it, the room that declared it reads them in order."""

    def __init__(self, name: str, meaning: str) -> None:
        self.name, self.meaning = name, meaning
        self._filled: list[tuple[int, int, T]] = []
        _declared[name] = self

    def put(self, thing: T, *, order: int = 50) -> T:
        """Contribute ``thing``; lower ``order`` comes first. Putting the same thing twice changes nothing."""
        if not any(thing is other for _, _, other in self._filled):
            self._filled.append((order, len(self._filled), thing))
            self._filled.sort(key=lambda entry: entry[:2])
        return thing

    def __iter__(self) -> Iterator[T]:
        return iter([thing for _, _, thing in self._filled])

    def __len__(self) -> int:
        return len(self._filled)


@dataclass(frozen=True)
class Figure:
    """A named, documented number of a record, asked for by name and in batches.

    ``compute(user, ids, **period)`` returns {id: value or None}; it must pass through the access door.
    """

    name: str
    label: str | Promise
    entity: str
    unit: str
    meaning: str | Promise
    freshness: str
    compute: Callable[..., dict[int, Any]]


_declared: dict[str, Place[Any]] = {}
_figures: dict[str, Figure] = {}


def figure(new: Figure) -> Figure:
    """Register a figure; a second one of the same name is a mistake (ValueError)."""
    if new.name in _figures and _figures[new.name] != new:
        raise ValueError(f"Figure {new.name!r} is declared twice.")
    _figures[new.name] = new
    return new


def figures() -> dict[str, Figure]:
    """Every figure by name."""
    return dict(_figures)


def declared() -> dict[str, Place[Any]]:
    """Every place by name."""
    return dict(_declared)


BEGINNINGS: Place[Callable[[], Any]] = Place(
    "beginnings", "What a new installation begins with: called at each start, makes what is not there."
)
PROGRAMS: Place[Callable[[], Any]] = Place(
    "programs",
    "What programs may do with records beside changing them: called once when the API is built, gives its verbs.",
)
