"""Follow a record: what others change on it comes to one's inbox."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from vincula.kernel import events, notify
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.models import Follow
from vincula.kernel.pages.single.finding import address, find, way_back
from vincula.kernel.records.actions import SAVED
from vincula.kernel.ui.toasts import toast

KIND = "pages.followed"
WORTH_TELLING = ("edited", "merged", "moved", "undid", "put in the trash", "restored", "linked")


def start() -> None:
    """Called when the program starts."""
    notify.kind(KIND, gettext_lazy("something that I follow changes"))
    events.subscribe(SAVED)(tell_followers)


def of(user: Any, entity: Entity, pk: int) -> models.QuerySet[Follow]:
    """The user's own wish to follow the record: one row or none."""
    return Follow.objects.filter(user_id=user.pk, entity=entity.key, object_id=pk)


@require_POST
def follow(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Follow the record, or no longer (``on`` = 1 or 0)."""
    record = find(request, entity, pk)
    mine = {"user_id": request.user.pk, "entity": entity.key, "object_id": record.pk}
    if request.POST.get("on") == "1":
        Follow.objects.get_or_create(**mine)
        toast(request, _("You follow “%(record)s”: changes come to your inbox.") % {"record": entity.title(record)})
    else:
        Follow.objects.filter(**mine).delete()
        toast(request, _("You no longer follow “%(record)s”.") % {"record": entity.title(record)})
    return redirect(way_back(request, address("record", entity, record)))


def tell_followers(*, entity: str, object_id: int, verb: str, **_event: Any) -> None:
    """Tell everybody who follows the record, but not whoever changed it. The inbox asks again who may see it."""
    if verb not in WORTH_TELLING:
        return
    ids = list(Follow.objects.filter(entity=entity, object_id=object_id).values_list("user_id", flat=True))
    latest = (
        AuditEntry.objects.filter(entity=entity, object_id=object_id, verb=verb)
        .select_related("who")
        .order_by("-id")
        .first()
    )
    if not ids or latest is None:
        return
    notify.notify(
        users=get_user_model()._default_manager.filter(pk__in=ids).exclude(pk=latest.who_id),
        kind=KIND,
        sentence=gettext_noop("%(who)s changed something that you follow."),
        key=f"{KIND}:{latest.pk}",
        entity=entity,
        object_id=object_id,
        params={"who": str(latest.who or "Vincula")},
    )
