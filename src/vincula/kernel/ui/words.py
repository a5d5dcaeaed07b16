"""The operator's own words: user, customer, community, member, account – chosen once, used everywhere (X14).

What the product calls an *organisation* is a member to a research network and a customer to a vendor. The choice is
laid over the catalogues of translations, so every name in every language follows: rail, titles, columns, buttons,
filters, files, mails. In English the sentences follow too; in the other languages a sentence keeps the product's word,
because gender and case cannot be swapped by rule and broken grammar is worse than a second word.
Addresses and the API keep their names: programs must not break over a choice of words.
"""

import re
import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import trans_real

from vincula.kernel.ui.models import ChosenWord

Forms = tuple[str, str]
TERMS: dict[str, Any] = {"organisation": _("Whom we run services for")}
WORDS: dict[str, dict[str, dict[str, Forms]]] = {
    "organisation": {
        "organisation": {"en": ("organisation", "organisations"), "ru": ("организация", "организации"),
                         "fr": ("organisation", "organisations"), "nl": ("organisatie", "organisaties"),
                         "de": ("Organisation", "Organisationen")},
        "member": {"en": ("member", "members"), "ru": ("участник", "участники"), "fr": ("membre", "membres"),
                   "nl": ("lid", "leden"), "de": ("Mitglied", "Mitglieder")},
        "customer": {"en": ("customer", "customers"), "ru": ("клиент", "клиенты"), "fr": ("client", "clients"),
                     "nl": ("klant", "klanten"), "de": ("Kunde", "Kunden")},
        "user": {"en": ("user", "users"), "ru": ("пользователь", "пользователи"), "fr": ("utilisateur", "utilisateurs"),
                 "nl": ("gebruiker", "gebruikers"), "de": ("Nutzer", "Nutzer")},
        "community": {"en": ("community", "communities"), "ru": ("сообщество", "сообщества"),
                      "fr": ("communauté", "communautés"), "nl": ("gemeenschap", "gemeenschappen"),
                      "de": ("Gemeinschaft", "Gemeinschaften")},
        "account": {"en": ("account", "accounts"), "ru": ("аккаунт", "аккаунты"), "fr": ("compte", "comptes"),
                    "nl": ("account", "accounts"), "de": ("Konto", "Konten")},
    }
}  # fmt: skip
READ_AGAIN = 5.0  # seconds: how late another process learns of the choice
VOWELS = "aeio"  # "user" begins with the sound of y

_laid: tuple[str, ...] = ()  # what lies over the catalogues now
_read_at = 0.0


def chosen() -> dict[str, str]:
    """{term: word} of this installation."""
    found = {row.term: row.word for row in ChosenWord.objects.all()}
    return {term: found[term] if found.get(term) in words else term for term, words in WORDS.items()}


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


def lay(choice: dict[str, str]) -> None:
    """Lay ``choice`` over the catalogues of all languages (nothing when it lies there already)."""
    global _laid
    wanted = tuple(f"{term}={word}" for term, word in sorted(choice.items()))
    if wanted == _laid or (not _laid and all(term == word for term, word in choice.items())):
        return
    for language in ("en", "en-gb", "ru", "fr", "nl", "de"):
        catalogue: Any = vars(trans_real.translation(language))["_catalog"]
        catalogs, plurals = catalogue._catalogs, catalogue._plurals
        if _laid:
            catalogs.pop(0), plurals.pop(0)
        catalogs.insert(0, overlay(language[:2], choice))
        plurals.insert(0, plurals[0])
    _laid = wanted


def overlay(language: str, choice: dict[str, str]) -> dict[Any, str]:
    """{msgid (or plural key): text} that replaces the product's words by the chosen ones."""
    over: dict[Any, str] = {}
    known: Any = vars(trans_real.translation(language))["_catalog"]
    texts: dict[Any, str] = {}
    for catalog in reversed(known._catalogs[1:] if _laid else known._catalogs):
        texts.update(catalog)
    for term, word in choice.items():
        if word == term:
            continue
        old, new = WORDS[term][term][language], WORDS[term][word][language]
        for msgid, text in texts.items():
            changed = in_sentence(text, old, new) if language == "en" else as_name(text, old, new)
            if changed != text:
                over[msgid] = changed
    return over


def as_name(text: str, old: Forms, new: Forms) -> str:
    """``text`` when it is the word alone, replaced; anything else as it was."""
    for was, now in zip(old, new, strict=True):
        if text.casefold() == was.casefold():
            return now[0].upper() + now[1:] if text[:1].isupper() else now
    return text


def in_sentence(text: str, old: Forms, new: Forms) -> str:
    """English: the word wherever it stands, its article with it: "an organisation" → "a member"."""

    def swap(match: re.Match[str]) -> str:
        article, word = match["article"] or "", match["word"]
        now = new[1] if word.casefold() == old[1].casefold() else new[0]
        now = now[0].upper() + now[1:] if word[:1].isupper() else now
        if article.strip().casefold() in ("a", "an"):
            letter = "An " if now[0].casefold() in VOWELS else "A "
            article = letter if article[0].isupper() else letter.lower()
        return article + now

    pattern = rf"(?P<article>\b[Aa]n? )?(?P<word>(?<![\w(])(?:{re.escape(old[1])}|{re.escape(old[0])})\b(?!\)s))"
    return re.sub(pattern, swap, text, flags=re.IGNORECASE)
