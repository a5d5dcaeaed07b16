"""Search over everything: the page, and the lines of the palette (requirement X2)."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vincula.kernel import search
from vincula.kernel.entity import kinds, registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.folding import fold
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.search.records import visible_to
from vincula.kernel.ui.format import format_number

MOST = 100  # hits that are counted
OF_EACH = 6  # shown of each list, until one is chosen
OF_ONE = 60
SUGGESTED = 8
FACETS, VALUES = 3, 6
LONGEST = 200


@dataclass
class Found:
    """The hits of one entity."""

    entity: Entity
    hits: list[search.Hit] = field(default_factory=list)
    more: bool = False

    @property
    def count(self) -> str:
        n = format_number(len(self.hits))
        return _("%(n)s or more") % {"n": n} if self.more else n


def searchable(user: Any) -> list[Entity]:
    """The entities of which this person may see something."""
    return [e for e in registry.all() if e.search_fields and e.may(user, "view")]


def look(user: Any, q: str, entities: list[Entity], most: int, shown: int = 0) -> list[Found]:
    """Hits by entity, the entity of the best hit first; the first ``shown`` of each with an excerpt."""
    keys = [e.key for e in entities]
    hits = search.find(q, entities=keys, visible=visible_to(user), limit=most, excerpts=shown) if keys else []
    grouped: dict[str, list[search.Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.entity].append(hit)
    full = len(hits) >= most
    return [Found(registry.get(key), found, full) for key, found in grouped.items()]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """``/search/?q=…&in=organisations``."""
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    entities, wanted = searchable(request.user), request.GET.get("in", "")
    only = next((e for e in entities if e.slug == wanted), None)
    limit = OF_ONE if only is not None else OF_EACH
    every = look(request.user, q, entities, MOST, limit) if q else []
    shown = [f for f in every if only is None or f.entity is only]
    if only is not None and not shown and q:
        shown = look(request.user, q, [only], OF_ONE, limit)
    groups = [_group(request.user, q, found, limit, only is not None) for found in shown]
    total = sum(len(f.hits) for f in every)
    context = {
        "q": q, "groups": groups, "only": only, "entities": entities, "total": total,
        "count": (_("%(n)s or more") if total >= MOST else "%(n)s") % {"n": format_number(total)} if q else "",
        "kinds": [{"label": f.entity.plural, "slug": f.entity.slug, "count": f.count, "current": f.entity is only} for f in every],
    }  # fmt: skip
    return render(request, "listed/search.html", context)


def _group(user: Any, q: str, found: Found, limit: int, alone: bool) -> dict[str, Any]:
    """One entity's hits as the page sets them. Titles are the record's own, as they are now."""
    entity, hits = found.entity, found.hits[:limit]
    records = {r.pk: r for r in entity.select(entity.rows(user)).filter(pk__in=[h.object_id for h in hits])}
    lines = []
    for hit in hits:
        if record := records.get(hit.object_id):
            hint = entity.subtitle(record)
            lines.append({
                "title": entity.title(record), "acronym": "" if hit.acronym and hit.acronym in hint else hit.acronym, "url": entity.url(record), "id": record.pk,
                "hint": hint, "excerpt": "" if hit.excerpt == hit.title or hit.excerpt in hint else hit.excerpt,  # what stands there already
            })  # fmt: skip
    rest = len(found.hits) - len(lines)
    return {
        "entity": entity, "lines": lines, "count": found.count, "rest": rest,
        "facets": _facets(user, q, found) if alone else [],
    }  # fmt: skip


def _facets(user: Any, q: str, found: Found) -> list[dict[str, Any]]:
    """How the hits spread over the first filters of the list; each value opens the list narrowed to it."""
    entity, ids = found.entity, [h.object_id for h in found.hits]
    rows, made = entity.rows(user).filter(pk__in=ids), []
    for name in entity.list_filter:
        f = entity.field(name)
        if f is None or f.model_field is None or not isinstance(f.kind, kinds.Choice | kinds.Boolean):
            continue
        counted = rows.order_by().values_list(f.column).annotate(n=Count("pk")).order_by("-n", f.column)[:VALUES]
        values = [
            {
                "label": f.kind.label_of(str(v), f),
                "n": n,
                "query": {"q": q, name: str(v).lower() if v in (True, False) else v},
            }
            for v, n in counted
            if v not in (None, "")
        ]
        if len(values) > 1:
            made.append({"label": capfirst(f.label), "values": values})
        if len(made) == FACETS:
            break
    return made


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """``{"results": [{"title", "hint", "kind", "url"}]}`` for the palette: records first, then lists and what one may create."""
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    lines: list[dict[str, str]] = []
    if q:
        for found in look(request.user, q, searchable(request.user), SUGGESTED):
            entity = found.entity
            records = {
                r.pk: r
                for r in entity.select(entity.rows(request.user)).filter(pk__in=[h.object_id for h in found.hits])
            }
            for hit in found.hits:
                if record := records.get(hit.object_id):
                    lines.append({"title": entity.title(record), "hint": hit.acronym or entity.subtitle(record), "kind": entity.name,
                                  "url": entity.url(record)})  # fmt: skip
    lines += _pages(request.user, q)
    return JsonResponse({"results": lines})


def _pages(user: Any, q: str) -> list[dict[str, str]]:
    """Lists and create pages whose names begin as was typed."""
    wanted, found = fold(q), []
    for entity in registry.all():
        if not wanted or not entity.may(user, "view"):
            continue
        if any(word.startswith(wanted) for word in [fold(entity.plural), *fold(entity.plural).split()]):
            found.append({"title": entity.plural, "hint": "", "kind": _("List"), "url": asking.list_path(entity)})
        if entity.may(user, "create") and fold(entity.name).startswith(wanted):
            path = f"{asking.list_path(entity)}new/"
            found.append({"title": entity.name, "hint": "", "kind": _("Create"), "url": path})
    return found[:6]
