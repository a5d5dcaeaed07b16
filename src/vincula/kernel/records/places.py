"""Countries and languages by code, named in the reader's language (CLDR, through Babel)."""

from functools import cache

from babel import Locale, UnknownLocaleError


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def countries(language: str) -> dict[str, str]:
    """{"BE": "Belgium", …} sorted by name in ``language``."""
    names = _locale(language).territories
    found = {
        c: n
        for c, n in names.items()
        if len(c) == 2 and c.isalpha() and c not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO")
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


@cache
def languages(language: str) -> dict[str, str]:
    """{"nl": "Dutch", …} of all two- and three-letter codes, sorted by name in ``language``."""
    names = _locale(language).languages
    found = {c: n for c, n in names.items() if c.isalpha() and c.islower() and len(c) in (2, 3)}
    return dict(sorted(found.items(), key=lambda item: item[1]))
