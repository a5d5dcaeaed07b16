"""Follow a record: what changes on it comes to one's inbox."""

from typing import Any

from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.single.finding import address, find, way_back
from vincula.kernel.records.models import Record
from vincula.kernel.ui.toasts import toast


def _model() -> type[models.Model] | None:
    return apps.all_models["pages"].get("follow")


def available() -> bool:
    return _model() is not None


def follows(user: Any, entity: Entity, record: Record) -> bool:
    """Whether the user follows the record."""
    model = _model()
    return bool(model and model._default_manager.filter(user_id=user.pk, entity=entity.key, object_id=record.pk).exists())


@require_POST
def follow(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Follow the record, or no longer (``on`` = 1 or 0)."""
    record = find(request, entity, pk)
    model = _model()
    if model is not None:
        mine = {"user_id": request.user.pk, "entity": entity.key, "object_id": record.pk}
        if request.POST.get("on") == "1":
            model._default_manager.get_or_create(**mine)
            toast(request, _("You follow “%(record)s”: changes come to your inbox.") % {"record": record})
        else:
            model._default_manager.filter(**mine).delete()
            toast(request, _("You no longer follow “%(record)s”.") % {"record": record})
    return redirect(way_back(request, address("record", entity, record)))
