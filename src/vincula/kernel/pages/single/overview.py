"""The overview of a record: its fieldsets as lines, what is still empty, and the panels that rooms put there."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from vincula.kernel.entity import kinds, reading
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.editing import html_name
from vincula.kernel.entity.field import Field
from vincula.kernel.entity.kind import NOTHING
from vincula.kernel.pages import places
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import address
from vincula.kernel.records.models import Record


def fields_shown(entity: Entity) -> list[Field]:
    """Fields of the overview: those of the fieldsets, then the organisation's own."""
    fields = entity.fields
    named = [n for _title, names in entity.fieldsets for n in names]
    return [fields[n] for n in named] + [f for f in fields.values() if f.custom]


def sections(entity: Entity, record: Record, row: dict[str, Any], *, may_change: bool) -> list[dict[str, Any]]:
    """One section a fieldset: ``lines`` of what is known, ``missing`` with links that add what is not."""
    fields = entity.fields
    titled = [(title, [fields[n] for n in names]) for title, names in entity.fieldsets]
    if own := [f for f in fields.values() if f.custom]:
        titled.append((_("Own fields"), own))
    apart = {reading.titled_by(entity, record), entity.lifecycle.field if entity.lifecycle else ""}
    found = []
    for title, listed in titled:
        shown = [f for f in listed if not is_empty(row.get(f.name)) and f.name not in apart]
        empty = [
            f for f in listed if f.name not in apart and is_empty(row.get(f.name)) and f.editable and f.computed is None
        ]
        section = {
            "title": title,
            "lines": [line(entity, record, f, row[f.name], may_change=may_change) for f in shown],
            "prose": [],
            "missing": [_add(entity, record, f) for f in empty] if may_change else [],
        }
        section["prose"] = [one for one in section["lines"] if one["rich"]]
        section["lines"] = [one for one in section["lines"] if not one["rich"]]
        if section["lines"] or section["prose"] or section["missing"]:
            found.append(section)
    return found


def is_empty(value: Any) -> bool:
    return value in NOTHING


def line(entity: Entity, record: Record, found: Field, value: Any, *, may_change: bool) -> dict[str, Any]:
    """A field as a line: label, safe HTML, and the address that edits it in its place."""
    editable = may_change and found.editable and found.computed is None
    inline = editable and found.kind.inline
    return {
        "name": found.name,
        "id": html_name(found.name),
        "label": telling.capital(str(found.label)),
        "help": found.help,
        "html": found.kind.html(value, found),
        "rich": isinstance(found.kind, kinds.RichText),
        "cell": address("cell", entity, record, found.name) if inline else "",
        "edit": f"{address('edit', entity, record)}#id_{html_name(found.name)}" if editable and not inline else "",
    }


def _add(entity: Entity, record: Record, found: Field) -> dict[str, str]:
    if found.kind.inline:
        url = address("cell", entity, record, found.name)
    else:
        url = f"{address('edit', entity, record)}#id_{html_name(found.name)}"
    return {"label": telling.capital(str(found.label)), "url": url, "id": html_name(found.name)}


def panels(request: HttpRequest, entity: Entity, record: Record) -> dict[str, list[dict[str, Any]]]:
    """What rooms put onto the page: {"main": […], "below": […], "side": […]} of key, title, end, html; empty ones left out."""
    found: dict[str, list[dict[str, Any]]] = {"main": [], "below": [], "side": []}
    for panel in [*declared_panels(entity), *places.of(places.PANELS, entity)]:
        html = places.rendered(panel, request, record)
        if html.strip():
            end = panel.end(request, record) if panel.end else None
            found[panel.width].append({"key": panel.key, "title": panel.title, "end": end, "html": html})
    return found


def declared_panels(entity: Entity) -> Sequence[places.Panel]:
    """Panels that the entity itself declares."""
    return [panel for panel in entity.panels if isinstance(panel, places.Panel)]


def values_of(entity: Entity, record: Record, user: Any, fields: Sequence[Field]) -> dict[str, Any]:
    """{field: value ready to show} of one record."""
    return reading.read(entity, [record], fields, user)[0]
