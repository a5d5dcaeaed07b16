"""What somebody keeps at hand in the rail: records and saved views."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vincula.kernel.access import gathered
from vincula.kernel.entity import reading, registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed.asked import list_path
from vincula.kernel.pages.listed.board import back_to
from vincula.kernel.pages.models import Pin
from vincula.kernel.ui import toasts

MOST = 12
COLUMNS = ("since", "id", "entity", "object_id", "view_id", "view__name", "view__shared", "view__owner_id")


def _kept(user: int) -> list[tuple[Any, ...]]:
    """The first of them in their order, without what orders them; every page asks."""

    def parts(pk: int) -> tuple[gathered.Part]:
        return (gathered.values("pins", Pin.objects.filter(user_id=pk)[:MOST], *COLUMNS),)

    return [tuple(pin) for _since, _pk, *pin in sorted(gathered.gather("pins", None, parts, pk=user)["pins"])]


def of(user: Any) -> list[tuple[str, str]]:
    """(label, address) of the pins of ``user``; what may not be seen any more is left out."""
    pins = _kept(user.pk)
    labels = reading.Labels(user)
    for key, pk, *_view in pins:
        if pk and (entity := registry.find(key)):
            labels.want(entity.model, [pk])
    found = []
    for key, pk, view, name, shared, owner in pins:
        entity = registry.find(key)
        if entity is None:
            continue
        if view is not None:
            if shared or owner == user.pk:
                found.append((name, f"{list_path(entity)}?view={view}"))
        elif ref := labels.get(entity.model, pk):
            found.append((ref.label, ref.url))
    return found


def is_pinned(user: Any, entity: Entity, pk: int) -> bool:
    return bool(Pin.objects.filter(user_id=user.pk, entity=entity.key, object_id=pk).exists())


@require_POST
def toggle(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Pin the record ``id``, or take its pin away; back to ``back``."""
    raw = request.POST.get("id", "")
    pk = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else 0
    record = get_object_or_404(entity.rows(request.user), pk=pk)
    mine = Pin.objects.filter(user_id=asking.me(request), entity=entity.key, object_id=record.pk)
    title = entity.title(record)
    if mine.delete()[0]:
        said, tone = _("“%(name)s” is no longer pinned.") % {"name": title}, "good"
    elif Pin.objects.filter(user_id=asking.me(request)).count() >= MOST:
        said, tone = _("The rail holds %(n)s pins; take one away first.") % {"n": MOST}, "warn"
    else:
        Pin.objects.get_or_create(user_id=asking.me(request), entity=entity.key, object_id=record.pk, view=None)
        said, tone = _("“%(name)s” is pinned.") % {"name": title}, "good"
    toasts.toast(request, said, tone=tone)  # type: ignore[arg-type]  # one of the tones
    return redirect(back_to(request, "", entity))
