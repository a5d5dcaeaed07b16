"""The timeline of a record: every source in one stream, newest first, older pages by key (requirements E3, X5)."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.pages.places import TimelineItem, TimelineSource
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import address
from vincula.kernel.records import history
from vincula.kernel.records.models import Record

PER_PAGE = 30
CHANGES = "changes"


def changes(
    entity: Entity, record: Record, user: Any, before: datetime.datetime | None, limit: int
) -> list[TimelineItem]:
    """Audit entries in words."""
    lines = telling.Teller(entity, user).lines(history.latest(record, user, limit, before), brief=True)
    url = address("record", entity, record, tab="history")
    return [
        TimelineItem(
            at=line.at,
            kind=_("Change"),
            who=line.who,
            title=telling.sentence(line),
            url=f"{url}#entry-{line.entry.pk}" if len(line.fields) > 1 and line.entry.verb != "created" else "",
        )
        for line in lines
    ]


def sources(entity: Entity) -> list[TimelineSource]:
    """What rooms contribute, then the changes."""
    own = TimelineSource(CHANGES, _("Changes"), entity.key, lambda r, u, b, n: changes(entity, r, u, b, n))
    return [*places.of(places.TIMELINE, entity), own]


def items(
    entity: Entity,
    record: Record,
    user: Any,
    *,
    only: str = "",
    before: datetime.datetime | None = None,
    limit: int = PER_PAGE,
) -> tuple[list[TimelineItem], datetime.datetime | None]:
    """(one page of the stream, the moment from which the next one goes on or None).

    Lines of the same moment stay on one page, so none is lost between two.
    """
    found: list[TimelineItem] = []
    for source in sources(entity):
        if not only or source.key == only:
            found += source.items(record, user, before, limit + 1)
    found.sort(key=lambda item: item.at, reverse=True)
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last = page[-1].at
    page += [item for item in found[limit:] if item.at == last]
    return page, last if len(found) > len(page) else None


def asked_before(request: HttpRequest) -> datetime.datetime | None:
    """The moment in the address, or None."""
    try:
        moment = datetime.datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None
    try:
        return moment if moment.tzinfo and moment.astimezone(datetime.UTC) else None
    except (OverflowError, ValueError):
        return None


def shown(request: HttpRequest, entity: Entity, record: Record) -> dict[str, Any]:
    """What ``single/timeline.html`` needs."""
    listed = sources(entity)
    only = request.GET.get("show", "")
    only = only if only in {source.key for source in listed} else ""
    before = asked_before(request)
    page, older = items(entity, record, request.user, only=only, before=before)
    base = address("record", entity, record)
    return {
        "items": page,
        "only": only,
        "choices": [
            {"label": source.label, "url": f"{base}?{urlencode({'tab': 'timeline', 'show': source.key})}",
             "current": source.key == only}
            for source in listed
        ] if len(listed) > 1 else [],
        "all_url": f"{base}?tab=timeline",
        "older": f"{base}?{urlencode({'tab': 'timeline', 'show': only, 'before': older.isoformat()})}" if older else "",
        "from_start": before is None,
        "composers": composers(request, entity, record) if before is None else [],
    }  # fmt: skip


def composers(request: HttpRequest, entity: Entity, record: Record) -> list[SafeString]:
    """The boxes that rooms put on top; none for a record in the trash."""
    if record.trashed_at is not None:
        return []
    made = (each.html(request, record) for each in places.of(places.COMPOSERS, entity))
    return [mark_safe(html) for html in made if html]  # declared to return safe HTML
