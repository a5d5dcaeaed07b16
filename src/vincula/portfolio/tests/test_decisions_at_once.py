"""Threads that decide the same agenda item make one decision, with one number, and one passage of the gate (issue 4)."""

import os
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.money import Money
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.kernel.testing.racing import at_once
from vincula.portfolio.actions import boards, cases, phases
from vincula.portfolio.actions.boards import Motion, Waiver
from vincula.portfolio.models import BoardItem, BoardMeeting, Decision, Service
from vincula.portfolio.tests import factories as make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 8
CASES = 100 if os.environ.get("VINCULA_DEEP") else 5
FEWER = CASES // 2


def in_session(chair: User, services: list[Service]) -> BoardMeeting:
    """A meeting that is open, with the vote cast on each service that waits before its next gate."""
    board = make.board(quorum=1)
    seat = make.seat(board=board, member=chair, chairs=True)
    meeting = make.board_meeting(board=board)
    for service in services:
        make.board_item(meeting=meeting, service=service, kind="new", gate=phases.gates(service)[0])
    meeting = moving.move(meeting, "open", who=SYSTEM)
    boards.attend(meeting=meeting, user=chair, here=True, who=chair)
    for item in meeting.items.all():
        boards.cast(item=item, seat=seat, choice="yes", who=chair)
    return meeting


def assessed(chair: User) -> Service:
    """A service in assessment; the board waives its papers."""
    service = make.service(project_manager=chair, technical_lead=chair, customer_lead=chair)
    return phases.pass_gate(service=service, gate=phases.gates(service)[0], who=SYSTEM)


def motion(item: BoardItem, number: int) -> Motion:
    papers = item.service.deliverables.filter(phase_id=item.service.phase_id)
    waivers = [Waiver(p, "Known already", p.due) for p in papers]
    return Motion("go", f"Go, says {number}.", waivers=waivers)


def test_one_item_is_decided_once_whoever_is_fastest() -> None:
    chair = cast.user("chair", ("*", "*", "all", []))
    meeting = in_session(chair, [assessed(chair) for _n in range(CASES)])
    items = list(meeting.items.order_by("pk").values_list("pk", flat=True))
    for pk in items:

        def decide(number: int, pk: int = pk) -> Decision:
            item = BoardItem.objects.select_related("meeting__board", "service", "gate").get(pk=pk)
            return boards.decide(item=item, motion=motion(item, number), who=User.objects.get(pk=chair.pk))

        found = at_once(decide, THREADS)
        won = [f for f in found if isinstance(f, Decision)]
        assert len(won) == 1, found
        assert all(isinstance(f, Decision | ValidationError | actions.Conflict) for f in found), found
        item = BoardItem.objects.get(pk=pk)
        assert item.service.stage == "feasibility"
        assert item.service.runs.filter(phase=item.service.phase).count() == 1, "the gate was passed once"
    assert Decision.objects.count() == len(items)
    numbers = sorted(int(d.number.rsplit("-", 1)[1]) for d in Decision.objects.all())
    assert numbers == list(range(1, len(items) + 1)), "no gap, none twice"


def test_a_gate_without_a_board_is_passed_once() -> None:
    chair = cast.user("chair", ("*", "*", "all", []))
    for _case in range(FEWER):
        idea = make.service(project_manager=chair, technical_lead=chair, customer_lead=chair)
        gate = phases.gates(idea)[0]
        found = at_once(
            lambda _n, pk=idea.pk, gate=gate: phases.pass_gate(
                service=Service.objects.get(pk=pk), gate=gate, who=SYSTEM
            ),
            THREADS,
        )
        assert len([f for f in found if isinstance(f, Service)]) == 1, found
        assert idea.runs.count() == 2


def test_two_halves_of_a_circle_are_not_saved_at_once() -> None:
    for _case in range(FEWER):
        ring = [make.service() for _n in range(THREADS)]
        at_once(lambda n, ring=ring: make.dependency(service=ring[n], needs=ring[(n + 1) % THREADS]), THREADS)
        edges = {d.service_id: d.needs_id for d in ring[0].dependencies.model.objects.filter(service__in=ring)}
        assert len(edges) < THREADS, "the last one closes the circle"


def test_a_vote_and_a_decision_at_once_leave_no_vote_after_it() -> None:
    chair = cast.user("chair", ("*", "*", "all", []))
    for _case in range(FEWER):
        item = in_session(chair, [assessed(chair)]).items.get()
        seat = item.votes.get().seat

        def act(number: int, item: BoardItem = item, seat: Any = seat) -> Any:
            mine, me = BoardItem.objects.get(pk=item.pk), User.objects.get(pk=chair.pk)
            if number == 0:
                return boards.decide(item=mine, motion=motion(mine, 0), who=me)
            return boards.cast(item=mine, seat=seat, choice="yes" if number % 2 else "abstain", who=me)

        found = at_once(act, THREADS)
        decided = [f for f in found if isinstance(f, Decision)]
        item.refresh_from_db()
        assert bool(decided) == hasattr(item, "decision"), found
        if decided:
            assert decided[0].yes == (1 if item.votes.get().choice == "yes" else 0), "counted is what stands"


def test_papers_stay_as_they_were_checked_until_the_decision_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a gate might open on work that somebody opened again between the check and what the board is said to see."""
    chair = cast.user("chair", ("*", "*", "all", []))
    service = assessed(chair)
    item = in_session(chair, [service]).items.get()
    work = service.deliverables.filter(phase=service.phase)
    work.update(state="done")
    one, seen, met = work.order_by("pk")[0], boards.what_the_board_sees, list[Any]()

    def opened_again(_number: int) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            actions.change(type(one).objects.get(pk=one.pk), who=SYSTEM, state="doing")

    def meanwhile(*given: Any) -> Any:
        met.extend(at_once(opened_again, 1))
        return seen(*given)

    monkeypatch.setattr(boards, "what_the_board_sees", meanwhile)
    decision = boards.decide(item=item, motion=Motion("go", "Go on."), who=chair)
    assert [type(each) for each in met] == [OperationalError], "it waited"
    assert decision.seen["missing"] == []
    assert {row["state"] for row in decision.seen["deliverables"]} == {"done"}
    opened_again(0)


def test_versions_of_a_business_case_that_are_made_at_once_have_a_number_each() -> None:
    service = make.service()
    first = make.business_case(service=service)

    def another(number: int) -> int:
        if number % 2:
            return int(cases.next_version(case=first, who=SYSTEM).number)
        values: dict[str, Any] = {"name": f"Case {number}", "price": Money.of(6000, "EUR")}
        return int(cases.write_version(service=service, case=values, costs=[], income=[], who=SYSTEM).number)

    assert sorted(at_once(another, THREADS)) == list(range(first.number + 1, first.number + 1 + THREADS))
