"""Export of what is shown, or of what is selected: the same filters, the same columns, streamed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel.access import door
from vincula.kernel.entity import listing
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import export
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed import selection
from vincula.kernel.pages.listed.page import problem

MOST_PICKED = 5000


@require_safe
def index(request: HttpRequest, entity: Entity) -> HttpResponseBase:
    """``export/?format=csv`` and the parameters of the list."""
    door.require(request.user, "export", entity.model)
    try:
        asked = asking.read(request, entity)
        rows = door.visible(listing.selected(entity, request.user, asked.params), request.user, "export")
        order = listing.ordered(entity, asked.params.get("sort", ""))
        rows = listing.reading_along(rows, order, request.user)
        rows = rows.order_by(
            *(F(c).desc(nulls_last=True) if down else F(c).asc(nulls_first=True) for c, down in order.keys)
        )
        return _stream(request, entity, rows, asked, request.GET.get("format", "csv"))
    except ValidationError as error:
        return problem(request, entity, error)


@require_POST
def picked(request: HttpRequest, entity: Entity) -> HttpResponseBase:
    """The records that were ticked, or all that match."""
    door.require(request.user, "export", entity.model)
    try:
        asked = asking.read(request, entity, asking.parsed(request.POST.get("state", "")))
        if request.POST.get("all"):
            rows = listing.selected(entity, request.user, asked.params)
        else:
            chosen = selection.read(entity, request.user, request.POST, most=MOST_PICKED)
            rows = entity.rows(request.user).filter(pk__in=list(chosen.versions))
        rows = door.visible(rows, request.user, "export").order_by("pk")
        return _stream(request, entity, rows, asked, request.POST.get("format", "csv"))
    except ValidationError as error:
        return problem(request, entity, error)


def _stream(
    request: HttpRequest, entity: Entity, rows: QuerySet[Any], asked: asking.Asked, format: str
) -> HttpResponseBase:
    if format not in export.writers(entity):
        raise ValidationError(_("There is no export as “%(name)s”."), params={"name": format}, code="format")
    return export.respond(entity, rows, request.user, names=[f.name for f in asked.columns], form=format)
