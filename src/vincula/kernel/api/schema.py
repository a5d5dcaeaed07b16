"""The one base of every request and answer body, and the bodies made from an entity.

django-ninja answers 500 to a lone surrogate or a 70-bit integer and ignores max_length; this base refuses them with 422.
"""

import datetime
from typing import Annotated, Any

from django.db import models
from ninja import Schema
from pydantic import ConfigDict, Field, WithJsonSchema, create_model, model_validator

from vincula.kernel.entity import kinds, manykinds, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field as EntityField
from vincula.kernel.entity.moneykind import MoneyKind

BIGGEST = 2**63 - 1
MAX_TEXT = 100_000
Id = Annotated[int, Field(ge=1, le=BIGGEST)]


def unsound(value: Any, depth: int = 0) -> str | None:
    """Why a JSON value cannot be kept, or None: text with NUL or a lone surrogate, a number past 64 bits, too deep."""
    if depth > 40:
        return "nested too deeply"
    if isinstance(value, str):
        if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
            return "text with characters that cannot be kept"
        return "text longer than 100,000 characters" if len(value) > MAX_TEXT else None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int) and abs(value) > BIGGEST:
        return "a number past 64 bits"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "a number that is none"
    children = (
        value if isinstance(value, list | tuple) else [*value, *value.values()] if isinstance(value, dict) else ()
    )
    return next((problem for child in children if (problem := unsound(child, depth + 1))), None)


class Sound(Schema):
    """Base of request bodies: unknown members are refused, values must be storable."""

    model_config = ConfigDict(extra="forbid", strict=False)

    @model_validator(mode="before")
    @classmethod
    def storable(cls, data: Any) -> Any:
        raw = getattr(data, "_obj", data)
        if problem := unsound(raw):
            raise ValueError(problem)
        return data


class Problem(Schema):
    """RFC 9457 problem+json."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: dict[str, list[str]] | None = None
    current: dict[str, Any] | None = None


def value_type(f: EntityField) -> Any:
    """The Python type of a field's value in JSON."""
    if isinstance(f.kind, relations.Relations):
        return Annotated[list[Id], Field(max_length=1000)]
    if isinstance(f.kind, relations.Relation):
        return Id
    if isinstance(f.kind, MoneyKind):
        return dict[str, Any]
    if isinstance(f.kind, kinds.Number):
        whole = isinstance(f.model_field, models.IntegerField)
        return Annotated[int, Field(ge=-BIGGEST, le=BIGGEST)] if whole else float
    if isinstance(f.kind, kinds.Boolean):
        return bool
    if isinstance(f.kind, kinds.DateTime):
        return datetime.datetime
    if isinstance(f.kind, kinds.Date):
        return datetime.date
    if isinstance(f.kind, manykinds.Structured):
        return dict[str, Any]
    if isinstance(f.kind, manykinds.References):
        return dict[str, list[str]]
    if isinstance(f.kind, manykinds.Translated):
        return dict[str, str]
    if isinstance(f.kind, manykinds.List):
        return list[str]
    limit = getattr(f.model_field, "max_length", None) or MAX_TEXT
    allowed = [str(v) for v, _label in f.choices] if type(f.kind) is kinds.Choice else None
    extra: Any = {"enum": [*allowed, *([] if f.required else [""])]} if allowed else None
    return Annotated[str, Field(max_length=limit, json_schema_extra=extra)]


def shown_type(f: EntityField) -> dict[str, Any]:
    """JSON schema of a field's value in an answer; what is worked out may be null where there is nothing to say."""
    return {"anyOf": [_shape(f), {"type": "null"}]} if f.computed is not None else _shape(f)


def _shape(f: EntityField) -> dict[str, Any]:
    if isinstance(f.kind, relations.Relations):
        return {"type": "array", "items": {"type": "integer"}}
    if isinstance(f.kind, relations.Relation):
        return {"type": ["integer", "null"], "description": "An id; null also for a record that you may not see."}
    if isinstance(f.kind, MoneyKind):
        return {
            "type": ["object", "null"],
            "properties": {"minor": {"type": "integer"}, "currency": {"type": "string"}},
        }
    if isinstance(f.kind, kinds.Number):
        whole = isinstance(f.model_field, models.IntegerField)
        return {"type": ["integer" if whole else "number", "null"]}
    if isinstance(f.kind, kinds.Boolean):
        return {"type": ["boolean", "null"]}
    if isinstance(f.kind, kinds.Date | kinds.DateTime):
        return {"type": ["string", "null"], "format": "date" if isinstance(f.kind, kinds.Date) else "date-time"}
    if isinstance(f.kind, manykinds.Structured):
        return {"type": "object"}
    texts = {"type": "array", "items": {"type": "string"}}
    if isinstance(f.kind, manykinds.References):
        return {"type": "object", "additionalProperties": texts}
    if isinstance(f.kind, manykinds.Translated):
        return {"type": "object", "additionalProperties": {"type": "string"}}
    return texts if isinstance(f.kind, manykinds.List) else {"type": ["string", "null"]}


def described(f: EntityField) -> str:
    return f"{f.label}. {f.help}".strip() if f.help else str(f.label)


def writable(entity: Entity) -> list[EntityField]:
    """Fields that a request may set. The state is none of them: it changes by moves, through their gates."""
    state = entity.lifecycle.field if entity.lifecycle is not None else ""
    return [
        f for f in entity.columns.values()
        if f.editable and f.computed is None and f.name != state and not isinstance(f.kind, relations.File)
    ]  # fmt: skip


def body_in(entity: Entity, *, partial: bool) -> Any:
    """The body that creates (or, ``partial``, changes) a record."""
    members: dict[str, Any] = {f.name: _member(f, partial) for f in writable(entity)}
    members["custom"] = (dict[str, Any] | None, Field(None, description="The organisation's own fields, by key."))
    if partial:
        members["version"] = (
            Id | None,
            Field(None, description="The version read; 409 when it is not the present one."),
        )
    name = f"{entity.model.__name__}{'Change' if partial else 'New'}"
    return create_model(name, __base__=Sound, **members)


def part_in(entity: Entity, *names: str) -> Any:
    """Some fields of a record that a verb makes beside others: what ``body_in`` asks of them."""
    members: dict[str, Any] = {name: _member(entity.columns[name], False) for name in names}
    return create_model(f"{entity.model.__name__}Part", __base__=Sound, **members)


def _member(f: EntityField, partial: bool) -> tuple[Any, Any]:
    wanted, optional = value_type(f), partial or not f.required or _has_default(f)
    nullable = bool(getattr(f.model_field, "null", False))
    default = Field(None if optional else ..., description=described(f))
    return (wanted | None if optional or nullable else wanted, default)


def body_out(entity: Entity) -> Any:
    """The body that answers with a record."""
    members: dict[str, Any] = {"id": (int, ...), "version": (int, ...), "url": (str, ...), "title": (str, ...)}
    for f in entity.columns.values():
        shape = WithJsonSchema(shown_type(f))  # Any inside: answers are made by us and not checked while they are sent
        members[f.name] = (Annotated[Any, shape], Field(None, description=described(f)))
    members["custom"] = (dict[str, Any], Field(default_factory=dict))
    members["expanded"] = (dict[str, Any] | None, Field(None, description="Related records asked for with expand=."))
    return create_model(f"{entity.model.__name__}Record", __base__=Schema, **members)


def _has_default(f: EntityField) -> bool:
    return f.model_field is not None and f.model_field.has_default()


class Cursor(Schema):
    """Where the next and previous pages begin: values for ``after`` and ``before``."""

    after: str | None = None
    before: str | None = None


class HistoryEntry(Schema):
    id: int
    at: datetime.datetime
    who: str | None
    verb: str
    version: int
    changes: dict[str, Any] | None


class BulkItem(Sound):
    """One step of a bulk request: without ``id`` a creation; with ``trash`` true the record goes to the trash."""

    id: Id | None = None
    version: Id | None = None
    trash: bool = False
    values: dict[str, Any] = Field(default_factory=dict)


class Bulk(Sound):
    """Up to 500 steps, done all or none."""

    items: Annotated[list[BulkItem], Field(min_length=1, max_length=500)]


class BulkDone(Schema):
    created: int
    changed: int
    trashed: int
    ids: list[int]
    correlation: str


class Me(Schema):
    email: str
    name: str
    kind: str
    language: str
    time_zone: str
    administrator: bool
    scopes: list[str]


class Found(Schema):
    entity: str
    id: int
    title: str
    url: str
