"""What is public and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

from vincula.kernel.contributions import Place

View = TypeVar("View", bound=Callable[..., Any])

MARK = "public_reason"
KEYS: Place[Callable[[HttpRequest], bool]] = Place(
    "public.keys", "Says whether a request without a session carries a key (an API token) that is valid now."
)
_by_name: dict[str, str] = {}


@dataclass(frozen=True)
class Declared:
    """One public address: its pattern, its URL name and why it is public."""

    path: str
    name: str
    reason: str


def public_page(reason: str) -> Callable[[View], View]:
    """Mark a view of ours as public. The reason is a sentence; it is shown on the reference page."""
    if not reason.strip():
        raise ValueError("A public page needs a reason.")

    def mark(view: View) -> View:
        setattr(view, MARK, reason)
        return view

    return mark


def declare(name: str, reason: str) -> None:
    """Declare a library's view public by its URL name (``namespace:name`` where there is a namespace)."""
    if not reason.strip():
        raise ValueError(f"The public page {name} needs a reason.")
    _by_name[name] = reason


def reason_of(view: Callable[..., Any], name: str) -> str | None:
    """Why this view is public, or None when it is not."""
    while isinstance(view, partial):
        view = view.func
    marked: str | None = getattr(view, MARK, None)
    return marked or (_by_name.get(name) if name else None)


def reason_of_match(match: ResolverMatch) -> str | None:
    """The same for an address that was resolved."""
    return reason_of(match.func, match.view_name)


def patterns(urlconf: str | None = None) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every address of the program: (pattern, full name, view)."""

    def walk(
        resolver: URLResolver, path: str, spaces: tuple[str, ...]
    ) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        for part in resolver.url_patterns:
            here = path + str(part.pattern)
            if isinstance(part, URLResolver):
                yield from walk(part, here, (*spaces, part.namespace) if part.namespace else spaces)
            elif isinstance(part, URLPattern):
                yield here, ":".join((*spaces, part.name or "")) if part.name else "", part.callback

    yield from walk(get_resolver(urlconf), "/", ())


def declared(urlconf: str | None = None) -> list[Declared]:
    """All public addresses of the URL map, in its order."""
    found = []
    for path, name, view in patterns(urlconf):
        if reason := reason_of(view, name):
            found.append(Declared(path=path, name=name, reason=reason))
    return found


def unused(urlconf: str | None = None) -> list[str]:
    """Names that were declared but that no address carries: left over from a page that is gone."""
    carried = {name for _path, name, _view in patterns(urlconf)}
    return sorted(set(_by_name) - carried)
