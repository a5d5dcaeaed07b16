"""The one door: what a user may see and do. Lists, pages, API, search, files, history and jobs pass through it.

A record that may not be seen does not exist for that user: 404, absent from counts, pickers and search.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import scopes
from vincula.kernel.access.among import keys
from vincula.kernel.access.models import Grant

Action = Literal["view", "create", "change", "delete", "export", "import", "privacy"]
ACTIONS: dict[Action, Any] = {
    "view": gettext_lazy("see"),
    "create": gettext_lazy("create"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("put in the trash"),
    "export": gettext_lazy("export"),
    "import": gettext_lazy("import"),
    "privacy": gettext_lazy("export and erase people"),
}
BY_NAME = frozenset({"privacy"})  # never meant by "*": whoever may do it was given it by name
M = TypeVar("M", bound=models.Model)


class System:
    """Stands for the program itself where no person acts: demonstration data, clockwork. May do everything."""

    pk = None
    is_active = is_superuser = True

    def __str__(self) -> str:
        return "Vincula"


SYSTEM = System()
READING: frozenset[Action] = frozenset({"view", "export"})
_by_verbs_only: dict[type[models.Model], Any] = {}
_verb: ContextVar[frozenset[type[models.Model]]] = ContextVar("access_verb", default=frozenset())


def write_by_verbs_only(model: type[models.Model], why: Any) -> None:
    """Nobody creates, changes or trashes records of ``model`` by hand, whatever their roles: verbs of its room do.

    So a decision cannot be edited through any page, API call, import, bulk edit, undo or restore. ``why`` is told.
    """
    _by_verbs_only[model] = why


@contextmanager
def by_verb(*written: type[models.Model]) -> Iterator[None]:
    """Inside, records of these models may be written by who has the right to; wraps the writes of one verb."""
    mark = _verb.set(_verb.get() | set(written))
    try:
        yield
    finally:
        _verb.reset(mark)


def in_verb(model: type[models.Model]) -> bool:
    """Whether a verb that writes ``model`` is at work."""
    return model in _verb.get()


def is_frozen(model: type[models.Model], action: Action) -> bool:
    """Whether ``action`` on the model is for verbs only, and no verb is at work."""
    return action not in READING and model in _by_verbs_only and not in_verb(model)


def why_frozen(model: type[models.Model]) -> str:
    """Why records of the model are written by verbs only, as a sentence; "" when people write them."""
    return str(_by_verbs_only.get(model, ""))


@dataclass(frozen=True)
class Line:
    """One grant that applies to a user, with the role it comes from."""

    role: str
    entity: str
    action: str
    scope: str
    value: Any


def key(model: type[models.Model]) -> str:
    """The entity key of a model, e.g. "parties.organisation"."""
    return str(model._meta.label_lower)


def lines(user: Any) -> list[Line]:
    """Every grant of the user's roles; one statement per user object (that is: per request)."""
    return [line for about in _by_entity(user).values() for line in about]


def _by_entity(user: Any) -> dict[str, list[Line]]:
    """The grants by what they speak about: a page asks hundreds of times, of a person with dozens of grants."""
    kept: dict[str, list[Line]] | None = getattr(user, "_access_lines", None)
    if kept is None:
        rows = Grant.objects.filter(role__assignments__user_id=user.pk).values_list(
            "role__name", "entity", "action", "scope", "value"
        )
        kept = give(user, (Line(*row) for row in rows))
    return kept


def told(user: Any) -> str:
    """The user's grants as one text, the same for the same grants; written once for those that were read."""
    about, kept = _by_entity(user), getattr(user, "_access_told", None)
    if kept is None or kept[0] is not about:
        rights = [(line.entity, line.action, line.scope, line.value) for line in lines(user)]
        user._access_told = kept = (about, json.dumps(rights, sort_keys=True, default=str))
    return str(kept[1])


def give(user: Any, lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Have ``user`` be somebody with these grants and no others, as long as the object lives; by what they speak about.

    For who reads the grants of many people at once, or asks what somebody with one role would see.
    """
    kept: dict[str, list[Line]] = {}
    for line in lines:
        kept.setdefault(line.entity, []).append(line)
    user._access_lines = kept
    return kept


def forget(user: Any) -> None:
    """Read the user's grants afresh at the next question."""
    if hasattr(user, "_access_lines"):
        del user._access_lines


def applying(user: Any, model: type[models.Model], action: Action) -> list[Line]:
    """The grants of the user that speak about this model and action."""
    meaning = (action,) if action in BY_NAME else ("*", action)
    about = _by_entity(user)
    return [line for entity in ("*", key(model)) for line in about.get(entity, ()) if line.action in meaning]


def every_action() -> set[str]:
    """What "*" in a grant means."""
    return {str(action) for action in ACTIONS if action not in BY_NAME}


def sees_all(user: Any, model: type[models.Model], action: Action = "view") -> bool:
    """Whether no record of the model is hidden from the user for this action."""
    if not _present(user) or is_frozen(model, action):
        return False
    return bool(user.is_superuser) or any(line.scope == "all" for line in applying(user, model, action))


def visible(queryset: models.QuerySet[M], user: Any, action: Action = "view") -> models.QuerySet[M]:
    """Narrow ``queryset`` to the records on which ``user`` may do ``action``."""
    model = queryset.model
    if not _present(user) or is_frozen(model, action):
        return queryset.none()
    if sees_all(user, model, action):
        return queryset
    reach: models.Q | None = None
    for line in applying(user, model, action):
        scope = scopes.get(line.scope)
        term = scopes.condition(model, scope, user, line.value) if scope else None
        if term is not None:
            reach = term if reach is None else reach | term
    return queryset.none() if reach is None else queryset.filter(reach)


def leading_to(path: str, model: type[models.Model], user: Any) -> models.Q:
    """Rows whose relation ``path`` leads to a record of ``model`` that ``user`` may see and that is not in the trash.

    Asked row by row. A list of everything that may be seen, to look a few rows up in, is what SQLite makes of ``IN``:
    a page of one organisation read 300,000 people that way.
    """
    rows = model._base_manager.filter(pk=models.OuterRef(path))
    if _has_trash(model):
        rows = rows.filter(trashed_at=None)
    return models.Q(models.Exists(visible(rows, user)))


def may(user: Any, action: Action, target: models.Model | type[models.Model]) -> bool:
    """Whether ``user`` may do ``action`` to a record, or to at least some records of a model."""
    if is_frozen(target if isinstance(target, type) else type(target), action):
        return False
    if isinstance(target, type):
        return sees_all(user, target, action) or (_present(user) and bool(applying(user, target, action)))
    model = type(target)
    if sees_all(user, model, action):
        return True
    if target.pk is None:
        return may(user, action, model)
    return visible(model._base_manager.filter(pk=target.pk), user, action).exists()


def require(user: Any, action: Action, target: models.Model | type[models.Model]) -> None:
    """Raise PermissionDenied with a plain sentence unless ``user`` may do ``action`` to ``target``."""
    if not may(user, action, target):
        what = target._meta.verbose_name
        model = target if isinstance(target, type) else type(target)
        if is_frozen(model, action):
            raise PermissionDenied(why_frozen(model))
        raise PermissionDenied(_("Your roles do not let you %(action)s this %(what)s.") % {
            "action": ACTIONS[action], "what": what,
        })  # fmt: skip


def why(user: Any, record: models.Model) -> list[str]:
    """Sentences that answer "why can I see this?"."""
    if not _present(user):
        return []
    if user.is_superuser:
        return [_("You are an administrator and see everything.")]
    reasons = []
    for line in applying(user, type(record), "view"):
        scope = scopes.get(line.scope)
        term = scopes.condition(type(record), scope, user, line.value) if scope else None
        if scope is None or term is None:
            continue
        if type(record)._base_manager.filter(pk=record.pk).filter(term).exists():
            reach = ", ".join(str(v) for v in line.value) if isinstance(line.value, list) and line.value else ""
            reasons.append(
                _("Your role “%(role)s” lets you see %(reach)s.")
                % {"role": line.role, "reach": f"{scope.label}: {reach}" if reach else scope.explain or scope.label}
            )
    return reasons


def visible_ids(user: Any, model: type[models.Model], ids: Iterable[int]) -> set[int]:
    """Of ``ids``, those the user may see (records in the trash are not among them)."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return set()
    rows = model._base_manager.filter(keys(model, wanted))
    if sees_all(user, model):
        return set((rows.filter(trashed_at=None) if _has_trash(model) else rows).values_list("pk", flat=True))
    # By number, and each for itself: beside a condition on a country SQLite would rather read the whole country.
    return set(rows.filter(leading_to("pk", model, user)).values_list("pk", flat=True))


def _has_trash(model: type[models.Model]) -> bool:
    return any(f.name == "trashed_at" for f in model._meta.concrete_fields)


def withheld(user: Any, model: type[models.Model]) -> frozenset[str]:
    """Columns of ``model`` that are computed from records of which the user may not see all (a last interaction, say).

    They are neither shown nor sorted or filtered by. Shown they are when every grant that opens records of ``model``
    stands, as far as it reaches, for the records they are computed from as well.
    """
    found: frozenset[str] = frozenset()
    for one in scopes.derived(model):
        if not _follows(user, model, one):
            found |= one.names
    return found


def _follows(user: Any, model: type[models.Model], one: scopes.Derived) -> bool:
    if sees_all(user, one.of):
        return True
    there = [(line.scope, line.value) for line in applying(user, one.of, "view")]
    for line in applying(user, model, "view"):
        scope = scopes.get(line.scope)
        if scope is None or scope.anchor != one.anchor or (line.scope, line.value) not in there:
            return False
    return True


def _present(user: Any) -> bool:
    return user is not None and bool(getattr(user, "is_active", False))
