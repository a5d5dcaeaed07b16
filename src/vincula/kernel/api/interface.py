"""The API under /api/v1/: made from the entities when it is asked for, described as OpenAPI 3.1 (requirement X7).

Each entity's part is made when the first request for it comes: all of them, with their schemas, take a second and
50 MB, and most processes are asked for a few. The description takes them all.
"""

import json
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError
from ninja.openapi.views import openapi_json
from ninja.parser import Parser

from vincula.kernel import search as index
from vincula.kernel.access import door
from vincula.kernel.api import doorkeeper, problems, render, resources, schema, verbs
from vincula.kernel.entity import registry
from vincula.kernel.records.models import Record
from vincula.kernel.search.records import visible_to


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


def _api(**options: Any) -> NinjaAPI:
    """One that guards, reads and fails as all of them do."""
    made = NinjaAPI(auth=doorkeeper.AUTH, parser=SafeParser(), docs_url=None, **options)
    problems.install(made, _current)
    return made


@cache
def _router(slug: str) -> Router:
    entity = registry.by_slug(slug)
    assert entity is not None, f"{slug} is an entity's"
    router = resources.router_for(entity)
    verbs.routes(router, entity, _verbs())
    return router


@cache
def _verbs() -> list[verbs.Verb | verbs.Told]:
    return verbs.all_of_them()


@cache
def _common() -> Router:
    """What is about no entity in particular."""
    router = Router()

    @router.get(
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

    @router.get(
        "search",
        response={200: list[schema.Found]},
        openapi_extra=resources.READ_FAILS,
        tags=["search"],
        summary="Find records",
    )
    def search(request: HttpRequest, q: str, limit: int = 20) -> HttpResponse:
        doorkeeper.allow(request, "read")
        if len(q) > 500 or not 1 <= limit <= 100:
            raise ValidationError(_("Ask with 500 characters at most, for 1 to 100 records."))
        keys = [e.key for e in registry.all()]
        hits = index.find(q, entities=keys, limit=limit, visible=visible_to(request.user), excerpts=0)
        found = [
            {"entity": h.entity, "id": h.object_id, "title": h.title, "url": registry.get(h.entity).url(h.object_id)}
            for h in hits
        ]
        return JsonResponse(found, safe=False)

    return router


@cache
def build() -> NinjaAPI:
    """All of it, to be described."""
    api = _api(
        title="Vincula", version="1", openapi_url=None, urls_namespace="api",
        description="Everything a person can do in the browser. Errors are problem+json; versions travel as ETag.",
    )  # fmt: skip
    api.add_router("", _common())
    for entity in registry.all():
        api.add_router(f"{entity.slug}/", _router(entity.slug))
    return api


@cache
def paths_of(slug: str) -> dict[str, Any]:
    """The operations of one entity as OpenAPI tells them, {path: {method: …}}; describing all takes fifty times as long."""
    api = _api(openapi_url=None, urls_namespace=f"api-of-{slug}")
    api.add_router(f"{slug}/", _router(slug))
    return dict(api.get_openapi_schema(path_prefix="/api/v1/")["paths"])


def _description(request: HttpRequest) -> HttpResponse:
    """OpenAPI, for whoever may ask for anything."""
    return openapi_json(request, api=build())


def addresses() -> list[Any]:
    """Those of no entity in particular."""
    api = _api(openapi_url=None, urls_namespace="api")
    api.add_router("", _common())
    return [path("openapi.json", _description, name="openapi-json"), *api.urls[0]]


def addresses_of(slug: str) -> list[Any]:
    """Those of one entity, below its own; none when there is no such entity any more (tests take theirs away)."""
    if registry.by_slug(slug) is None:
        return []
    api = _api(openapi_url=None, urls_namespace=f"api-{slug}")
    api.add_router("", _router(slug))
    return [found for found in api.urls[0] if getattr(found, "name", "") != "api-root"]
