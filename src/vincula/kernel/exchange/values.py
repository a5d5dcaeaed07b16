"""From cells and JSON to the values of fields, and back to plain values (X3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from vincula.kernel.entity import ownkinds, relations
from vincula.kernel.exchange.guard import unguarded

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field

NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(slots=True)
class Wanted:
    """Records that a cell names; found later, for many lines at once. ``many`` for a list of relations."""

    names: list[str | int] = field(default_factory=list)
    many: bool = False


def read(cell: Any, f: Field) -> Any:
    """The value that a cell or a JSON value gives to a field: a stored value or Wanted. Raises ValidationError."""
    if isinstance(f.kind, relations.Relation):
        return _wanted(cell, f)
    if isinstance(cell, str):
        return f.kind.from_text(unguarded(cell), f)
    if cell is None:
        return f.kind.from_text("", f)
    if f.custom and isinstance(f.kind, ownkinds.Own):
        return f.kind.check(cell, f)
    return _from_json(cell, f)


def _wanted(cell: Any, f: Field) -> Wanted:
    many = isinstance(f.kind, relations.Relations)
    if isinstance(cell, str):
        text = unguarded(cell).strip()
        parts = [part.strip() for part in text.replace("\n", ";").split(";")] if many else [text]
        return Wanted([part for part in parts if part], many)
    items = cell if isinstance(cell, list) else [] if cell is None else [cell]
    if any(isinstance(item, bool) or not isinstance(item, int | str) for item in items) or (
        len(items) > 1 and not many
    ):
        raise ValidationError(_("The number or the name of a record is expected here."))
    return Wanted(list(items), many)


def _from_json(value: Any, f: Field) -> Any:
    """A JSON value of the right shape; numbers are taken for text, but no list for a word."""
    single = isinstance(value, str | int | float | bool)
    if f.kind.name in ("list", "tags"):
        if not _is_texts(value):
            raise ValidationError(_("A list of texts is expected here."))
        return value
    if f.kind.name == "translated":
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise ValidationError(_("A text for each language is expected here."))
        return value
    if f.kind.name == "references":
        if not isinstance(value, dict) or not all(_is_texts(texts) for texts in value.values()):
            raise ValidationError(_("A list of identifiers for each scheme is expected here."))
        return value
    if not single:
        raise ValidationError(_("A single value is expected here."))
    if f.kind.name == "boolean" and isinstance(value, bool):
        return value
    if f.kind.name == "number" and isinstance(value, bool):
        raise ValidationError(_("“%(value)s” is not a number."), params={"value": value})
    return f.kind.from_text(str(value), f)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def stored(model: type[models.Model], name: str, plain: Any) -> tuple[str, Any]:
    """(attribute, value) that sets a plain value (see records.state.plain) on a record."""
    try:
        f = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name, plain
    if isinstance(f, models.ForeignKey):
        return f.attname, plain
    if not isinstance(f, models.Field):
        return name, plain
    if plain is None and not f.null:
        return name, f.get_default()
    if isinstance(f, models.JSONField):
        return name, plain
    return name, f.to_python(plain)


def put(record: Any, values: dict[str, Any]) -> None:
    """Set plain values on a record; own fields one by one as ``custom.key``."""
    for name, plain in values.items():
        if name.startswith("custom."):
            own = {**record.custom, name.removeprefix("custom."): plain}
            record.custom = {key: value for key, value in own.items() if value not in NOTHING}
        else:
            attribute, value = stored(type(record), name, plain)
            setattr(record, attribute, value)


def united(there: Any, new: Any) -> Any:
    """What a record has, and what is new beside it: lists, texts by language, identifiers by scheme."""
    if isinstance(new, list):
        return list(dict.fromkeys([*(there or []), *new]))
    if isinstance(new, dict):
        found = dict(there or {})
        for key, value in new.items():
            found[key] = united(found.get(key), value) if isinstance(value, list) else value
        return found
    return new


def sentences(error: ValidationError) -> list[tuple[str, str]]:
    """(field, sentence) pairs of a ValidationError; field is "" for the whole record."""
    if hasattr(error, "error_dict"):
        return [
            ("" if name == "__all__" else name, " ".join(one.messages))
            for name, ones in error.error_dict.items()
            for one in ones
        ]
    return [("", message) for message in error.messages]
