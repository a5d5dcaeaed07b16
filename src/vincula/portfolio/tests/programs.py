"""Requests to the verbs of this room that are right in every part: (entity, verb) → what makes them so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.portfolio import standard
from vincula.portfolio.actions import boards, phases
from vincula.portfolio.models import BoardItem, Seat, Service
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

Asked = tuple[int, dict[str, Any] | None]


def waiting(who: Any) -> tuple[BoardItem, Seat]:
    """An item of an open meeting that ``who`` chairs alone, and the seat."""
    service = at_stage("assessment", project_manager=who, technical_lead=who, customer_lead=who)
    board = make.board(quorum=1)
    seat = make.seat(board=board, member=who, chairs=True)
    planned = make.board_meeting(board=board)
    item = make.board_item(meeting=planned, service=service, kind="new", gate=phases.gates(service)[0])
    moving.move(planned, "open", who=SYSTEM)
    item.meeting.refresh_from_db()
    return item, seat


def stopped(stage: str = "assessment") -> tuple[Service, Any]:
    """A service to which the board said no at its gate, and the gate."""
    service = at_stage(stage, name="Quantum mail")
    gate = phases.gates(service)[0]
    item = make.board_item(service=service, gate=gate, kind="new")
    make.decision(
        item=item, service=service, gate=gate, board=item.meeting.board, outcome="no_go", run=phases.open_run(service)
    )
    type(item.meeting).objects.filter(pk=item.meeting_id).update(state="closed")  # it was decided there
    type(item).objects.filter(service=service).exclude(pk=item.pk).delete()  # and no meeting to come has it
    return service, gate


def _meeting(who: Any, **body: Any) -> Asked:
    item, _seat = waiting(who)
    return item.meeting_id, body or None


def _of_seat(who: Any, **body: Any) -> Asked:
    item, seat = waiting(who)
    boards.attend(meeting=item.meeting, user=who, here=True, who=who)
    return item.pk, {"seat": seat.pk, **body}


def _decide(who: Any) -> Asked:
    item, seat = waiting(who)
    boards.attend(meeting=item.meeting, user=who, here=True, who=who)
    boards.cast(item=item, seat=seat, choice="yes", who=who)
    until = (clock.today() + timedelta(days=90)).isoformat()
    open_ = item.service.deliverables.filter(phase=item.service.phase_id, mandatory=True).order_by("pk")
    waivers = [{"deliverable": d.pk, "reason": "Known from the last one", "until": until} for d in open_]
    asked = [{"text": "Two peers say yes", "answers": who.pk, "due": until}]
    return item.pk, {"outcome": "go_with_conditions", "text": "Go on.", "conditions": asked, "waivers": waivers}


def _pass(who: Any) -> Asked:
    service = make.service(project_manager=who, technical_lead=who, customer_lead=who)
    return service.pk, {"gate": phases.gates(service)[0].pk}


def _stopped(who: Any, **body: Any) -> Asked:
    service, gate = stopped()
    make.board_meeting(at=clock.now() + timedelta(days=9))
    return service.pk, {"gate": gate.pk, **body}


def _other_model(who: Any) -> Asked:
    service = make.service()
    beta = type(service.phase_model).objects.exclude(pk=service.phase_model_id).get(state="published")
    return service.pk, {"phase": beta.phases.get(stage="idea").pk, "reason": "It is software"}


def _publish(who: Any) -> Asked:
    return phases.copy_model(model=standard.for_new_services(), who=who).pk, {"default": True}


EUR = {"minor": 1_200_000, "currency": "EUR"}
ITEM, SERVICE = "portfolio.boarditem", "portfolio.service"
RIGHT: dict[tuple[str, str], Callable[[Any], Asked]] = {
    ("portfolio.boardmeeting", "fill"): _meeting,
    ("portfolio.boardmeeting", "attend"): lambda who: _meeting(who, user=who.pk, here=True),
    (ITEM, "recuse"): lambda who: _of_seat(who, out=True),
    (ITEM, "vote"): lambda who: _of_seat(who, choice="yes"),
    (ITEM, "drop"): lambda who: (waiting(who)[0].pk, {"reason": "Asked too early"}),
    (ITEM, "decide"): _decide,
    (SERVICE, "gates"): lambda who: (make.service().pk, None),
    (SERVICE, "pass"): _pass,
    (SERVICE, "take-up"): lambda who: _stopped(who, reason="There is money now"),
    (SERVICE, "close"): _stopped,
    (SERVICE, "move-to-model"): _other_model,
    (SERVICE, "business-case"): lambda who: (
        make.service().pk,
        {"price": EUR, "costs": [{"line": "Racks", "kind": "one-off", "amount": EUR}]},
    ),
    ("portfolio.phasemodel", "copy"): lambda who: (standard.for_new_services().pk, None),
    ("portfolio.phasemodel", "publish"): _publish,
    ("portfolio.businesscase", "next-version"): lambda who: (make.business_case().pk, None),
}
