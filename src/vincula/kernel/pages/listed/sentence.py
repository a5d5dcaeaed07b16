"""The filter as a sentence: each condition is a clause whose value can be opened and changed.

A clause's form asks the list itself with ``_field``, ``_op``, ``_value``, ``_from``, ``_to``; ``composed`` turns that
into the clean address, so that no script is needed and every address can be read.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.entity import filters, formfields, kinds, listing, manykinds, relations
from vincula.kernel.entity.field import Field
from vincula.kernel.pages.listed.asked import Asked
from vincula.kernel.records.models import IndexValue
from vincula.kernel.ui import format as shown

MOST_TAGS = 60
LONG = 20  # values; a longer list is sorted by what occurs
PLACE = "\0"
WORDS = {
    "is": gettext_lazy("is"),
    "not": gettext_lazy("is not"),
    "contains": gettext_lazy("contains"),
    "empty": gettext_lazy("is empty"),
}


@dataclass(frozen=True)
class Clause:
    """``before`` **value** ``after``: in every language the pattern says where the value stands."""

    before: str
    value: str
    after: str
    label: str
    edit: str
    remove: str


def clauses(asked: Asked, conditions: list[filters.Condition]) -> list[Clause]:
    """The conditions as clauses; a date reads as the reader writes dates."""
    made, path = [], asked.path
    for c in conditions:
        label = str(c.field.label)
        said = c.pattern % {"field": label, "value": PLACE}
        before, place, after = said.partition(PLACE)
        value = _value(c, asked.user) if place else said
        made.append(Clause(
            before=before if place else "", value=value or "—", after=after, label=label,
            edit=asked.href(f"{path}filter/{c.field.name}/"), remove=asked.without(c.parameter),
        ))  # fmt: skip
    return made


def _value(condition: filters.Condition, user: Any) -> str:
    if isinstance(condition.field.kind, kinds.Date | kinds.DateTime):
        try:
            return shown.format_date(datetime.date.fromisoformat(condition.values[0][:10]))
        except ValueError:
            return condition.values[0]
    return condition.words(user)


def offered(asked: Asked) -> list[dict[str, str]]:
    """The fields that a condition can be added for: those of ``list_filter`` first."""
    fields = {n: f for n, f in asked.entity.fields.items() if f.filterable}
    first = [n for n in asked.entity.list_filter if n in fields]
    rest = sorted((n for n in fields if n not in first), key=lambda n: str(fields[n].label).casefold())
    return [
        {"label": capfirst(fields[n].label), "url": asked.href(f"{asked.path}filter/{n}/")} for n in [*first, *rest]
    ]


def sorted_by(asked: Asked, order: listing.Order) -> dict[str, str]:
    """The last clause: how the list is sorted."""
    here = asked.entity.field(order.name)
    before, _place, after = (_("sorted by %(name)s") % {"name": PLACE}).partition(PLACE)
    if here is None:
        return {
            "before": "",
            "name": _("newest first") if order.descending else _("oldest first"),
            "arrow": "",
            "after": "",
        }
    return {"before": before, "name": str(here.label), "arrow": " ↓" if order.descending else " ↑", "after": after}


def composed(asked: Asked, given: QueryDict) -> str:
    """The clean address for what a clause's form sent. Raises ValidationError for a field that cannot filter."""
    name, operator = given.get("_field", ""), given.get("_op", "is")
    field = asked.entity.field(name)
    if field is None or not field.filterable:
        raise ValidationError(_("There is no filter “%(name)s” here."), params={"name": name}, code="filter")
    changes: dict[str, Any] = {name: None, **{f"{name}__{o}": None for o in filters.OPERATORS}}
    values = [v.strip() for v in given.getlist("_value") if v.strip()]
    if operator == "empty":
        changes[f"{name}__empty"] = "1"
    elif operator == "range":
        changes |= {f"{name}__from": given.get("_from", "").strip(), f"{name}__to": given.get("_to", "").strip()}
    elif values and operator in field.kind.operators:
        changes[name if operator == "is" else f"{name}__{operator}"] = values
    return asked.href(asked.path, **changes)


def form(asked: Asked, field: Field) -> dict[str, Any]:
    """What ``listed/filter.html`` needs to change the condition on one field."""
    name, ops = field.name, field.kind.operators
    values = {o: asked.params.getlist(name if o == "is" else f"{name}__{o}") for o in ops}
    here = next((o for o in ops if values.get(o)), ops[0])
    ranged = "from" in ops
    operators = [("range", _("between")), *([("empty", _("is empty"))] if "empty" in ops else [])] if ranged else [
        (o, str(WORDS[o])) for o in ops if o in WORDS]  # fmt: skip
    found: dict[str, Any] = {
        "field": field, "name": name, "operators": operators, "here": "range" if here in ("from", "to", "is") and ranged else here,
        "values": values.get(here) or [], "hidden": asked.hidden(name, *(f"{name}__{o}" for o in filters.OPERATORS)),
        "set": any(values.values()), "clear": asked.href(asked.path, **dict.fromkeys((name, *(f"{name}__{o}" for o in ops)))),
    }  # fmt: skip
    if ranged:
        same = (values.get("is") or [""])[0]
        found |= {"type": "number" if isinstance(field.kind, kinds.Number) else "date",
                  "low": (values.get("from") or [same])[0], "high": (values.get("to") or [same])[0]}  # fmt: skip
        return found | {"kind": "range"}
    if isinstance(field.kind, relations.Relation):
        return found | {"kind": "relation", "select": _select(field, asked.user, found["values"])}
    options = tags(asked, field) if isinstance(field.kind, manykinds.List) else field.kind.options(field)
    if options:
        return found | {"kind": "options", "options": _offered_values(asked, field, options, found["values"])}
    return found | {"kind": "text"}


def _offered_values(
    asked: Asked, field: Field, options: list[tuple[str, str]], chosen: list[str]
) -> list[tuple[str, str, bool, int | None]]:
    """(value, label, chosen, how many there are), the chosen first; of a long list those that occur, most first."""
    counts = _counted(asked, field)
    known = dict(options)
    listed = [(v, label, v in chosen, None if counts is None else counts.get(v, 0)) for v, label in options]
    listed += [(v, v, True, None) for v in chosen if v not in known]
    if counts is not None and len(options) > LONG:
        listed.sort(key=lambda o: -(o[3] or 0))
    return sorted(listed, key=lambda o: not o[2])


def _counted(asked: Asked, field: Field) -> dict[str, int] | None:
    """How many records each value has under the other conditions, as this reader sees them; None where that is dear."""
    if field.model_field is None or isinstance(field.kind, manykinds.List):
        return None
    own = {field.name, *(f"{field.name}__{o}" for o in filters.OPERATORS)}
    others = [c for c in filters.parse(asked.entity, asked.params) if c.parameter not in own]
    rows = filters.apply(asked.entity.rows(asked.user), others, asked.user)
    rows = listing.matching(asked.entity, rows, str(asked.params.get("q") or ""), asked.user)
    found = rows.order_by().values_list(field.column).annotate(n=Count("pk", distinct=True)).order_by()
    return {str(v).lower() if isinstance(v, bool) else str(v): n for v, n in found}


def _select(field: Field, user: Any, values: list[str]) -> Any:
    one = field.kind.form_field(field, user=user, required=False, label=field.label)
    picker = {k: v for k, v in one.widget.attrs.items() if k == "data-options-url"}
    many = formfields.RelationsField(one.queryset, picker=picker, required=False, label=field.label)  # type: ignore[attr-defined]  # a field of a relation has one
    made = type("Filter", (forms.Form,), {"_value": many})
    return made(initial={"_value": [v for v in values if v.isdecimal()]}, auto_id="filter-%s")["_value"]


def tags(asked: Asked, field: Field) -> list[tuple[str, str]]:
    """Values of a list field that records hold which this reader may see."""
    rows = IndexValue.objects.filter(entity=asked.entity.key, field=field.name)
    seen = asked.entity.rows(asked.user).values("pk")
    found = rows.filter(object_id__in=seen).order_by("value").values_list("value", flat=True).distinct()
    return [(v, v) for v in found[:MOST_TAGS]]


def problem_words(error: ValidationError) -> str:
    """The sentences of an error in one text."""
    return " ".join(error.messages)


def relax(asked: Asked, conditions: list[filters.Condition], rows: Any) -> list[dict[str, Any]]:
    """When nothing is found: which single condition to let go of, and how many would come (bounded, at most five)."""
    offers = []
    words = str(asked.params.get("q") or "").strip()
    for c in conditions[:5]:
        others = [o for o in conditions if o is not c]
        found = listing.matching(asked.entity, filters.apply(rows, others, asked.user), words, asked.user)
        n, exact = listing.count(found)
        offers.append({"text": c.sentence(asked.user), "url": asked.without(c.parameter), "count": n, "exact": exact})
    if words:
        n, exact = listing.count(filters.apply(rows, conditions, asked.user))
        offers.append(
            {
                "text": _("the words “%(words)s”") % {"words": words},
                "url": asked.href(q=None),
                "count": n,
                "exact": exact,
            }
        )
    return sorted((o for o in offers if o["count"]), key=lambda o: -o["count"])
