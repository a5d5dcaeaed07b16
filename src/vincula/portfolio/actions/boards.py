"""A board meeting, live: attendance, recusal, votes, the decision and what it waives or asks for (L2, L5, L7)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from vincula.kernel import clock, events, numbering
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.privacy import traces
from vincula.kernel.privacy.models import Erasure
from vincula.kernel.records import actions, state
from vincula.parties.models.dated import holding
from vincula.portfolio import conditions
from vincula.portfolio.actions import phases
from vincula.portfolio.models import (
    Attendance,
    BoardItem,
    BoardMeeting,
    Condition,
    Decision,
    Deliverable,
    PilotCriterion,
    PilotCustomer,
    Seat,
    Service,
    Vote,
)
from vincula.portfolio.queries.papers import Papers, papers_of
from vincula.portfolio.rules import votes

DECIDED = events.declare("portfolio.decision.taken", "A board took a decision about a service.")


@dataclass(frozen=True)
class Waiver:
    """A board lets a missing deliverable or pilot verdict pass, by name, with a reason, for a while."""

    what: Deliverable | PilotCustomer
    reason: str
    until: date


@dataclass(frozen=True)
class Asked:
    """A condition of a go: what, who answers for it, until when."""

    text: str
    answers: Any
    due: date


@dataclass(frozen=True)
class Motion:
    """What is to be decided about an agenda item."""

    outcome: str
    text: str
    hold_until: date | None = None
    conditions: Sequence[Asked] = field(default_factory=tuple)
    waivers: Sequence[Waiver] = field(default_factory=tuple)
    supersedes: Decision | None = None


# ── who sits there ────────────────────────────────────────────────────────────────────────────────────────────────


def seats(meeting: BoardMeeting) -> list[Seat]:
    """The seats of the board on the day of the meeting."""
    rows = Seat.objects.filter(holding(meeting.at.date()), board_id=meeting.board_id, trashed_at=None)
    return list(rows.select_related("member", "deputy", "function").order_by("-chairs", "pk"))


def member_of(seat: Seat, on: date) -> int | None:
    """The user who sits there: by name, or whoever holds the function on that day."""
    if seat.member_id:
        return int(seat.member_id)
    held = (
        seat.function.holdings.filter(holding(on), trashed_at=None, person__user__isnull=False)
        if seat.function
        else None
    )
    if held is None:
        return None
    first = held.order_by(
        F("since").asc(nulls_first=True), "pk"
    )  # whoever has held it always comes first, on any database
    return first.values_list("person__user_id", flat=True).first()


def voting(meeting: BoardMeeting, listed: Sequence[Seat] | None = None) -> list[votes.Seat]:
    """The same seats for the rules; a seat by a function that nobody holds is vacant and stays in the base."""
    on = meeting.at.date()
    there = seats(meeting) if listed is None else listed
    return [votes.Seat(s.pk, member_of(s, on) or -s.pk, s.deputy_id, s.weight) for s in there]


def present(meeting: BoardMeeting) -> set[int]:
    """Users who are there."""
    return set(meeting.attendance.filter(present=True).values_list("user_id", flat=True))


def rules_of(meeting: BoardMeeting) -> votes.Rules:
    return votes.Rules(meeting.board.quorum, Fraction(meeting.board.majority_of, 100))


def leads(user: Any, meeting: BoardMeeting, listed: Sequence[Seat] | None = None) -> bool:
    """Whether ``user`` chairs the board or keeps its papers (may change the meeting)."""
    there = voting(meeting, [s for s in (seats(meeting) if listed is None else listed) if s.chairs])
    return votes.chairs(user.pk, there, present(meeting)) or door.may(user, "change", meeting)


def must_lead(user: Any, meeting: BoardMeeting) -> None:
    """PermissionDenied unless ``user`` leads the meeting."""
    if not leads(user, meeting):
        raise PermissionDenied(_("The chair of the board, or who keeps its papers, leads the meeting."))


def _in_session(meeting: BoardMeeting) -> BoardMeeting:
    current: BoardMeeting = actions.locked(meeting)
    if current.state != "open":
        raise ValidationError(_("The meeting is not open."))
    return current


# ── during the meeting ────────────────────────────────────────────────────────────────────────────────────────────


def attend(*, meeting: BoardMeeting, user: Any, here: bool, who: Any) -> None:
    """Note that somebody of the board is there, or has left."""
    with transaction.atomic(), trail.by(who), door.by_verb(Attendance):
        must_lead(who, meeting)
        _in_session(meeting)
        belongs = {p for s in voting(meeting) for p in (s.member, s.deputy)}
        if user.pk not in belongs:
            raise ValidationError(_("%(who)s has no seat on this board and deputises for nobody.") % {"who": user})
        noted = Attendance.objects.filter(meeting=meeting, user=user).first()
        if noted is None:
            actions.create(Attendance, who=door.SYSTEM, verb="noted", meeting=meeting, user=user, present=here)
        else:
            actions.change(noted, who=door.SYSTEM, verb="noted", present=here)


def recuse(*, item: BoardItem, seat: Seat, out: bool, who: Any) -> None:
    """Leave a seat out of this item, or take it back in. A vote that it cast falls away."""
    with transaction.atomic(), trail.by(who), door.by_verb(Vote):
        must_lead(who, item.meeting)
        _in_session(item.meeting)
        _undecided(item)
        now = set(item.recused.values_list("pk", flat=True))
        actions.change(
            item, who=door.SYSTEM, verb="recused", recused=sorted(now | {seat.pk} if out else now - {seat.pk})
        )
        Vote.objects.filter(item=item, seat=seat).delete()


def cast(*, item: BoardItem, seat: Seat, choice: str, who: Any) -> Vote:
    """Vote for a seat. Until the decision the same seat may change its mind; the history keeps both."""
    if choice not in Vote.Choice.values:
        raise ValidationError(_("A vote is go, no go or abstention."))
    with transaction.atomic(), trail.by(who), door.by_verb(Vote):
        meeting = _in_session(item.meeting)
        _undecided(item)
        if meeting.board.kind != "decides":
            raise ValidationError(_("An advisory board gives advice; it does not vote."))
        listed = voting(meeting)
        own = next((s for s in listed if s.pk == seat.pk), None)
        if own is None:
            raise ValidationError(_("This seat is not on the board of this meeting."))
        if said := votes.may_vote(who.pk, own, listed, present(meeting), item.recused.values_list("pk", flat=True)):
            raise ValidationError(said)
        before = Vote.objects.filter(item=item, seat=seat).first()
        if before is None:
            return actions.create(
                Vote, who=door.SYSTEM, verb="voted", item=item, seat=seat, by=who, choice=choice, owner=who
            )
        return actions.change(before, who=door.SYSTEM, verb="voted anew", by=who, choice=choice)


def _undecided(item: BoardItem) -> BoardItem:
    """The item as it is now, held until the transaction ends; ValidationError when it is over."""
    current: BoardItem = actions.locked(item)
    if Decision.objects.filter(item=current).exists():
        raise ValidationError(_("This item is decided; another decision may supersede it."))
    if current.dropped or current.trashed_at is not None:
        raise ValidationError(_("This item was taken off the agenda."))
    return current


def drop(*, item: BoardItem, reason: str, who: Any) -> None:
    """Take an item off the agenda of an open or planned meeting, with the reason."""
    if not reason.strip():
        raise ValidationError(_("Say why the item is taken off the agenda."))
    with transaction.atomic(), trail.by(who):
        must_lead(who, item.meeting)
        _undecided(item)
        actions.change(item, who=door.SYSTEM, verb="taken off the agenda", dropped=reason.strip())


# ── the decision ──────────────────────────────────────────────────────────────────────────────────────────────────


def pre_check(
    item: BoardItem, motion: Motion | None = None, viewer: Any = door.SYSTEM, read: Mapping[int, Papers] | None = None
) -> list[str]:
    """Papers that a go misses: the gate's own conditions, less what the motion waives; as ``viewer`` may be told.

    ``read``: papers of the services of all items, for a page that shows many.
    """
    if item.gate is None:
        return []
    excused = frozenset((type(w.what), w.what.pk) for w in motion.waivers) if motion else frozenset()
    look = conditions.Look(excused, viewer, papers_of([item.service], viewer) if read is None else read)
    found = conditions.against(item.gate.conditions, item.service, look)
    if not (motion and motion.conditions):
        for criterion in (
            conditions.unmet_criteria(item.service, look) if "pilot_verdicts" in item.gate.conditions else ()
        ):
            found.append(
                _("Criterion “%(criterion)s” of the pilot is not met: a go needs a condition with owner and date.")
                % {"criterion": criterion}
                if (PilotCriterion, criterion.pk) in look.papers(item.service).seen
                else _("A criterion that you may not see is not met: a go needs a condition with owner and date.")
            )
    return found


def decide(*, item: BoardItem, motion: Motion, who: Any) -> Decision:
    """Take the decision on an item; a go passes the gate at once. Raises ValidationError with every sentence."""
    written = (Decision, Service, Deliverable, PilotCustomer, Condition)
    with transaction.atomic(), trail.together(), trail.by(who), door.by_verb(*written):
        meeting = _in_session(item.meeting)
        must_lead(who, meeting)
        item = _undecided(item)
        service = actions.locked(item.service)
        phases.hold_papers(service)
        listed, out = voting(meeting), set(item.recused.values_list("pk", flat=True))
        here = present(meeting)
        if said := votes.quorum_is_met(listed, here, out, rules_of(meeting)):
            raise ValidationError(said)
        count = _counted(item, listed, here, out, rules_of(meeting))
        if wrong := _against(item, service, motion, count, who):
            raise ValidationError(wrong)
        decision = _written(item, service, motion, count, meeting, who)
        for waiver in motion.waivers:
            _waive(waiver, decision)
        for asked in motion.conditions:
            actions.create(
                Condition, who=door.SYSTEM, verb="asked", decision=decision, text=asked.text, answers=asked.answers, due=asked.due
            )  # fmt: skip
        if item.gate is not None and motion.outcome in phases.GOES:
            phases.pass_gate(service=service, gate=item.gate, who=door.SYSTEM, on=decision.taken_on)
        events.publish(DECIDED, decision=decision.pk, service=service.pk, outcome=motion.outcome)
    return decision


def standing(item: BoardItem, viewer: Any) -> QuerySet[Decision]:
    """Decisions about the service that ``viewer`` may see and nothing superseded: what another may supersede."""
    rows: QuerySet[Decision] = Decision.objects.visible_to(viewer).filter(service=item.service_id, superseded_by=None)
    return rows


def _counted(
    item: BoardItem, listed: Sequence[votes.Seat], here: set[int], out: set[int], rules: votes.Rules
) -> votes.Count:
    """Votes of who votes for a seat now: who left before the decision does not count."""
    given = Vote.objects.filter(item=item).values_list("seat_id", "by_id", "choice")
    return votes.counted(votes.valid(given, listed, here, out), listed, rules)


def _against(item: BoardItem, service: Service, motion: Motion, count: votes.Count, who: Any) -> list[str]:
    goes = motion.outcome in phases.GOES
    said = []
    if motion.outcome not in Decision.Outcome.values:
        return [_("There is no such outcome.")]
    if not (count.yes or count.no or count.abstained):
        said.append(_("Nobody has voted on this item yet."))
    if motion.supersedes is not None and motion.supersedes.service_id != service.pk:
        said.append(_("A decision supersedes one about the same service."))
    if any(_service_of(w.what) != service.pk for w in motion.waivers):
        said.append(_("A waiver is about the service that is decided on."))
    elif motion.waivers:
        open_ = {(type(each), each.pk) for each in conditions.waivable(service)}
        if any((type(w.what), w.what.pk) not in open_ for w in motion.waivers):
            said.append(_("There is nothing of this name to waive."))
    if not motion.text.strip():
        said.append(_("A decision has a text."))
    if goes and not count.carried:
        said.append(_("The votes do not carry a go: %(votes)s.") % {"votes": count.told})
    if not goes and count.carried:
        said.append(_("The board voted for a go: %(votes)s.") % {"votes": count.told})
    if motion.outcome == Decision.Outcome.HOLD and motion.hold_until is None:
        said.append(_("Say until when it is held."))
    if motion.outcome == Decision.Outcome.CONDITIONS and not motion.conditions:
        said.append(_("A go with conditions names at least one, with owner and date."))
    if motion.outcome == Decision.Outcome.GO and motion.conditions:
        said.append(_("With conditions it is a go with conditions."))
    said += [_("Condition “%(text)s” needs an owner and a date.") % {"text": a.text} for a in motion.conditions
             if a.answers is None or a.due is None or not a.text.strip()]  # fmt: skip
    said += [_("The waiver of “%(what)s” needs a reason and an end date.") % {"what": w.what} for w in motion.waivers
             if not w.reason.strip() or w.until is None]  # fmt: skip
    if goes:
        said += pre_check(item, motion, who)
    return said


def _written(
    item: BoardItem, service: Service, motion: Motion, count: votes.Count, meeting: BoardMeeting, who: Any
) -> Decision:
    on = clock.today()
    with override(settings.LANGUAGE_CODE):  # the register has one language, whoever holds the pen
        seen, quorum = what_the_board_sees(item, service), _("quorum met")
    return actions.create(
        Decision, who=door.SYSTEM, verb="decided", owner=who if getattr(who, "pk", None) else None,
        number=f"D-{on.year}-{numbering.next_number('decision', on.year):02d}", board=meeting.board, item=item,
        service=service, gate=item.gate, run=phases.open_run(service), outcome=motion.outcome, text=motion.text.strip(),
        hold_until=motion.hold_until, taken_on=on, yes=count.yes, no=count.no, abstained=count.abstained,
        quorum=quorum, supersedes=motion.supersedes, seen=seen, seen_digest=digest(seen),
    )  # fmt: skip


def _service_of(what: Deliverable | PilotCustomer) -> int:
    return int(what.pilot.service_id if isinstance(what, PilotCustomer) else what.service_id)


def _waive(waiver: Waiver, decision: Decision) -> None:
    closed: dict[str, Any] = {} if isinstance(waiver.what, PilotCustomer) else {"state": "waived"}
    actions.change(
        waiver.what, who=door.SYSTEM, verb="waived", waived_by=decision, waiver=waiver.reason.strip(),
        waived_until=waiver.until, **closed,
    )  # fmt: skip


# ── what the board saw ────────────────────────────────────────────────────────────────────────────────────────────


def what_the_board_sees(item: BoardItem, service: Service) -> dict[str, Any]:
    """The papers of an item as plain values: the service, its needs, deliverables with content, cases, pilots."""

    def rows(records: Iterable[Any]) -> list[dict[str, Any]]:
        return [{"id": r.pk, "title": str(r), **state.of(r, with_many=False)} for r in records]

    live = {"trashed_at": None}
    pilots = list(service.pilots.filter(**live).order_by("pk"))
    cases = list(service.business_cases.filter(**live).order_by("number"))
    return {
        "item": {"kind": item.kind, "reason": item.reason, "notes": item.notes, "advice": item.advice},
        "service": {"id": service.pk, "phase_name": str(service.phase), **state.of(service, with_many=False)},
        "needs": rows(service.needs.filter(**live).order_by("pk")),
        "deliverables": [
            {
                **row,
                "content_kind": d.content_kind,
                "threshold": state.plain(d.threshold),
            }  # how it is read; nobody edits them
            for d in service.deliverables.filter(**live).order_by("phase__position", "track", "pk")
            for row in rows([d])
        ],
        "cases": rows(cases),
        "costs": rows(c for case in cases for c in case.costs.filter(**live).order_by("pk")),
        "income": rows(c for case in cases for c in case.income.filter(**live).order_by("pk")),
        "pilots": rows(pilots),
        "criteria": rows(c for pilot in pilots for c in pilot.criteria.filter(**live).order_by("pk")),
        "verdicts": rows(c for pilot in pilots for c in pilot.customers.filter(**live).order_by("pk")),
        "reports": rows(service.status_reports.filter(**live).order_by("until")),
        "plans": rows(service.discontinuance_plans.filter(**live).order_by("pk")),
        "missing": pre_check(item),
    }


def digest(seen: Mapping[str, Any]) -> str:
    """SHA-256 of what was seen, in canonical JSON."""
    text = json.dumps(seen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_genuine(decision: Decision) -> bool:
    """Whether what is kept is what was hashed when the decision was taken."""
    return digest(decision.seen) == decision.seen_digest


def lost_words(decision: Decision) -> bool:
    """Whether what is kept differs because a person's words were erased from it since: the erasure is told by itself."""
    gone = traces.ERASED in json.dumps(decision.seen)
    return gone and not is_genuine(decision) and Erasure.objects.filter(at__gte=decision.created_at).exists()
