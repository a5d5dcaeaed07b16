"""The addresses of the API, made when the first of them is asked for, or soon after the start.

Making 200 operations with their schemas takes more than a second; no page waits for it, nor does the first answer of a
program that was just started.
"""

import threading
from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern

from vincula.kernel.api.interface import build

SOON = 1.5  # seconds after the start: when the first page has been answered
_one_at_a_time = threading.Lock()


class Later(URLResolver):
    """What ``path(route, build().urls)`` would be."""

    def __init__(self, route: str) -> None:
        super().__init__(RoutePattern(route), "", app_name="ninja", namespace="api")
        self._made: list[Any] | None = None

    @property
    def url_patterns(self) -> list[Any]:  # type: ignore[override]  # Django reads it only
        """The operations; made once, whoever asks first."""
        if self._made is None:
            with _one_at_a_time:
                if self._made is None:
                    self._made = list(build().urls[0])
        return self._made

    def _populate(self) -> None:
        """Django would read all addresses to know their names; those of a namespace are looked up in it."""


def prepare(resolver: Later) -> None:
    """Make the addresses soon, in a thread of their own."""
    thread = threading.Timer(SOON, lambda: resolver.url_patterns)
    thread.daemon = True
    thread.start()
