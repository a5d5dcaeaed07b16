"""Move a record along its lifecycle; put it in the trash and bring it back. Each says first what will happen."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel.entity import moving
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.links import actions as links
from vincula.kernel.pages.single import conflict, related, telling
from vincula.kernel.pages.single.finding import address, find, posted_version, require, way_back
from vincula.kernel.records import actions, history, state
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none
from vincula.kernel.ui.toasts import toast


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, entity: Entity, pk: int, key: str) -> HttpResponse:
    """Before: the move, where it leads and what stands against it. POST makes it; 422 with sentences, 409 when stale."""
    record = find(request, entity, pk)
    if entity.lifecycle is None:
        raise Http404
    try:
        wanted = entity.lifecycle.move(key)
    except LookupError:
        raise Http404 from None
    require(request, "change", record)
    if request.method == "GET":
        against = [str(s) for s in wanted.gate.missing(record)]
        if getattr(record, entity.lifecycle.field) not in wanted.source:
            against = [_("This move does not start from here; somebody may have moved the record already.")]
        return _before(request, entity, record, wanted, against)
    try:
        moved = moving.move(record, key, who=request.user, expected_version=posted_version(request))
    except ValidationError as error:
        return _before(request, entity, find(request, entity, pk), wanted, error.messages, status=422)
    except actions.Conflict as stale:
        return _stale_move(request, entity, find(request, entity, pk), wanted, stale.base_version)
    label = telling.capital(str(entity.lifecycle.state(wanted.target).label))
    last = history.entries(moved).first()
    undo = address("undo", entity, moved, last.pk) if last else ""
    toast(request, _("“%(record)s” is now: %(state)s.") % {"record": entity.title(moved), "state": label}, undo=undo)
    return redirect(way_back(request, entity.url(moved)))


def _before(
    request: HttpRequest, entity: Entity, record: Record, wanted: Any, against: list[str], *, status: int = 200,
    meanwhile: list[telling.Told] | None = None, theirs: str = "",
) -> HttpResponse:  # fmt: skip
    lifecycle = entity.lifecycle
    here = lifecycle.state(getattr(record, lifecycle.field))
    context = {
        "entity": entity,
        "record": record,
        "title": entity.title(record),
        "label": telling.capital(str(wanted.label)),
        "here": {"tone": here.tone or "none", "label": telling.capital(str(here.label))},
        "target": {"tone": lifecycle.state(wanted.target).tone or "none",
                   "label": telling.capital(str(lifecycle.state(wanted.target).label))},
        "decided_by": wanted.gate.decided_by,
        "against": against,
        "meanwhile": meanwhile or [],
        "theirs": theirs,
        "version": record.version,
        "action": address("move", entity, record, wanted.key),
        "record_url": entity.url(record),
        "edit_url": address("edit", entity, record),
    }  # fmt: skip
    return render(request, "single/move.html", context, status=status)


def _stale_move(request: HttpRequest, entity: Entity, record: Record, wanted: Any, base_version: int) -> HttpResponse:
    """409: what somebody changed since the page was opened, and the move again with the present version."""
    base = history.at_version(record, base_version)
    teller = telling.Teller(entity, request.user)
    told = teller.differences(state.difference(base, state.of(record))) if base is not None else []
    changes = [one for one in told if one.before or one.after]
    against = [str(s) for s in wanted.gate.missing(record)]
    if getattr(record, entity.lifecycle.field) not in wanted.source:
        against = [_("This move does not start from here; somebody may have moved the record already.")]
    theirs = conflict.theirs(record, base_version)
    return _before(request, entity, record, wanted, against, status=409, meanwhile=changes, theirs=theirs)


@require_http_methods(["GET", "POST"])
def trash(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Ask, naming what points to the record; then put it in the trash, from where it can come back."""
    record = find(request, entity, pk)
    require(request, "delete", record)
    if request.method == "GET":
        context = {
            "entity": entity,
            "record": record,
            "title": entity.title(record),
            "what": _what_goes(entity, record, request.user),
            "action": address("trash_one", entity, record),
            "record_url": entity.url(record),
        }
        return render(request, "single/trash.html", context)
    try:
        actions.trash(record, who=request.user)
    except actions.Conflict:
        toast(request, _("Somebody saved this record at the same moment. Look at it, then try again."), tone="bad")
        return redirect(entity.url(record))
    except ValidationError as error:
        toast(request, _("It stays: %(why)s") % {"why": " ".join(error.messages)}, tone="bad")
        return redirect(entity.url(record))
    said = _("“%(record)s” is in the trash.") % {"record": entity.title(record)}
    toast(request, said, undo=address("restore", entity, record))
    return redirect(url_or_none("entity:list", entity.slug) or "/")


def _what_goes(entity: Entity, record: Record, user: Any) -> list[str]:
    """What will no longer be reached through this record, in sentences."""
    listed = related.of(entity, user)
    said, counted = [], related.counts(f"what goes, {entity.key}", listed, record.pk, user)
    for each in listed:
        if many := counted[each.key]:
            said.append(
                ngettext(
                    "%(plural)s: %(many)s names it and stays, but the name is no longer shown there.",
                    "%(plural)s: %(many)s name it and stay, but the name is no longer shown there.",
                    many,
                ) % {"plural": related.label(each, listed), "many": many}
            )  # fmt: skip
    if many := len(links.ends(record, user)):
        said.append(ngettext("%(many)s link to another record is hidden.", "%(many)s links to other records are hidden.", many)
                    % {"many": many})  # fmt: skip
    return said


@require_POST
def restore(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Bring the record back from the trash."""
    record = find(request, entity, pk, or_trashed=True)
    require(request, "delete", record)
    try:
        actions.restore(record, who=request.user)
    except ValidationError as error:
        toast(request, _("It cannot come back: %(why)s") % {"why": " ".join(error.messages)}, tone="bad")
    else:
        toast(request, _("“%(record)s” is back.") % {"record": entity.title(record)})
    return redirect(entity.url(record))
