"""From text to the tokens that are compared, alike for documents and queries. Knows no database."""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import Stemmer

from vincula.kernel import folding

LONGEST_TOKEN = 64
LONGEST_TEXT = 200_000  # characters of a document's text that are indexed
LONGEST_QUERY = 200
MOST_WORDS = 8

Visible = Callable[[str, list[int]], Collection[int]]
"""Called with an entity's key and ids; answers which of them the person may see."""


@dataclass(frozen=True)
class Document:
    """What is to be found of one record. ``names``: in other languages, aliases; ``text``: everything else."""

    entity: str
    object_id: int
    title: str
    acronym: str = ""
    names: Sequence[str] = ()
    text: str = ""


@dataclass(frozen=True)
class Hit:
    """One record found. ``excerpt`` is plain text: the name or the passage that matched, may be empty."""

    entity: str
    object_id: int
    title: str
    acronym: str
    excerpt: str
    score: float


@dataclass(frozen=True)
class Word:
    """One word of a query: any of ``tokens`` will do, or a token that starts with one of ``prefixes``."""

    folded: str
    tokens: frozenset[str]
    prefixes: tuple[str, ...] = ()

    def matches(self, tokens: Collection[str]) -> bool:
        return not self.tokens.isdisjoint(tokens) or any(t.startswith(self.prefixes) for t in tokens if self.prefixes)


@dataclass(frozen=True)
class Query:
    """A query as it is understood: ``keys`` to compare with whole names, ``words`` to look up."""

    keys: tuple[str, ...]
    words: tuple[Word, ...] = field(default=())


class _Stemmers(threading.local):
    """Stemmers keep state while they work: one set per thread."""

    def __init__(self) -> None:
        self.latin = [Stemmer.Stemmer(language, 0) for language in ("english", "french", "dutch", "german")]
        self.russian = Stemmer.Stemmer("russian", 0)


_stemmers = _Stemmers()


@lru_cache(maxsize=100_000)
def tokens_of(spelled: str) -> frozenset[str]:
    """The tokens of one spelled word: folded, its stems in every language that fits the script, transliterated.

    Stems are taken of the word with and without accents, because people leave accents out.
    """
    folded = folded_word(spelled)
    if not folded:
        return frozenset()
    tokens = {folded}
    if folding.is_cyrillic(spelled):
        tokens.add(folding.fold(_stemmers.russian.stemWord(spelled)))
        tokens.update(folding.latin(spelled))
    elif folded.isascii() and folded.isalpha():  # no language stems numbers and codes
        for stemmer in _stemmers.latin:
            tokens.add(stemmer.stemWord(folded))
            if spelled != folded:
                tokens.add(folding.fold(stemmer.stemWord(spelled)))
    return frozenset([t for token in tokens if (t := folded_word(token))])


def folded_word(spelled: str) -> str:
    """One spelled word as the token that stands for itself."""
    if spelled.isascii() and spelled.isalnum():  # most stems: nothing in them is to be folded but capitals
        return spelled.lower()[:LONGEST_TOKEN]
    return "".join(folding.words(spelled))[:LONGEST_TOKEN]


def tokens_in(texts: Iterable[str]) -> set[str]:
    """All tokens of several texts."""
    written: set[str] = set()
    for text in texts:
        if text:
            written.update(folding.spelled(text[:LONGEST_TEXT]))
    return set().union(*map(tokens_of, written))


def name_keys(name: str) -> list[str]:
    """How a whole name is compared: its key, and its keys in Latin letters when it is Cyrillic."""
    if name.isascii():
        return [key[:200]] if (key := folding.key(name)) else []
    return [key[:200] for key in dict.fromkeys([folding.key(name), *map(folding.key, folding.latin(name))]) if key]


def understand(query: str) -> Query:
    """Read what a person typed; hostile or endless input is cut, never refused.

    The last word may be unfinished, so it also counts as a beginning, from two letters on.
    """
    query = query[:LONGEST_QUERY]
    spelled = [word for word in dict.fromkeys(folding.spelled(query)) if folded_word(word)][:MOST_WORDS]
    words = [Word(folded_word(word), tokens_of(word)) for word in spelled]
    if words and len(words[-1].folded) >= 2:
        last = spelled[-1]
        prefixes = dict.fromkeys([folded_word(last), *(p for p in folding.latin(last) if len(p) >= 2)])
        words[-1] = Word(words[-1].folded, words[-1].tokens, tuple("".join(folding.words(p)) for p in prefixes))
    return Query(tuple(name_keys(query)), tuple(words))
