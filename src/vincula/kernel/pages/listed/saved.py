"""Saved views: kept, renamed, shared, begun with, deleted; counted when somebody looks (requirement X1)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import filters, listing
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed.page import count_words, problem
from vincula.kernel.pages.models import Pin, SavedView
from vincula.kernel.ui import toasts

MOST_VIEWS = 60  # of one person for one list
MOST_COUNTED = 12


@require_POST
def create(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Keep the list as it is under a name; ``shared=1`` lets everybody open it who may see the list."""
    door.require(request.user, "view", entity.model)
    name = " ".join(request.POST.get("name", "").split())[:60]
    try:
        asked = asking.read(request, entity, asking.parsed(request.POST.get("state", "")))
        filters.parse(entity, asked.params)
        if not name:
            raise ValidationError(_("A view needs a name."))
        if (
            SavedView.objects.filter(owner_id=asking.me(request), entity=entity.key).exclude(name="").count()
            >= MOST_VIEWS
        ):
            raise ValidationError(_("You have %(n)s views of this list; delete one first."), params={"n": MOST_VIEWS})
    except ValidationError as error:
        return problem(request, entity, error)
    columns = asking.named(asked.params.getlist("columns")) or (asked.view.columns if asked.view else [])
    view = SavedView.objects.create(
        entity=entity.key, name=name, owner_id=asking.me(request), shared=bool(request.POST.get("shared")), query=asked.query,
        columns=columns, position=100,
    )  # fmt: skip
    toasts.toast(request, _("The view “%(name)s” is kept.") % {"name": name})
    return redirect(f"{asked.path}?view={view.pk}")


@require_POST
def change(request: HttpRequest, entity: Entity, view: int) -> HttpResponse:
    """``do``: save, rename, share, unshare, begin, end, pin, unpin, delete. What is another's may only be begun with."""
    door.require(request.user, "view", entity.model)
    found = get_object_or_404(SavedView.objects.for_user(request.user, entity.key), pk=view)
    do = request.POST.get("do", "")
    personal = {"begin": _begin, "end": _end, "pin": _pin, "unpin": _unpin}
    own = {"save": _save, "rename": _rename, "share": _share, "unshare": _unshare, "delete": _delete}
    if do in own and not found.may_change(request.user):
        raise PermissionDenied(_("Only its owner or an administrator may change this view."))
    act = personal.get(do) or own.get(do)
    try:
        if act is None:
            raise ValidationError(_("There is no such step."))
        said = act(request, entity, found)
    except ValidationError as error:
        return problem(request, entity, error)
    toasts.toast(request, said)
    path = asking.list_path(entity)
    return redirect(path if found.pk is None else f"{path}?view={found.pk}")


def _save(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    asked = asking.read(request, entity, asking.parsed(request.POST.get("state", "")))
    filters.parse(entity, asked.params)
    view.query, view.changed_at = asked.query, clock.now()
    if columns := asking.named(asked.params.getlist("columns")):
        view.columns = columns
    view.save(update_fields=["query", "columns", "changed_at"])
    return _("The view “%(name)s” now shows what you see.") % {"name": view.name}


def _rename(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    name = " ".join(request.POST.get("name", "").split())[:60]
    if not name:
        raise ValidationError(_("A view needs a name."))
    view.name = name
    view.save(update_fields=["name"])
    return _("The view is now called “%(name)s”.") % {"name": name}


def _share(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    view.shared = True
    view.save(update_fields=["shared"])
    return _("Everybody who sees this list can open “%(name)s”; each finds only what they may see.") % {
        "name": view.name
    }


def _unshare(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    view.shared = False
    view.save(update_fields=["shared"])
    SavedView.objects.filter(begin_with=view).exclude(owner_id=view.owner_id).update(begin_with=None)
    Pin.objects.filter(view=view).exclude(user_id=view.owner_id).delete()
    return _("Only its owner sees “%(name)s” now.") % {"name": view.name}


def _delete(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    name = view.name
    view.delete()
    return _("The view “%(name)s” is deleted. No record was touched.") % {"name": name}


def _begin(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    SavedView.objects.beginning(request.user, entity.key, begin_with=view)
    return _("This list begins with “%(name)s” for you.") % {"name": view.name}


def _end(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    SavedView.objects.beginning(request.user, entity.key, begin_with=None)
    return _("This list begins with everything again.")


def _pin(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    Pin.objects.get_or_create(user_id=asking.me(request), entity=entity.key, view=view, object_id=None)
    return _("“%(name)s” is pinned.") % {"name": view.name}


def _unpin(request: HttpRequest, entity: Entity, view: SavedView) -> str:
    Pin.objects.filter(user_id=asking.me(request), view=view).delete()
    return _("“%(name)s” is no longer pinned.") % {"name": view.name}


@require_safe
def counts(request: HttpRequest, entity: Entity) -> HttpResponse:
    """How many records each view holds for this reader: out-of-band parts that htmx puts on the tabs."""
    door.require(request.user, "view", entity.model)
    found: list[dict[str, Any]] = []
    for view in SavedView.objects.for_user(request.user, entity.key)[:MOST_COUNTED]:
        try:
            n, exact = listing.count(listing.selected(entity, request.user, asking.parsed(view.query)))
        except ValidationError:  # a field that is gone, or a record that this reader may not see
            continue
        found.append({"id": view.pk, "words": count_words(n, exact)})
    n, exact = listing.count(entity.rows(request.user))
    found.append({"id": 0, "words": count_words(n, exact)})
    return render(request, "listed/counts.html", {"found": found})
