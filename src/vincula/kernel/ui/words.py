"""The operator's own words: user, customer, community, member, account – chosen once, used everywhere (X14).

What the product calls an *organisation* is a member to a research network and a customer to a vendor. The choice is
laid over the catalogues of translations, so that names and whole sentences follow in every language: rail, titles,
columns, buttons, filters, explanations, files, mails (how a sentence takes a word: ``sentences``).
Addresses and the API keep their names: programs must not break over a choice of words.
"""

import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import trans_real

from vincula.kernel.ui import sentences
from vincula.kernel.ui.models import ChosenWord

TERMS: dict[str, Any] = {"organisation": _("Whom we run services for")}
ENGLISH: dict[str, dict[str, tuple[str, str]]] = {
    "organisation": {
        "organisation": ("organisation", "organisations"),
        "member": ("member", "members"),
        "customer": ("customer", "customers"),
        "user": ("user", "users"),
        "community": ("community", "communities"),
        "account": ("account", "accounts"),
    }
}
LANGUAGES = ("en", "ru", "fr", "nl", "de")
READ_AGAIN = 5.0  # seconds: how late another process learns of the choice

_laid: tuple[str, ...] = ()  # what lies over the catalogues now
_read_at = 0.0


def names(language: str, term: str) -> dict[str, tuple[str, str]]:
    """{word: (singular, plural)} of the words that may be chosen for ``term``."""
    return ENGLISH[term] if language == "en" else sentences.names(language, term)


def chosen() -> dict[str, str]:
    """{term: word} of this installation."""
    found = {row.term: row.word for row in ChosenWord.objects.all()}
    return {term: found[term] if found.get(term) in words else term for term, words in ENGLISH.items()}


def follow() -> None:
    """Make the catalogues say what the operator chose. One statement every five seconds, else nothing."""
    global _read_at
    if time.monotonic() - _read_at < READ_AGAIN and _read_at:
        return
    _read_at = time.monotonic()
    lay(chosen())


def forget() -> None:
    """Read the choice afresh at the next request."""
    global _read_at
    _read_at = 0.0


def laid() -> tuple[str, ...]:
    """What lies over the catalogues now: whoever keeps texts keeps them under it."""
    return _laid


def lay(choice: dict[str, str]) -> None:
    """Lay ``choice`` over the catalogues of all languages (nothing when it lies there already)."""
    global _laid
    wanted = tuple(f"{term}={word}" for term, word in sorted(choice.items()))
    if wanted == _laid or (not _laid and all(term == word for term, word in choice.items())):
        return
    for language in (*LANGUAGES, "en-gb"):
        catalogue: Any = vars(trans_real.translation(language))["_catalog"]
        catalogs, plurals = catalogue._catalogs, catalogue._plurals
        over = overlay(language[:2], choice)  # reads what lies below the present one, so before that goes
        if _laid:
            catalogs.pop(0), plurals.pop(0)
        catalogs.insert(0, over)
        plurals.insert(0, plurals[0])
    _laid = wanted


def texts(language: str) -> dict[Any, str]:
    """{msgid, or (msgid, number of the plural form): text} as the product says it, whatever lies over it."""
    catalogue: Any = vars(trans_real.translation(language))["_catalog"]
    found: dict[Any, str] = {}
    for catalog in reversed(catalogue._catalogs[1:] if _laid else catalogue._catalogs):
        found.update(catalog)
    return found


def overlay(language: str, choice: dict[str, str]) -> dict[Any, str]:
    """{msgid, or (msgid, number of the plural form): text} that replaces the product's words by the chosen ones."""
    over: dict[Any, str] = {}
    for term, word in choice.items():
        if word == term:
            continue
        if language == "en":
            old, new = ENGLISH[term][term], ENGLISH[term][word]
            for msgid, text in texts(language).items():
                if (changed := sentences.in_english(text, old, new)) != text:
                    over[msgid] = changed
            continue
        for msgid, said in sentences.said_with(language, term, word).items():
            over |= {(msgid, n): form for n, form in enumerate(said)} if isinstance(said, list) else {msgid: said}
    return over
