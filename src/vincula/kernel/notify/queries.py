"""What stands in a person's inbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from vincula.kernel.notify import kinds
from vincula.kernel.notify.models import Notification
from vincula.kernel.people.models import User

PAGE = 50
MOST_COUNTED = 100  # unread ones that are looked at: the badge says 99+ beyond, and stays cheap
BADGE_FOR = 30  # seconds
MOST_SKIPPED = 1000  # notifications looked through for one page when many may not be seen any more


@dataclass(frozen=True)
class Line:
    """A notification as its reader sees it."""

    notification: Notification
    text: str
    title: str
    url: str


def lines(user: User, notifications: Iterable[Notification]) -> list[Line]:
    """Those of the notifications whose record ``user`` may see now, in their order; one question per entity."""
    notifications = list(notifications)
    wanted: dict[str, set[int]] = {}
    for each in notifications:
        if each.entity and each.object_id is not None:
            wanted.setdefault(each.entity, set()).add(each.object_id)
    known = {entity: kinds.resolve(user, entity, sorted(ids)) for entity, ids in wanted.items()}
    shown = []
    for each in notifications:
        if not each.entity or each.object_id is None:
            shown.append(Line(each, str(each), "", ""))
        elif each.object_id in known[each.entity]:
            title, url = known[each.entity][each.object_id]
            shown.append(Line(each, str(each), title, url))
    return shown


def of(user: User) -> QuerySet[Notification]:
    """All notifications of ``user``, newest first; pass them through ``lines`` before anybody reads them."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-id")


def inbox(user: User, *, unread_only: bool = False, skip: int = 0, limit: int = PAGE) -> tuple[list[Line], int | None]:
    """A page of the inbox: lines, and the ``skip`` of the next page or None when this is the last."""
    found = of(user).filter(read_at=None) if unread_only else of(user)
    page: list[Line] = []
    end = skip + MOST_SKIPPED
    while skip < end:
        batch = list(found[skip : skip + limit])
        for line in lines(user, batch):
            page.append(line)
            if len(page) == limit:
                return page, skip + batch.index(line.notification) + 1
        if len(batch) < limit:
            return page, None
        skip += limit
    return page, skip


def by_day(page: Iterable[Line]) -> list[tuple[object, list[Line]]]:
    """Lines grouped by the day in the reader's time zone."""
    grouped = groupby(page, key=lambda line: timezone.localtime(line.notification.created_at).date())
    return [(day, list(of_day)) for day, of_day in grouped]


def unread_count(user: User | AnonymousUser) -> int:
    """How many of the newest ``MOST_COUNTED`` unread notifications are of records that ``user`` may see."""
    if not isinstance(user, User):
        return 0
    return len(lines(user, of(user).filter(read_at=None)[:MOST_COUNTED]))


def badge(user: User | AnonymousUser) -> int:
    """The number on the inbox: ``unread_count``, at most ``BADGE_FOR`` seconds old, since every page shows it."""
    if not isinstance(user, User):
        return 0
    counted: Any = cache.get_or_set(_badge_key(user.pk), lambda: unread_count(user), BADGE_FOR)
    return int(counted)


def count_afresh(user_ids: Iterable[int]) -> None:
    """Forget the numbers on these people's inboxes: something was added or read."""
    cache.delete_many([_badge_key(pk) for pk in user_ids])


def _badge_key(user_id: int) -> str:
    return f"notify:badge:{user_id}"
