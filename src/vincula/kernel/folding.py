"""How text is made comparable: for search, for sorting, for finding the same name again.

Databases fold differently (SQLite only ASCII), so folded text is computed here and stored. No database is needed.
"""

import re
import unicodedata
from functools import lru_cache

# What no decomposition gives: letters with strokes, ligatures, and letters that one language writes for another.
_BY_HAND = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n",
        "ĸ": "k", "ə": "a", "ґ": "г", "ҥ": "н", "’": "'", "ʼ": "'", "‘": "'", "`": "'", "\0": "",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_SHORT = 120  # characters: names, towns, words; longer texts seldom come twice


class _Bare(dict[int, int | str | None]):
    """A table for ``str.translate`` without accents, joiners and lone surrogates; it learns letters as they occur."""

    def __missing__(self, code: int) -> int | None:
        gone = code > 0x7F and unicodedata.category(chr(code)) in ("Mn", "Me", "Cs", "Cf")
        if len(self) < 10_000:  # no text makes it grow for ever
            self[code] = None if gone else code
        return None if gone else code


_BARE, _FOLDED = _Bare(), _Bare(_BY_HAND)

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєў"
_SCHEMES = (  # how Cyrillic is written in Latin: English (BGN), scholarly without accents, and passports' mixture
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye u",
    "a b v g d e z z i j k l m n o p r s t u f h c c s sc _ y _ e ju ja i ji je u",
    "a b v g d e zh z i i k l m n o p r s t u f h ts ch sh shch _ y _ e iu ia i i ie u",
)
_LATIN = [
    str.maketrans(
        {letter: "" if latin == "_" else latin for letter, latin in zip(_CYRILLIC, scheme.split(), strict=True)}
    )
    for scheme in _SCHEMES
]
_HAS_CYRILLIC = re.compile("[\u0400-\u052f]")


def fold(text: str) -> str:
    """``text`` without accents, capitals, ligatures and superfluous blanks: "Łódź  Straße" → "lodz strasse".

    Ё becomes е and й becomes и. Folding what is folded changes nothing. Lone surrogates and NUL vanish, so that the
    result can be stored in any database.
    """
    return _fold_again(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    while not text.isascii():  # a second round is needed only by rare letters that decompose into accented ones
        text = unicodedata.normalize("NFKD", text.casefold()).translate(_FOLDED)
        if text == text.casefold():
            break
    text = text.lower()
    if "`" in text or "\0" in text:
        text = text.replace("`", "'").replace("\0", "")
    return " ".join(text.split())


_fold_again = lru_cache(maxsize=20_000)(_fold)  # an import folds each name half a dozen times


def words(text: str) -> list[str]:
    """The folded words of ``text`` in their order; letters and digits only."""
    if text.isascii() and "\0" not in text:
        return _WORD.findall(text.lower())
    return _WORD.findall(fold(text))


def spelled(text: str) -> list[str]:
    """The words of ``text`` in small letters with their accents, as stemmers want them."""
    if not text.isascii():
        composed = unicodedata.normalize("NFC", text.lower())
        text = composed.translate(_BARE).replace("ё", "е")
    return _WORD.findall(text.lower())


def key(text: str) -> str:
    """``text`` as its folded words with one blank between: "KU-Leuven" and "ku leuven" have the same key."""
    return " ".join(words(text))


def is_cyrillic(text: str) -> bool:
    """Whether ``text`` has a Cyrillic letter."""
    return _HAS_CYRILLIC.search(text) is not None


def latin(text: str) -> list[str]:
    """Cyrillic text as it may be written in Latin letters, folded, most usual first; empty when it has no Cyrillic."""
    if not is_cyrillic(text):
        return []
    ways = zip(*map(_latin_ways, text.split()), strict=True)
    return list(dict.fromkeys(" ".join(word for word in way if word) for way in ways))


@lru_cache(maxsize=20_000)
def _latin_ways(word: str) -> tuple[str, ...]:
    """One word by each scheme; words come again where whole names do not."""
    small = unicodedata.normalize("NFC", word.lower()).replace("ё", "е").replace("ґ", "г")
    return tuple(fold(small.translate(table)) for table in _LATIN)
