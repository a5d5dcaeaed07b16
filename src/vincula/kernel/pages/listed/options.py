"""What a picker offers: at most twenty records that this person may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vincula.kernel import search
from vincula.kernel.access import door
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.folding import fold
from vincula.kernel.pages import places
from vincula.kernel.search.records import visible_to

MOST = 20


@require_safe
def index(request: HttpRequest, entity: Entity) -> HttpResponse:
    """``?q=`` → ``{"results": [{"id", "label", "hint"}]}``: names that begin so, then what the search finds.

    ``for`` names the field that is filled ("parties.contactrole.person") and ``by`` the record that narrows it.
    """
    door.require(request.user, "view", entity.model)
    rows, by = entity.rows(request.user), request.GET.get("by", "")
    narrowing = places.narrowing(request.GET.get("for", ""))
    if narrowing is not None and by.isascii() and by.isdecimal() and len(by) < 19:
        rows = narrowing.keep(rows, int(by), request.user)
    return JsonResponse({"results": found(entity, request.user, request.GET.get("q", "")[:200], rows)})


def found(entity: Entity, user: Any, q: str, rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """The options among ``rows`` for what was typed; without words the first in the list's own order."""
    rows, records = entity.select(rows), []
    title = entity.fields.get(entity.search_fields[0]) if entity.search_fields else None
    column = (title.folded_column or title.column) if title else "pk"
    folded = fold(q)
    if not folded:
        records = list(rows.order_by(column, "pk")[:MOST])
    else:
        if title:
            lookup = "startswith" if title.folded_column else "istartswith"
            records = list(
                rows.filter(**{f"{column}__{lookup}": folded if title.folded_column else q}).order_by(column, "pk")[
                    :MOST
                ]
            )
        if len(records) < MOST:
            records += _searched(entity, user, q, {r.pk for r in records}, rows)
    return [
        {"id": r.pk, "label": entity.title(r), "hint": entity.subtitle(r) or str(getattr(r, "acronym", "") or "")}
        for r in records[:MOST]
    ]


def _searched(entity: Entity, user: Any, q: str, known: set[int], rows: QuerySet[Any]) -> list[Any]:
    hits = search.find(q, entities=[entity.key], visible=visible_to(user), limit=MOST, excerpts=0)
    ids = [h.object_id for h in hits if h.object_id not in known]
    by_id = {r.pk: r for r in rows.filter(pk__in=ids)}
    return [by_id[i] for i in ids if i in by_id]
