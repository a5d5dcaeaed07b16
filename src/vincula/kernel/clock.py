"""One source of now. Times are UTC; zones are applied at the edge. Settable in test instances only."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

_frozen: ContextVar[datetime | None] = ContextVar("clock_frozen", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The present date in ``zone`` (IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def _held(at: datetime) -> Iterator[None]:
    mark = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(mark)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` (aware). For test instances; elsewhere a RuntimeError."""
    if not settings.TEST_INSTANCE:
        raise RuntimeError("The clock can be set in a test instance only.")
    if at.tzinfo is None:
        raise ValueError("The clock is set to an aware time.")
    with _held(at):
        yield


@contextmanager
def past(at: datetime) -> Iterator[None]:
    """Tell what happened at ``at`` (aware) as it was told then, in any instance: the demonstration has a history.

    Backwards only, ValueError: a later clock would open gates. Nothing but demonstrations may use it; a test of the
    architecture looks.
    """
    if at.tzinfo is None or at > datetime.now(UTC):
        raise ValueError("The clock is set back, to an aware time.")
    with _held(at):
        yield
