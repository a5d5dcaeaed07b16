"""The addresses of the API, each entity's made when the first of them is asked for.

Making 400 operations with their schemas takes more than a second and 50 MB: no page waits for it, and no process keeps
what nobody asks it for.
"""

import threading
from collections.abc import Callable
from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern

from vincula.kernel.api import interface
from vincula.kernel.entity import registry

_one_at_a_time = threading.RLock()


class Later(URLResolver):
    """Addresses under ``route`` that ``make`` makes; made once, whoever asks first."""

    def __init__(self, route: str, make: Callable[[], list[Any]], namespace: str) -> None:
        super().__init__(RoutePattern(route), "", app_name="ninja", namespace=namespace)
        self._make = make
        self._made: list[Any] | None = None

    @property
    def url_patterns(self) -> list[Any]:  # type: ignore[override]  # Django reads it only
        if self._made is None:
            with _one_at_a_time:
                if self._made is None:
                    self._made = self._make()
        return self._made

    def _populate(self) -> None:
        """Django would read all addresses to know their names; those of a namespace are looked up in it."""


def _of(slug: str) -> Later:
    return Later(f"{slug}/", lambda: interface.addresses_of(slug), slug)


def _every() -> list[Any]:
    return [*interface.addresses(), *(_of(entity.slug) for entity in registry.all())]


def api(route: str) -> Later:
    """The whole API under ``route``."""
    return Later(route, _every, "api")
