"""What people are notified of, and how records get their names. Knows no database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Resolve = Callable[[Any, str, list[int]], Mapping[int, tuple[str, str]]]
"""(user, entity key, ids) → {id: (title, address)} of those that the user may see."""


class Channel(models.TextChoices):
    """Where a notification goes. All but ``OFF`` stand in the inbox."""

    INBOX = "inbox", _("In the inbox")
    MAIL = "mail", _("In the inbox and by mail at once")
    DIGEST = "digest", _("In the inbox and in the daily digest")
    OFF = "off", _("Not at all")


@dataclass(frozen=True)
class Kind:
    """Something that people may be notified of; ``label`` completes "Notify me when …"."""

    key: str
    label: str | Promise
    default: Channel


_kinds: dict[str, Kind] = {}
_resolvers: list[Resolve] = []


def kind(key: str, label: str | Promise, *, default: Channel = Channel.INBOX) -> Kind:
    """Declare a kind, in ``AppConfig.ready``; again replaces."""
    _kinds[key] = Kind(key, label, default)
    return _kinds[key]


def all_kinds() -> list[Kind]:
    """Every kind, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def find(key: str) -> Kind:
    """LookupError for a kind that nobody declared."""
    if key not in _kinds:
        raise LookupError(f"There is no kind of notification {key}.")
    return _kinds[key]


def resolve_with(resolve: Resolve) -> Resolve:
    """Say how records get their titles and addresses: the registry of entities does this once, at start."""
    _resolvers[:] = [resolve]
    return resolve


def resolve(user: Any, entity: str, ids: list[int]) -> Mapping[int, tuple[str, str]]:
    """Titles and addresses of what ``user`` may see; nothing when nobody has said how."""
    return _resolvers[0](user, entity, ids) if _resolvers else {}
