"""The board meeting, live: papers and pre-check, attendance and quorum, votes, decision, minutes as they appear (L2)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.parties.models import Function
from vincula.portfolio import conditions, sentences
from vincula.portfolio.actions import boards
from vincula.portfolio.lifecycles import CONDITION
from vincula.portfolio.models import (
    BoardItem,
    BoardMeeting,
    Seat,
    Service,
    Vote,
)
from vincula.portfolio.pages import motion
from vincula.portfolio.queries.seen import seen_ids
from vincula.portfolio.queries.session import Session, session
from vincula.portfolio.rules import votes

SHOWN = (
    "meeting", "kind", "position", "reason", "dropped", "advice", "service__name", "service__phase",
    "service__project_manager", "service__technical_lead", "service__customer_lead", "gate__conditions",
    "gate__source__name", "gate__source__names", "gate__target__name", "gate__target__names", "decision__number",
    "decision__outcome", "decision__yes", "decision__no", "decision__quorum", "decision__text",
    "decision__hold_until",
)  # fmt: skip  # what the page asks of its items and what they name: a decision keeps long papers
TONES = {"yes": "good", "no": "bad"}


def register() -> None:
    """Put the page in place."""
    places.override("portfolio.boardmeeting", page)


def page(request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]) -> HttpResponse:
    """The meeting as it stands."""
    assert isinstance(record, BoardMeeting)
    user = request.user
    found = session(record, user)
    listed = found.voting()
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
    }
    return render(request, "portfolio/meeting.html", context)


def _seats(found: Session) -> list[dict[str, Any]]:
    """Who sits there, whether they came, and the deputy."""
    told = []
    for seat in found.seats:
        member = found.member_of(seat)
        people = [{"pk": p, "name": found.users[p], "here": p in found.present, "deputy": p == seat.deputy_id and p != member}
                  for p in (member, seat.deputy_id) if p in found.users]  # fmt: skip
        told.append({"people": people, "chairs": seat.chairs, "function": _function(seat), "vacant": member is None})
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
    for item in rows:
        if item.gate is not None and not item.dropped and getattr(item, "decision", None) is None:
            reads.setdefault(item.service_id, set()).update(conditions.reads(item.gate.conditions))
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
    item.meeting = meeting
    who, there = request.user.pk or 0, item.service_id in found.services
    own = [s for s in listed if who in (s.member, s.deputy)] if live else []
    said = {value: str(label) for value, label in Vote.Choice.choices}
    return {
        "pk": item.pk, "name": item.service.name if there else sentences.hidden_service(),
        "url": registry.get("portfolio.service").url(item.service) if there else "",
        "reason": item.reason, "gate": registry.get("portfolio.phasegate").title(item.gate) if item.gate else "", "dropped": item.dropped,
        "advice": item.advice, "missing": [] if taken or item.dropped else boards.pre_check(item, viewer=request.user, read=look.read),
        "given": [{"told": f"{v.told['by__name'] or v.told['by__email']}: {said[v.choice]}",
                   "tone": TONES.get(v.choice, "none")} for v in given],
        "count": found.count(item.pk, listed, boards.rules_of(meeting)).told if given else "",
        "decision": decision, "decision_url": registry.get("portfolio.decision").url(decision) if decision else "",
        "conditions": [
            {"due": c.due, "text": c.text, "answers": c.told["answers__name"] or c.told["answers__email"],
             "tone": CONDITION.tones[c.state], "state": c.get_state_display()}
            for c in found.conditions.get(decision.pk, [])
        ] if decision else [],
        "may_vote": [s.pk for s in own if votes.may_vote(who, s, listed, here, out) is None], "may_decide": live and leads,
        "held": sentences.paragraph(_("Held until %(day)s.") % {"day": shown.format_date(decision.hold_until)})
        if decision and decision.hold_until else "",
        "recused": [s.pk for s in listed if s.pk in out],
        "motion": motion.offered(request, item) if live and leads and motion.is_kept(request, item) else None,
    }  # fmt: skip
