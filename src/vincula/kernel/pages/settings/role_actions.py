"""Verbs on roles: each is one transaction, one step of the role's version, and one line in the audit (X6)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from vincula.kernel.access import door, scopes
from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.audit import trail
from vincula.kernel.entity import registry

ENTITY = "access.role"
EVERY = "*"


class StaleError(Exception):
    """Somebody else changed the role since the page was opened."""


def must_administer(who: Any) -> None:
    if not (getattr(who, "is_active", False) and getattr(who, "is_superuser", False)):
        raise PermissionDenied(_("Only administrators change roles."))


def _step(role: Role, version: int) -> None:
    """Compare-and-set of the version, which also holds the row until the end of the transaction."""
    if not Role.objects.filter(pk=role.pk, version=version).update(version=version + 1):
        raise StaleError
    role.version = version + 1


def _told(who: Any, verb: str, role: Role, **changes: list[Any]) -> None:
    trail.write(who=who, verb=verb, entity=ENTITY, object_id=role.pk, changes=changes, version=role.version)


@transaction.atomic
def create(*, who: Any, name: str, description: str = "") -> Role:
    """A role that lets do nothing yet. ValidationError by field."""
    must_administer(who)
    role = Role(name=name.strip(), description=description.strip())
    role.full_clean()
    role.save()
    _told(who, "created", role, name=[None, role.name], description=[None, role.description])
    return role


@transaction.atomic
def rename(*, role: Role, who: Any, version: int, name: str, description: str) -> Role:
    """Another name or description. ValidationError, StaleError."""
    must_administer(who)
    _step(role, version)
    before = {"name": role.name, "description": role.description}
    role.name, role.description = name.strip(), description.strip()
    role.full_clean()
    role.save(update_fields=["name", "description"])
    after = {"name": role.name, "description": role.description}
    changed = {field: [before[field], after[field]] for field in before if before[field] != after[field]}
    if changed:
        _told(who, "edited", role, **changed)
    return role


@transaction.atomic
def set_line(
    *, role: Role, who: Any, version: int, entity: str, scope: str, value: list[str], actions: Iterable[str],
    instead_of: list[str] | None = None,
) -> Role:  # fmt: skip
    """Let the role do exactly ``actions`` to records of ``entity`` within ``scope`` (and its ``value``).

    No actions take the line away. ``instead_of`` is the value that the line had before. ValidationError, StaleError.
    """
    must_administer(who)
    wanted = _checked(entity, scope, value, set(actions))
    _step(role, version)
    old = list(role.grants.filter(entity=entity, scope=scope))
    lines = [g for g in old if g.value in (value, instead_of if instead_of is not None else value)]
    before = sorted({g.action for g in lines})
    Grant.objects.filter(pk__in=[g.pk for g in lines]).delete()
    Grant.objects.bulk_create(
        Grant(role=role, entity=entity, action=a, scope=scope, value=value) for a in sorted(wanted)
    )
    line = f"{entity} {scope} {', '.join(value)}".strip()
    _told(who, "edited", role, **{f"may {line}": [before, sorted(wanted)]})
    return role


def _checked(entity: str, scope: str, value: list[str], actions: set[str]) -> set[str]:
    """The actions, tidied. ValidationError for anything that means nothing."""
    if entity != EVERY and registry.find(entity) is None:
        raise ValidationError(_("There is no such kind of record."))
    found = scopes.get(scope)
    if found is None:
        raise ValidationError(_("There is no such reach."))
    if found.choices is not None:
        if unknown := set(value) - {str(key) for key, _label in found.choices()}:
            raise ValidationError(_("“%(value)s” cannot be chosen here."), params={"value": min(unknown)})
        if actions and not value and needs_value(scope):
            raise ValidationError(_("Choose at least one: without it the line reaches nothing."))
    if unknown := actions - set(door.ACTIONS) - {EVERY}:
        raise ValidationError(_("There is no action “%(value)s”."), params={"value": min(unknown)})
    if EVERY in actions:
        return {EVERY} | (actions & door.BY_NAME)
    if actions and "view" not in actions and actions != {"create"} and actions != {"import"}:
        actions = actions | {"view"}  # what may be changed must be found first
    return actions


def needs_value(scope: str) -> bool:
    """Whether the scope is about chosen values."""
    found = scopes.get(scope)
    return found is not None and found.choices is not None


@transaction.atomic
def assign(*, role: Role, who: Any, user: Any) -> None:
    """Give the role to somebody; again changes nothing."""
    must_administer(who)
    _held, made = Assignment.objects.get_or_create(role=role, user=user)
    if made:
        _told(who, "assigned", role, people=[None, user.pk])


@transaction.atomic
def unassign(*, role: Role, who: Any, user: Any) -> None:
    """Take the role from somebody."""
    must_administer(who)
    gone, _kinds = Assignment.objects.filter(role=role, user=user).delete()
    if gone:
        _told(who, "unassigned", role, people=[user.pk, None])


@transaction.atomic
def delete(*, role: Role, who: Any, version: int) -> None:
    """Delete the role; who held it loses what it let them do. StaleError."""
    must_administer(who)
    _step(role, version)
    lines = [[g.entity, g.action, g.scope, g.value] for g in role.grants.all()]
    held = list(role.assignments.values_list("user_id", flat=True))
    _told(who, "deleted", role, name=[role.name, None], lines=[lines, None], people=[held, None])
    role.delete()
