"""Scopes: how far a grant reaches. The kernel knows *all* and *own*; rooms register theirs (country, own teams …)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scope:
    """A way to narrow a grant.

    ``anchor`` names what the scope is about ("owner", "organisation"); each entity says by which path its records
    reach that anchor. ``condition(user, value)`` is a Q on the anchor's model (for "owner": on the user).
    ``value`` is what the grant stores, e.g. ["BE"]; ``choices`` lists possible values for the editor.
    """

    name: str
    label: str | Promise
    anchor: str
    condition: Callable[[Any, Any], models.Q] | None = None
    choices: Callable[[], list[tuple[str, str]]] | None = None
    explain: str | Promise = ""


_scopes: dict[str, Scope] = {}
_anchors: dict[str, Callable[[], type[models.Model]]] = {}
_paths: dict[type[models.Model], dict[str, tuple[str, ...]]] = {}


def register(scope: Scope) -> Scope:
    _scopes[scope.name] = scope
    return scope


def anchor(name: str, model: Callable[[], type[models.Model]]) -> None:
    """Name a model that scopes are about."""
    _anchors[name] = model


def declare(model: type[models.Model], paths: dict[str, str | tuple[str, ...]]) -> None:
    """Say by which lookups records of ``model`` reach each anchor; "" means the record is the anchor itself."""
    _paths[model] = {name: (path,) if isinstance(path, str) else tuple(path) for name, path in paths.items()}


def get(name: str) -> Scope | None:
    return _scopes.get(name)


def all_scopes() -> list[Scope]:
    return list(_scopes.values())


def paths(model: type[models.Model]) -> dict[str, tuple[str, ...]]:
    return _paths.get(model, {})


def condition(model: type[models.Model], scope: Scope, user: Any, value: Any) -> models.Q | None:
    """The Q on ``model`` that keeps what ``scope`` reaches; None when the scope means nothing for this model."""
    if scope.condition is None:
        return models.Q()
    found: models.Q | None = None
    for path in paths(model).get(scope.anchor, ()):
        inner = scope.condition(user, value)
        if path:
            anchors = _anchors[scope.anchor]()._base_manager.filter(inner)
            reached = {f"{path}__in": anchors.values("pk"), **_not_through_the_trash(model, path)}
            if _single(model, path):
                inner = models.Q(**reached)
            else:
                inner = models.Q(pk__in=model._base_manager.filter(**reached).values("pk"))
        found = inner if found is None else found | inner
    return found


def _not_through_the_trash(model: type[models.Model], path: str) -> dict[str, None]:
    """Conditions that every record on the way (a person's affiliation, say) is not in the trash."""
    conditions: dict[str, None] = {}
    parts = path.split("__")
    for n, part in enumerate(parts[:-1], 1):
        field = model._meta.get_field(part)
        assert isinstance(field.related_model, type)
        model = field.related_model
        if any(f.name == "trashed_at" for f in model._meta.concrete_fields):
            conditions["__".join([*parts[:n], "trashed_at"])] = None
    return conditions


def _single(model: type[models.Model], path: str) -> bool:
    """Whether following ``path`` never multiplies rows."""
    for part in path.split("__"):
        field = model._meta.get_field(part)
        if field.one_to_many or field.many_to_many:
            return False
        if field.related_model and not isinstance(field.related_model, str):
            model = field.related_model
    return True


def _people() -> type[models.Model]:
    from django.contrib.auth import get_user_model

    return get_user_model()


anchor("owner", _people)
register(Scope("all", _("everything"), "", explain=_("all records")))
register(
    Scope(
        "own",
        _("own records"),
        "owner",
        lambda user, value: models.Q(pk=user.pk),
        explain=_("records that you own"),
    )
)
