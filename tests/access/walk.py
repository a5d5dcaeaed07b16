"""Every address of the program, asked for by somebody: made from the URL map, complete or failing."""

import base64
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse

from tests.access.world import ASKED, CANARY, World
from tests.ground import short
from vincula.kernel.entity import relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.pages.single import related
from vincula.kernel.papers import declaration
from vincula.kernel.public.register import patterns

Paths = Callable[[World, Entity, int], list[str]]
ASK = {"HTTP_HX_REQUEST": "true"}


def _of(name: str, *args: Any, query: str = "") -> Paths:
    def paths(world: World, entity: Entity, pk: int) -> list[str]:
        given = [pk if a is PK else a(world, entity, pk) if callable(a) else a for a in args]
        return [reverse(name, args=[entity.slug, *given]) + query]

    return paths


PK = object()


def _cells(world: World, entity: Entity, pk: int) -> list[str]:
    fields = [f for f in entity.columns.values() if f.editable]
    ties = [
        f for f in fields if isinstance(f.kind, relations.Relation)
    ]  # what stands in the others is the record's own
    return [reverse("entity:cell", args=[entity.slug, pk, f.name]) for f in [*ties, *fields[:2]]]


def _tabs(world: World, entity: Entity, pk: int) -> list[str]:
    base = reverse("entity:record", args=[entity.slug, pk])
    tabs = ["timeline", "files", "links", "history", *(tab.key for tab in places.of(places.TABS, entity))]
    tabs += [each.key for each in related.of(entity, world.alice)]
    return [base, *(f"{base}?tab={tab}" for tab in tabs)]


def _lists(world: World, entity: Entity, pk: int) -> list[str]:
    base = reverse("entity:list", args=[entity.slug])
    grouped = [
        f"{base}?group={f.name}"
        for f in entity.columns.values()
        if f.kind.name in ("choice", "relation", "country", "person")
    ]
    sorted_ = [f"{base}?sort={f.name}" for f in entity.columns.values() if "__" in "".join(f.sort_columns)]
    everything = ",".join(f.name for f in entity.columns.values())
    extra = [f"{base}?layout=board", f"{base}?layout=calendar", f"{base}?q={ASKED}", f"{base}?columns={everything}"]
    related = [f"{base}?{f.name}={world.hidden[k].pk}" for f in entity.columns.values() for k in world.hidden
               if f.related_model is type(world.hidden[k])]  # fmt: skip
    return [base, *grouped, *sorted_, *extra, *related]


def _exports(world: World, entity: Entity, pk: int) -> list[str]:
    base = reverse("entity:export", args=[entity.slug])
    everything = ",".join(f.name for f in entity.columns.values())
    return [f"{base}?format={form}&columns={everything}" for form in ("csv", "xlsx", "jsonl", "vcard")]


# What stands below /<entities>/: name → addresses for one entity and one record's number.
OF_ENTITY: dict[str, Paths] = {
    "entity:list": _lists,
    "entity:export": _exports,
    "entity:record": _tabs,
    "entity:cell": _cells,
    "entity:tab": _of("entity:tab", PK, "overview"),  # the others with entity:record
    "entity:new": lambda w, e, pk: [reverse("entity:new", args=[e.slug]) + "?" + "&".join(
        f"{f.name}={w.hidden[k].pk}" for f in e.columns.values() for k in w.hidden if f.related_model is type(w.hidden[k]))],
    "entity:options": lambda w, e, pk: [reverse("entity:options", args=[e.slug]) + q for q in ("", f"?q={ASKED}", "?q=kan", f"?ids={pk}")],
    "entity:trash": _of("entity:trash"),
    "entity:choose": lambda w, e, pk: [reverse("entity:choose", args=[e.slug, what]) for what in ("columns", "group", "view", "views", "export", "condition")],
    "entity:filter": lambda w, e, pk: [reverse("entity:filter", args=[e.slug, f.name]) for f in e.columns.values() if f.filterable],
    "entity:columns": _of("entity:columns"),
    "entity:view-new": _of("entity:view-new"),
    "entity:view-counts": _of("entity:view-counts"),
    "entity:view": _of("entity:view", 1),
    "entity:board-move": _of("entity:board-move", PK),
    "entity:bulk": lambda w, e, pk: [reverse("entity:bulk", args=[e.slug]) + f"?ids={pk}"],
    "entity:bulk-trash": lambda w, e, pk: [reverse("entity:bulk-trash", args=[e.slug]) + f"?ids={pk}"],
    "entity:bulk-export": lambda w, e, pk: [reverse("entity:bulk-export", args=[e.slug]) + f"?ids={pk}&format=csv"],
    "entity:bulk-undo": _of("entity:bulk-undo", "7f0c1c1e-0000-4000-8000-000000000000"),
    "entity:merge": lambda w, e, pk: [reverse("entity:merge", args=[e.slug]) + f"?ids={pk},{w.hidden[e.key].pk if e.key in w.hidden else 1}"],
    "entity:bulk-merge": lambda w, e, pk: [reverse("entity:bulk-merge", args=[e.slug]) + f"?ids={pk}"],
    "entity:unmerge": _of("entity:unmerge", 1),
    "entity:pin": _of("entity:pin"),
    "entity:edit": _of("entity:edit", PK),
    "entity:quick": _of("entity:quick", PK),
    "entity:history": _of("entity:history", PK),
    "entity:as_of": lambda w, e, pk: [reverse("entity:as_of", args=[e.slug, pk]) + "?at=2999-01-01T00:00"],
    "entity:undo": _of("entity:undo", PK, 1),
    "entity:move": _of("entity:move", PK, "done"),
    "entity:trash_one": _of("entity:trash_one", PK),
    "entity:restore": _of("entity:restore", PK),
    "entity:why": _of("entity:why", PK),
    "entity:follow": _of("entity:follow", PK),
    "entity:link": _of("entity:link", PK),
    "entity:unlink": _of("entity:unlink", PK, 1),
    "entity:papers": _of("entity:papers", PK),
    "entity:paper": lambda w, e, pk: [reverse("entity:paper", args=[e.slug, pk, p.key]) for p in declaration.of(e.key)],
    "entity:paper-chart": lambda w, e, pk: [reverse("entity:paper-chart", args=[e.slug, pk, p.key, 0]) for p in declaration.of(e.key)],
    "entity:paper-open": _of("entity:paper-open", PK, "7f0c1c1e-0000-4000-8000-000000000000"),
}  # fmt: skip


def missing() -> set[str]:
    """URL names that nobody declared here: the walk would pass them by."""
    from tests.access.others import OTHERS

    names = {name for _pattern, name, _view in patterns() if not name.startswith("api:") and name}
    return names - set(OF_ENTITY) - set(OTHERS)


def api(world: World, entity: Entity, pk: int) -> list[str]:
    """What a program may read."""
    base = f"/api/v1/{entity.slug}/"
    expand = ",".join(f.name for f in entity.columns.values() if f.kind.name in ("relation", "relations"))
    single = "parent" if "parent" in entity.columns else "owner"
    return [
        base,
        f"{base}?limit=1&sort={single}",
        f"{base}?expand={expand}",
        f"{base}?q={ASKED}",
        f"{base}{pk}",
        f"{base}{pk}?expand={expand}",
        f"{base}{pk}/history",
        *([f"{base}{pk}/papers"] if declaration.of(entity.key) else []),
    ]


def addresses(world: World, entity: Entity, pk: int) -> Iterator[str]:
    """Everything to ask for about one entity and one record's number."""
    for build in OF_ENTITY.values():
        yield from build(world, entity, pk)
    yield from api(world, entity, pk)


CURSOR = re.compile(rb'(?:after|before)(?:=|"\s*:\s*")([A-Za-z0-9_-]{8,})')


def body(response: Any) -> bytes:
    """Every byte that left: streamed parts, headers, what is packed in a spreadsheet or in a cursor."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    content += str(response.headers).encode()
    return content + b"".join(
        base64.urlsafe_b64decode(found + b"=" * (-len(found) % 4)) for found in CURSOR.findall(content)
    )


def of_entity(world: World, entity: Entity) -> list[str]:
    """Every address of an entity, each once: for a hidden record, a shown one and one that names hidden ones.

    In the short run those are the page and the expanded API of the record that names hidden ones (all its addresses,
    where pages are made by hand), and of the other addresses a spread.
    """
    found: list[str] = []
    telling: set[str] = set()
    for some in (world.crossing, world.belgian, world.free):
        if entity.key in some:
            pk = some[entity.key].pk
            asked = list(addresses(world, entity, pk))
            if not telling and entity.key in short.HAND_MADE:
                telling = set(asked)
            telling = telling or {*_tabs(world, entity, pk)[:1], *(p for p in api(world, entity, pk) if "expand" in p)}
            found += [p for p in asked if p in telling or short.spread(p, of=20)]
    if entity.key in world.hidden:  # not found whatever else the address says: one of each sort is enough, two are sure
        pk, most = world.hidden[entity.key].pk, 2 if short.is_deep() else 1
        asked = (path for build in OF_ENTITY.values() for path in build(world, entity, pk)[:most])
        asked = (*asked, *api(world, entity, pk))
        found += [path for path in asked if entity.key in short.HAND_MADE or short.spread(path, of=20)]
    return list(dict.fromkeys(found))


def answers(client: Any, path: str) -> Iterator[Any]:
    """What is answered: the whole page, and the part of it that htmx asks for where there may be one.

    The part is asked for at one address of ten, in the deep run at each.
    """
    first = client.get(path)
    yield first
    if (
        short.spread(path)
        and first.status_code == 200
        and first.headers.get("Content-Type", "").startswith("text/html")
    ):
        yield client.get(path, **ASK)


def holds(response: Any, word: str = CANARY) -> bool:
    """Whether the word is in any byte of it."""
    return word.lower().encode() in body(response).lower()


def leaks(client: Any, path: str, word: str = CANARY) -> bool:
    """Whether the word is in any byte of what is answered at this address."""
    return any(holds(response, word) for response in answers(client, path))
