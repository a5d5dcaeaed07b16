"""Why can I see this? And, for administrators, who else can (requirement X6)."""

from collections import defaultdict
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vincula.kernel.access import door
from vincula.kernel.access.models import Grant
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import find
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none

MOST = 200


@require_safe
def why(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The grants by which the reader sees the record and what else they allow."""
    record = find(request, entity, pk, or_trashed=True)
    may = telling.rights(request.user, record)
    context = {
        "entity": entity,
        "record": record,
        "title": entity.title(record),
        "record_url": entity.url(record),
        "reasons": door.why(request.user, record),
        "may": {**may, "export": entity.may(request.user, "export")},
        "others": others(record) if getattr(request.user, "is_superuser", False) else None,
        "most": MOST,
    }
    return render(request, "single/why.html", context)


def others(record: Record) -> list[dict[str, Any]]:
    """Everybody who can see the record, with the reasons; at most ``MOST`` people are looked at."""
    people = list(
        get_user_model()._default_manager.filter(is_active=True).order_by("-is_superuser", "name", "pk")[:MOST]
    )
    held: dict[int, list[door.Line]] = defaultdict(list)
    rows = Grant.objects.filter(role__assignments__user__in=people).values_list(
        "role__assignments__user_id", "role__name", "entity", "action", "scope", "value"
    )
    for user, *grant in rows:
        held[user].append(door.Line(*grant))
    found = []
    for person in people:
        door.give(person, held[person.pk])  # one statement for all instead of one each
        if reasons := door.why(person, record):
            found.append({"person": person, "reasons": reasons, "url": url_or_none("people:user", person.pk)})
    return found
