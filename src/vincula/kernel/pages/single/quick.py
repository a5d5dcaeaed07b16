"""Quick view: the record in the panel beside a list, or a page of its own without scripts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.single import head, overview, stream, telling
from vincula.kernel.pages.single.finding import find, is_part

RECENT = 4


@require_safe
def quick(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The first facts of the record, its state and next moves, and what happened last."""
    record = find(request, entity, pk)
    fields = {f.name: f for f in [*head.needed(entity), *overview.fields_shown(entity)]}
    row = overview.values_of(entity, record, request.user, list(fields.values()))
    may = telling.rights(request.user, record)
    recent, _more = stream.items(entity, record, request.user, limit=RECENT)
    context = {
        "entity": entity,
        "record": record,
        "title": entity.title(record),
        "record_url": entity.url(record),
        "standfirst": entity.standfirst(record, request.user),
        "head": head.of(request, entity, record, row, may),
        "sections": [s for s in overview.sections(entity, record, row, may_change=False) if s["lines"]],
        "recent": recent[:RECENT],
        "may": may,
    }
    return render(request, "single/quick.html" if is_part(request) else "single/quick_page.html", context)
