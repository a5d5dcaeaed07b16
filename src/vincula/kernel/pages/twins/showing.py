"""Records beside each other: the values that tell them apart, and every value there is to choose, as a reader may see."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from vincula.kernel.duplicates import choosing
from vincula.kernel.entity import reading, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.entity.kind import safe
from vincula.kernel.pages.single import telling
from vincula.kernel.records import state
from vincula.kernel.records.models import Record

BESIDE = 8  # values that stand beside each other in the list of pairs


def beside(entity: Entity, records: Sequence[Record], user: Any) -> list[dict[str, Any]]:
    """Lines {label, values: [html], same} of the fields that tell what a record is, without those empty in all."""
    rows = reading.read(entity, records, fields(entity), user)
    lines = []
    for f in fields(entity):
        values = [row[f.name] for row in rows]
        if all(state.empty(v) for v in values):
            continue
        lines.append({"label": telling.capital(str(f.label)), "values": [f.kind.html(v, f) for v in values],
                      "same": all(v == values[0] for v in values)})  # fmt: skip
    return lines[:BESIDE]


def fields(entity: Entity) -> list[Field]:
    """Fields of the identity, then those of the list; the title stands above."""
    title = (entity.search_fields or ("",))[0]
    names = [n for sign in entity.identity if sign.kind != "among" for n in sign.fields]
    wanted = [
        n for n in dict.fromkeys([*names, *entity.list_display]) if n not in (title, "last_interaction_at", "contact")
    ]
    return [entity.columns[n] for n in wanted if n in entity.columns]


def choices(
    entity: Entity, found: Sequence[choosing.Choice], records: Sequence[Record], user: Any
) -> list[dict[str, Any]]:
    """What the page of a merge shows of each choice: its options as HTML, each with whose value it is."""
    labels = reading.Labels(user)
    for one in found:
        if isinstance(one.field.kind, relations.Relation):
            labels.want(one.field.related_model, [v for _k, v in one.options])
    numbers = {str(r.pk): n for n, r in enumerate(records, 1)}
    shown = []
    for one in found:
        options = []
        for key, value in one.options:
            whose = [numbers[k] for k, v in one.values.items() if k in numbers and v == value]
            options.append({"key": key, "html": _html(one, value, labels), "whose": whose,
                            "united": key == choosing.UNITED, "chosen": key == one.chosen})  # fmt: skip
        label = telling.capital(str(one.field.label))
        shown.append({"name": one.name, "label": f"{label} ({one.language})" if one.language else label,
                      "options": options, "differs": one.differs})  # fmt: skip
    return shown


def _html(one: choosing.Choice, value: Any, labels: reading.Labels) -> SafeString:
    if one.language:
        return safe(value)
    if isinstance(one.field.kind, relations.Relation):
        return one.field.kind.html(labels.get(one.field.related_model, value), one.field)
    return one.field.kind.html(value, one.field)
