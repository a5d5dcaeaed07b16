"""What is fixed by now: fields that may no longer change, and records that no longer go into the trash.

A gate is only as good as what it counts. Whatever it counts can be changed by hand until it is relied upon, and not
afterwards: the save door, the import and its undo ask here (issue 4, "gates cannot be cheated").
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.duplicates import merging
from vincula.kernel.lifecycle.states import Sentence
from vincula.kernel.records import actions, guarded
from vincula.portfolio import content
from vincula.portfolio.models import (
    Board,
    BoardItem,
    BoardMeeting,
    Condition,
    Decision,
    Deliverable,
    Discontinuance,
    Offering,
    Phase,
    PhaseGate,
    PhaseModel,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    PlannedDeliverable,
    Seat,
    Service,
    Subscription,
)
from vincula.portfolio.models.phases import Part
from vincula.portfolio.rules import life

Said = Iterable[Sentence]
PLACE = ("phase", "phase_model", "stage", "phase_since")  # where a service stands


def register() -> None:
    """Called once when the program starts."""
    why = gettext_lazy("A service moves from phase to phase through its gates only.")
    guarded.for_verbs(Service, *PLACE, why=why)
    why = gettext_lazy("Phase models are published and chosen on their page.")
    guarded.for_verbs(PhaseModel, "state", "is_default", why=why)
    why = gettext_lazy("Only a decision of a board waives.")
    guarded.for_verbs(Deliverable, "waived_by", "waiver", "waived_until", why=why)
    guarded.for_verbs(PilotCustomer, "waived_by", "waiver", "waived_until", why=why)
    for model, names, check in (
        (Phase, ("phase_model",), model_is_a_draft), (PlannedDeliverable, ("phase",), model_is_a_draft),
        (PhaseGate, ("source", "target"), model_is_a_draft),
        (Deliverable, ("service", "phase", "track", "mandatory"), is_planned),
        (Deliverable, ("content", "assignee"), stays_written),
        (Pilot, ("since", "mandatory", "service"), pilot_has_begun),
        (PilotCriterion, ("pilot", "name", "comparator", "target", "unit"), measure_is_fixed),
        (PilotCustomer, ("pilot", "organisation"), customer_is_in_it),
        (Discontinuance, ("service", "noticed_on", "notice_months", "ends_on"), plan_is_decided),
        (Board, ("kind", "quorum", "majority_of"), board_sits),
        (Seat, ("board", "member", "function", "deputy", "weight", "chairs", "since", "until"), seat_is_asked),
        (BoardMeeting, ("board", "at"), meeting_has_begun),
        (BoardItem, ("meeting", "service", "kind", "gate"), item_was_voted), (BoardItem, ("dropped",), item_is_decided),
        (Offering, ("service",), offering_is_taken), (Subscription, ("offering",), subscription_stays),
        (Condition, ("decision", "text", "due"), condition_was_asked),
    ):  # fmt: skip
        for name in names:
            guarded.guard(model, name, _named(name, check))
    actions.AGAINST_TRASHING.answer(what_stands_against_trashing)
    merging.AGAINST_MERGING.answer(what_stands_against_merging)


def _named(name: str, check: Callable[[Any, str, Any, Any], Said]) -> guarded.Check:
    return lambda record, old, new: check(record, name, old, new)


# ── the phase model ───────────────────────────────────────────────────────────────────────────────────────────────

IN_USE = gettext_lazy("This phase model is in use. Make a copy of it, edit that, and publish it.")


def model_is_a_draft(record: Any, name: str, old: Any, new: Any) -> Said:
    """A part is not taken out of a model that services live by; into one it does not come either (``Part.clean``)."""
    if old is None:
        return
    former = PhaseModel.objects.filter(pk=old) if name == "phase_model" else PhaseModel.objects.filter(phases=old)
    if former.exclude(state=PhaseModel.State.DRAFT).exists():
        yield IN_USE


# ── deliverables ──────────────────────────────────────────────────────────────────────────────────────────────────


def is_planned(record: Any, name: str, old: Any, new: Any) -> Said:
    """What the phase model asks for stays where it is; only a board waives it."""
    if old is not None and record.planned_id is not None:
        yield _("The phase model asks for this deliverable; only a board waives it.")


def stays_written(record: Any, name: str, old: Any, new: Any) -> Said:
    """A deliverable that is done stays complete."""
    if record.state != "done" or record.pk is None:
        return
    empty = content.missing(record.content_kind, record.content) if name == "content" else []
    if empty or (name == "assignee" and new is None):
        yield _("It is done. Open it again before you take something out of it.")


# ── pilots ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _begun(pilot: Pilot | None) -> bool:
    return pilot is not None and pilot.since <= clock.today()


def pilot_has_begun(record: Any, name: str, old: Any, new: Any) -> Said:
    """What was fixed before a pilot stays fixed once it has begun."""
    began: date = old if name == "since" else record.since
    if old is not None and began <= clock.today():
        yield _("The pilot has begun: this was fixed before.")


def measure_is_fixed(record: Any, name: str, old: Any, new: Any) -> Said:
    """Criteria are fixed before the start (requirement L7)."""
    former = Pilot.objects.filter(pk=old).first() if name == "pilot" and old is not None else record.pilot
    if _begun(former) or _begun(record.pilot):
        yield _("The pilot has begun: its criteria were fixed before.")


def customer_is_in_it(record: Any, name: str, old: Any, new: Any) -> Said:
    """Whoever takes part is asked for a verdict."""
    former = Pilot.objects.filter(pk=old).first() if name == "pilot" else record.pilot
    if old is not None and _begun(former):
        yield _("The pilot has begun: whoever takes part gives a verdict, or the board waives it.")


# ── the end of a service ──────────────────────────────────────────────────────────────────────────────────────────


def plan_is_decided(record: Any, name: str, old: Any, new: Any) -> Said:
    """What the board decided on is kept; the end may only move later."""
    if old is None or record.service.stage not in ("shutdown", "retired"):
        return
    if name != "ends_on" or new < old:
        yield _("The board decided on this plan: the notice stays, and the end may only move later.")


def offering_is_taken(record: Any, name: str, old: Any, new: Any) -> Said:
    """Nobody gets off a service that ends because its offering is called another's."""
    if old is not None and Service.objects.filter(pk=old, stage="shutdown").exists():
        yield _("The service is being shut down: its offerings stay with it.")


LEAVE = gettext_lazy("The service is being shut down: end, move or waive the subscription.")


def subscription_stays(record: Any, name: str, old: Any, new: Any) -> Said:
    """Nor because the subscription is written to another one: a move is recorded as a move."""
    if old is not None and Service.objects.filter(offerings=old, stage="shutdown").exists():
        yield LEAVE


# ── boards ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sits(board: Any) -> bool:
    return BoardMeeting.objects.filter(board_id=board, state="open", trashed_at=None).exists()


def board_sits(record: Any, name: str, old: Any, new: Any) -> Said:
    """The rules of a vote are not changed while it goes on."""
    if old is not None and _sits(record.pk):
        yield _("A meeting of this board is in session: its rules stay until it is closed.")


def seat_is_asked(record: Any, name: str, old: Any, new: Any) -> Said:
    """Nor who votes."""
    former = old if name == "board" else record.board_id
    if _sits(former) or _sits(record.board_id):
        yield _("A meeting of this board is in session: its seats stay until it is closed.")


def meeting_has_begun(record: Any, name: str, old: Any, new: Any) -> Said:
    """Board and day say who sits there."""
    if old is not None and record.state in ("open", "closed"):
        yield _("The meeting was opened: its board and its day stay.")


def item_was_voted(record: Any, name: str, old: Any, new: Any) -> Said:
    """A vote is about what stood there when it was cast; and nothing is added to a meeting that is over."""
    if name == "meeting" and record.meeting.state in ("closed", "cancelled"):
        yield _("The meeting was held: it stays.")
    if old is None and name == "gate" and record.pk is None:
        return
    if record.pk is not None and (record.votes.exists() or hasattr(record, "decision")):
        yield _("Votes were cast on this item: what it is about stays.")


def item_is_decided(record: Any, name: str, old: Any, new: Any) -> Said:
    """What was decided is not said to have been taken off the agenda."""
    if record.pk is not None and Decision.objects.filter(item=record.pk).exists():
        yield _("This item is decided; another decision may supersede it.")


ASKED = gettext_lazy("A condition is asked for by a decision; it stays as it was asked.")


def _by_decision(decision: Any) -> bool:
    """Whether the board itself asked for what is noted on this decision."""
    goes = Decision.Outcome.CONDITIONS
    return not door.in_verb(Condition) and Decision.objects.filter(pk=decision, outcome=goes).exists()


def condition_was_asked(record: Any, name: str, old: Any, new: Any) -> Said:
    """What a go hangs on is neither added, reworded nor put off by hand; on other decisions one may note things."""
    if _by_decision(record.decision_id) or (name == "decision" and _by_decision(old)):
        yield ASKED


# ── the trash ─────────────────────────────────────────────────────────────────────────────────────────────────────


def what_stands_against_trashing(record: Any) -> Said:
    """The answer to the save door: what a gate counts, or a decision rests on, is not thrown away."""
    if isinstance(record, PhaseModel) and record.state != PhaseModel.State.DRAFT:
        yield _("Services live by this phase model, or may begin by it: it stays.")
    elif isinstance(record, Part) and (model := record.the_model()) and model.state != PhaseModel.State.DRAFT:
        yield IN_USE
    elif isinstance(record, Deliverable) and record.planned_id is not None:
        yield _("The phase model asks for this deliverable; only a board waives it.")
    elif isinstance(record, Service) and (record.stage != "idea" or record.decisions.exists()):
        if guarded.is_taken_back() and was_brought(record):
            return
        yield _("A service ends through its gates; only ideas go into the trash.")
    elif isinstance(record, Subscription):
        if record.offering.service.stage == "shutdown" and not has_left(record):
            yield LEAVE
    else:
        yield from _of_pilots_and_ends(record)
        yield from _of_boards(record)


def has_left(subscription: Subscription) -> bool:
    """Whether it is settled, as the gate into retirement counts it."""
    there, target = subscription.offering.service_id, subscription.moved_to
    moved = subscription.state == "moved" and target is not None and target.service_id == there
    return life.is_settled(subscription.state, subscription.until, clock.today(), stays_here=moved)


def was_brought(service: Service) -> bool:
    """Whether a file put it where it is, and no board has decided about it since."""
    runs = list(service.runs.filter(trashed_at=None).values_list("brought", flat=True))
    return runs == [True] and not service.decisions.exists()


def _of_pilots_and_ends(record: Any) -> Said:
    if isinstance(record, Pilot) and _begun(record):
        yield _("The pilot has begun: what it shows stays.")
    elif isinstance(record, PilotCriterion | PilotCustomer) and _begun(record.pilot):
        yield _("The pilot has begun: what was fixed before it stays.")
    elif isinstance(record, Discontinuance) and record.service.stage in ("shutdown", "retired"):
        yield _("The service ends by this plan: it stays.")


def _of_boards(record: Any) -> Said:
    if isinstance(record, BoardMeeting) and record.state in ("open", "closed"):
        yield _("The meeting was held: it stays.")
    elif isinstance(record, BoardItem) and (record.votes.exists() or hasattr(record, "decision")):
        yield _("Votes were cast on this item: it stays.")
    elif isinstance(record, Seat) and (record.votes.exists() or _sits(record.board_id)):
        yield _("This seat has voted, or a meeting is in session: give it a last day instead.")
    elif isinstance(record, Board) and record.decisions.exists():
        yield _("This board has decided: it stays.")
    elif isinstance(record, Condition) and _by_decision(record.decision_id):
        yield _("A condition is met or not met; it does not go away.")


def what_stands_against_merging(survivor: Any, others: Iterable[Any]) -> Said:
    """Ideas are merged, into another idea or a service; what a board decided about stays what it is."""
    if not isinstance(survivor, Service):
        return
    for other in others:
        if BoardItem.objects.filter(service=other, decision=None, votes__isnull=False).exists():
            yield _("Votes were cast on this item: what it is about stays.")
        if other.stage != "idea" or other.decisions.exists():
            yield _("“%(service)s” is past the idea: only ideas can be merged into another.") % {"service": other}
