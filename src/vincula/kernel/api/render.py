"""Records as JSON: values through their kinds, relations only where the caller may see them."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from vincula.kernel.entity import reading, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.entity.kind import Kind
from vincula.kernel.records.models import Record

BASE = ("id", "version", "url", "title")
_json = TypeAdapter(Any).dump_json


def chosen(entity: Entity, names: str) -> list[Any]:
    """The fields asked for with ``fields=a,b``; all of them without. Raises ValidationError for an unknown one."""
    fields = entity.fields
    if not names:
        return list(fields.values())
    wanted = [n.strip() for n in names.split(",") if n.strip() and n.strip() not in BASE]
    if unknown := [n for n in wanted if n not in fields]:
        raise ValidationError(_("There is no field “%(name)s” here."), params={"name": unknown[0]}, code="fields")
    return [fields[n] for n in wanted]


def many(
    entity: Entity, records: Sequence[Record], user: Any, *, names: str = "", expand: str = ""
) -> list[dict[str, Any]]:
    """JSON objects of ``records``; ``expand`` names relations whose records are given in full under "expanded"."""
    fields = chosen(entity, names)
    found = reading.columns(entity, records, fields, user, bare=True)
    told = [(f, _as_json(f, column)) for f, column in zip(fields, found, strict=True)]
    path = entity.path
    keys = [r.pk for r in records]
    named = {"id": keys, "version": [r.version for r in records],
             "url": [f"{path}{pk}/" for pk in keys], "title": [entity.title(r) for r in records]}  # fmt: skip
    named |= {f.name: column for f, column in told if not f.custom}
    own = {f.name.removeprefix("custom."): column for f, column in told if f.custom}
    if not names or own:
        named["custom"] = _rows(own) if own else [{} for _record in records]
    bodies = _rows(named)
    if expand:
        _expand(entity, bodies, expand, user)
    return bodies


def _as_json(f: Field, column: list[Any]) -> list[Any]:
    """The values of one field as JSON holds them; most kinds leave them as they are."""
    if type(f.kind).to_json is Kind.to_json:
        return column
    return [f.kind.to_json(value, f) for value in column]


def _rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """An object for each row of the columns."""
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def one(entity: Entity, record: Record, user: Any, *, names: str = "", expand: str = "") -> dict[str, Any]:
    return many(entity, [record], user, names=names, expand=expand)[0]


def response(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """Records as the body of an answer, written by pydantic: of a hundred of them Django's encoder takes a tenth of the
    whole request."""
    try:
        return HttpResponse(_json(body), content_type="application/json", status=status)
    except ValueError:  # half a character in somebody's JSON: Django writes it as an escape
        return JsonResponse(body, status=status)


def _expand(entity: Entity, bodies: list[dict[str, Any]], expand: str, user: Any) -> None:
    for name in [n.strip() for n in expand.split(",") if n.strip()][:10]:
        f = entity.field(name)
        other = registry.for_model(f.related_model) if f and isinstance(f.kind, relations.Relation) else None
        if f is None or other is None:
            raise ValidationError(
                _("“%(name)s” is no relation that can be expanded."), params={"name": name}, code="expand"
            )
        wanted: set[int] = set()
        for body in bodies:
            value = body.get(name)
            wanted |= set(value) if isinstance(value, list) else {value} if value else set()
        found = {r.pk: r for r in other.select(other.rows(user).filter(pk__in=wanted))}
        full = {b["id"]: b for b in many(other, list(found.values()), user)}
        for body in bodies:
            value = body.get(name)
            given = [full[i] for i in value if i in full] if isinstance(value, list) else full.get(value)  # type: ignore[arg-type]  # None is no key of it
            body.setdefault("expanded", {})[name] = given
