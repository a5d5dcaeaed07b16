"""The form by which a board decides on an item: it comes when somebody opens it, and again when it was refused (L2)."""

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vincula.kernel.records.actions import Conflict
from vincula.kernel.ui.toasts import toast
from vincula.portfolio import conditions, sentences
from vincula.portfolio.actions import boards
from vincula.portfolio.models import BoardItem, BoardMeeting, Decision, Deliverable, PilotCustomer
from vincula.portfolio.pages.leading import asked_for, back_to, find_item, is_over, number, told_of_conflict
from vincula.portfolio.queries.session import session

WAIVABLE = {"work", "pilots", "customers"}  # papers of which the board may let some pass
ROWS = 3  # conditions and waivers that the form offers at once
KEPT = "portfolio.motion:"  # in the session of who typed it
TYPED = (
    "outcome", "text", "hold_until", "supersedes", "condition", "answers", "due", "waive", "reason", "until",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the decision on an item; GET gives the form."""
    item = find_item(request, pk)
    if request.method == "POST":
        return _decide(request, item)
    boards.must_lead(request.user, item.meeting)
    votes = item.meeting.board.kind == "decides"
    over = is_over(item) if votes else _("An advisory board gives advice; it does not vote.")
    context = {"title": _("Take the decision"), "over": over, "motion": None if over else offered(request, item)}
    return asked_for(request, item, "portfolio/motion.html", context)


def offered(request: HttpRequest, item: BoardItem) -> dict[str, Any]:
    """What the form offers to who leads, and what it holds already. ``item`` comes with meeting, board, service, gate."""
    user = request.user
    found = session(item.meeting, user)
    look = conditions.looking([item.service], user, {item.service_id: WAIVABLE})
    count = found.count(item.pk, found.voting(), boards.rules_of(item.meeting))
    return {
        "item": item.pk,
        "outcomes": Decision.Outcome.choices,
        "people": _people(item.meeting),
        "supersedes": capfirst(Decision._meta.get_field("supersedes").verbose_name),
        "standing": [
            {"pk": pk, "label": f"{series}: {Decision.Outcome(outcome).label}"}
            for pk, series, outcome in boards.standing(item, user)
            .order_by("-pk")
            .values_list("pk", "number", "outcome")
        ],
        "waivable": _waivable(item, look),
        "kept": _kept(request, item, count.carried),
    }


def is_kept(request: HttpRequest, item: BoardItem) -> bool:
    """Whether what was typed for the item was refused, and is shown again."""
    return f"{KEPT}{item.pk}" in request.session


def _decide(request: HttpRequest, item: BoardItem) -> HttpResponse:
    try:
        motion = _motion_of(request, item)
        taken = boards.decide(item=item, motion=motion, who=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
        _keep(request, item, error.messages)
    except Conflict:
        told_of_conflict(request)
    else:
        toast(request, _("Decided: %(number)s.") % {"number": taken.number})
    return back_to(item.meeting, item)


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
    return [
        {"value": f"deliverable:{each.pk}", "label": sentences.phase_name(each)}
        if isinstance(each, Deliverable)
        else {"value": f"verdict:{each.pk}", "label": _("Verdict of %(organisation)s") % {"organisation": papers.name(each)}}
        for each in conditions.waivable(item.service, look) if (type(each), each.pk) in papers.seen
    ]  # fmt: skip


def _people(meeting: BoardMeeting) -> list[dict[str, Any]]:
    rows = get_user_model()._default_manager.filter(is_active=True, kind="staff").order_by("name", "email")[:300]
    return [{"pk": u.pk, "name": str(u)} for u in rows]


def _motion_of(request: HttpRequest, item: BoardItem) -> boards.Motion:
    """What was typed, as a motion. ValidationError for a date that is none."""
    post = request.POST
    asked = [
        boards.Asked(text.strip(), get_user_model()._default_manager.filter(pk=number(who)).first(), _day(due))
        for text, who, due in zip(post.getlist("condition"), post.getlist("answers"), post.getlist("due"), strict=False)
        if text.strip()
    ]
    waivers = []
    look = conditions.looking([item.service], request.user, {item.service_id: WAIVABLE})
    for what, reason, until in zip(post.getlist("waive"), post.getlist("reason"), post.getlist("until"), strict=False):
        kind, _colon, pk = what.partition(":")
        model = {"deliverable": Deliverable, "verdict": PilotCustomer}.get(kind)
        if model is None:
            continue
        record: Any = model._default_manager.filter(pk=number(pk)).first()
        if record is None or what not in {each["value"] for each in _waivable(item, look)}:
            raise ValidationError(_("There is nothing of this name to waive."))
        waivers.append(boards.Waiver(record, reason, _day(until)))
    before: Decision | None = None
    if typed := post.get("supersedes", ""):
        before = boards.standing(item, request.user).filter(pk=number(typed)).first()
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
