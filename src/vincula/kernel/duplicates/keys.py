"""Blocking keys: short texts that two records of the same thing most likely share, so that few pairs are compared.

They stand in ``records.IndexValue`` under the field ``~``, written with all else that is found by value: in the
transaction of each save, with an import's pieces; they go when the record is trashed or its name is erased.
"""

from typing import Any

from vincula.kernel.duplicates import nicknames, words
from vincula.kernel.duplicates.features import Features, Human, Reader
from vincula.kernel.entity import registry

FIELD = "~"
MOST = 12  # keys of one record
_readers: dict[type, Reader | None] = {}


def reader_for(model: Any) -> Reader | None:
    """The reader of a model's entity; None when it declares no identity."""
    found = _readers.get(model)
    if found is None or found.entity is not registry.for_model(model):
        entity = registry.for_model(model)
        if entity is None or not entity.identity:
            return None
        found = _readers[model] = Reader(entity)
    return found


def of_record(record: Any) -> list[tuple[str, str]]:
    """(``~``, key) pairs for ``IndexValue``."""
    reader = reader_for(type(record))
    return [(FIELD, key) for key in of(reader.of_record(record))] if reader else []


def of(f: Features) -> list[str]:
    """The keys of one record, the most telling first."""
    found: list[str] = [f"c:{code}" for code in f.codes.values()]
    if f.references:
        found += [f"r:{scheme}:{value}" for scheme, value in sorted(f.references)]
    found += _marked("e", f.emails) + _marked("p", f.phones)
    for human in f.humans:
        found += _human(human)
    for name in f.names:
        found += _name(name)
    found += _marked("a", frozenset([a for a in f.acronyms if len(a) > 2])) + _marked("d", f.domains)
    return list(dict.fromkeys([k[:80] for k in found]))[:MOST]


def _marked(kind: str, values: frozenset[str]) -> list[str]:
    return [f"{kind}:{value}" for value in sorted(values)] if values else []


def _human(human: Human) -> list[str]:
    """The whole name in any order, and each part with the first letter of the other: one may be wrong or short."""
    parts = [*human.given, *human.family]
    if not parts:
        return []
    whole = [f"n:{' '.join(sorted(parts))}"]
    if human.family:
        ways = [(f, g) for f in human.family[-2:] for g in human.given[:1]]
        ways += [(g, f) for f, g in ways]
    else:
        ways = [(a, b) for a in parts[:3] for b in parts[:3] if a != b]
    return whole + [
        f"h:{words.skeleton(a)} {letter}" for a, b in ways if len(a) > 1 for letter in sorted(nicknames.letters(b))
    ]


def _name(name: Any) -> list[str]:
    """The whole, each telling word, and the two longest together: words like "national" make no useful block alone."""
    skeletons = list(dict.fromkeys(map(words.skeleton, sorted(name.canon, key=len, reverse=True))))[:3]
    found = [f"n:{' '.join(name.canon)}", *(f"t:{s}" for s in skeletons if len(s) > 1)]
    if len(skeletons) > 1:
        found.append(f"u:{' '.join(sorted(skeletons[:2]))}")
    return found + [f"a:{a}" for a in name.initials[:1] if len(a) < 8]
