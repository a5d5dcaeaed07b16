"""Verbs on the organisation's own fields: one transaction, one step of the version, one line in the audit (X13)."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.audit import trail
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.folding import fold
from vincula.kernel.records import actions, derived
from vincula.kernel.records.models import CustomField, IndexValue, next_version

ENTITY = "records.customfield"
TOLD = ("label", "translations", "kind", "options", "required", "help", "position")


class StaleError(Exception):
    """Somebody else changed the field since the page was opened."""


def must_administer(who: Any) -> None:
    if not (getattr(who, "is_active", False) and getattr(who, "is_superuser", False)):
        raise PermissionDenied(_("Only administrators change own fields."))


def key_for(label: str, taken: set[str]) -> str:
    """A key made of the label that no other field has: "Main wood" → "main_wood"."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:32] or "field"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def holders(field: CustomField) -> int:
    """How many records hold a value of the field (those in the trash are not counted)."""
    rows = IndexValue.objects.filter(entity=field.entity, field=f"custom.{field.key}")
    return rows.values("object_id").distinct().count()


@transaction.atomic
def create(*, who: Any, entity: Entity, values: Mapping[str, Any]) -> CustomField:
    """A new field at the end. ValidationError by field."""
    must_administer(who)
    there = list(CustomField.objects.filter(entity=entity.key))
    field = CustomField(entity=entity.key, **values)
    field.key = field.key or key_for(field.label, {other.key for other in there})
    if not re.fullmatch(r"[a-z][a-z0-9_]*", field.key):
        raise ValidationError({"key": _("Use small letters, digits and _ only, beginning with a letter.")})
    field.position = max((other.position for other in there), default=-1) + 1
    _checked(field)
    field.save()
    _told(
        who, "created", field, {name: [None, getattr(field, name)] for name in ("key", *TOLD) if getattr(field, name)}
    )
    return field


@transaction.atomic
def change(*, who: Any, field: CustomField, version: int, values: Mapping[str, Any]) -> CustomField:
    """Change a field. Its kind stays while records hold values, and so do options in use. ValidationError, StaleError."""
    must_administer(who)
    before = {name: getattr(field, name) for name in TOLD}
    _step(field, version)
    for name, value in values.items():
        if name in TOLD:
            setattr(field, name, value)
    if field.kind != before["kind"] and (many := holders(field)):
        text = ngettext(
            "%(many)s record holds a value; its kind can be changed only when none does.",
            "%(many)s records hold values; its kind can be changed only when none does.",
            many,
        )
        raise ValidationError({"kind": text % {"many": many}})
    _options_in_use(field, set(before["options"]) - set(field.options))
    _checked(field)
    field.save()
    changed = {name: [before[name], getattr(field, name)] for name in TOLD if before[name] != getattr(field, name)}
    if changed:
        _told(who, "edited", field, changed)
    return field


def _options_in_use(field: CustomField, dropped: set[str]) -> None:
    for option in sorted(dropped) if field.kind == "choice" else ():
        rows = IndexValue.objects.filter(
            entity=field.entity, field=f"custom.{field.key}", value=derived.sortable(option)
        )
        if many := rows.count():
            text = ngettext(
                "“%(option)s” is chosen in %(many)s record.", "“%(option)s” is chosen in %(many)s records.", many
            )
            raise ValidationError({"options": text % {"option": option, "many": many}})


def _checked(field: CustomField) -> None:
    field.full_clean()
    if field.kind == "choice" and not field.options:
        raise ValidationError({"options": _("A choice needs options, one a line.")})


def _step(field: CustomField, version: int) -> None:
    fresh = next_version(version)
    if not CustomField.objects.filter(pk=field.pk, version=version).update(version=fresh):
        raise StaleError
    field.version = fresh


def _told(who: Any, verb: str, field: CustomField, changes: dict[str, Any]) -> None:
    trail.write(who=who, verb=verb, entity=ENTITY, object_id=field.pk, changes=changes)


@transaction.atomic
def shift(*, who: Any, field: CustomField, by: int) -> None:
    """Move the field up (-1) or down (1) among those of its entity."""
    must_administer(who)
    listed = list(CustomField.objects.select_for_update().filter(entity=field.entity))
    at = next(i for i, other in enumerate(listed) if other.pk == field.pk)
    to = min(max(at + by, 0), len(listed) - 1)
    listed.insert(to, listed.pop(at))
    for position, other in enumerate(listed):
        if other.position != position:
            other.position = position
            other.save(update_fields=["position"])
    if at != to:
        _told(who, "edited", field, {"position": [at, to]})


def delete(*, who: Any, field: CustomField, version: int) -> int:
    """Delete the field and its values, each through the save door, so that the history keeps them. How many went."""
    must_administer(who)
    entity = registry.find(field.entity)
    with transaction.atomic(), trail.together():
        _step(field, version)
        rows = IndexValue.objects.filter(entity=field.entity, field=f"custom.{field.key}")
        ids = sorted(set(rows.values_list("object_id", flat=True)))
        for record in entity.model._base_manager.filter(pk__in=ids).iterator(chunk_size=200) if entity else ():
            actions.change(record, who=who, custom={field.key: None})
        _told(who, "deleted", field, {"label": [field.label, None], "values": [len(ids), 0]})
        field.delete()
    return len(ids)
