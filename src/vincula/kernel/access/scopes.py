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
    ``wide``: it usually reaches so many anchors that each record is asked for its own; listing them first (which is
    better for the few organisations of a team) made every page of a country's role read all the country's.
    """

    name: str
    label: str | Promise
    anchor: str
    condition: Callable[[Any, Any], models.Q] | None = None
    choices: Callable[[], list[tuple[str, str]]] | None = None
    explain: str | Promise = ""
    wide: bool = False


_scopes: dict[str, Scope] = {}
_anchors: dict[str, Callable[[], type[models.Model]]] = {}
_paths: dict[type[models.Model], dict[str, tuple[str, ...]]] = {}
_derived: dict[type[models.Model], list["Derived"]] = {}


def register(scope: Scope) -> Scope:
    _scopes[scope.name] = scope
    return scope


def anchor(name: str, model: Callable[[], type[models.Model]]) -> None:
    """Name a model that scopes are about."""
    _anchors[name] = model


def declare(model: type[models.Model], paths: dict[str, str | tuple[str, ...]]) -> None:
    """Say by which lookups records of ``model`` reach each anchor; "" means the record is the anchor itself."""
    _paths[model] = {name: (path,) if isinstance(path, str) else tuple(path) for name, path in paths.items()}


@dataclass(frozen=True)
class Derived:
    """Columns that are computed from records of another model, which hang on the record at the same ``anchor``."""

    names: frozenset[str]
    of: type[models.Model]
    anchor: str


def derive(model: type[models.Model], names: tuple[str, ...], *, of: type[models.Model], anchor: str) -> None:
    """Say that the columns ``names`` of ``model`` tell of records of ``of``: who may not see those is not shown them."""
    _derived.setdefault(model, []).append(Derived(frozenset(names), of, anchor))


def derived(model: type[models.Model]) -> list[Derived]:
    return _derived.get(model, [])


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
            inner = _through(model, path, inner, _anchors[scope.anchor](), scope.wide)
        found = inner if found is None else found | inner
    return found


def _through(
    model: type[models.Model], path: str, condition: models.Q, anchor: type[models.Model], wide: bool
) -> models.Q:
    """Records of ``model`` whose ``path`` leads to an ``anchor`` that meets ``condition``."""
    untrashed = models.Q(**_not_through_the_trash(model, path))
    anchors = anchor._base_manager.filter(condition)
    if not wide:
        reached = models.Q(**{f"{path}__in": anchors.values("pk")}) & untrashed
        if _single(model, path):
            return reached
        return models.Q(pk__in=model._base_manager.filter(reached).values("pk"))
    if _single(model, path):
        return models.Q(models.Exists(anchors.filter(pk=models.OuterRef(path)))) & untrashed
    # One way must meet all of it: lookups of one filter share their joins, a subquery would have joins of its own,
    # and then an affiliation in the trash beside one elsewhere would let a person be seen.
    reached = _prefixed(condition, path) & untrashed
    return models.Q(models.Exists(model._base_manager.filter(reached, pk=models.OuterRef("pk"))))


def _prefixed(condition: models.Q, path: str) -> models.Q:
    """The lookups of ``condition`` asked of what ``path`` leads to; a wide scope consists of lookups only."""
    found = models.Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, models.Q):
            found.children.append(_prefixed(child, path))
        else:
            assert isinstance(child, tuple), "a wide scope is made of lookups"
            found.children.append((f"{path}__{child[0]}", child[1]))
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
