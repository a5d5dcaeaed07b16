"""How text is made comparable: for search, for sorting, for finding the same name again.

Databases fold differently (SQLite only ASCII), so folded text is computed here and stored. No database is needed.
"""

import re
import unicodedata

# What no decomposition gives: letters with strokes, ligatures, and letters that one language writes for another.
_BY_HAND = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n",
        "ĸ": "k", "ə": "a", "ґ": "г", "ҥ": "н", "’": "'", "ʼ": "'", "‘": "'", "`": "'", "\0": "",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")

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
    while not text.isascii():  # a second round is needed only by rare letters that decompose into accented ones
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        folded = _without(decomposed, "Mn", "Me", "Cs", "Cf").translate(_BY_HAND)
        if folded == text:
            break
        text = folded
    return " ".join(text.lower().replace("`", "'").replace("\0", "").split())


def _without(text: str, *categories: str) -> str:
    return "".join(c for c in text if c < "\x80" or unicodedata.category(c) not in categories)


def words(text: str) -> list[str]:
    """The folded words of ``text`` in their order; letters and digits only."""
    return _WORD.findall(fold(text))


def spelled(text: str) -> list[str]:
    """The words of ``text`` in small letters with their accents, as stemmers want them."""
    if not text.isascii():
        composed = unicodedata.normalize("NFC", text.lower())
        text = _without(composed, "Mn", "Me", "Cs", "Cf").replace("ё", "е")
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
    small = unicodedata.normalize("NFC", text.lower()).replace("ё", "е").replace("ґ", "г")
    return list(dict.fromkeys(fold(small.translate(table)) for table in _LATIN))
