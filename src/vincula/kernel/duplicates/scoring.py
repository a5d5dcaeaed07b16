"""Whether two records are one: evidence for and against, added up. Pure functions of features (requirement X4).

Each piece of evidence is worth points, as the logarithm of how much likelier it is between two records of one thing
than between records of two. The sum becomes a certainty between 0 and 1. ``docs/duplicates.md`` has the
table and how it was measured.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from vincula.kernel.duplicates import humans, words
from vincula.kernel.duplicates.features import ONE_EACH, Features, Name

CERTAIN = 0.97  # offered for merging many at once
LIKELY = 0.6  # named on entry and put on the review list
PRIOR = -4.0  # two records that merely share a block
NAMESAKES = -1.0  # people share names more often than things do
_SAME_NAME, _BESIDE_A_NAME = 8.0, 1.5  # points of a name, and of an acronym that fits as well
_SHARED_DOMAIN, _OTHER_DOMAIN = 3.5, -2.0
_SAME_COUNTRY, _OTHER_COUNTRY = 0.7, -7.0
_SAME_PLACE, _OTHER_PLACE = 1.3, -2.5
_SAME_PERSON, _LIKE_PERSON = 1.5, 1.0  # points of a whole name, beside those of its parts
_AMONG, _OTHER_AMONG = 2.5, -3.5
_MAIL_DOMAIN, _OTHER_MAIL_DOMAIN = 1.2, -2.0
_PERSON_ELSEWHERE = -3.0


@dataclass(slots=True)
class Verdict:
    """Points, and reasons as (code, what is shared): texts come from ``reasons``."""

    points: float = PRIOR
    reasons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The certainty that both are one, 0 … 1."""
        return 1 / (1 + math.exp(-max(min(self.points, 30.0), -30.0)))

    def add(self, points: float, code: str = "", shown: str = "") -> None:
        self.points += points
        if code:
            self.reasons.append((code, shown))


def compare(a: Features, b: Features) -> Verdict:
    """Certainty and reasons; the order of the two does not matter."""
    said = Verdict()
    if a.pk and b.pk and (a.above == b.pk or b.above == a.pk):
        said.add(-20.0, "above")
        return said
    _codes(a, b, said)
    if a.humans or b.humans:
        _people(a, b, said)
    else:
        _things(a, b, said)
    return said


def at_most(a: Features, b: Features) -> float:
    """Points of which ``compare`` cannot give the two more, told from all but their names, which are the dear part.

    Without bound where an identifier, mail address or number is shared.
    """
    if (a.codes and b.codes) or not a.references.isdisjoint(b.references):
        return math.inf
    if not a.emails.isdisjoint(b.emails) or not a.phones.isdisjoint(b.phones):
        return math.inf
    if a.humans or b.humans:
        return _SAME_HUMAN + _company(a, b, reached=False) + (_MAIL_DOMAIN if a.emails and b.emails else 0.0)
    points = PRIOR + _SAME_NAME + (_BESIDE_A_NAME if _fitting(a, b) else 0.0)
    return points + _address(a, b) + _country(a, b) + _place(a, b)


def points_of(score: float) -> float:
    """How many points make this certainty, which lies between 0 and 1."""
    return math.log(score / (1 - score))


_ENOUGH = points_of(LIKELY)


def _codes(a: Features, b: Features, said: Verdict) -> None:
    """Identifiers: those that a thing has once prove or disprove, others support."""
    for name in a.codes.keys() & b.codes.keys():
        same = a.codes[name] == b.codes[name]
        said.add(
            14.0 if same else -14.0, "code" if same else "other_code", f"{name}: {a.codes[name]}" if same else name
        )
    shared = a.references & b.references
    for scheme, value in sorted(shared):
        said.add(14.0 if scheme in ONE_EACH else 5.0, "reference", f"{scheme.upper()} {value}")
    mine, theirs = {s for s, _v in a.references}, {s for s, _v in b.references}
    for scheme in sorted((mine & theirs & ONE_EACH) - {s for s, _v in shared}):
        said.add(-14.0, "other_reference", scheme.upper())


# Things with names


def _things(a: Features, b: Features, said: Verdict) -> None:
    likeness, kinds_fit, parts_fit, shown = _best_name(a, b)
    short, called = _short(a, b)
    if likeness >= 0.999:
        said.add(_SAME_NAME, "name", shown)
    elif likeness >= 0.80:
        said.add(2.0 + 5.0 * (likeness - 0.80) / 0.2, "similar_name", shown)
    elif called:
        pass  # a long name is nothing like a short one
    elif likeness >= 0.62:
        said.add(-1.5 + 3.5 * (likeness - 0.62) / 0.18, "similar_name" if likeness > 0.7 else "", shown)
    elif a.names and b.names:
        said.add(-5.0)
    if short:
        said.add(4.5 if called and likeness < 0.62 else _BESIDE_A_NAME, "acronym", short)
    elif a.acronyms and b.acronyms:
        said.add(-2.0)
    if not called and not kinds_fit:
        said.add(-7.5)
    if not called and not parts_fit:
        said.add(-12.0)
    _where(a, b, said)


def _where(a: Features, b: Features, said: Verdict) -> None:
    shared = a.domains & b.domains
    said.add(_address(a, b), "domain" if shared else "", min(shared, default=""))
    worth = _country(a, b)
    said.add(worth, "other_country" if worth == _OTHER_COUNTRY else "")
    if worth := _place(a, b):
        said.add(worth, "place" if worth == _SAME_PLACE else "other_place")
    phones = a.phones & b.phones
    if phones:
        said.add(1.5, "phone")
    mails = a.emails & b.emails
    if mails:
        said.add(3.0, "email", min(mails))


def _address(a: Features, b: Features) -> float:
    """Points of the domains of two things: the same, others, or none to compare."""
    if not a.domains or not b.domains:
        return 0.0
    if not a.domains.isdisjoint(b.domains):
        return _SHARED_DOMAIN
    related = any(x.endswith("." + y) or y.endswith("." + x) for x in a.domains for y in b.domains)
    return 0.0 if related else _OTHER_DOMAIN


def _country(a: Features, b: Features) -> float:
    if not a.country or not b.country:
        return 0.0
    return _SAME_COUNTRY if a.country == b.country else _OTHER_COUNTRY


def _place(a: Features, b: Features) -> float:
    if not a.places or not b.places:
        return 0.0
    return _SAME_PLACE if any(_close(x, y) for x in a.places for y in b.places) else _OTHER_PLACE


def _best_name(a: Features, b: Features) -> tuple[float, bool, bool, str]:
    """(likeness of the likest names, whether they call themselves the same kind of thing, both wholes or both parts)."""
    best, kinds, parts, shown = 0.0, True, True, ""
    for x in a.names:
        for y in b.names:
            likeness = _names_alike(x, y)
            fit = not x.kinds or not y.kinds or bool(x.kinds & y.kinds)
            if (likeness, fit) > (best, kinds and bool(best)):
                best, kinds, shown = likeness, fit, " ".join(x.core)
                parts = bool(x.kinds & words.PARTS) == bool(y.kinds & words.PARTS)
    return best, kinds, parts, shown


@lru_cache(maxsize=20_000)
def _names_alike(x: Name, y: Name) -> float:
    """1 for the same telling words, falling with each that has no partner; a word counts by its length."""
    same_script = x.cyrillic == y.cyrillic
    mine, theirs = (x.core, y.core) if same_script else (x.canon, y.canon)
    if mine == theirs or x.canon == y.canon:
        return 1.0
    left = list(theirs)
    matched = total = 0.0
    for word in mine:
        weight = _weight(word)
        best, at = 0.0, -1
        for n, other in enumerate(left):
            if (likeness := _close_words(word, other)) > best:
                best, at = likeness, n
        total += weight
        if at >= 0 and best >= 0.72:
            other = left.pop(at)
            matched += (weight + _weight(other)) * best * best
            total += _weight(other)
    total += sum(_weight(word) for word in left)
    return min(matched / total, 0.998) if total else 0.0


@lru_cache(maxsize=50_000)
def _weight(word: str) -> float:
    if words.is_common(word):
        return 1.0
    return 1.0 + min(len(word), 9) / 3 if not word.isdigit() else 3.0


@lru_cache(maxsize=100_000)
def _close_words(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if a.isdigit() or b.isdigit():
        return 0.0
    if len(a) == 1 or len(b) == 1:
        return 0.0
    if (a.startswith(b) or b.startswith(a)) and min(len(a), len(b)) >= 3:
        return 0.85  # cut off: Univ, Inst, Nat
    return float(OSA.normalized_similarity(a, b, score_cutoff=0.6))


def _close(a: str, b: str) -> bool:
    return a == b or OSA.normalized_similarity(a, b) >= 0.75 or a in b or b in a


def _short(a: Features, b: Features) -> tuple[str, bool]:
    """(the acronym that fits both, whether one of them is called by nothing but that); "" for none."""
    if not (fitting := _fitting(a, b)):
        return "", False
    alone = a.alone() | b.alone()
    found = sorted(fitting, key=lambda each: (each not in alone, each))
    return found[0].upper(), found[0] in alone


def _fitting(a: Features, b: Features) -> list[str]:
    """Acronyms that fit both: each has it, or one has it and the other's name spells it."""
    (mine, spelled), (theirs, also) = a.called(), b.called()
    if not mine and not theirs:
        return []
    return [each for each in (mine & theirs) | (mine & also) | (spelled & theirs) if len(each) > 2]


# People


def _people(a: Features, b: Features, said: Verdict) -> None:
    said.add(NAMESAKES)
    given, family, swapped = _best_human(a, b)
    mails = {m for m in a.emails & b.emails if not words.is_office(m)}
    phones = a.phones & b.phones
    if mails:
        said.add(6.5, "email", min(mails))
    elif a.emails & b.emails:
        said.add(0.5)
    if phones:
        said.add(3.0, "phone")
    said.add(_GIVEN[given] + _FAMILY[family])
    if given in ("same", "nick", "close") and family in ("same", "close", "part"):
        exact = given == "same" and family == "same"
        said.add(
            _LIKE_PERSON if swapped or not exact else _SAME_PERSON,
            "swapped" if swapped else "name" if exact else "similar_name",
        )
    elif given == "initial" and family in ("same", "close", "part"):
        said.add(0.0, "initial")
    elif family == "other" and given in ("same", "nick") and (mails or (phones and not a.emails & b.emails)):
        said.add(3.0 if mails else 1.0, "married")
    _context(a, b, said, bool(mails or phones))


_GIVEN = {"same": 2.5, "nick": 1.6, "close": 1.2, "initial": 0.4, "none": 0.0, "other": -7.5}
_FAMILY = {"same": 3.0, "close": 2.0, "part": 2.0, "none": 0.0, "other": -5.0}
_SAME_HUMAN = PRIOR + NAMESAKES + max(_GIVEN.values()) + max(_FAMILY.values()) + _SAME_PERSON  # all that a name can say


def _context(a: Features, b: Features, said: Verdict, reached: bool) -> None:
    """Where somebody works and writes from."""
    if worth := _company(a, b, reached=reached):
        said.add(worth, "among" if worth > 0 else "other_among")
    mine, theirs = _work_domains(a), _work_domains(b)
    if mine & theirs:
        said.add(_MAIL_DOMAIN, "" if reached else "mail_domain", min(mine & theirs))
    elif mine and theirs and not reached:
        said.add(_OTHER_MAIL_DOMAIN)
    if a.country and b.country and a.country != b.country:
        said.add(_PERSON_ELSEWHERE, "other_country")


def _company(a: Features, b: Features, *, reached: bool) -> float:
    """Points of what two people belong to: the same, something else, or nothing to compare."""
    if not a.among or not b.among:
        return 0.0
    if not a.among.isdisjoint(b.among):
        return _AMONG
    return -0.5 if reached else _OTHER_AMONG


def _work_domains(f: Features) -> set[str]:
    return {d for m in f.emails if (d := m.rsplit("@", 1)[-1]) not in words.PUBLIC_MAIL}


def _best_human(a: Features, b: Features) -> tuple[str, str, bool]:
    """(how the given names compare, how the family names do, whether they stand the wrong way round)."""
    best, points = ("none", "none", False), -99.0
    for x in a.humans:
        for y in b.humans:
            for found in humans.ways(x, y):
                worth = _GIVEN[found[0]] + _FAMILY[found[1]] - 0.3 * found[2]
                if worth > points:
                    best, points = found, worth
    return best


def worth_it(a: Features, b: Features) -> bool:
    """A quick no for most pairs of a block: two people who have nothing in common but their names, or whose given names
    do not fit and who share no address."""
    if (a.humans or b.humans) and at_most(a, b) < _ENOUGH:
        return False
    if len(a.humans) != 1 or len(b.humans) != 1:
        return True
    x, y = a.humans[0], b.humans[0]
    if not x.family or not y.family:
        return True
    if humans.given(x.given, y.given) != "other" and humans.family(x.family, y.family) != "other":
        return True
    if not a.emails.isdisjoint(b.emails) or not a.phones.isdisjoint(b.phones) or a.codes or a.references:
        return True
    return humans.given(x.given, y.family) != "other" and humans.family(x.family, y.given) != "other"
