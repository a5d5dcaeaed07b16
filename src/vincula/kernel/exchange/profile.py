"""What a profile is: it knows the files of one system and turns their records into rows of one entity (X3).

Profiles live in the rooms that know the entity; they register here. The import engine knows no system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of a record in another system: scheme, identifier, and its label there."""

    scheme: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """From a row's record to another one, which may not be here yet: it is kept until it arrives."""

    kind: str
    target: Reference


@dataclass(frozen=True, slots=True)
class Choice:
    """What a profile must know before it reads, as no file of its system says it: one of several answers."""

    key: str
    label: Any
    options: tuple[tuple[str, str], ...]  # (value, label), in the order in which they are offered
    default: str
    help: Any = ""


@dataclass(slots=True)
class Part:
    """A record of another entity that belongs to the row's record: a text about it, an offer of it.

    ``owner`` is its relation to the row's record; ``key`` names the fields by which, among the parts of that record, it
    is known again. Fields in ``fill`` are only set where a known part has nothing. Ids are given for relations.
    """

    entity: str
    owner: str
    values: dict[str, Any]
    key: tuple[str, ...]
    fill: frozenset[str] = frozenset()


@dataclass(slots=True)
class Row:
    """One record as its system tells it.

    ``values`` are plain JSON values by field name. Fields in ``add`` are united with what the record has (lists,
    texts by language), so that nobody's own entries are lost; fields in ``fill`` are only set where the record has
    nothing. ``clues`` are further facts by which ``Profile.find`` knows the record. ``notes`` are warnings.
    """

    values: dict[str, Any]
    key: Reference | None = None
    relations: list[Relation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    add: frozenset[str] = frozenset()
    fill: frozenset[str] = frozenset()
    clues: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Skip:
    """A record that does not belong into the register, with the reason; its relations are kept all the same."""

    reason: str
    key: Reference | None = None
    relations: list[Relation] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """What ``find`` knows about a row: the one record it is, or several candidates (then a person must say)."""

    ids: list[int]
    why: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation as far as its ends are here: ids of the two records; ``target`` is None while it is waited for."""

    kind: str
    source: int
    target: int | None
    reference: Reference


@dataclass(slots=True)
class Tied:
    """What relations mean here: unsaved link records, and changes {model: {id: {field: plain value}}}."""

    links: list[Any] = field(default_factory=list)
    changes: dict[Any, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def change(self, model: Any, pk: int, **values: Any) -> None:
        """Note that fields of a record are to be set."""
        self.changes.setdefault(model, {}).setdefault(pk, {}).update(values)


class Profile(Protocol):
    """Knows one system's files."""

    key: str
    label: Any  # a text, translated when it is shown
    entity: str
    help: Any
    creates: bool  # False: rows not found are proposed, and created only when the person says so
    by_key: bool  # whether the entity's natural key is enough to know a record again
    whole: str = ""  # scheme of references of a file that names all of its system's records: what lacks is told

    def choices(self, who: Any) -> Sequence[Choice]:
        """What is asked before the file is read; offered is what ``who`` may answer."""
        return ()

    def chosen(self, answers: Mapping[str, str]) -> Profile:
        """The profile with the answers {key: value}, one for each choice."""
        return self

    def recognises(self, name: str, sample: Sequence[Mapping[Any, Any]]) -> bool:
        """Whether the first records of a file called ``name`` are of this system."""

    def convert(self, raw: Mapping[Any, Any], line: int) -> Row | Skip:
        """One record. Raises ValueError with a sentence when it cannot be understood."""

    def look_up(self, rows: Sequence[Row], who: Any) -> None:
        """Complete rows by what the register knows of other entities, as ``who`` may see them; in few statements."""
        return

    def meet(self, row: Row, record: Any) -> Sequence[str]:
        """Called with each record before its fields are set. Sets on a new one (``pk`` is None) what no field of a
        file may set; returns warnings."""
        return ()

    def find(self, rows: Mapping[int, Row], visible: QuerySet[Any]) -> dict[int, Found]:
        """Records that rows (by line) may be, beyond references and natural key; in few statements, not one a row."""

    def tie(self, ties: Sequence[Tie], who: Any) -> Tied:
        """Links that are not there yet, and changes of fields, for relations one or both ends of which are here."""


_profiles: dict[str, Profile] = {}


def register(profile: Profile) -> Profile:
    """Make a profile known (in the room's ``AppConfig.ready``)."""
    _profiles[profile.key] = profile
    return profile


def get(key: str) -> Profile | None:
    """The profile called ``key``."""
    return _profiles.get(key)


def all_profiles() -> list[Profile]:
    """Every profile, by key."""
    return [_profiles[key] for key in sorted(_profiles)]


def recognise(name: str, sample: Sequence[Mapping[Any, Any]], entity: str | None = None) -> Profile | None:
    """The first profile that knows a file by its first records."""
    for profile in all_profiles():
        if (entity is None or profile.entity == entity) and sample and profile.recognises(name, sample):
            return profile
    return None
