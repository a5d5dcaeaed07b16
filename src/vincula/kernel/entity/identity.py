"""What tells that two records are the same thing: the words with which an entity declares it (requirement X4).

An entity names its signs (``identity = (same.person(…), same.emails("emails"))``); how they are compared and weighed is
the work of ``kernel.duplicates``. The kernel knows no organisation and no person by this.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "names", "person", "acronym", "code", "references", "emails", "phones", "domains", "country", "place", "above", "among"
]  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """Values of ``fields`` speak for or against two records being one, in the way that ``kind`` says."""

    kind: Kind
    fields: tuple[str, ...]


def names(*fields: str) -> Sign:
    """Names of a thing in any script and language: text, list or translated fields; the title first."""
    return Sign("names", fields)


def person(given: str, family: str, *whole: str) -> Sign:
    """The name of a human being in parts; ``whole`` are fields with the name in one piece, in another script maybe."""
    return Sign("person", (given, family, *whole))


def acronym(field: str) -> Sign:
    """A short name, compared with short names and with the initials of long ones."""
    return Sign("acronym", (field,))


def code(*fields: str) -> Sign:
    """An identifier that each thing has once (ORCID): equal proves, unequal disproves."""
    return Sign("code", fields)


def references(field: str = "references") -> Sign:
    """Identifiers elsewhere by scheme; those schemes of which a thing has one prove and disprove."""
    return Sign("references", (field,))


def emails(*fields: str) -> Sign:
    """Mail addresses: one shared says much, unless it is that of an office."""
    return Sign("emails", fields)


def phones(*fields: str) -> Sign:
    """Telephone numbers: one shared says something; households and offices share them."""
    return Sign("phones", fields)


def domains(*fields: str) -> Sign:
    """Internet domains and web addresses; parents and parts may share them."""
    return Sign("domains", fields)


def country(field: str) -> Sign:
    """Where it is: another country speaks strongly against."""
    return Sign("country", (field,))


def place(field: str) -> Sign:
    """A town: another one speaks against."""
    return Sign("place", (field,))


def above(field: str) -> Sign:
    """The relation to what it is part of: nothing is the same as its own part."""
    return Sign("above", (field,))


def among(path: str) -> Sign:
    """A lookup path to what it belongs to ("affiliations__organisation"): shared supports, disjoint weakens."""
    return Sign("among", (path,))
