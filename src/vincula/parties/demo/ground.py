"""What the makers share: the dice, the day, and the one set-based way into the register."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import models

from vincula.kernel import clock
from vincula.kernel.exchange import writing
from vincula.kernel.records.models import Record
from vincula.parties.models import ContactRole, Function, Meeting, Organisation, Person, Subject, Team


@dataclass
class Ground:
    """State of one load. The dice are seeded: the same day gives the same data."""

    users: dict[str, Any]
    dice: random.Random = field(default_factory=lambda: random.Random(1993))
    today: date = field(default_factory=clock.today)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people_of: dict[str, list[Person]] = field(default_factory=dict)
    staff: dict[str, Person] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    teams: list[Team] = field(default_factory=list)
    roles: list[ContactRole] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)

    def store(
        self, records: Sequence[Any], lists: Sequence[dict[str, list[int]]] | None = None, who: Any = None
    ) -> None:
        """Insert records of one model with audit, index and search, as an import does (exchange.writing).

        Columns are validated here; relations and constraints are right by construction, and the database has the last
        word on them.
        """
        if not records:
            return
        model: type[Record] = type(records[0])
        related = {f.name for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        for record in records:
            record.clean_fields(exclude=related)
        writing.insert(model, records, lists or [{}] * len(records), who=who, verb="created")
        name = str(model._meta.verbose_name_plural)
        self.made[name] = self.made.get(name, 0) + len(records)

    def day(self, back: int) -> date:
        """``back`` days ago, moved to a working day."""
        day = self.today - timedelta(days=back)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def moment(self, back: int) -> datetime:
        """A moment in working hours about ``back`` days ago, and never in the future unless ``back`` is negative."""
        hour = time(
            self.dice.choice((7, 8, 9, 9, 10, 12, 13, 14, 15)), self.dice.choice((0, 0, 15, 30, 30, 45)), tzinfo=UTC
        )
        at = datetime.combine(self.day(back), hour)
        return min(at, clock.now() - timedelta(minutes=20)) if back >= 0 else at

    def years_ago(self, years: float) -> date:
        return self.today - timedelta(days=round(years * 365.25))

    def steward_of(self, sketch: Any) -> Any:
        """The account manager who answers for an organisation, by where it is."""
        if sketch.country == "BE":
            key = "sofia" if sketch.region == "Flanders" else "bart"
        else:
            key = {"LU": "claudine", "NL": "femke", "FR": "bart"}.get(sketch.country, "oleg")
        return self.users.get("els") if sketch.kind == "school" and sketch.country == "BE" else self.users.get(key)
