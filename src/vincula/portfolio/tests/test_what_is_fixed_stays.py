"""What decisions rest on is fixed by then: criteria of pilots, what was voted on, seats, waivers (issue 4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from vincula.kernel import clock
from vincula.kernel.duplicates import merging
from vincula.kernel.entity import moving
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.portfolio.actions import boards, phases
from vincula.portfolio.actions.boards import Motion, Waiver
from vincula.portfolio.models import BoardItem, PilotCriterion, Service
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import stays

pytestmark = pytest.mark.django_db


def test_criteria_are_fixed_before_the_pilot_begins(root: User) -> None:
    pilot = make.pilot(since=clock.today() + timedelta(days=1), until=clock.today() + timedelta(days=9))
    criterion, customer = make.pilot_criterion(pilot=pilot, target="99.5"), make.pilot_customer(pilot=pilot)
    actions.change(criterion, who=root, target="99.0")
    with clock.frozen(clock.now() + timedelta(days=1)):
        criterion.refresh_from_db()
        for record, values in (
            (criterion, {"target": "50"}), (criterion, {"comparator": "at_most"}), (criterion, {"pilot": make.pilot()}),
            (pilot, {"mandatory": False}), (pilot, {"since": clock.today() + timedelta(days=5)}), (customer, {"pilot": make.pilot()}),
        ):  # fmt: skip
            with pytest.raises(ValidationError, match="has begun"):
                actions.change(record, who=root, **values)
        with pytest.raises(ValidationError, match="has begun"):
            actions.create(PilotCriterion, who=root, pilot=pilot, name="Easy", target="0")
        for record in (pilot, criterion, customer):
            with pytest.raises(ValidationError, match="has begun"):
                actions.trash(record, who=root)
        actions.change(criterion, who=root, result="98")  # what it showed is written then


def test_a_vote_is_about_what_stood_there(root: User) -> None:
    vote = make.vote()
    item = vote.item
    for values in ({"service": make.service()}, {"gate": make.phase_gate()}, {"kind": "ending"}):
        with pytest.raises(ValidationError, match="Votes were cast"):
            actions.change(item, who=root, **values)
    with pytest.raises(ValidationError, match="Votes were cast"):
        actions.trash(item, who=root)
    BoardItem.objects.filter(pk=item.pk).update(kind="operation")
    meeting = moving.move(item.meeting, "open", who=root)
    for record, values in (
        (meeting.board, {"quorum": 1}), (meeting.board, {"majority_of": 99}), (vote.seat, {"deputy": root}), (vote.seat, {"weight": 9}),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match="in session"):
            actions.change(record, who=root, **values)
    with pytest.raises(ValidationError, match="in session"):
        actions.create(type(vote.seat), who=root, board=meeting.board, member=root)
    with pytest.raises(ValidationError, match="was opened"):
        actions.change(meeting, who=root, at=clock.now())


def test_what_is_voted_on_is_not_merged_away_and_a_meeting_that_is_over_takes_nothing(root: User) -> None:
    item = make.vote().item
    idea, other = make.service(), make.service()
    BoardItem.objects.filter(pk=item.pk).update(service=idea)
    with pytest.raises(ValidationError, match="Votes were cast"):
        merging.merge(other, [idea], who=root)
    meeting = make.board_meeting(board=make.board(kind="advises"))
    for move in ("open", "close"):
        meeting = moving.move(meeting, move, who=root)
    with pytest.raises(ValidationError, match="The meeting was held"):
        actions.create(BoardItem, who=root, meeting=meeting, service=other, kind="operation")


def test_what_was_decided_is_not_said_to_have_been_taken_off(root: User) -> None:
    item = make.board_item()
    actions.change(item, who=root, dropped="No time")
    actions.change(item, who=root, dropped="")
    make.decision(service=item.service, board=item.meeting.board, item=item)
    with pytest.raises(ValidationError, match="This item is decided"):
        actions.change(BoardItem.objects.get(pk=item.pk), who=root, dropped="Never spoken of")


def test_a_waiver_is_about_the_service_that_is_decided_on(service: Service, root: User) -> None:
    board = make.board(quorum=1)
    seat = make.seat(board=board, member=root, chairs=True)
    meeting = make.board_meeting(board=board)
    item = make.board_item(meeting=meeting, service=service, gate=phases.gates(service)[0], kind="new")
    meeting = moving.move(meeting, "open", who=root)
    boards.attend(meeting=meeting, user=root, here=True, who=root)
    with pytest.raises(ValidationError, match="Nobody has voted"):
        boards.decide(item=item, motion=Motion("no_go", "No."), who=root)
    boards.cast(item=item, seat=seat, choice="yes", who=root)
    other = Waiver(make.deliverable(), "Because", clock.today())
    with pytest.raises(ValidationError, match="about the service"):
        boards.decide(item=item, motion=Motion("go", "Go.", waivers=[other]), who=root)
    own = [
        Waiver(d, "Later", clock.today() + timedelta(days=30)) for d in service.deliverables.filter(phase=service.phase)
    ]
    decision = boards.decide(item=item, motion=Motion("go", "Go.", waivers=own), who=root)
    assert stays(service, "feasibility")
    assert boards.is_genuine(decision)
