"""How the names of two human beings compare, in words that ``scoring`` weighs. Pure functions (requirement X4)."""

from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from vincula.kernel.duplicates import nicknames
from vincula.kernel.duplicates.features import Human


@lru_cache(maxsize=20_000)
def ways(x: Human, y: Human) -> tuple[tuple[str, str, bool], ...]:
    """Each way to read the two: (how the given names compare, how the family names do, whether one is swapped)."""
    if x.family and y.family:
        straight = (given(x.given, y.given), family(x.family, y.family), False)
        if straight[1] == "same" and straight[0] != "other":
            return (straight,)
        return straight, (given(x.given, y.family), family(x.family, y.given), True)
    whole, other = (x, y) if not x.family else (y, x)
    if other.family:
        return tuple(_whole(whole.given, other))
    if sorted(x.given) == sorted(y.given):
        return (("same", "same", False),)
    return tuple(found for h in _cuts(y.given) for found in _whole(x.given, h))


def _cuts(parts: tuple[str, ...]) -> list[Human]:
    """A name in one piece as given and family name: the last or the first part is the family's."""
    if len(parts) < 2:
        return [Human((), parts)]
    return [Human(parts[:-1], parts[-1:]), Human(parts[1:], parts[:1])]


def _whole(parts: tuple[str, ...], other: Human) -> list[tuple[str, str, bool]]:
    return [(given(h.given, other.given), family(h.family, other.family), False) for h in _cuts(parts)]


@lru_cache(maxsize=50_000)
def given(x: tuple[str, ...], y: tuple[str, ...]) -> str:
    """same, nick, close, initial, none or other."""
    if not x or not y:
        return "none"
    if x == y or set(x) <= set(y) or set(y) <= set(x):
        return "same" if x[0] == y[0] else "close"
    a, b = x[0], y[0]
    if len(a) < 3 or len(b) < 3:  # one letter, which is two when it was a Cyrillic one
        return "initial" if a.startswith(b) or b.startswith(a) else "other"
    if a == b:
        return "same" if len(x) == 1 or len(y) == 1 or _initials_fit(x[1:], y[1:]) else "close"
    if nicknames.same(a, b):
        return "nick"
    return "close" if _typo(a, b) else "other"


def _initials_fit(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    return any(p[0] == q[0] for p in x for q in y)


@lru_cache(maxsize=50_000)
def family(x: tuple[str, ...], y: tuple[str, ...]) -> str:
    """same, close, part, none or other."""
    if not x or not y:
        return "none"
    if x == y or "".join(x) == "".join(y) or sorted(x) == sorted(y):
        return "same"
    telling = [{p for p in parts if len(p) > 3} or set(parts) for parts in (x, y)]
    if telling[0] == telling[1]:
        return "same"
    if telling[0] & telling[1]:
        return "part"
    one, two = "".join(x), "".join(y)
    if _typo(one, two) or _gender(one, two):
        return "close"
    if any(_typo(p, q) and len(p) > 4 for p in telling[0] for q in telling[1]):
        return "part"
    return "other"


def _gender(a: str, b: str) -> bool:
    """Ivanov and Ivanova: one name in its two forms."""
    return min(len(a), len(b)) > 4 and (a + "a" == b or b + "a" == a)


@lru_cache(maxsize=100_000)
def _typo(a: str, b: str) -> bool:
    """One slip in a word, two in a long one; never the first letter and nothing else of a short word."""
    longest = max(len(a), len(b))
    if min(len(a), len(b)) < 3:
        return False
    if longest <= 4:
        return a[0] == b[0] and OSA.distance(a, b, score_cutoff=1) <= 1 and JaroWinkler.similarity(a, b) > 0.86
    if longest <= 7:
        return OSA.distance(a, b, score_cutoff=1) <= 1
    return OSA.distance(a, b, score_cutoff=2) <= 2
