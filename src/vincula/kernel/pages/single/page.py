"""The page of one record: head, tabs, and under them overview, timeline, related lists, files, links or history."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vincula.kernel.access import door
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.pages.single import files, folding, following, head, overview, past, related, stream, thread
from vincula.kernel.pages.single.finding import address, find, is_part
from vincula.kernel.records.models import Record

FILES, FOLLOWING = "files", "following"  # counted in the same statement as the related lists
RIGHTS: tuple[door.Action, ...] = ("change", "delete")


@require_safe
def record(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The page, at the tab that ``?tab=`` names; a record in the trash shows that it is there."""
    return _page(request, entity, pk, request.GET.get("tab", "overview"))


@require_safe
def tab(request: HttpRequest, entity: Entity, pk: int, key: str) -> HttpResponse:
    """One tab: only its content for htmx, else the page at that tab."""
    return _page(request, entity, pk, key)


def _page(request: HttpRequest, entity: Entity, pk: int, key: str) -> HttpResponse:
    found = find(request, entity, pk, or_trashed=True)
    context = base(request, entity, found, key)
    content = _content(request, entity, found, key, context)
    view = places.overriding(entity)
    if key == "overview" and view is not None and not is_part(request):
        return view(request, entity=entity, record=found, base_context={**context, **content})
    template = "single/part.html" if is_part(request) else "single/record.html"
    return render(request, template, {**context, **content})


def base(request: HttpRequest, entity: Entity, record: Record, key: str = "overview") -> dict[str, Any]:
    """What ``single/record.html`` and every page that extends it needs: values, head, tabs, rights.

    Keys: entity record title standfirst row may head tabs all_tabs_from key urls version.
    """
    user = request.user
    wanted = {f.name: f for f in [*head.needed(entity), *(overview.fields_shown(entity) if key == "overview" else ())]}
    row = overview.values_of(entity, record, user, list(wanted.values()))
    listed = related.of(entity, user)
    own = type(record)._base_manager.all()

    def more(pk: int) -> dict[str, Any]:
        rights: dict[str, Any] = {action: door.visible(own.filter(pk=pk), user, action) for action in RIGHTS}
        return {FILES: files.of(entity, pk, user), FOLLOWING: following.of(user, entity, pk), **rights}

    many = related.counts(f"the page, {entity.key}", listed, record.pk, user, more)
    may = {str(action): bool(many[action]) for action in RIGHTS}
    shown = head.of(request, entity, record, row, may)
    shown["following"] = bool(many[FOLLOWING])
    standfirst = entity.standfirst(record, user) if record.trashed_at is None else ""
    there = tabs(request, entity, record, key, listed, many)
    setattr(request, "frame_section", entity.room)  # noqa: B010  # the frame asks which room is current
    return {
        "entity": entity,
        "record": record,
        "title": entity.title(record),
        "standfirst": standfirst,
        "row": row,
        "may": may,
        "head": shown,
        "tabs": there,
        "all_tabs_from": folding.folded(there),
        "key": key,
        "urls": {
            name: address(name, entity, record) for name in ("record", "edit", "follow", "restore", "quick", "history")
        },
        "version": record.version,
    }


def tabs(
    request: HttpRequest, entity: Entity, record: Record, key: str, listed: list[related.Related], many: dict[str, int]
) -> list[dict[str, Any]]:
    """Every tab with its address; those of other rooms say whether they show."""
    user = request.user
    found: list[tuple[str, Any, int | None]] = [("overview", _("Overview"), None), ("timeline", _("Timeline"), None)]
    found += [
        (each.key, each.label, each.count(record, user) if each.count else None)
        for each in places.of(places.TABS, entity)
        if each.show is None or each.show(record, user)
    ]
    found += [(each.key, related.label(each, listed), many[each.key]) for each in listed]
    found.append(("files", _("Files"), many[FILES]))
    found += [("links", _("Links"), None), ("history", _("History"), None)]
    plain = address("record", entity, record)
    return [
        {"key": each, "label": label, "count": count, "current": each == key,
         "url": plain if each == "overview" else f"{plain}?tab={each}"}
        for each, label, count in found
    ]  # fmt: skip


def _content(request: HttpRequest, entity: Entity, record: Record, key: str, context: dict[str, Any]) -> dict[str, Any]:
    """What the tab shows, with the name of its template. Http404 for a tab that there is not."""
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "overview": lambda: _overview(request, entity, record, context),
        "timeline": lambda: {"body": "single/timeline.html", **stream.shown(request, entity, record)},
        "history": lambda: {"body": "single/history.html", **past.shown(request, entity, record, context["may"])},
        "links": lambda: {"body": "single/links.html", **thread.shown(request, entity, record)},
        "files": lambda: {"body": "single/files.html", **files.shown(request, entity, record)},
    }
    if key in makers:
        return makers[key]()
    for each in related.of(entity, request.user):
        if each.key == key:
            return {"body": "single/related.html", **related.shown(request, each, record)}
    for tab in places.of(places.TABS, entity):
        if tab.key == key and (tab.show is None or tab.show(record, request.user)):
            return {"body": "single/tab.html", "html": places.rendered(tab, request, record)}
    raise Http404


def _overview(request: HttpRequest, entity: Entity, record: Record, context: dict[str, Any]) -> dict[str, Any]:
    may_change = context["may"]["change"] and record.trashed_at is None
    recent, more = stream.items(entity, record, request.user, limit=6)
    return {
        "body": "single/overview.html",
        "sections": overview.sections(entity, record, context["row"], may_change=may_change),
        "panels": overview.panels(request, entity, record),
        "recent": recent,
        "more_recent": more is not None,
        "composers": stream.composers(request, entity, record),
    }
