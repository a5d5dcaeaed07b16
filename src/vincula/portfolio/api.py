"""What programs do here beside keeping records, as people do on the pages: meetings, gates, models, cases (X7, L2–L9)."""

from datetime import date
from typing import Annotated, Any, Literal

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, create_model

from vincula.kernel.access import door
from vincula.kernel.api import problems, resources, schema
from vincula.kernel.api.verbs import Told, Verb
from vincula.kernel.entity import registry
from vincula.kernel.records.models import Record
from vincula.portfolio.actions import agenda, boards, cases, phases
from vincula.portfolio.models import (
    Attendance,
    BoardItem,
    BoardMeeting,
    BusinessCase,
    Deliverable,
    Phase,
    PhaseGate,
    PhaseModel,
    PilotCustomer,
    Seat,
    Service,
    Vote,
)

Line = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=schema.MAX_TEXT)]
MOST = 50  # conditions or waivers of one decision
MOST_LINES = 80  # of costs or of income of one version, as on the page


class There(schema.Sound):
    """Somebody of the board, and whether they are there."""

    user: schema.Id
    here: bool


class Recused(schema.Sound):
    """A seat, and whether it is left out of this item."""

    seat: schema.Id
    out: bool


class Cast(schema.Sound):
    """The vote of a seat."""

    seat: schema.Id
    choice: Literal["yes", "no", "abstain"]


class Reason(schema.Sound):
    """Why."""

    reason: Line


class AskedFor(schema.Sound):
    """A condition of a go: what, who answers for it (a user), until when."""

    text: Text
    answers: schema.Id
    due: date


class Waived(schema.Sound):
    """One mandatory deliverable or one verdict of a pilot that the board lets pass, for a while."""

    deliverable: schema.Id | None = None
    verdict: schema.Id | None = None
    reason: Text
    until: date


class Wanted(schema.Sound):
    """The decision as it is moved; the votes must carry it."""

    outcome: Literal["go", "go_with_conditions", "hold", "alternatives", "no_go"]
    text: Text
    hold_until: date | None = None
    conditions: Annotated[list[AskedFor], Field(max_length=MOST)] = Field(default_factory=list)
    waivers: Annotated[list[Waived], Field(max_length=MOST)] = Field(default_factory=list)
    supersedes: schema.Id | None = None


class Through(schema.Sound):
    """A gate out of the phase that the service is in."""

    gate: schema.Id


class Again(Through):
    """A gate at which the board stopped the service, and why it is taken up again."""

    reason: Line


class OtherModel(schema.Sound):
    """A phase of another published model for the same stage, and why the service moves there."""

    phase: schema.Id
    reason: Line


class Published(schema.Sound):
    """Whether new services begin by the model."""

    default: bool = False


class GateOfService(Schema):
    """A way out of the phase that a service is in."""

    gate: int = Field(description="Its number.")
    target: int = Field(description="The phase behind it.")
    by_board: bool
    against: list[str] = Field(description="Every sentence that stands against passing; none: the service may pass.")


def _one(rows: Any, field: str, pk: int) -> Any:
    """The record that a member of the body names, or a sentence at its place: the same for one that may not be seen."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ValidationError({field: _("There is no such record.")})
    return found


# ── a meeting and its items ───────────────────────────────────────────────────────────────────────────────────────


def _fill(meeting: BoardMeeting, body: None, user: Any) -> Record:
    boards.must_lead(user, meeting)
    agenda.fill(meeting)
    return meeting


def _attend(meeting: BoardMeeting, body: There, user: Any) -> Record:
    boards.must_lead(user, meeting)
    somebody = _one(get_user_model()._default_manager.all(), "user", body.user)
    boards.attend(meeting=meeting, user=somebody, here=body.here, who=user)
    noted: Attendance = meeting.attendance.get(user=somebody)
    return noted


def _recuse(item: BoardItem, body: Recused, user: Any) -> Record:
    boards.recuse(item=item, seat=_seat(body.seat, user), out=body.out, who=user)
    return item


def _vote(item: BoardItem, body: Cast, user: Any) -> Record:
    vote: Vote = boards.cast(item=item, seat=_seat(body.seat, user), choice=body.choice, who=user)
    return vote


def _seat(pk: int, user: Any) -> Seat:
    found: Seat = _one(Seat.objects.visible_to(user), "seat", pk)
    return found


def _drop(item: BoardItem, body: Reason, user: Any) -> Record:
    boards.drop(item=item, reason=body.reason, who=user)
    return item


def _decide(item: BoardItem, body: Wanted, user: Any) -> Record:
    boards.must_lead(user, item.meeting)
    people = get_user_model()._default_manager.filter(is_active=True, kind="staff")
    asked = [
        boards.Asked(each.text, _one(people, f"conditions.{n}.answers", each.answers), each.due)
        for n, each in enumerate(body.conditions)
    ]
    waivers = [
        boards.Waiver(_let_pass(item, f"waivers.{n}", each, user), each.reason, each.until)
        for n, each in enumerate(body.waivers)
    ]
    before = None
    if body.supersedes is not None:
        before = _one(boards.standing(item, user), "supersedes", body.supersedes)
    motion = boards.Motion(body.outcome, body.text, body.hold_until, asked, waivers, before)
    return boards.decide(item=item, motion=motion, who=user)


def _let_pass(item: BoardItem, place: str, given: Waived, user: Any) -> Deliverable | PilotCustomer:
    if (given.deliverable is None) == (given.verdict is None):
        raise ValidationError({place: _("Name one deliverable or one verdict.")})
    rows: Any
    if given.deliverable is not None:
        rows = Deliverable.objects.visible_to(user).filter(service=item.service_id)
        work: Deliverable = _one(rows, f"{place}.deliverable", given.deliverable)
        return work
    rows = PilotCustomer.objects.visible_to(user).filter(pilot__service=item.service_id)
    customer: PilotCustomer = _one(rows, f"{place}.verdict", given.verdict or 0)
    return customer


# ── a service, a model, a case ────────────────────────────────────────────────────────────────────────────────────


def _gates(service: Service, user: Any) -> list[dict[str, Any]]:
    return [
        {"gate": gate.pk, "target": gate.target_id, "by_board": gate.by_board,
         "against": phases.stands_against(service, gate, user)}
        for gate in phases.gates(service)
    ]  # fmt: skip


def _gate(service: Service, pk: int, user: Any) -> PhaseGate:
    rows = PhaseGate.objects.visible_to(user).filter(source=service.phase_id).select_related("source", "target")
    found: PhaseGate = _one(rows, "gate", pk)
    return found


def _pass(service: Service, body: Through, user: Any) -> Record:
    return phases.pass_gate(service=service, gate=_gate(service, body.gate, user), who=user)


def _take_up(service: Service, body: Again, user: Any) -> Record:
    gate = _gate(service, body.gate, user)
    return agenda.take_up(service=service, gate=gate, reason=body.reason, who=user)


def _close(service: Service, body: Through, user: Any) -> Record:
    return phases.close(service=service, gate=_gate(service, body.gate, user), who=user)


def _move(service: Service, body: OtherModel, user: Any) -> Record:
    rows = Phase.objects.visible_to(user).select_related("phase_model")
    return phases.move_to_model(
        service=service, phase=_one(rows, "phase", body.phase), reason=body.reason, who=user
    )  # fmt: skip


def _copy(model: PhaseModel, body: None, user: Any) -> Record:
    door.require(user, "create", PhaseModel)
    return phases.copy_model(model=model, who=user)


def _publish(model: PhaseModel, body: Published, user: Any) -> Record:
    return phases.publish_model(model=model, who=user, default=body.default)


def _next(case: BusinessCase, body: None, user: Any) -> Record:
    door.require(user, "create", BusinessCase)
    return cases.next_version(case=case, who=user)


def _case(service: Service, body: Any, user: Any) -> Record:
    given = body.dict(exclude_unset=True)
    lines: dict[str, list[dict[str, Any]]] = {}
    for what, key in (("costs", _COST), ("income", _INCOME)):
        lines[what] = []
        for n, line in enumerate(given.pop(what, ())):
            with problems.within(f"{what}.{n}"):
                lines[what].append(resources.values_of(registry.get(key), line))
    case = resources.values_of(registry.get(_CASE), given)
    try:
        return cases.write_version(service=service, case=case, **lines, who=user)
    except cases.LineRefused as refused:
        what, n = refused.at
        with problems.within(f"{what}.{n}"):
            raise refused.error from None


_COST, _INCOME = "portfolio.costline", "portfolio.incomeline"
_MEETING, _ITEM, _SERVICE = "portfolio.boardmeeting", "portfolio.boarditem", "portfolio.service"
_MODEL, _CASE = "portfolio.phasemodel", "portfolio.businesscase"
_cost = schema.part_in(registry.get(_COST), "line", "kind", "year", "amount", "days")
_income = schema.part_in(registry.get(_INCOME), "year", "customers")
WholeCase = create_model(
    "WholeCase",
    __base__=schema.part_in(registry.get(_CASE), "name", "price", "assumptions"),
    costs=(Annotated[list[_cost], Field(max_length=MOST_LINES)], Field(default_factory=list)),  # type: ignore[valid-type]  # made for the entity
    income=(Annotated[list[_income], Field(max_length=MOST_LINES)], Field(default_factory=list)),  # type: ignore[valid-type]  # as above
)
VERBS = (
    Verb(_MEETING, "fill", "Look again what is due for the agenda", _fill, needs=None),
    Verb(_MEETING, "attend", "Note who of the board is there", _attend, There, needs=None, gives="portfolio.attendance"),
    Verb(_ITEM, "recuse", "Leave a seat out of the item, or take it back in", _recuse, Recused, needs=None),
    Verb(_ITEM, "vote", "Cast the vote of a seat", _vote, Cast, needs=None, gives="portfolio.vote"),
    Verb(_ITEM, "drop", "Take the item off the agenda", _drop, Reason, needs=None),
    Verb(_ITEM, "decide", "Take the decision; a go passes the gate", _decide, Wanted, needs=None, gives="portfolio.decision"),
    Told(_SERVICE, "gates", "The ways out of its phase, and what stands against each", _gates, list[GateOfService]),
    Verb(_SERVICE, "pass", "Go through a gate", _pass, Through),
    Verb(_SERVICE, "take-up", "Bring what the board stopped before it again", _take_up, Again, gives=_ITEM),
    Verb(_SERVICE, "close", "End what the board said no to before it ran", _close, Through),
    Verb(_SERVICE, "move-to-model", "Live by another phase model", _move, OtherModel),
    Verb(_SERVICE, "business-case", "Write the next version of its business case with all its lines, or nothing",
         _case, WholeCase, needs="view", gives=_CASE),
    Verb(_MODEL, "copy", "Make the next edition as a draft", _copy, needs="view"),
    Verb(_MODEL, "publish", "Let services live by it, or new ones begin by it", _publish, Published),
    Verb(_CASE, "next-version", "Make the next version with the lines of this one", _next, needs="view"),
)  # fmt: skip
