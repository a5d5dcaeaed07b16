"""All entities of the installation, and the organisation's own fields."""

import time
from typing import TYPE_CHECKING, Any

from django.core.checks import Error, register
from django.db import models
from django.db.models.signals import post_delete, post_save

from vincula.kernel.records.models import CustomField

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

_entities: dict[str, "Entity"] = {}
_by_slug: dict[str, "Entity"] = {}
_own: tuple[float, dict[str, list[CustomField]]] = (0.0, {})
OWN_FIELDS_FOR = 5.0  # seconds: how late another process learns of a new own field


def add(declared: type["Entity"]) -> None:
    """Register a declaration; a second one for the same model replaces nothing (ValueError)."""
    key = str(declared.model._meta.label_lower)
    if key in _entities and type(_entities[key]) is not declared:
        raise ValueError(f"{key} is declared by {type(_entities[key]).__name__} and by {declared.__name__}.")
    entity = declared()
    _entities[key] = _by_slug[entity.slug] = entity


def drop(model: type[models.Model]) -> None:
    """Forget a declaration (tests that declare an entity of their own)."""
    entity = _entities.pop(model._meta.label_lower)
    _by_slug.pop(entity.slug)


def all() -> list["Entity"]:
    return list(_entities.values())


def get(key: str) -> "Entity":
    """Raises LookupError when no entity has this key."""
    return _entities[key]


def find(key: str) -> "Entity | None":
    return _entities.get(key)


def by_slug(slug: str) -> "Entity | None":
    return _by_slug.get(slug)


def for_model(model: Any) -> "Entity | None":
    return _entities.get(model._meta.label_lower) if hasattr(model, "_meta") else None


def own_fields(entity: str) -> list[CustomField]:
    """The organisation's own fields of an entity; read once in five seconds and after each change here."""
    global _own
    read_at, known = _own
    if time.monotonic() - read_at > OWN_FIELDS_FOR or not read_at:
        known = {}
        for own in CustomField.objects.all():
            known.setdefault(own.entity, []).append(own)
        _own = (time.monotonic(), known)
    return known.get(entity, [])


def forget_own_fields(**_: Any) -> None:
    global _own
    _own = (0.0, {})


post_save.connect(forget_own_fields, sender=CustomField, dispatch_uid="own-fields")
post_delete.connect(forget_own_fields, sender=CustomField, dispatch_uid="own-fields")


@register()
def check_entities(**_: Any) -> list[Error]:
    """A wrong name in a declaration stops the program at start."""
    return [error for entity in all() for error in entity.check()]
