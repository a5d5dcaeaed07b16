"""Documentation made from the declarations, inside the product: entities, words, API, events, public pages."""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vincula.kernel import contributions, events, public, questions
from vincula.kernel.access import door
from vincula.kernel.api.interface import build, paths_of
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.reference import glossary


def index(request: HttpRequest) -> HttpResponse:
    """What there is, room by room."""
    entities = sorted(
        (e for e in registry.all() if e.may(request.user, "view")), key=lambda e: (e.model._meta.app_label, e.plural)
    )
    return render(request, "reference/index.html", {"entities": entities, "words": glossary.words()})


def entity(request: HttpRequest, slug: str) -> HttpResponse:
    """One entity: what it is for, its fields, who may do what, its addresses."""
    found = registry.by_slug(slug)
    if found is None or not found.may(request.user, "view"):
        raise Http404
    actions = [(label, found.may(request.user, action)) for action, label in door.ACTIONS.items()]
    return render(request, "reference/entity.html", {
        "entity": found, "fields": described(found), "actions": actions, "operations": operations(paths_of(found.slug)),
        "list_url": reverse("entity:list", args=[found.slug]),
    })  # fmt: skip


def described(found: Entity) -> list[dict[str, Any]]:
    """Each field in words."""
    return [
        {
            "label": f.label, "name": f.name, "kind": f.kind.name, "help": f.help,
            "notes": [n for n in (
                _("required") if f.required else "",
                _("computed") if f.computed else "",
                _("own field") if f.custom else "",
                _("part of the natural key") if f.name in found.natural_key else "",
            ) if n],
            "options": [str(label) for _v, label in f.choices][:30],
        }
        for f in found.fields.values()
    ]  # fmt: skip


def operations(paths: dict[str, Any]) -> list[dict[str, Any]]:
    """Each operation of an OpenAPI description in a line."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": about.get("summary", ""),
            "statuses": sorted(about["responses"]),
        }
        for path, methods in paths.items()
        for method, about in methods.items()
    ]


@cache
def _paths() -> dict[str, Any]:
    """The description is made from declarations, so it is the same as long as the process lives."""
    return dict(build().get_openapi_schema(path_prefix="/api/v1/")["paths"])


def api(request: HttpRequest) -> HttpResponse:
    """The API in words: signing in, paging, filters, errors, and every operation."""
    return render(
        request, "reference/api.html", {"operations": operations(_paths()), "openapi": reverse("api:openapi-json")}
    )


def workings(request: HttpRequest) -> HttpResponse:
    """Events, questions, contributions, figures and public pages, and who uses them. For administrators."""
    if not request.user.is_superuser:
        raise Http404
    return render(request, "reference/workings.html", {
        "events": events.declared(), "questions": questions.declared(), "places": contributions.declared(),
        "figures": contributions.figures(), "public": list(public.declared()),
    })  # fmt: skip
