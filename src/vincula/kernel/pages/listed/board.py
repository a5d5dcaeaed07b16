"""The same list as a board: a column for each value, cards that move by hand, by key or by button."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vincula.kernel.access import door
from vincula.kernel.entity import filters, listing, moving, reading
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.kind import NOTHING
from vincula.kernel.pages.listed import sentence
from vincula.kernel.pages.listed.asked import Asked, board_field, list_path
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.ui import toasts
from vincula.kernel.ui.format import format_number

MOST_CARDS = 30  # of a column; the rest is a press away in the list
ON_CARD = 3  # fields under a card's title


@dataclass
class Card:
    record: Record
    title: str
    url: str
    facts: list[Any]
    targets: list[tuple[str, str]]


@dataclass
class Lane:
    """A column of the board. ``more`` opens the list of all that stand in it."""

    key: str
    title: str
    count: int
    more: str
    cards: list[Card] = field(default_factory=list)


def values_of(entity: Entity) -> list[tuple[str, str]]:
    """(value, label) of the columns, in their order."""
    if entity.lifecycle is not None and board_field(entity) == entity.lifecycle.field:
        return [(key, str(label)) for key, label in entity.lifecycle.choices]
    return [(str(v), str(label)) for v, label in entity.fields[board_field(entity)].choices]


def show(request: HttpRequest, asked: Asked, base: dict[str, Any]) -> HttpResponse:
    """The board of what the filters keep."""
    entity, user, name = asked.entity, request.user, board_field(asked.entity)
    page_order = listing.ordered(entity, asked.params.get("sort", ""))
    matched = listing.reading_along(listing.selected(entity, user, asked.params), page_order, user)
    counts = dict(matched.order_by().values_list(name).annotate(n=Count("pk")).order_by())
    shown = asked.columns[1:]
    shown = [f for f in shown if f.name != name][:ON_CARD]
    lanes = [Lane(v, label, counts.get(v, 0), asked.href(layout=None, **{name: v})) for v, label in values_of(entity)]
    place = Window(RowNumber(), partition_by=[F(name)], order_by=_order(page_order))
    first = entity.select(matched.annotate(nth=place)).filter(nth__lte=MOST_CARDS).order_by("nth")
    records = list(first)
    changeable = set(door.visible(entity.model._base_manager.filter(pk__in=[r.pk for r in records]), user, "change")
                     .values_list("pk", flat=True)) if entity.may(user, "change") else set()  # fmt: skip
    by_key = {lane.key: lane for lane in lanes}
    for record, values in zip(records, reading.read(entity, records, shown, user), strict=True):
        if lane := by_key.get(str(getattr(record, name))):
            facts = [f.kind.html(values[f.name], f) for f in shown if values[f.name] not in NOTHING]
            open_to = targets(entity, record) if record.pk in changeable else []
            lane.cards.append(Card(record, entity.title(record), entity.url(record), facts, open_to))
    conditions = filters.parse(entity, asked.params)
    context = {**base, "lanes": lanes, "total": sum(counts.values()), "clauses": sentence.clauses(asked, conditions),
               "sorting": sentence.sorted_by(asked, page_order), "back": request.get_full_path(),
               "count": format_number(sum(counts.values()))}  # fmt: skip
    return render(request, "listed/board.html", context)


def _order(order: listing.Order) -> list[Any]:
    return [F(c).desc(nulls_last=True) if down else F(c).asc(nulls_first=True) for c, down in order.keys]


def targets(entity: Entity, record: Record) -> list[tuple[str, str]]:
    """(value, label) of where the card may be tried to go: every other value, or where a move leads."""
    here = str(getattr(record, board_field(entity)))
    if entity.lifecycle is None or board_field(entity) != entity.lifecycle.field:
        return [(v, label) for v, label in values_of(entity) if v != here]
    lifecycle = entity.lifecycle
    led = {m.target: str(m.label) for m in reversed(lifecycle.moves) if here in m.source and m.target != here}
    return [(s.key, led[s.key]) for s in lifecycle.states if s.key in led]


@require_POST
def move(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Put one card into another column. A refused move answers 422 with every sentence that stands against it."""
    if not board_field(entity):
        return _answer(request, entity, 404, _("This list has no board."))
    record = get_object_or_404(entity.rows(request.user), pk=pk)
    to, given = request.POST.get("to", ""), request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
    try:
        done = set_column(entity, record, to, who=request.user, expected_version=version)
    except ValidationError as error:
        return _answer(request, entity, 422, " ".join(error.messages))
    except actions.Conflict as conflict:
        return _answer(request, entity, 409, _("%(problem)s Nothing was moved; look again.") % {"problem": conflict})
    except PermissionDenied as error:
        return _answer(request, entity, 403, str(error))
    label = dict(values_of(entity)).get(to, to)
    said = _("“%(record)s” moved to “%(column)s”.") % {"record": entity.title(done), "column": label}
    return _answer(request, entity, 200, said, version=done.version)


def set_column(entity: Entity, record: Record, to: str, *, who: Any, expected_version: int | None = None) -> Record:
    """Through the lifecycle where there is one. Raises ValidationError, Conflict, PermissionDenied."""
    name = board_field(entity)
    labels, here = dict(values_of(entity)), str(getattr(record, name))
    if to not in labels:
        raise ValidationError(_("There is no column “%(name)s” here."), params={"name": to})
    if to == here:
        return record
    if entity.lifecycle is None or name != entity.lifecycle.field:
        return actions.change(record, who=who, expected_version=expected_version, **{name: to})
    moves = [m for m in entity.lifecycle.moves if here in m.source and m.target == to]
    if not moves:
        raise ValidationError(
            _("No move leads from “%(here)s” to “%(there)s”."),
            params={"here": labels.get(here, here), "there": labels[to]},
        )
    best = next((m for m in moves if not m.gate.missing(record)), moves[0])
    return moving.move(record, best.key, who=who, expected_version=expected_version)


def _answer(
    request: HttpRequest, entity: Entity, status: int, said: str, *, version: int | None = None
) -> HttpResponse:
    """Scripts get one line and a message, people go back to their board and read the sentence there."""
    tone: toasts.Tone = "good" if status == 200 else "bad"
    if request.headers.get("HX-Request") == "true":
        if status != 200:
            return HttpResponse(f"{said}\n", status=status, content_type="text/plain; charset=utf-8")
        return toasts.with_toast(JsonResponse({"version": version}), said, tone=tone)
    toasts.toast(request, said, tone=tone)
    return redirect(back_to(request, "?layout=board", entity))


def back_to(request: HttpRequest, otherwise: str, entity: Entity) -> str:
    """The page that a form names, if it is one of ours."""
    wanted = request.POST.get("back", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else list_path(entity) + otherwise
