"""The words by which somebody is known, and how they are found in text and taken out of it.

*Strong* words name one person for sure: addresses, telephone numbers, identifiers, and the whole name where nobody
else here bears it. *Weak* ones are single names; they are looked for only in what is linked with the person, and in
rows that only pass by (sessions, imports, saved views) when nobody else here bears them.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

from vincula.kernel.folding import fold

ERASED = "[erased]"
SHORTEST, SHORTEST_PHONE, LONG_TEXT = 3, 7, 24
_SEPARATORS = r"[\s()./\-\u00a0]*"


@dataclass
class Trace:
    """What is looked for. ``rows``: {entity key: ids} of records that are erased or changed with the person."""

    strong: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    lone: set[str] = field(default_factory=set)  # of the weak ones, those that nobody else bears
    phones: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)  # whole texts that went and are long enough to be nobody else's
    emails: set[str] = field(default_factory=set)
    rows: dict[str, set[int]] = field(default_factory=dict)
    near: dict[str, set[int]] = field(default_factory=dict)  # records of which only passages were replaced
    users: set[int] = field(default_factory=set)

    def add_row(self, key: str, pk: int) -> None:
        self.rows.setdefault(key, set()).add(pk)

    def join(self, other: "Trace") -> None:
        """Take in what another record of the same person is known by."""
        for name in ("strong", "weak", "lone", "phones", "texts", "emails", "users"):
            getattr(self, name).update(getattr(other, name))

    @cached_property
    def everywhere(self) -> re.Pattern[str]:
        """What is replaced wherever it stands."""
        return _pattern(self.strong, self.phones, self.texts)

    @cached_property
    def passing(self) -> re.Pattern[str]:
        """What is replaced in rows that only copy for a while."""
        return _pattern(self.strong | self.lone, self.phones, self.texts)

    @cached_property
    def nearby(self) -> re.Pattern[str]:
        """What is replaced in what is linked with the person."""
        return _pattern(self.strong | self.weak, self.phones, self.texts)

    def variants(self, *, lone: bool = False) -> list[str]:
        """Lower-case substrings one of which stands in every stored form of a word: a coarse sieve for SQL."""
        found: set[str] = set()
        for word in self.strong | self.texts | (self.lone if lone else set()):
            found |= _stored_forms(word)
        for phone in self.phones:
            digits = re.sub(r"\D", "", phone)
            found |= {phone.lower(), digits, quote(phone).lower(), quote_plus(phone).lower()}
        return sorted(v for v in found if len(v) >= SHORTEST)


def ascii_lower(text: str) -> str:
    """As SQLite's lower() does it: ASCII only."""
    return "".join(c.lower() if c < "\x80" else c for c in text)


def _stored_forms(word: str) -> set[str]:
    forms = {word, word.lower(), word.upper(), word.title(), fold(word)}
    forms |= {json.dumps(form)[1:-1] for form in forms}
    forms |= {quote(word), quote_plus(word), quote(word.lower()), quote_plus(word.lower())}
    return {ascii_lower(form) for form in forms} | {form.lower() for form in forms}


def _pattern(words: Iterable[str], phones: Iterable[str], texts: Iterable[str]) -> re.Pattern[str]:
    """Whole words, whatever their case, with or without accents, also as they stand in an address (percent-coded)."""
    parts: set[str] = set()
    for word in words:
        for form in {word, fold(word), word.casefold()}:
            parts.add(rf"(?<!\w){_spaced(form)}(?!\w)")
        for coded in {quote(word), quote_plus(word), quote(word.casefold())} - {word}:
            parts.add(re.escape(coded))
    for phone in phones:
        digits = re.sub(r"\D", "", phone)
        parts.add(r"\+?(?<!\d)" + _SEPARATORS.join(digits) + r"(?!\d)")
        parts.add(re.escape(quote_plus(phone)))
    for text in texts:
        parts |= {re.escape(text), re.escape(fold(text))}
    ordered = sorted((p for p in parts if p), key=len, reverse=True)
    return re.compile("|".join(ordered) or r"(?!)", re.IGNORECASE)


def _spaced(word: str) -> str:
    return r"\s+".join(re.escape(part) for part in word.split())


def replaced(value: Any, pattern: re.Pattern[str]) -> Any:
    """``value`` (text, or JSON of texts, keys too) with every find replaced; the same object where nothing was found."""
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, list):
        return [replaced(v, pattern) for v in value]
    if isinstance(value, dict):
        return {replaced(k, pattern): replaced(v, pattern) for k, v in value.items()}
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) >= SHORTEST_PHONE:
        return ERASED if pattern.fullmatch(str(value)) else value
    return value


def texts_in(value: Any) -> Iterable[str]:
    """Every text in a plain value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from (str(k), *texts_in(v))
    elif isinstance(value, list | tuple):
        for v in value:
            yield from texts_in(v)
