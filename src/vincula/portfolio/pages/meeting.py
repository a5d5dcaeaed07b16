"""The board meeting, live: papers and pre-check, attendance and quorum, votes, decision, minutes as they appear (L2)."""

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.records.actions import Conflict
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.toasts import toast
from vincula.parties.models import Function
from vincula.portfolio import conditions, sentences
from vincula.portfolio.actions import agenda, boards
from vincula.portfolio.lifecycles import CONDITION
from vincula.portfolio.models import (
    BoardItem,
    BoardMeeting,
    Decision,
    Deliverable,
    PilotCustomer,
    Seat,
    Service,
    Vote,
)
from vincula.portfolio.queries.seen import seen_ids
from vincula.portfolio.queries.session import Session, session
from vincula.portfolio.retold import retold
from vincula.portfolio.rules import votes

WAIVABLE = {"work", "pilots", "customers"}  # papers of which the board may let some pass
SHOWN = (
    "meeting", "kind", "position", "reason", "dropped", "notes", "advice", "service__name", "service__phase",
    "service__project_manager", "service__technical_lead", "service__customer_lead", "gate__conditions",
    "gate__source__name", "gate__source__names", "gate__target__name", "gate__target__names", "decision__number",
    "decision__outcome", "decision__yes", "decision__no", "decision__quorum", "decision__text",
    "decision__hold_until",
)  # fmt: skip  # what the page asks of its items and what they name: a decision keeps long papers
TONES = {"yes": "good", "no": "bad"}
ROWS = 3  # conditions and waivers that the form offers at once
KEPT = "portfolio.motion:"  # in the session of who typed it
TYPED = (
    "outcome", "text", "hold_until", "supersedes", "condition", "answers", "due", "waive", "reason", "until",
)  # fmt: skip


def register() -> None:
    """Put the page in place."""
    places.override("portfolio.boardmeeting", page)


def page(request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]) -> HttpResponse:
    """The meeting as it stands."""
    assert isinstance(record, BoardMeeting)
    user = request.user
    found = session(record, user)
    listed = [votes.Seat(s.pk, found.member_of(s) or -s.pk, s.deputy_id, s.weight) for s in found.seats]
    here = found.present
    chairing = {s.pk for s in found.seats if s.chairs}
    leads = votes.chairs(user.pk, [s for s in listed if s.pk in chairing], here) or base_context["may"]["change"]
    context = {
        **base_context,
        "open": record.state == "open",
        "planned": record.state == "planned",
        "votes": record.board.kind == "decides",
        "leads": leads,
        "seats": _seats(found),
        "quorum": votes.quorum_is_met(listed, here, (), boards.rules_of(record)),
        "quorum_asked": record.board.quorum,
        "there": len(votes.occupied(listed, here)),
        "kinds": _agenda(request, record, listed, found, leads),
        "outcomes": Decision.Outcome.choices,
        "people": _people(record) if leads and record.state == "open" else [],
        "supersedes": capfirst(Decision._meta.get_field("supersedes").verbose_name),
    }
    return render(request, "portfolio/meeting.html", context)


def _seats(found: Session) -> list[dict[str, Any]]:
    """Who sits there, whether they came, and the deputy."""
    told = []
    for seat in found.seats:
        member = found.member_of(seat)
        people = [{"pk": p, "name": found.users[p], "here": p in found.present, "deputy": p == seat.deputy_id and p != member}
                  for p in (member, seat.deputy_id) if p in found.users]  # fmt: skip
        name = people[0]["name"] if people else ""
        told.append({"pk": seat.pk, "people": people, "chairs": seat.chairs, "function": _function(seat),
                     "vacant": member is None, "recuse": _("Recuse %(name)s") % {"name": name},
                     "take_back": _("Take back in: %(name)s") % {"name": name}})  # fmt: skip
    return told


def _function(seat: Seat) -> str:
    name, code = seat.told["function__name"], seat.told["function__code"]
    return str(Function(name=name, code=code or "")) if name else ""


def _agenda(
    request: HttpRequest, meeting: BoardMeeting, listed: list[votes.Seat], found: Session, leads: bool
) -> list[dict[str, Any]]:
    """The four kinds, each with its items: why it is here, what misses, votes, decision."""
    rows = list(
        BoardItem.objects.visible_to(request.user).filter(meeting=meeting)
        .select_related("service", "gate__source", "gate__target", "decision").only(*SHOWN).order_by("position", "pk")
    )  # fmt: skip
    reads: dict[int, set[str]] = {}
    waivable = WAIVABLE if leads and meeting.state == "open" else set()
    for item in rows:
        if item.gate is not None and not item.dropped and getattr(item, "decision", None) is None:
            reads.setdefault(item.service_id, set()).update(conditions.reads(item.gate.conditions), waivable)
    look = conditions.looking([i.service for i in rows if i.service_id in reads], request.user, reads)
    found.services = seen_ids(request.user, Service, [i.service_id for i in rows])
    kinds = []
    for kind, label in BoardItem.Kind.choices:
        items = [_item(request, i, meeting, listed, found, leads, look) for i in rows if i.kind == kind]
        if items:
            kinds.append({"label": label, "listed": items})
    return kinds


def _item(
    request: HttpRequest, item: BoardItem, meeting: BoardMeeting, listed: list[votes.Seat], found: Session, leads: bool,
    look: conditions.Look,
) -> dict[str, Any]:  # fmt: skip
    taken = getattr(item, "decision", None)
    decision = taken if taken is not None and taken.pk in found.decisions else None
    out, given, here = found.recused.get(item.pk, set()), found.votes.get(item.pk, []), found.present
    live = meeting.state == "open" and taken is None and not item.dropped
    who, there = request.user.pk or 0, item.service_id in found.services
    own = [s for s in listed if who in (s.member, s.deputy)] if live else []
    said = {value: str(label) for value, label in Vote.Choice.choices}
    valid = votes.valid(((v.seat_id, v.by_id, v.choice) for v in given), listed, here, out)
    count = votes.counted(valid, listed, boards.rules_of(meeting))
    return {
        "pk": item.pk, "name": item.service.name if there else sentences.hidden_service(),
        "url": registry.get("portfolio.service").url(item.service) if there else "",
        "reason": retold(item.reason), "gate": registry.get("portfolio.phasegate").title(item.gate) if item.gate else "", "dropped": item.dropped, "notes": item.notes,
        "advice": item.advice, "missing": [] if taken or item.dropped else boards.pre_check(item, viewer=request.user, read=look.read),
        "given": [{"told": f"{v.told['by__name'] or v.told['by__email']}: {said[v.choice]}",
                   "tone": TONES.get(v.choice, "none")} for v in given],
        "count": count.told, "carried": count.carried, "cast": count.yes + count.no > 0,
        "decision": decision, "quorum": retold(decision.quorum) if decision else "", "decision_url": registry.get("portfolio.decision").url(decision) if decision else "",
        "conditions": [
            {"due": c.due, "text": c.text, "answers": c.told["answers__name"] or c.told["answers__email"],
             "tone": CONDITION.tones[c.state], "state": c.get_state_display()}
            for c in found.conditions.get(decision.pk, [])
        ] if decision else [],
        "may_vote": [s.pk for s in own if votes.may_vote(who, s, listed, here, out) is None], "may_decide": live and leads,
        "held": sentences.paragraph(_("Held until %(day)s.") % {"day": shown.format_date(decision.hold_until)})
        if decision and decision.hold_until else "",
        "recused": [s.pk for s in listed if s.pk in out],
        "waivable": _waivable(item, look) if live and leads else [],
        "standing": [
            {"pk": pk, "label": f"{number}: {Decision.Outcome(outcome).label}"}
            for pk, number, outcome in found.standing.get(item.service_id, ())
        ] if live and leads else [],
        "kept": _kept(request, item, count.carried) if live and leads else None,
    }  # fmt: skip


def _keep(request: HttpRequest, item: BoardItem, said: list[str]) -> None:
    """What was typed and refused is shown again once, with what stands against it."""
    typed = {name: request.POST.getlist(name) for name in TYPED}
    request.session[f"{KEPT}{item.pk}"] = {"said": said, "typed": typed}


def _kept(request: HttpRequest, item: BoardItem, carried: bool) -> dict[str, Any]:
    """What the form of the decision holds: what was typed and refused, else what the votes suggest."""
    found: dict[str, Any] = request.session.pop(f"{KEPT}{item.pk}", {})
    typed = found.get("typed", {"outcome": ["go" if carried else "hold"]})
    one = {name: next(iter(typed.get(name, ())), "") for name in ("outcome", "text", "hold_until", "supersedes")}
    rows = [
        tuple(
            typed.get(name, ())[n : n + 1] or [""]
            for name in ("condition", "answers", "due", "waive", "reason", "until")
        )
        for n in range(ROWS)
    ]
    return {**one, "rows": [[value[0] for value in row] for row in rows], "said": found.get("said", [])}


def _waivable(item: BoardItem, look: conditions.Look) -> list[dict[str, str]]:
    """Open mandatory deliverables and missing verdicts that may be seen: what the board may let pass by name."""
    if item.gate is None:
        return []
    papers = look.papers(item.service)
    needed = {pilot.pk for pilot in papers.pilots if pilot.mandatory}
    open_ = [
        d for d in papers.work if d.mandatory and d.state in ("todo", "doing") and (Deliverable, d.pk) in papers.seen
    ]
    verdicts = [
        c for c in papers.customers
        if c.pilot_id in needed and conditions.is_awaited(c) and (PilotCustomer, c.pk) in papers.seen
    ]  # fmt: skip
    return [{"value": f"deliverable:{d.pk}", "label": sentences.phase_name(d)} for d in open_] + [
        {"value": f"verdict:{c.pk}", "label": _("Verdict of %(organisation)s") % {"organisation": papers.name(c)}}
        for c in verdicts
    ]


def _people(meeting: BoardMeeting) -> list[dict[str, Any]]:
    rows = get_user_model()._default_manager.filter(is_active=True, kind="staff").order_by("name", "email")[:300]
    return [{"pk": u.pk, "name": str(u)} for u in rows]


# ── verbs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _meeting(request: HttpRequest, pk: int) -> BoardMeeting:
    return get_object_or_404(BoardMeeting.objects.visible_to(request.user).select_related("board"), pk=pk)


def _item_of(request: HttpRequest, pk: int) -> BoardItem:
    rows = BoardItem.objects.visible_to(request.user).select_related("meeting__board", "service", "gate")
    return get_object_or_404(rows, pk=pk)


def _back(meeting: BoardMeeting, item: BoardItem | None = None) -> HttpResponse:
    anchor = f"#item-{item.pk}" if item else "#seats"
    return redirect(registry.get("portfolio.boardmeeting").url(meeting) + anchor)


def _try(request: HttpRequest, verb: Any, **values: Any) -> bool:
    """Do ``verb`` as the person who asks; tell what stands against it."""
    try:
        verb(who=request.user, **values)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
        return False
    except Conflict:
        _told_of_conflict(request)
        return False
    return True


def _told_of_conflict(request: HttpRequest) -> None:
    toast(request, _("Somebody did something here at the same moment. Look at it, then try again."), tone="bad")


@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again what is due for the agenda."""
    meeting = _meeting(request, pk)
    boards.must_lead(request.user, meeting)
    added = agenda.fill(meeting)
    toast(request, _("The agenda is up to date; %(n)s added.") % {"n": shown.format_number(len(added))})
    return _back(meeting)


@require_POST
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who is there."""
    meeting = _meeting(request, pk)
    user: Any = get_object_or_404(get_user_model()._default_manager, pk=_number(request.POST.get("user")))
    _try(request, boards.attend, meeting=meeting, user=user, here=request.POST.get("here") == "1")
    return _back(meeting)


@require_POST
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a seat out of an item, or take it back in."""
    item = _item_of(request, pk)
    seat = get_object_or_404(Seat.objects.visible_to(request.user), pk=_number(request.POST.get("seat")))
    _try(request, boards.recuse, item=item, seat=seat, out=request.POST.get("out") == "1")
    return _back(item.meeting, item)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast the vote of a seat."""
    item = _item_of(request, pk)
    seat = get_object_or_404(Seat.objects.visible_to(request.user), pk=_number(request.POST.get("seat")))
    _try(request, boards.cast, item=item, seat=seat, choice=request.POST.get("choice", ""))
    return _back(item.meeting, item)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda, with the reason."""
    item = _item_of(request, pk)
    _try(request, boards.drop, item=item, reason=request.POST.get("reason", ""))
    return _back(item.meeting, item)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the decision on an item."""
    item = _item_of(request, pk)
    try:
        motion = motion_of(request, item)
        taken = boards.decide(item=item, motion=motion, who=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
        _keep(request, item, error.messages)
    except Conflict:
        _told_of_conflict(request)
    else:
        toast(request, _("Decided: %(number)s.") % {"number": taken.number})
    return _back(item.meeting, item)


def motion_of(request: HttpRequest, item: BoardItem) -> boards.Motion:
    """What was typed, as a motion. ValidationError for a date that is none."""
    post = request.POST
    asked = [
        boards.Asked(text.strip(), get_user_model()._default_manager.filter(pk=_number(who)).first(), _day(due))
        for text, who, due in zip(post.getlist("condition"), post.getlist("answers"), post.getlist("due"), strict=False)
        if text.strip()
    ]
    waivers = []
    look = conditions.looking([item.service], request.user)
    for what, reason, until in zip(post.getlist("waive"), post.getlist("reason"), post.getlist("until"), strict=False):
        kind, _colon, pk = what.partition(":")
        model = {"deliverable": Deliverable, "verdict": PilotCustomer}.get(kind)
        if model is None:
            continue
        record: Any = model._default_manager.filter(pk=_number(pk)).first()
        if record is None or what not in {each["value"] for each in _waivable(item, look)}:
            raise ValidationError(_("There is nothing of this name to waive."))
        waivers.append(boards.Waiver(record, reason, _day(until)))
    before: Decision | None = None
    if typed := post.get("supersedes", ""):
        standing = Decision.objects.visible_to(request.user).filter(service=item.service_id, superseded_by=None)
        before = standing.filter(pk=_number(typed)).first()
        if before is None:
            raise ValidationError(_("A decision supersedes one about the same service."))
    return boards.Motion(
        post.get("outcome", ""), post.get("text", ""), _day(post.get("hold_until", "")), tuple(asked), tuple(waivers),
        before,
    )  # fmt: skip


def _day(text: str) -> Any:
    """A date, None when nothing was typed."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError(_("“%(text)s” is not a date.") % {"text": text[:30]}) from None


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else 0
