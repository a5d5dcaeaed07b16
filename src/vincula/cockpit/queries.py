"""What a person's day holds (requirement X9: My day)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.duplicates import searching
from vincula.kernel.entity import reading, registry
from vincula.kernel.pages.single import telling
from vincula.parties import queries as parties
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import AgendaItem, Meeting, Organisation, Task

SOON = timedelta(days=7)
AHEAD = timedelta(days=21)
BACK = timedelta(days=14)
FEW = 8


@dataclass(frozen=True)
class Change:
    """Something that somebody else changed on what I follow or look after."""

    at: datetime
    who: str
    verb: str
    title: str
    url: str
    fields: str


def due(user: Any) -> list[Task]:
    """My open tasks that are late or due within a week, then a few without a day; the most pressing first."""
    mine = Task.objects.visible_to(user).filter(assignee_id=user.pk, state__in=OPEN)
    dated = mine.filter(due__lte=clock.today() + SOON).order_by("due", "pk")
    return list(dated[:40])


def ahead(user: Any) -> list[Meeting]:
    """Meetings of the coming three weeks: those I attend or called, and those of my teams; the nearest first."""
    now = clock.now()
    mine = (
        Q(attendees__user_id=user.pk)
        | Q(owner_id=user.pk)
        | Q(team__members__person__user_id=user.pk, team__members__until=None)
    )
    rows = Meeting.objects.visible_to(user).filter(at__gte=now, at__lte=now + AHEAD)
    items = AgendaItem.objects.filter(meeting=OuterRef("pk"), trashed_at=None)
    mine_only = rows.filter(pk__in=rows.filter(mine).values("pk")).annotate(has_items=Exists(items))
    return list(mine_only.order_by("at", "pk")[:FEW])


def in_my_care(user: Any) -> QuerySet[Organisation]:
    """Active organisations whose steward I am."""
    return Organisation.objects.visible_to(user).filter(steward_id=user.pk, active=True)


def silent(user: Any, days: int) -> tuple[list[Organisation], int]:
    """(some of my organisations not contacted for ``days``, how many there are)."""
    rows = parties.not_contacted_for(days, user).filter(steward_id=user.pk).exclude(kind="business_unit")
    return list(rows[:FEW]), rows.count()


def stale(user: Any) -> tuple[list[Organisation], int]:
    """(some records in my care that are due for review, how many there are)."""
    rows = parties.stale(user, steward=user)
    return list(rows[:FEW]), rows.count()


def waits_for_others(user: Any) -> list[Task]:
    """Tasks that I gave to others and that are late."""
    rows = Task.objects.visible_to(user).filter(owner_id=user.pk, state__in=OPEN, due__lt=clock.today())
    return list(rows.exclude(assignee_id=user.pk).select_related("assignee").order_by("due", "pk")[:FEW])


def changed(user: Any) -> list[Change]:
    """What others changed lately on what I follow or look after, newest first, one line a record."""
    since = clock.now() - BACK
    followed: dict[str, set[int]] = {}
    follow = apps.all_models["pages"].get("follow")
    if follow is not None:
        for entity, pk in follow._default_manager.filter(user_id=user.pk).values_list("entity", "object_id"):
            followed.setdefault(entity, set()).add(pk)
    cared = set(in_my_care(user).values_list("pk", flat=True)[:300])
    followed.setdefault("parties.organisation", set()).update(cared)
    wanted = Q()
    for entity, ids in followed.items():
        wanted |= Q(entity=entity, object_id__in=sorted(ids)[:400])
    entries = AuditEntry.objects.filter(wanted, at__gte=since).exclude(who_id=user.pk).exclude(who=None)
    newest: dict[tuple[str, int | None], AuditEntry] = {}
    for entry in entries.select_related("who").order_by("-at", "-pk")[:100]:
        newest.setdefault((entry.entity, entry.object_id), entry)
    return _told(list(newest.values()), user)[:FEW]


def _told(entries: Sequence[AuditEntry], user: Any) -> list[Change]:
    """Only of records that the reader may see; values are left out, the record's history has them."""
    labels, found = reading.Labels(user), []
    for entry in entries:
        declared = registry.find(entry.entity)
        if declared is not None:
            labels.want(declared.model, [entry.object_id])
    for entry in entries:
        declared = registry.find(entry.entity)
        ref = labels.get(declared.model, entry.object_id) if declared is not None else None
        if declared is None or ref is None:
            continue
        known = declared.fields
        names = [str(known[name].label) for name in entry.changes or {} if name in known]
        verb = str(telling.VERBS.get(entry.verb, entry.verb))
        shown = ", ".join(names[:3]) if entry.verb != "created" else ""
        found.append(Change(entry.at, str(entry.who), verb, ref.label, ref.url, shown))
    return found


def labels(user: Any, tasks: Sequence[Task], meetings: Sequence[Meeting]) -> reading.Labels:
    """Names of the organisations of these, asked at once and through the access door."""
    found = reading.Labels(user)
    found.want(Organisation, [*(one.organisation_id for one in tasks), *(one.organisation_id for one in meetings)])
    return found


def duplicates(user: Any) -> list[tuple[str, str, int]]:
    """(plural, slug, how many) of pairs that look like one thing and that I may merge."""
    counts = [
        (entity.plural, entity.slug, searching.visible(entity, user).count())
        for entity in (registry.get("parties.organisation"), registry.get("parties.person"))
        if searching.may_merge(entity, user)
    ]
    return [each for each in counts if each[2]]


def sees(user: Any) -> bool:
    """Whether there is anything here for this person at all."""
    return door.may(user, "view", Organisation)
