"""Five years of a board: a meeting a month with its agenda, votes and decisions, one in session, one to come."""

from datetime import timedelta
from typing import Any

from vincula.bench.portfolio.living import A_DAY, BY_BOARD, ORDER, Life, Living
from vincula.bench.portfolio.words import CONDITIONS
from vincula.kernel.records import state
from vincula.parties.models import Function
from vincula.portfolio import models
from vincula.portfolio.actions import agenda, boards

SEATS = 7
REVIEWED = 6  # services in operation that each meeting hears and takes off
IN_SESSION = 24  # items of the meeting that is open today
KIND = {1: "new", 2: "development", 3: "development", 4: "ending"}  # of the phase before the gate


class Sitting:
    """Makes the board and its meetings out of the lives of services."""

    def __init__(self, living: Living) -> None:
        self.living, self.dice, self.users = living, living.dice, living.users
        self.numbers: dict[int, int] = {}
        self.plain: dict[Any, dict[str, Any]] = {}
        self.seats: list[models.Seat] = []

    def make(self) -> models.BoardMeeting:
        """All of it; returns the meeting to come, whose agenda the program fills once everything is written."""
        months, first = self.living.sizes.months, self.living.met(0)
        self.board = self._add(
            models.Board, first, name="Services board", quorum=4, rhythm="monthly", rhythm_from=first
        )
        seats = min(SEATS, len(self.users))
        for n in range(seats):
            by_function = n == seats - 1
            self.seats.append(self._add(
                models.Seat, first, board=self.board, since=first.date(), chairs=n == 0,
                member=None if by_function else self.users[(n + 2) % len(self.users)],
                function=Function.objects.order_by("pk").first() if by_function else None,
                deputy=self.users[(n + 9) % len(self.users)] if n % 2 and len(self.users) > 2 * SEATS else None,
            ))  # fmt: skip
        asked: dict[int, list[tuple[Life, int, str]]] = {n: [] for n in range(months)}
        for life in self.living.lives:
            before = -1
            for place, meeting in life.gates.items():
                if meeting - 2 > before and self.dice.random() < 0.4:
                    asked[meeting - 2].append((life, place, "hold"))
                asked[meeting].append((life, place, self.dice.choices(("go", "go_with_conditions"), (8, 2))[0]))
                before = meeting
        for number, listed in asked.items():
            self._held(number, listed)
        self._in_session(months)
        at = self.living.moment + timedelta(days=20)
        coming: models.BoardMeeting = self._add(
            models.BoardMeeting, self.living.moment, board=self.board, at=at, place="Brussels"
        )
        return coming

    def _add(self, model: Any, at: Any, /, **values: Any) -> Any:
        return self.living.keep.add(model, at, **values)

    def _meeting(self, number: int, what: str) -> models.BoardMeeting:
        at = self.living.met(number)
        minutes = self.living.words.prose(6) if what == "closed" else ""
        meeting: models.BoardMeeting = self._add(
            models.BoardMeeting, at, board=self.board, at=at, place="Brussels", state=what, minutes=minutes
        )
        for seat in self.seats:
            here = seat.member is not None and (seat.chairs or self.dice.random() < 0.9)
            if here:
                self._add(models.Attendance, at, meeting=meeting, user=seat.member)
        return meeting

    def _held(self, number: int, listed: list[tuple[Life, int, str]]) -> None:
        """A meeting that is over: what passed or waited, and what was only heard."""
        meeting = self._meeting(number, "closed")
        for life, place, outcome in listed:
            item = self._item(meeting, life, place)
            self._votes(item, carried=outcome != "hold")
            decision = self._decision(item, life, place, outcome)
            if outcome != "hold":
                life.runs[place].decision = decision
        running = [
            v
            for v in self.living.lives
            if v.service.stage == "operation" and v.gates[ORDER.index("operation")] < number
        ]
        for life in self.dice.sample(running, min(REVIEWED, len(running))):
            self._add(models.BoardItem, meeting.at, meeting=meeting, kind="operation", service=life.service, source="report",
                      reason="The status report is mixed.", dropped="Heard and noted; nothing to decide.")  # fmt: skip

    def _in_session(self, number: int) -> None:
        """The meeting of today: a quarter is decided, half of the rest has votes."""
        meeting = self._meeting(number, "open")
        waiting = [life for life in self.living.lives if life.place + 1 in (*BY_BOARD[:3],)]
        for n, life in enumerate(waiting[:IN_SESSION]):
            item = self._item(meeting, life, life.place + 1)
            if n % 4 == 0:
                self._votes(item, carried=False)
                self._decision(item, life, life.place + 1, "hold")
            elif n % 2 == 0:
                self._votes(item, carried=True)

    def _item(self, meeting: models.BoardMeeting, life: Life, place: int) -> models.BoardItem:
        """The service at the gate into the phase at ``place``."""
        source = self.living.phases[place - 1]
        item: models.BoardItem = self._add(
            models.BoardItem, meeting.at, meeting=meeting, kind=KIND[place - 1], position=self.dice.randint(1, 30),
            service=life.service, gate=self.living.ways[source.pk], source="gate", notes=self.living.words.prose(1),
            reason=f"In phase “{source.name}” since {life.runs[place - 1].since}.",
        )  # fmt: skip
        if self.dice.random() < 0.05:
            pairs = self.living.keep.links.setdefault(models.BoardItem.recused, [])
            pairs.append((item.pk, self.seats[1].pk))
        return item

    def _votes(self, item: models.BoardItem, *, carried: bool) -> None:
        for n, seat in enumerate(self.seats):
            if seat.member is not None:
                choice = ("yes" if carried else "no") if n < 4 else self.dice.choice(("yes", "no", "abstain"))
                self._add(
                    models.Vote, item.meeting.at, item=item, seat=seat, by=seat.member, choice=choice, owner=seat.member
                )

    def _decision(self, item: models.BoardItem, life: Life, place: int, outcome: str) -> models.Decision:
        at = item.meeting.at
        year = at.year
        self.numbers[year] = self.numbers.get(year, 0) + 1
        seen = self._seen(item, life, place)
        decision: models.Decision = self._add(
            models.Decision, at, number=f"D-{year}-{self.numbers[year]:02d}", board=self.board, item=item, gate=item.gate,
            service=life.service, run=life.runs[place - 1], outcome=outcome, text=self.living.words.prose(2), taken_on=at.date(),
            hold_until=at.date() + 60 * A_DAY if outcome == "hold" else None, yes=5 if outcome != "hold" else 2,
            no=1 if outcome != "hold" else 4, quorum="quorum met", seen=seen, seen_digest=boards.digest(seen),
        )  # fmt: skip
        if outcome == "go_with_conditions":
            text = self.dice.choice(CONDITIONS)
            late = at + 90 * A_DAY < self.living.moment
            self._add(models.Condition, at, decision=decision, text=text, answers=self.dice.choice(self.users),
                      due=at.date() + 60 * A_DAY, state="met" if late else "open", met_how="Done and seen." if late else "")  # fmt: skip
        return decision

    def _seen(self, item: models.BoardItem, life: Life, place: int) -> dict[str, Any]:
        """What ``boards.what_the_board_sees`` would have kept: the papers up to the phase that the gate closes."""

        def rows(records: list[Any]) -> list[dict[str, Any]]:
            return [self._plain(record) for record in records]

        source = self.living.phases[place - 1]
        work = [d for d in life.work if d.phase.position <= source.position]
        later = {"pilots", "criteria", "verdicts"} if place <= ORDER.index("development") else set()
        later |= {"cases", "costs", "income"} if place <= ORDER.index("feasibility") else set()
        groups = ("needs", "cases", "costs", "income", "pilots", "criteria", "verdicts")
        return {
            "item": {"kind": item.kind, "reason": item.reason, "notes": item.notes, "advice": ""},
            "service": {**self._plain(life.service), "phase_name": source.name},
            **{group: rows(life.papers.get(group, [])) if group not in later else [] for group in groups},
            "deliverables": [{**row, "content_kind": d.content_kind} for d, row in zip(work, rows(work), strict=True)],
            "reports": rows(life.papers.get("reports", [])) if place == ORDER.index("shutdown") else [],
            "plans": rows(life.papers.get("plans", [])) if place == ORDER.index("shutdown") else [],
            "missing": [],
        }

    def _plain(self, record: Any) -> dict[str, Any]:
        key = (type(record), record.pk)
        if key not in self.plain:
            self.plain[key] = {"id": record.pk, "title": str(record), **state.of(record, with_many=False)}
        return self.plain[key]


def fill(meeting: models.BoardMeeting) -> int:
    """The agenda of the meeting to come fills itself, as it does every night. Returns how many items it has."""
    meeting.refresh_from_db()
    return len(agenda.fill(meeting))
