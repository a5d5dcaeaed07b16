"""What is done at a board meeting beside deciding: who is there, votes, recusals, what is taken off the agenda (L2)."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel.entity import registry
from vincula.kernel.pages.single.finding import is_part
from vincula.kernel.records.actions import Conflict
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.toasts import toast
from vincula.portfolio import sentences
from vincula.portfolio.actions import agenda, boards
from vincula.portfolio.models import BoardItem, BoardMeeting, Decision, Seat, Service
from vincula.portfolio.queries.seen import seen_ids
from vincula.portfolio.queries.session import Session, session


def find_item(request: HttpRequest, pk: int) -> BoardItem:
    """An item that the reader may see, with its meeting; else Http404."""
    rows = BoardItem.objects.visible_to(request.user).select_related("meeting__board", "service", "gate")
    return get_object_or_404(rows, pk=pk)


def back_to(meeting: BoardMeeting, item: BoardItem | None = None) -> HttpResponse:
    """To the page of the meeting, where the item stands whole."""
    anchor = f"?item={item.pk}#item-{item.pk}" if item else "#seats"
    return redirect(registry.get("portfolio.boardmeeting").url(meeting) + anchor)


def is_over(item: BoardItem) -> str:
    """Why nothing is done with an item any more, or not yet; "" while the board talks about it."""
    if item.meeting.state != "open":
        return _("The meeting is not open.")
    if Decision.objects.filter(item=item).exists():
        return _("This item is decided; another decision may supersede it.")
    return _("This item was taken off the agenda.") if item.dropped else ""


def asked_for(request: HttpRequest, item: BoardItem, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form of the item: for htmx, which puts it where somebody opens it, or as a page of its own without scripts; or the
    sentence why there is none (``over``)."""
    template = "portfolio/over.html" if context["over"] else template
    there = seen_ids(request.user, Service, [item.service_id])
    context |= {
        "form": template, "service": item.service.name if there else sentences.hidden_service(),
        "back": f"{registry.get('portfolio.boardmeeting').url(item.meeting)}?item={item.pk}#item-{item.pk}",
    }  # fmt: skip
    return render(request, template if is_part(request) else "portfolio/item_form.html", context)


def told_of_conflict(request: HttpRequest) -> None:
    toast(request, _("Somebody did something here at the same moment. Look at it, then try again."), tone="bad")


def number(text: Any) -> int:
    """The number that was sent; 0, which no record has, for anything else."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _meeting(request: HttpRequest, pk: int) -> BoardMeeting:
    return get_object_or_404(BoardMeeting.objects.visible_to(request.user).select_related("board"), pk=pk)


def _try(request: HttpRequest, verb: Any, **values: Any) -> bool:
    """Do ``verb`` as the person who asks; tell what stands against it."""
    try:
        verb(who=request.user, **values)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
        return False
    except Conflict:
        told_of_conflict(request)
        return False
    return True


@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again what is due for the agenda."""
    meeting = _meeting(request, pk)
    boards.must_lead(request.user, meeting)
    added = agenda.fill(meeting)
    toast(request, _("The agenda is up to date; %(n)s added.") % {"n": shown.format_number(len(added))})
    return back_to(meeting)


@require_POST
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who is there."""
    meeting = _meeting(request, pk)
    user: Any = get_object_or_404(get_user_model()._default_manager, pk=number(request.POST.get("user")))
    _try(request, boards.attend, meeting=meeting, user=user, here=request.POST.get("here") == "1")
    return back_to(meeting)


@require_POST
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a seat out of an item, or take it back in."""
    item = find_item(request, pk)
    seat = get_object_or_404(Seat.objects.visible_to(request.user), pk=number(request.POST.get("seat")))
    _try(request, boards.recuse, item=item, seat=seat, out=request.POST.get("out") == "1")
    return back_to(item.meeting, item)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast the vote of a seat."""
    item = find_item(request, pk)
    seat = get_object_or_404(Seat.objects.visible_to(request.user), pk=number(request.POST.get("seat")))
    _try(request, boards.cast, item=item, seat=seat, choice=request.POST.get("choice", ""))
    return back_to(item.meeting, item)


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda, with the reason. GET gives the forms for that and for recusing seats."""
    item = find_item(request, pk)
    if request.method == "POST":
        _try(request, boards.drop, item=item, reason=request.POST.get("reason", ""))
        return back_to(item.meeting, item)
    boards.must_lead(request.user, item.meeting)
    found = session(item.meeting, request.user)
    context = {
        "item": item.pk,
        "title": _("Recuse a seat, or take the item off"),
        "over": is_over(item),
        "out": found.recused.get(item.pk, set()),
        "seats": _recusable(found),
    }
    return asked_for(request, item, "portfolio/drop.html", context)


def _recusable(found: Session) -> list[dict[str, Any]]:
    """The seats that somebody holds, each with what its button says."""
    told = []
    for seat in found.seats:
        member = found.member_of(seat)
        if member is None:
            continue
        name = next((found.users[p] for p in (member, seat.deputy_id) if p in found.users), "")
        told.append({"pk": seat.pk, "recuse": _("Recuse %(name)s") % {"name": name},
                     "take_back": _("Take back in: %(name)s") % {"name": name}})  # fmt: skip
    return told
