"""A board meeting as its page shows it: who sits there and who came, votes, recusals, conditions; in one statement."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from vincula.kernel.access import gathered
from vincula.parties.models import FunctionHolding
from vincula.parties.models.dated import holding
from vincula.portfolio.models import Attendance, BoardItem, BoardMeeting, Condition, Decision, Seat, Vote
from vincula.portfolio.queries import talked_about
from vincula.portfolio.rules import votes as rule


@dataclass
class Session:
    """What belongs to one meeting. ``holders`` are who holds the function of a seat on its day: {function: user}."""

    seats: list[Seat] = field(default_factory=list)
    holders: dict[int, int] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)  # names of who sits there or deputises
    present: set[int] = field(default_factory=set)
    votes: dict[int, list[Vote]] = field(default_factory=dict)  # {item: votes}, as far as the reader may see them
    recused: dict[int, set[int]] = field(default_factory=dict)  # {item: seats}
    decisions: set[int] = field(default_factory=set)  # those that the reader may see
    conditions: dict[int, list[Condition]] = field(default_factory=dict)  # {decision: conditions}, as for votes
    services: set[int] = field(default_factory=set)  # of the items: those that the reader may see
    items: dict[str, list[BoardItem]] = field(default_factory=dict)  # {kind: items}, see ``talked_about``

    def member_of(self, seat: Seat) -> int | None:
        """The user who sits there: by name, or whoever holds the function on the day of the meeting."""
        return int(seat.member_id) if seat.member_id else self.holders.get(seat.function_id or 0)

    def voting(self) -> list[rule.Seat]:
        """The seats for the rules; one that nobody holds is vacant and stays in the base."""
        return [rule.Seat(s.pk, self.member_of(s) or -s.pk, s.deputy_id, s.weight) for s in self.seats]

    def count(self, item: int, listed: list[rule.Seat], rules: rule.Rules) -> rule.Count:
        """Votes on an item of who votes for a seat (of ``listed``) now, as far as the reader may see them."""
        given = ((vote.seat_id, vote.by_id, vote.choice) for vote in self.votes.get(item, ()))
        valid = rule.valid(given, listed, self.present, self.recused.get(item, set()))
        return rule.counted(valid, listed, rules)


def session(meeting: BoardMeeting, user: Any, *, items: bool = False) -> Session:
    """Read for one reader; the seats are those of the board on the day of the meeting. With its ``items`` if asked."""

    def parts(pk: int, board: int, on: date) -> list[gathered.Part]:
        return [*_seated(pk, board, on), *_said(pk, user), *(talked_about.parts(pk, user) if items else ())]

    told = gathered.gather(
        "a board meeting", user, parts, f"{items}", pk=meeting.pk, board=meeting.board_id, on=meeting.at.date()
    )
    found = Session(seats=sorted(told["seats"], key=lambda s: (not s.chairs, s.pk)))
    for _since, _pk, function, holder in sorted(told["holders"], key=lambda row: (row[0] is not None, *row[:2])):
        found.holders.setdefault(function, holder)
    found.users = {pk: name or email for pk, name, email in told["users"]}
    found.present = {pk for (pk,) in told["present"]}
    found.decisions = {pk for (pk,) in told["decisions"]}
    for vote in sorted(told["votes"], key=lambda v: v.pk):
        found.votes.setdefault(vote.item_id, []).append(vote)
    for item, seat in told["recused"]:
        found.recused.setdefault(item, set()).add(seat)
    for condition in sorted(told["conditions"], key=lambda c: c.pk):
        found.conditions.setdefault(condition.decision_id, []).append(condition)
    found.services = {pk for (pk,) in told["named"]}
    found.items = talked_about.put_together(told)
    return found


def _seated(pk: int, board: int, on: date) -> list[gathered.Part]:
    seats = Seat._base_manager.filter(holding(on), board=board, trashed_at=None)
    holders = FunctionHolding._base_manager.filter(holding(on), trashed_at=None, function__in=seats.values("function"))
    holders = holders.exclude(person__user=None)
    people = (
        Q(pk__in=seats.values("member")) | Q(pk__in=seats.values("deputy")) | Q(pk__in=holders.values("person__user"))
    )
    return [
        gathered.records("seats", seats, "function__name", "function__names", "function__code"),
        gathered.values("holders", holders, "since", "pk", "function_id", "person__user_id"),
        gathered.values("users", get_user_model()._base_manager.filter(people), "pk", "name", "email"),
        gathered.values("present", Attendance._base_manager.filter(meeting=pk, present=True), "user_id"),
    ]


def _said(pk: int, user: Any) -> list[gathered.Part]:
    votes = Vote.objects.visible_to(user).filter(item__meeting=pk)
    recused = BoardItem.recused.through._base_manager.filter(boarditem__meeting=pk)
    conditions = Condition.objects.visible_to(user).filter(decision__item__meeting=pk)
    return [
        gathered.records("votes", votes, "by__name", "by__email"),
        gathered.values("decisions", Decision.objects.visible_to(user).filter(item__meeting=pk), "pk"),
        gathered.values("recused", recused, "boarditem_id", "seat_id"),
        gathered.records("conditions", conditions, "answers__name", "answers__email"),
    ]
