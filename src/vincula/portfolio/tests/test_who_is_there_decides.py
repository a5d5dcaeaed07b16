"""Votes count while their casters are there, and deputies act only for who is away (domain.md: board)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.testing import cast
from vincula.portfolio.actions import boards
from vincula.portfolio.actions.boards import Motion
from vincula.portfolio.models import BoardItem, BoardMeeting, Seat
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db


class Sitting:
    """A board of a chair and a member, each with a deputy, in session on one item."""

    def __init__(self) -> None:
        self.chair, self.member, self.for_chair, self.for_member = (
            cast.user(name, ("*", "view", "all", [])) for name in ("chair", "member", "chairs-deputy", "members-deputy")
        )
        board = make.board(quorum=1)
        self.first: Seat = make.seat(board=board, member=self.chair, deputy=self.for_chair, chairs=True)
        self.second: Seat = make.seat(board=board, member=self.member, deputy=self.for_member)
        service = make.service()
        planned = make.board_meeting(board=board)
        self.item: BoardItem = make.board_item(meeting=planned, service=service)
        self.meeting: BoardMeeting = moving.move(planned, "open", who=SYSTEM)  # type: ignore[assignment]  # a meeting in, a meeting out

    def come(self, *people: Any) -> None:
        for user in people:
            boards.attend(meeting=self.meeting, user=user, here=True, who=self.chair)

    def nothing_counts(self) -> None:
        with pytest.raises(ValidationError, match="Nobody has voted"):
            boards.decide(item=self.item, motion=Motion("no_go", "No."), who=self.chair)


@pytest.fixture
def sitting() -> Sitting:
    return Sitting()


def test_the_vote_of_a_deputy_falls_away_when_the_member_comes(sitting: Sitting) -> None:
    sitting.come(sitting.chair, sitting.for_member)
    boards.cast(item=sitting.item, seat=sitting.second, choice="yes", who=sitting.for_member)
    sitting.come(sitting.member)
    sitting.nothing_counts()
    boards.cast(item=sitting.item, seat=sitting.second, choice="no", who=sitting.member)
    assert boards.decide(item=sitting.item, motion=Motion("no_go", "No."), who=sitting.chair).no == 1


def test_the_vote_of_a_member_who_left_is_not_that_of_the_deputy(sitting: Sitting) -> None:
    sitting.come(sitting.chair, sitting.member, sitting.for_member)
    boards.cast(item=sitting.item, seat=sitting.second, choice="no", who=sitting.member)
    boards.attend(meeting=sitting.meeting, user=sitting.member, here=False, who=sitting.chair)
    sitting.nothing_counts()


def test_the_deputy_of_the_chair_neither_leads_nor_sends_the_chair_away(sitting: Sitting) -> None:
    boards.attend(meeting=sitting.meeting, user=sitting.for_chair, here=True, who=sitting.for_chair)
    sitting.come(sitting.chair)
    for verb, values in (
        (boards.attend, {"meeting": sitting.meeting, "user": sitting.chair, "here": False}),
        (boards.recuse, {"item": sitting.item, "seat": sitting.first, "out": True}),
        (boards.decide, {"item": sitting.item, "motion": Motion("no_go", "No.")}),
    ):
        with pytest.raises(PermissionDenied, match="leads the meeting"):
            verb(who=sitting.for_chair, **values)
