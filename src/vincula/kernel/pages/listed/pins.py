"""What somebody keeps at hand in the rail: records and saved views."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vincula.kernel.entity import reading, registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed.asked import list_path
from vincula.kernel.pages.listed.board import back_to
from vincula.kernel.pages.models import Pin
from vincula.kernel.ui import toasts

MOST = 12


def of(user: Any) -> list[tuple[str, str]]:
    """(label, address) of the pins of ``user``; what may not be seen any more is left out."""
    pins = list(Pin.objects.filter(user_id=user.pk).select_related("view")[:MOST])
    labels = reading.Labels(user)
    for pin in pins:
        if pin.object_id and (entity := registry.find(pin.entity)):
            labels.want(entity.model, [pin.object_id])
    found = []
    for pin in pins:
        entity = registry.find(pin.entity)
        if entity is None:
            continue
        if pin.view is not None:
            if pin.view.shared or pin.view.owner_id == user.pk:
                found.append((pin.view.name, f"{list_path(entity)}?view={pin.view.pk}"))
        elif ref := labels.get(entity.model, pin.object_id):
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
    toasts.toast(request, said, tone=tone)  # type: ignore[arg-type]
    return redirect(back_to(request, "", entity))
