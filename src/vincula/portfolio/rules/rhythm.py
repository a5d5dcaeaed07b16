"""When a board meets: the same weekday of the month at the same local hour (requirement L2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STEPS = {"monthly": 1, "quarterly": 3}


def occurrences(first: datetime, rhythm: str, zone: ZoneInfo) -> Iterator[datetime]:
    """``first`` and its successors without end (aware, UTC): 20 January 2026, a third Tuesday, is followed by
    17 February, 17 March, 21 April … A fifth weekday that a month lacks falls on its last one. ValueError for a rhythm
    that is none.
    """
    months = STEPS.get(rhythm)
    if months is None:
        raise ValueError(rhythm)
    local = first.astimezone(zone)
    nth = (local.day - 1) // 7
    year, month = local.year, local.month
    while True:
        yield _nth_weekday(local, year, month, nth).astimezone(ZoneInfo("UTC"))
        month += months
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1


def _nth_weekday(like: datetime, year: int, month: int, nth: int) -> datetime:
    """The ``nth`` (from 0) weekday of ``like`` in the month, at its local hour."""
    first = like.replace(year=year, month=month, day=1)
    day = 1 + (like.weekday() - first.weekday()) % 7 + 7 * nth
    while True:
        try:
            return like.replace(year=year, month=month, day=day)
        except ValueError:
            day -= 7


def between(first: datetime, rhythm: str, zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    """Meetings later than ``after``, up to ``until``; a thousand at most."""
    found: list[datetime] = []
    for count, at in enumerate(occurrences(first, rhythm, zone)):
        if at > until or count > 5_000 or len(found) >= 1_000:
            break
        if at > after:
            found.append(at)
    return found


AHEAD = timedelta(days=190)
