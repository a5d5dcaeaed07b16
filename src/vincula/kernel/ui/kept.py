"""Parts of pages that say the same to many: drawn once, and kept as long as everything that they show is the same.

The frame is such: a third of a page's time went into menus and lists of keys that had not changed since the page before.
"""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, get_urlconf
from django.utils import translation
from jinja2 import Environment, pass_environment
from markupsafe import Markup

from vincula.kernel.ui import words

MOST = 300  # some kilobytes each


@pass_environment
def kept_part(env: Environment, template: str, **values: Hashable) -> Markup:
    """The template with these values, the language and the operator's words; nothing else may be asked for in it.

    It knows no request, no person and no clock, so nothing can make it stale: another value is another drawing.
    """
    said = (translation.get_language(), words.laid(), get_script_prefix(), get_urlconf())
    return _drawn(env, template, said, tuple(values.items()))


@lru_cache(maxsize=MOST)
def _drawn(env: Environment, template: str, said: tuple[Any, ...], values: tuple[tuple[str, Hashable], ...]) -> Markup:
    return Markup(env.get_template(template).render(dict(values)))  # noqa: S704  # our own template, which escapes
