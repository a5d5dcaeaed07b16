"""The API under /api/v1/: made from the entities when the program starts, described as OpenAPI 3.1 (requirement X7)."""

import json
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser

from vincula.kernel.access import door
from vincula.kernel.api import doorkeeper, problems, render, resources, schema, verbs
from vincula.kernel.entity import registry
from vincula.kernel.records.models import Record


class _Twice(Exception):
    """A member of an object has a name that another one has: readers do not agree on which of them counts."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1)[:100])
    return found


class SafeParser(Parser):
    """JSON that cannot crash us: not UTF-8, nested 5,000 deep or of another type is a 400 or 415 in words."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type not in ("application/json", "application/merge-patch+json"):
            raise HttpError(415, _("Send JSON (Content-Type: application/json)."))
        try:
            body = json.loads(request.body.decode("utf-8"), object_pairs_hook=_once)
        except _Twice as twice:
            raise HttpError(400, _("The body names “%(name)s” twice.") % {"name": twice}) from None
        except (UnicodeDecodeError, RecursionError, ValueError):
            raise HttpError(400, _("The body is not readable JSON.")) from None
        if schema.unsound(body) == "nested too deeply":
            raise HttpError(400, _("The body is nested too deeply."))
        return body


def _current(request: HttpRequest, record: Record) -> dict[str, Any] | None:
    """The record of a conflict, as far as the caller may see it."""
    entity = registry.for_model(type(record))
    if entity is None or not door.visible_ids(request.user, type(record), [record.pk]):
        return None
    return render.one(entity, record, request.user)


@cache
def build() -> NinjaAPI:
    """The API of this process."""
    api = NinjaAPI(
        title="Vincula", version="1", auth=doorkeeper.AUTH, parser=SafeParser(), docs_url=None,
        openapi_url="openapi.json", urls_namespace="api",
        description="Everything a person can do in the browser. Errors are problem+json; versions travel as ETag.",
    )  # fmt: skip
    problems.install(api, _current)

    @api.get(
        "me",
        response={200: schema.Me, 401: schema.Problem},  # the one that puts Problem among the components
        openapi_extra=resources.READ_FAILS,
        tags=["me"],
        summary="Who am I?",
    )
    def me(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        return JsonResponse({
            "email": user.email, "name": user.name, "kind": user.kind, "language": user.language,
            "time_zone": user.time_zone, "administrator": user.is_superuser, "scopes": doorkeeper.scopes(request),
        })  # fmt: skip

    @api.get(
        "search",
        response={200: list[schema.Found]},
        openapi_extra=resources.READ_FAILS,
        tags=["search"],
        summary="Find records",
    )
    def search(request: HttpRequest, q: str, limit: int = 20) -> HttpResponse:
        from vincula.kernel import search as index

        doorkeeper.allow(request, "read")
        if len(q) > 500 or not 1 <= limit <= 100:
            raise ValidationError(_("Ask with 500 characters at most, for 1 to 100 records."))
        models = {e.key: e.model for e in registry.all()}
        hits = index.find(
            q, entities=list(models), limit=limit,
            visible=lambda entity, ids: door.visible_ids(request.user, models[entity], ids),
        )  # fmt: skip
        found = [
            {"entity": h.entity, "id": h.object_id, "title": h.title, "url": registry.get(h.entity).url(h.object_id)}
            for h in hits
        ]
        return JsonResponse(found, safe=False)

    _add_entities(api)
    return api


def _add_entities(api: NinjaAPI) -> None:
    given = verbs.all_of_them()
    for entity in registry.all():
        router = resources.router_for(entity)
        verbs.routes(router, entity, given)
        api.add_router(f"{entity.slug}/", router)
