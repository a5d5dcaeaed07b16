"""The frame around every page: rooms, create menu, inbox, the person (interface.md, "Frame").

Rooms register what they have when they start; the frame shows what is registered and what this installation serves.
It runs no statement of its own: only what the registered callables do for the person who looks::

    frame.section("organisations", _("Organisations"), icon="building-community", order=20,
                  url_name="parties:organisations", count=waiting_for)
    frame.creatable(lambda user: ("Organisation", "/organisations/new", "building") if may(...) else None)
    frame.badge(unread_of)          # number on the inbox
    frame.pinned(pins_of)           # user → [(label, url)]
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.urls import get_script_prefix, get_urlconf
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.ui import toasts
from vincula.kernel.ui.jinja import url_or_none

Count = Callable[[Any], int | None]


class Pin(NamedTuple):
    """A place that a person keeps at hand."""

    label: str
    url: str


class Creatable(NamedTuple):
    """A line of the create menu."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class Section:
    """A room as the rail shows it. ``count`` tells how much waits for a person; None shows nothing."""

    key: str
    label: Any
    icon: str
    order: int
    url_name: str
    count: Count | None = None
    args: tuple[Any, ...] = ()
    due: bool = False
    show: Callable[[Any], bool] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A section resolved for one person and one page."""

    key: str
    label: str
    icon: str
    url: str
    count: int | None
    due: bool
    current: bool


_sections: dict[str, Section] = {}
_badges: list[Count] = []
_creatables: list[Callable[[Any], Creatable | tuple[str, str, str] | None]] = []
_pins: list[Callable[[Any], Iterable[Pin | tuple[str, str]]]] = []

# Pages that the frame links to, by the names that they may have; the first that exists is used.
_ROUTES: dict[str, list[str]] = {
    "home": ["cockpit:home", "home"],
    "search": ["search:page", "search"],
    "suggest": ["search:suggest", "search-suggest"],
    "inbox": ["notify:inbox", "inbox"],
    "settings": ["people:settings", "settings"],
    "preferences": ["people:preferences", "preferences", "set_language"],
    "admin": ["people:administration", "administration"],
    "logout": ["account_logout"],
    "login": ["account_login"],
    "how": ["pages:guide", "guide", "how"],
}
SHORTCUTS = (
    ("/", _("Search")),
    ("Ctrl K", _("Search, jump, command")),
    ("c", _("Create")),
    ("j k ↑ ↓", _("Next and previous row")),
    ("Enter", _("Open")),
    ("Space", _("Quick view")),
    ("x", _("Select the row")),
    ("e", _("Edit")),
    ("g h", _("Go home")),
    ("Esc", _("Close, cancel, clear")),
    ("?", _("These keys")),
)
THEMES = (("auto", _("Like the system")), ("light", _("Light")), ("dark", _("Dark")))
DENSITIES = (("compact", _("Compact")), ("normal", _("Normal")), ("roomy", _("Roomy")))


def section(
    key: str,
    label: Any,
    icon: str,
    order: int,
    url_name: str,
    count: Count | None = None,
    *,
    args: tuple[Any, ...] = (),
    due: bool = False,
    show: Callable[[Any], bool] | None = None,
    also: tuple[str, ...] = (),
) -> None:
    """Adds a room to the rail (again replaces).

    ``args`` go with ``url_name``; ``due`` marks its count as pressing; ``show`` hides it from a person; ``also`` are
    beginnings of addresses that belong to the room although they do not start with its own.
    """
    _sections[key] = Section(key, label, icon, order, url_name, count, args, due, show, also)


def badge(count: Count) -> Count:
    """Registers a callable whose number is added to the inbox."""
    _badges.append(count)
    return count


def creatable(offer: Callable[[Any], Creatable | tuple[str, str, str] | None]) -> Callable[[Any], Any]:
    """Registers a callable: user → (label, url, icon), or None when this person may not create it."""
    _creatables.append(offer)
    return offer


def pinned(pins: Callable[[Any], Iterable[Pin | tuple[str, str]]]) -> Callable[[Any], Any]:
    """Registers a callable: user → the places (label, url) that this person pinned."""
    _pins.append(pins)
    return pins


def route(key: str, url_name: str) -> None:
    """Names a page that the frame links to: home, search, suggest, inbox, settings, preferences, admin, how."""
    _ROUTES.setdefault(key, []).insert(0, url_name)
    _routes.cache_clear()


def routes() -> Mapping[str, str | None]:
    """The addresses of the frame's pages; None for one that this installation does not serve."""
    return _routes(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=20)
def _routes(urlconf: str, prefix: str) -> Mapping[str, str | None]:
    found = {key: next(filter(None, map(url_or_none, names)), None) for key, names in _ROUTES.items()}
    return MappingProxyType(found)


class Frame:
    """What ``ui/page.html`` asks for. Parts are computed when the template touches them: fragments cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        user = getattr(request, "user", None)
        self.user: Any = user if user is not None and user.is_authenticated else None
        self.cookies = getattr(request, "COOKIES", {})

    @property
    def theme(self) -> str:
        """auto, light or dark."""
        return self._preference("theme", dict(THEMES), "auto")

    @property
    def density(self) -> str:
        """compact, normal or roomy."""
        return self._preference("density", dict(DENSITIES), "normal")

    @property
    def rail(self) -> str:
        """``icons`` when the person folded the rail in this browser."""
        return "icons" if self.cookies.get("vincula_rail") == "icons" else "open"

    def _preference(self, name: str, allowed: dict[str, Any], default: str) -> str:
        value = getattr(self.user, name, "") if self.user else self.cookies.get(f"vincula_{name}", "")
        return value if value in allowed else default

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def direction(self) -> str:
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        """Codes with each language's own name, as its readers know it."""
        return tuple((code, NAMES.get(code, str(name))) for code, name in settings.LANGUAGES)

    @property
    def now(self) -> str:
        """The server's moment, so that relative times in the browser follow the same clock."""
        return clock.now().isoformat(timespec="seconds")

    def _current(self, addresses: dict[str, str]) -> str:
        """The room that this page belongs to: said by the view (``request.frame_section``), else by its address."""
        if said := getattr(self.request, "frame_section", ""):
            return str(said)
        path = self.request.path
        starts = [(start, key) for key, address in addresses.items() for start in (address, *_sections[key].also)]
        # The root is the beginning of every address: it counts only when it is the page itself.
        fitting = [
            (len(start), key) for start, key in starts if path == start or (start != "/" and path.startswith(start))
        ]
        return max(fitting)[1] if fitting else ""

    @cached_property
    def sections(self) -> tuple[Shown, ...]:
        """The rooms that exist here and that this person may see, in the order of work."""
        if self.user is None:
            return ()
        rooms = sorted(_sections.values(), key=lambda each: each.order)
        found = {room.key: url_or_none(room.url_name, *room.args) for room in rooms}
        addresses = {key: address for key, address in found.items() if address}
        current = self._current(addresses)
        shown = []
        for room in rooms:
            if room.key not in addresses or (room.show and not room.show(self.user)):
                continue
            count = (room.count(self.user) or None) if room.count else None
            due, here = bool(count) and room.due, room.key == current
            shown.append(Shown(room.key, str(room.label), room.icon, addresses[room.key], count, due, here))
        return tuple(shown)

    @cached_property
    def pins(self) -> list[Pin]:
        return [Pin(*pin) for pins in _pins for pin in pins(self.user)] if self.user else []

    @cached_property
    def inbox(self) -> int:
        """How many unread lines wait in the inbox."""
        return sum(count(self.user) or 0 for count in _badges) if self.user else 0

    @cached_property
    def creatables(self) -> tuple[Creatable, ...]:
        offers = (offer(self.user) for offer in _creatables) if self.user else ()
        return tuple(Creatable(*offer) for offer in offers if offer)

    @cached_property
    def toasts(self) -> list[dict[str, str]]:
        """Messages of the last step, each with its tone and its way back."""
        from django.contrib.messages import get_messages

        found = get_messages(self.request)
        return [{"text": str(m), "tone": toasts.tone_of(m), "undo": toasts.undo_of(m)} for m in found]


# Endonyms, not translated: a reader finds the own language in every other.
NAMES = {"en": "English", "ru": "Русский", "fr": "Français", "nl": "Nederlands", "de": "Deutsch"}


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame``, the addresses of its pages, and the token of forms."""
    return {"frame": Frame(request), "routes": routes(), "csrf_input": SimpleLazyObject(lambda: _token(request))}


def _token(request: HttpRequest) -> SafeString:
    """The hidden field that each of our forms carries, masked once for an answer and not for each of its forms."""
    drawn: tuple[Any, SafeString] | None = getattr(request, "_token_drawn", None)
    if drawn is None or drawn[0] != request.META.get("CSRF_COOKIE"):  # a login changes the secret
        field = csrf_input(request)
        drawn = request.META.get("CSRF_COOKIE"), field
        setattr(request, "_token_drawn", drawn)  # noqa: B010  # a request has no such attribute of its own
    return drawn[1]
