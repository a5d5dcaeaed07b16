"""What the makers share: the services by code, the board, and the clock set back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from vincula.kernel import clock
from vincula.parties.demo import Ground as PartiesGround
from vincula.portfolio.models import Board, BoardMeeting, Decision, Offering, Seat, Service, Theme
from vincula.portfolio.rules import life

FIRST, TUESDAY, HOUR = -24, 1, 9  # months before the next meeting, weekday and local hour of the board


@dataclass
class Ground:
    """State of one load; ``parties`` is what the room below made."""

    parties: PartiesGround
    services: dict[str, Service] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    offerings: dict[str, Offering] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)  # the latest about each service
    board: Board = field(init=False)
    users_board: Board = field(init=False)
    seats: list[Seat] = field(default_factory=list)
    meetings: list[BoardMeeting] = field(default_factory=list)  # those held
    now: datetime = field(default_factory=clock.now)
    moment: datetime = field(default_factory=clock.now)

    @property
    def users(self) -> dict[str, Any]:
        return self.parties.users

    @property
    def next_meeting_on(self) -> date:
        """A Tuesday nine to 22 days ahead that its month has again in every other month."""
        day = self.parties.today + timedelta(days=9)
        day += timedelta(days=(TUESDAY - day.weekday()) % 7)
        return day + timedelta(days=7) if day.day > 28 else day

    @property
    def rhythm_from(self) -> datetime:
        """When the board met first: the same weekday of the month, two years before."""
        next_on = self.next_meeting_on
        first = life.months_later(next_on.replace(day=1), FIRST)
        first += timedelta(days=(TUESDAY - first.weekday()) % 7 + 7 * ((next_on.day - 1) // 7))
        return datetime.combine(first, time(HOUR), tzinfo=ZoneInfo(settings.TIME_ZONE))

    def day(self, months: float) -> date:
        """So many months before (negative) or after the next meeting, on a working day."""
        whole = int(months // 1)
        day = life.months_later(self.next_meeting_on, whole) + timedelta(days=round((months - whole) * 30))
        return day - timedelta(days=max(0, day.weekday() - 4))

    @contextmanager
    def on(self, day: date, hour: int = 10) -> Iterator[None]:
        """Inside it is that day; a day that lies ahead is now."""
        at = min(datetime.combine(day, time(hour, self.parties.dice.randrange(60)), tzinfo=UTC), self.now)
        self.moment = at
        with clock.past(at):
            yield

    def name(self, key: str) -> str:
        """The name of an organisation by its key."""
        return str(self.parties.organisations[key].name)

    def fresh(self, code: str) -> Service:
        """The service as it is now."""
        self.services[code].refresh_from_db()
        return self.services[code]
