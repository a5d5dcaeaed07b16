"""The head of a record's page: what it is, its state with the next moves, people, what can be done."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vincula.kernel.entity import kinds, manykinds, reading, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages import places
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import address
from vincula.kernel.papers import declaration
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none

FACTS = 4
NAMES = 3


def of(
    request: HttpRequest, entity: Entity, record: Record, row: dict[str, Any], rights: dict[str, bool]
) -> dict[str, Any]:
    """What ``single/record.html`` draws above the tabs. ``row`` holds the record's values (``reading.read``)."""
    added = [source.head(request, record) for source in places.of(places.HEADS, entity)]
    return {
        "crumbs": [{"label": telling.capital(entity.plural), "url": url_or_none("entity:list", entity.slug) or "/"}],
        "facts": [*_names(entity, row), *_facts(entity, row), *_references(row), *(f for a in added for f in a.facts)],
        "acronym": row.get("acronym") or "",
        "state": _state(entity, record),
        "steps": _steps(entity, record, rights),
        "people": [*_people(entity, row), *(p for a in added for p in a.people)],
        "figures": [figure for a in added for figure in a.figures],
        "moves": [move for a in added for move in a.moves],
        "more": _more(request, entity, record, rights),
        "following": None,  # the page counts it together with all else
    }


def values(request: HttpRequest, entity: Entity, record: Record, fields: list[Field]) -> dict[str, Any]:
    """The record's values as the reader may see them."""
    return reading.read(entity, [record], fields, request.user)[0]


def needed(entity: Entity) -> list[Field]:
    """Fields that the head shows, beside those of the tab."""
    names = {*entity.list_display, "acronym", "names", "owner", "references"}
    people = {f.name for f in entity.columns.values() if isinstance(f.kind, relations.Person)}
    return [f for f in entity.columns.values() if f.name in names | people and f.computed is None]


def _names(entity: Entity, row: dict[str, Any]) -> list[Any]:
    """The record's name in the reader's language, else a few of those it has; none where its title is that already."""
    names = row.get("names")
    found = entity.columns.get("names")
    if not isinstance(names, dict) or found is None or not isinstance(found.kind, manykinds.Translated):
        return []
    if type(entity).title is not Entity.title:
        return []
    if own := names.get((get_language() or "en")[:2]):
        return [own] if own != row.get("name") else []
    return [name for name in dict.fromkeys(names.values()) if name != row.get("name")][:NAMES]


def _facts(entity: Entity, row: dict[str, Any]) -> list[str]:
    state = entity.lifecycle.field if entity.lifecycle else ""
    facts = []
    for name in entity.list_display:
        found, value = entity.columns[name], row.get(name)
        plain = isinstance(found.kind, kinds.Choice | relations.Relation) and not isinstance(
            found.kind, relations.Person
        )
        if name == state or not plain or not value or isinstance(value, list):
            continue
        facts.append(value.label if isinstance(value, reading.Ref) else str(found.kind.label_of(str(value), found)))
    return facts[:FACTS]


def _references(row: dict[str, Any]) -> list[dict[str, str]]:
    references = row.get("references")
    if not isinstance(references, dict):
        return []
    return [
        {"text": f"{scheme.upper()} {each.rstrip('/').rsplit('/', 1)[-1]}", "url": each}
        for scheme, listed in references.items()
        for each in listed
        if each.startswith("https://")
    ][:2]


def _people(entity: Entity, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Who has to do with it; somebody with two parts stands there once."""
    parts: dict[str, list[str]] = {}
    for f in entity.columns.values():
        if isinstance(f.kind, relations.Person) and row.get(f.name):
            parts.setdefault(row[f.name].label, []).append(str(f.label))
    return [{"name": name, "note": telling.capital(", ".join(labels))} for name, labels in parts.items()]


def _state(entity: Entity, record: Record) -> dict[str, Any] | None:
    if entity.lifecycle is None:
        return None
    state = entity.lifecycle.state(getattr(record, entity.lifecycle.field))
    return {"tone": state.tone or "none", "label": telling.capital(str(state.label)), "final": state.final}


def _steps(entity: Entity, record: Record, rights: dict[str, bool]) -> list[dict[str, Any]]:
    """The moves out of the present state; a refused one with every sentence that stands against it."""
    if entity.lifecycle is None or record.trashed_at is not None:
        return []
    found = []
    for move, missing in entity.lifecycle.from_here(record):
        against = [str(sentence) for sentence in missing]
        if not rights["change"]:
            against = [_("Your roles do not let you change this record.")]
        target = entity.lifecycle.state(move.target)
        found.append(
            {
                "key": move.key,
                "label": telling.capital(str(move.label)),
                "target": telling.capital(str(target.label)),
                "against": against,
                "url": address("move", entity, record, move.key),
                "decided_by": move.gate.decided_by,
            }
        )
    return found


def _more(request: HttpRequest, entity: Entity, record: Record, rights: dict[str, bool]) -> list[dict[str, Any]]:
    """The menu behind the moves."""
    added = [(action, action.url(record, request.user)) for action in places.of(places.ROW_ACTIONS, entity)]
    export = url_or_none("entity:bulk-export", entity.slug) if entity.may(request.user, "export") else None
    papers = record.trashed_at is None and declaration.offered(entity.key, record, request.user)
    offers: list[tuple[bool, Callable[[], dict[str, Any]]]] = [
        *((bool(url), lambda a=action, u=url: {"label": a.label, "url": u, "icon": a.icon, "post": a.post})
          for action, url in added),
        (bool(papers), lambda: {"label": _("Papers"), "url": address("papers", entity, record), "icon": "file-text"}),
        (True, lambda: {"label": _("Why can I see this?"), "url": address("why", entity, record), "icon": "eye"}),
        (True, lambda: {"label": _("As it was on a day"), "url": address("as_of", entity, record), "icon": "clock"}),
        (bool(export), lambda: {"label": _("Export"), "url": export, "icon": "download", "post": True}),
        (rights["delete"] and record.trashed_at is None,
         lambda: {"label": _("Put in the trash"), "url": address("trash_one", entity, record), "icon": "trash", "danger": True}),
    ]  # fmt: skip
    return [make() for offered, make in offers if offered]
