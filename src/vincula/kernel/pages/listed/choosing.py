"""What opens from the tools of a list: the condition of a clause, further conditions, sorting, grouping, columns, views.

Each is a part of the page for htmx and a page of its own without script, so the list itself stays small.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel.access import door
from vincula.kernel.entity import filters
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed import groups, sentence
from vincula.kernel.pages.listed.asked import Asked
from vincula.kernel.pages.listed.page import problem
from vincula.kernel.pages.models import SavedView
from vincula.kernel.ui import toasts

TITLES = {
    "columns": gettext_lazy("Columns"),
    "condition": gettext_lazy("Add a condition"),
    "group": gettext_lazy("Group"),
    "sort": gettext_lazy("Sort"),
    "view": pgettext_lazy("saved view of a list", "View"),
}


def _part(request: HttpRequest, name: str, title: str, asked: Asked, context: dict[str, Any]) -> HttpResponse:
    """``listed/choose/<name>.html`` alone, or inside a page when no script asked for it."""
    told = {"entity": asked.entity, "asked": asked, "path": asked.path, "back": asked.href(asked.path), "title": title,
            "part": f"listed/choose/{name}.html", **context}  # fmt: skip
    alone = request.headers.get("HX-Request") == "true"
    return render(request, f"listed/choose/{name}.html" if alone else "listed/choose/page.html", told)


@require_safe
def choose(request: HttpRequest, entity: Entity, what: str) -> HttpResponse:
    """One of the tools of the list, for the state that the address carries."""
    door.require(request.user, "view", entity.model)
    if what not in TITLES:
        raise Http404
    try:
        asked = asking.read(request, entity)
        offers = {"columns": _columns, "condition": _conditions, "group": _groups, "sort": _sorts, "view": _view}[what](
            asked
        )
    except ValidationError as error:
        return problem(request, entity, error)
    name = what if what in ("columns", "view") else "links"
    return _part(request, name, str(TITLES[what]), asked, offers)


@require_safe
def condition(request: HttpRequest, entity: Entity, name: str) -> HttpResponse:
    """The form of one clause."""
    door.require(request.user, "view", entity.model)
    field = entity.field(name)
    try:
        asked = asking.read(request, entity)
        if field is None or not field.filterable:
            raise ValidationError(_("There is no filter “%(name)s” here."), params={"name": name}, code="filter")
        filters.parse(entity, asked.params)
    except ValidationError as error:
        return problem(request, entity, error)
    return _part(request, "filter", capfirst(field.label), asked, sentence.form(asked, field))


def _conditions(asked: Asked) -> dict[str, Any]:
    return {"links": sentence.offered(asked), "opens": True}


def _sorts(asked: Asked) -> dict[str, Any]:
    now = asked.params.get("sort") or asked.entity.ordering
    links = []
    for f in asked.entity.fields.values():
        if f.sort_columns:
            links.append({
                "label": capfirst(f.label), "url": asked.href(asked.path, sort=f.name), "current": now == f.name,
                "down": asked.href(asked.path, sort=f"-{f.name}"), "down_current": now == f"-{f.name}",
            })  # fmt: skip
    return {"links": links, "opens": False}


def _groups(asked: Asked) -> dict[str, Any]:
    now = asked.params.get("group", "")
    links = [{"label": _("Not grouped"), "url": asked.href(asked.path, group=None), "current": not now}]
    for f in asked.entity.columns.values():
        if groups.can_group(f):
            links.append(
                {"label": capfirst(f.label), "url": asked.href(asked.path, group=f.name), "current": f.name == now}
            )
    return {"links": links, "opens": False}


def _columns(asked: Asked) -> dict[str, Any]:
    chosen = {f.name for f in asked.columns}
    rest = sorted(
        (f for f in asked.entity.fields.values() if f.name not in chosen), key=lambda f: str(f.label).casefold()
    )
    items = [*({"name": f.name, "label": capfirst(f.label), "on": True} for f in asked.columns[1:]),
             *({"name": f.name, "label": capfirst(f.label), "on": False} for f in rest)]  # fmt: skip
    return {"items": items, "first": capfirst(asked.columns[0].label), "state": asked.href()}


def _view(asked: Asked) -> dict[str, Any]:
    view, user = asked.view, asked.user
    return {
        "view": view,
        "mine": view is not None and view.may_change(user),
        "is_default": bool(view and asked.choice and asked.choice.begin_with_id == view.pk),
        "state": asked.href(),
    }


@require_POST
def keep_columns(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Keep the columns for this person and list, or in the open view; ``up``, ``down`` move one and come back here."""
    door.require(request.user, "view", entity.model)
    try:
        asked = asking.read(request, entity, asking.parsed(request.POST.get("state", "")))
    except ValidationError as error:
        return problem(request, entity, error)
    first = asking.title_field(entity)
    given = [n for n in dict.fromkeys(request.POST.getlist("columns")) if n in entity.fields and n != first]
    moved = _moved(given, request.POST.get("up", ""), -1) or _moved(given, request.POST.get("down", ""), 1)
    given = moved or given
    if moved:
        _store(request.user, asked, given)
        return redirect(asked.href(f"{asked.path}choose/columns/", columns=None))
    if "reset" in request.POST:
        given = []
    _store(request.user, asked, given)
    toasts.toast(request, _("The columns are kept."))
    return redirect(asked.href(asked.path, columns=None))


def _moved(names: list[str], name: str, by: int) -> list[str]:
    """``names`` with one moved; empty when nothing was asked to move."""
    if name not in names:
        return []
    at = names.index(name)
    to = min(max(at + by, 0), len(names) - 1)
    found = [n for n in names if n != name]
    return [*found[:to], name, *found[to:]]


def _store(user: Any, asked: Asked, names: list[str]) -> None:
    """In the view when it is one's own, else in one's choice for this list."""
    columns = [asking.title_field(asked.entity), *names] if names else []
    if asked.view is not None and asked.view.may_change(user):
        asked.view.columns = columns
        asked.view.save(update_fields=["columns"])
    else:
        SavedView.objects.beginning(user, asked.entity.key, columns=columns)
