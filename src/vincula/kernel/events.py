"""What happened, by name, after the fact. A subscriber cannot refuse; it runs once, from the outbox.

``publish`` writes one job per subscriber in the caller's transaction, so nothing is lost between the commit and the
subscriber, and nothing is told that was rolled back. Names read ``room.entity.verb_in_past``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

Subscriber = Callable[..., None]


class Transport(Protocol):
    """How an event reaches a subscriber; the outbox puts itself here when it starts."""

    def __call__(self, subscriber: Subscriber, name: str, payload: dict[str, Any]) -> None: ...


_declared: dict[str, str] = {}
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)
_transport: list[Transport] = []
_history: ContextVar[bool] = ContextVar("events_history", default=False)


def declare(name: str, meaning: str) -> str:
    """Make ``name`` an event; ``meaning`` goes to the generated page of events. Returns the name."""
    _declared[name] = meaning
    return name


def subscribe(name: str) -> Callable[[Subscriber], Subscriber]:
    """Decorator: call the function with the payload's keywords after each event ``name``."""

    def register(function: Subscriber) -> Subscriber:
        if function not in _subscribers[name]:
            _subscribers[name].append(function)
        return function

    return register


def carry_by(transport: Transport) -> None:
    """Set how events travel (the outbox does, once)."""
    _transport[:] = [transport]


def publish(name: str, **payload: Any) -> None:
    """Tell that ``name`` happened. Payload values are JSON: numbers, text, lists. Raises LookupError if undeclared."""
    if name not in _declared:
        raise LookupError(f"Event {name!r} is not declared.")
    if _history.get():
        return
    for subscriber in _subscribers.get(name, ()):
        if not _transport:
            raise RuntimeError("Events have subscribers but no transport; is vincula.kernel.jobs installed?")
        _transport[0](subscriber, name, payload)


@contextmanager
def told_long_ago() -> Iterator[None]:
    """Nobody is told of what happens inside: it happened long ago, in the history that a demonstration writes."""
    mark = _history.set(True)
    try:
        yield
    finally:
        _history.reset(mark)


def declared() -> dict[str, tuple[str, list[str]]]:
    """Every event: meaning and the dotted names of its subscribers."""
    return {n: (m, [f"{s.__module__}.{s.__name__}" for s in _subscribers.get(n, ())]) for n, m in _declared.items()}
