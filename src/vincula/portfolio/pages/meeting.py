"""The board meeting, live: papers and pre-check, attendance and quorum, votes, decision, minutes as they appear (L2)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.pages.single.finding import ANY, is_part
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.parties.models import Function
from vincula.portfolio import conditions, sentences
from vincula.portfolio.actions import boards
from vincula.portfolio.lifecycles import CONDITION
from vincula.portfolio.models import BoardItem, BoardMeeting, Seat, Vote
from vincula.portfolio.pages import motion
from vincula.portfolio.pages.leading import back_to, find_item, number
from vincula.portfolio.queries.session import Session, session
from vincula.portfolio.retold import retold
from vincula.portfolio.rules import votes

TONES = {"yes": "good", "no": "bad"}
WHOLE = 5  # items of a kind that are shown whole before anything happened to them; the others are lines that open
LINES = 25  # lines of a kind that are shown; the others stand behind one link, ?all=1


def register() -> None:
    """Put the page in place."""
    places.override("portfolio.boardmeeting", page)


@dataclass
class Seen:
    """A meeting as one reader sees it, for all of its items."""

    request: HttpRequest
    meeting: BoardMeeting
    found: Session
    listed: list[votes.Seat]
    leads: bool
    look: conditions.Look
    choices: dict[str, str]  # {vote: what it is called}
    gates: dict[int, str]  # {gate: what it is called}, filled as it is asked
    service: str  # where addresses of services begin
    line: str  # the address of an item, with ``ANY`` in place of its number

    def gate(self, item: BoardItem) -> str:
        if item.gate is None:
            return ""
        if item.gate.pk not in self.gates:
            self.gates[item.gate.pk] = registry.get("portfolio.phasegate").title(item.gate)
        return self.gates[item.gate.pk]


def page(request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]) -> HttpResponse:
    """The meeting as it stands; ?item= names one that is shown whole."""
    assert isinstance(record, BoardMeeting)
    found = session(record, request.user, items=True)
    leads = _leads(request.user, found) or base_context["may"]["change"]
    listed, here = found.voting(), found.present
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
        "kinds": _agenda(request, record, found, leads),
    }
    return render(request, "portfolio/meeting.html", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item of a meeting whole: for htmx, when its line is opened; else the page of the meeting, where it stands."""
    one = find_item(request, pk)
    if not is_part(request):
        return back_to(one.meeting, one)
    user, meeting = request.user, one.meeting
    found = session(meeting, user, items=True)
    leads = _leads(user, found) or door.may(user, "change", meeting)
    there = next(each for items in found.items.values() for each in items if each.pk == pk)
    told = _item(there, _seen(request, meeting, found, leads, [there]))
    context = {"item": told, "votes": meeting.board.kind == "decides"}
    return render(request, "portfolio/item_opened.html", context)


def _leads(user: Any, found: Session) -> bool:
    chairing = {s.pk for s in found.seats if s.chairs}
    return votes.chairs(user.pk, [s for s in found.voting() if s.pk in chairing], found.present)


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


def _agenda(request: HttpRequest, meeting: BoardMeeting, found: Session, leads: bool) -> list[dict[str, Any]]:
    """The four kinds, each with its items: why it is here, what misses, votes, decision.

    The first ``WHOLE`` of a kind are shown whole, and every one with which something was done; the others are lines,
    the first ``LINES`` of them, and the number of the rest.
    """
    asked = number(request.GET.get("item"))
    whole: list[BoardItem] = []
    for items in found.items.values():
        waiting = 0
        for each in items:
            done = each.pk == asked or _is_touched(request, each, found)
            waiting += not done
            if done or waiting <= WHOLE:
                whole.append(each)
    seen, shown_whole = _seen(request, meeting, found, leads, whole), {each.pk for each in whole}
    most = None if "all" in request.GET else LINES
    told = []
    for kind, label in BoardItem.Kind.choices:
        items = found.items.get(kind, [])
        lines = [each.pk for each in items if each.pk not in shown_whole]
        left_out = set(lines[most:]) if most is not None else set()
        listed = [_item(i, seen) if i.pk in shown_whole else _line(i, seen) for i in items if i.pk not in left_out]
        if items:
            told.append({"label": label, "listed": listed, "more": len(left_out)})
    return told


def _is_touched(request: HttpRequest, one: BoardItem, found: Session) -> bool:
    """The board did something with it: decided, voted, recused, took it off, said something, or began to decide."""
    done = _taken(one) is not None or one.dropped or one.advice or one.pk in found.votes or one.pk in found.recused
    return bool(done) or motion.is_kept(request, one)


def _taken(one: BoardItem) -> Any:
    return getattr(one, "decision", None)


def _seen(request: HttpRequest, meeting: BoardMeeting, found: Session, leads: bool, whole: list[BoardItem]) -> Seen:
    """With the papers that the gates of the items ask for which are shown whole and wait for a decision."""
    reads: dict[int, set[str]] = {}
    for each in whole:
        if each.gate is not None and not each.dropped and _taken(each) is None:
            reads.setdefault(each.service_id, set()).update(conditions.reads(each.gate.conditions))
    look = conditions.looking([each.service for each in whole if each.service_id in reads], request.user, reads)
    choices = {value: str(label) for value, label in Vote.Choice.choices}
    return Seen(
        request,
        meeting,
        found,
        found.voting(),
        leads,
        look,
        choices,
        {},
        registry.get("portfolio.service").path,
        reverse("portfolio:agenda-item", args=[ANY]),
    )


def _line(one: BoardItem, seen: Seen) -> dict[str, Any]:
    """An item as a line that opens, and what its first line says."""
    there = one.service_id in seen.found.services
    return {
        "pk": one.pk, "name": one.service.name if there else sentences.hidden_service(), "reason": retold(one.reason),
        "gate": seen.gate(one), "line": seen.line.replace(str(ANY), str(one.pk)),
        "url": f"{seen.service}{one.service_id}/" if there else "",
    }  # fmt: skip


def _item(one: BoardItem, seen: Seen) -> dict[str, Any]:
    found, meeting, listed, request = seen.found, seen.meeting, seen.listed, seen.request
    taken = _taken(one)
    decision = taken if taken is not None and taken.pk in found.decisions else None
    out, given, here = found.recused.get(one.pk, set()), found.votes.get(one.pk, []), found.present
    live = meeting.state == "open" and taken is None and not one.dropped
    one.meeting = meeting
    who = request.user.pk or 0
    own = [s for s in listed if who in (s.member, s.deputy)] if live else []
    return {
        **_line(one, seen), "line": "", "dropped": one.dropped, "advice": one.advice,
        "missing": [] if taken or one.dropped else boards.pre_check(one, viewer=request.user, read=seen.look.read),
        "given": [{"told": f"{v.told['by__name'] or v.told['by__email']}: {seen.choices[v.choice]}",
                   "tone": TONES.get(v.choice, "none")} for v in given],
        "count": found.count(one.pk, listed, boards.rules_of(meeting)).told if given else "",
        "decision": decision, "quorum": retold(decision.quorum) if decision else "", "decision_url": registry.get("portfolio.decision").url(decision) if decision else "",
        "conditions": [
            {"due": c.due, "text": c.text, "answers": c.told["answers__name"] or c.told["answers__email"],
             "tone": CONDITION.tones[c.state], "state": c.get_state_display()}
            for c in found.conditions.get(decision.pk, [])
        ] if decision else [],
        "may_vote": [s.pk for s in own if votes.may_vote(who, s, listed, here, out) is None],
        "may_decide": live and seen.leads,
        "held": sentences.paragraph(_("Held until %(day)s.") % {"day": shown.format_date(decision.hold_until)})
        if decision and decision.hold_until else "",
        "recused": [s.pk for s in listed if s.pk in out],
        "motion": motion.offered(request, one) if live and seen.leads and motion.is_kept(request, one) else None,
    }  # fmt: skip
