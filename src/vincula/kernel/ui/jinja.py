"""The Jinja2 environment of all pages (architecture.md, "ui").

Settings name :func:`environment`. An unknown name is an error (ask ``is defined``); an absent key is false.
Globals: ``url static icon now get_language languages _ gettext ngettext pgettext`` and the form helpers of
``controls``; filters: see ``format.FILTERS``.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static as django_static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import translation
from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, StrictUndefined, Undefined, pass_context
from jinja2 import __version__ as jinja_version
from jinja2.runtime import Context
from jinja2.utils import missing
from markupsafe import Markup, escape

from vincula.kernel import clock
from vincula.kernel.ui import controls, format, shapes

SPRITE = "vincula/vendor/icons.svg"


class Careful(StrictUndefined):
    """An unknown name is an error wherever it is used; an absent key or attribute may be asked for with ``if``."""

    def __bool__(self) -> bool:  # type: ignore[override]  # Jinja's own raises at once; that is the point
        if self._undefined_obj is missing:
            self._fail_with_undefined_error()
        return False


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by its name; raises NoReverseMatch for a name that does not exist."""
    if kwargs or any(type(arg) not in (str, int) for arg in args):
        return reverse(name, args=args or None, kwargs=kwargs or None)
    found = _reversed(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name, args)
    return reverse(name, args=args or None) if found is None else found


@lru_cache(maxsize=1000)
def _reversed(urlconf: str, prefix: str, name: str, args: tuple[Any, ...]) -> str | None:
    """Addresses do not change while a program runs, nor does what is absent: the frame asks for thirty on every page."""
    try:
        return reverse(name, urlconf, args=args or None)
    except NoReverseMatch:
        return None


def url_or_none(name: str, *args: Any, **kwargs: Any) -> str | None:
    """As :func:`url`, or None when this installation has no such page: the frame leaves it out then."""
    if not kwargs and all(type(arg) in (str, int) for arg in args):
        return _reversed(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), name, args)
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return None


@lru_cache(maxsize=500)
def static(path: str) -> str:
    """The address of a static file, with its hash when files were collected, plain otherwise (tests, first start)."""
    try:
        return django_static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


def icon(name: str, label: str | None = None, cls: str = "") -> Markup:
    """One icon of the sprite. Decoration unless it has a label; then it is an image with that name."""
    return _icon(name, str(label) if label else "", cls)


@lru_cache(maxsize=1000)
def _icon(name: str, label: str, cls: str) -> Markup:
    aria = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    classes = f"ico {cls}" if cls else "ico"
    return Markup('<svg class="{}" {}><use href="{}#{}"/></svg>').format(classes, aria, static(SPRITE), name)


@lru_cache(maxsize=200)
def symbol(name: str, key: str) -> Markup:
    """An icon under a short name of its own, for a page that shows it in every row: ``<use href="#key"/>``."""
    drawn = Markup('<svg><symbol id="{}" viewBox="0 0 24 24"><use href="{}#{}"/></symbol></svg>')
    return drawn.format(key, static(SPRITE), name)


def _ngettext(singular: str, plural: str, number: int) -> str:
    """Django's plural, tolerant of a count that arrives as text or nothing."""
    return translation.ngettext(singular, plural, int(number or 0))


def _at_run_time(shown: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is never folded into the compiled template: its answer depends on who reads."""

    @pass_context
    @wraps(shown)
    def filtered(context: Context, *args: Any, **kwargs: Any) -> Any:
        return shown(*args, **kwargs)

    return filtered


def _bytecode() -> BytecodeCache | None:
    """Compiled templates kept in the home, so a fresh worker serves its first page quickly.

    Compiled code knows how each filter is called, and the cache looks at templates only: so the folder's name follows
    what the templates are compiled against, or an update would run old code with new filters.
    """
    home = getattr(settings, "HOME", None)
    if home is None:
        return None
    against = hashlib.sha256(jinja_version.encode())
    for source in (Path(__file__), Path(format.__file__)):
        against.update(source.read_bytes())
    folder = Path(home) / "cache" / f"jinja-{against.hexdigest()[:12]}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None  # a read-only home still serves pages; it only compiles them anew
    return FileSystemBytecodeCache(str(folder))


def attrs(values: dict[str, Any]) -> Markup:
    """HTML attributes from a mapping: None and False are left out, True stands alone."""
    parts = [
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in values.items()
        if value is not None and value is not False and not isinstance(value, Undefined)
    ]
    return Markup("").join(parts)


def capital(text: Any) -> str:
    """The first letter as a capital, the others as they are: names stand in lower case, and begin lines here."""
    return str(text)[:1].upper() + str(text)[1:]


_OF_DICTS = frozenset(dir(dict))


class Quick(Environment):
    """Looks for what a dictionary holds before what dictionaries are: pages ask two thousand times, and each time the
    answer was an error that was caught. What both have (``items``) is answered as ever."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute not in _OF_DICTS:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def environment(**options: Any) -> Environment:
    """Django calls this once with the loader and the options of settings."""
    from vincula.kernel.ui import frame, kept  # they ask for addresses themselves

    options["undefined"] = Careful
    options["autoescape"] = True
    options.update(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    options.setdefault("bytecode_cache", _bytecode())
    env = Quick(**options)
    env.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the extension
        translation.gettext,
        _ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        url=url,
        url_or_none=url_or_none,
        static=static,
        icon=icon,
        now=clock.now,
        get_language=translation.get_language,
        attrs=attrs,
        spark=shapes.spark,
        kept_part=kept.kept_part,
        themes=frame.THEMES,
        densities=frame.DENSITIES,
        shortcuts=frame.SHORTCUTS,
        **controls.GLOBALS,
    )
    env.filters.update({name: _at_run_time(shown) for name, shown in format.FILTERS.items()})
    env.filters["e"] = env.filters["escape"] = escape
    env.filters["capital"] = _at_run_time(capital)
    return env
