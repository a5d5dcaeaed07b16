"""What is compared of a record: its values by the signs that its entity declares, in comparable form. No database."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from vincula.kernel import folding
from vincula.kernel.duplicates import words
from vincula.kernel.folding import fold

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

Value = Callable[[str], Any]
_NONE: frozenset[Any] = frozenset()
_TELLING = re.compile(r"[^\W_]").search  # a letter or a digit
ONE_EACH = frozenset("ror orcid isni grid lei wikidata viaf gnd eori vat kvk kbo siren inn ogrn pic sct eduid".split())


class Name(NamedTuple):
    """One name of a thing: the words that tell it apart, the kinds of thing that it says it is, possible acronyms."""

    core: tuple[str, ...]
    canon: tuple[str, ...]
    kinds: frozenset[str]
    initials: tuple[str, ...]
    cyrillic: bool


class Human(NamedTuple):
    """One name of a human being; ``family`` is empty when it is not known which part is which."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(slots=True)
class Features:
    """One record as it is compared. Sets hold folded text."""

    pk: int = 0
    names: tuple[Name, ...] = ()
    humans: tuple[Human, ...] = ()
    acronyms: frozenset[str] = frozenset()
    codes: dict[str, str] = field(default_factory=dict)
    references: frozenset[tuple[str, str]] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    country: str = ""
    places: frozenset[str] = frozenset()
    above: Any = None
    among: frozenset[Any] = frozenset()
    short: tuple[frozenset[str], frozenset[str]] | None = None  # what ``called`` found

    def called(self) -> tuple[frozenset[str], frozenset[str]]:
        """(what may be an acronym of it: those it has, and short names of one word; initials of its names)"""
        if self.short is None:
            alone = self.alone()
            spelled = frozenset([each for name in self.names for each in name.initials])
            self.short = (self.acronyms | alone if alone else self.acronyms), spelled
        return self.short

    def alone(self) -> frozenset[str]:
        """Short names of one word: a name that may be an acronym."""
        return frozenset(
            [words.in_latin(n.core[0]) for n in self.names if len(n.core) == 1 and len(n.core[0]) <= 7 and not n.kinds]
        )


@lru_cache(maxsize=50_000)
def name_of(text: str) -> Name:
    """A name of a thing, taken apart."""
    every = words.split(text)
    said = [words.kind_of(w) for w in every]
    kinds = frozenset(filter(None, said))
    core = {w for w, kind in zip(every, said, strict=True) if not kind and w not in words.SILENT}
    if not core:  # a name of nothing but general words is its words
        core = {w for w in every if w not in words.LEGAL} or set(every)
    return Name(
        tuple(sorted(core)), tuple(sorted({words.canon(w) for w in core})), kinds, tuple(words.initials(every)),
        not text.isascii() and folding.is_cyrillic(text),
    )  # fmt: skip


def human_of(given: str, family: str) -> Human:
    """A human name from its parts, in canon: spellings and scripts meet."""
    return Human(_parts(given), _parts(family))


@lru_cache(maxsize=100_000)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(words.canon(w) for part in text.split() for w in words.split(part.replace("-", " ")) if w)


def _texts(value: Any) -> list[str]:
    """The texts of a value of any field: one, a list, or one for each language."""
    if not value:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [str(v) for v in value.values() if v]
    return [str(v) for v in value if v]


def _every(values: Value, names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if value := values(name):
            if value.__class__ is str:
                found.append(value)
            else:
                found += _texts(value)
    return found


class Reader:
    """Reads the features of records of one entity from records, or from the values of a form, a line or a query."""

    def __init__(self, entity: "Entity") -> None:
        self.entity = entity
        self.paths = [sign.fields[0] for sign in entity.identity if sign.kind == "among"]
        self._plan = [(_READ[sign.kind], sign.fields, sign.kind not in UNREAD) for sign in entity.identity]
        self._attributes: dict[type, dict[str, str]] = {}
        self.columns = list(dict.fromkeys(n for sign in entity.identity if sign.kind != "among" for n in sign.fields))

    def of_record(self, record: Any, among: Iterable[Any] = ()) -> Features:
        """``among``: what the record belongs to, where the caller has asked."""
        names = self._attributes.get(type(record)) or self._named(type(record))
        return self._read(lambda name: getattr(record, names[name], None), record.pk or 0, among)

    def of_values(self, values: Mapping[str, Any], among: Iterable[Any] = (), *, pk: int = 0) -> Features:
        """From {field: value}; a relation may be a record or its number."""
        return self._read(values.get, pk, among)

    def _read(self, value: Value, pk: int, among: Iterable[Any]) -> Features:
        found = Features(pk=pk, among=frozenset(among) if among else _NONE)
        for read, fields, texts in self._plan:
            if texts:
                if said := _every(value, fields):  # of nothing nothing is read
                    read(found, fields, said, value)
            else:
                read(found, fields, [], value)
        return found

    def _named(self, model: type) -> dict[str, str]:
        """{field: the attribute of a record that holds its value, of a relation the number}"""
        names = {n: f"{n}_id" if hasattr(model, f"{n}_id") else n for s in self.entity.identity for n in s.fields}
        return self._attributes.setdefault(model, names)


UNREAD = ("person", "references", "above", "among")
Read = Callable[[Features, tuple[str, ...], list[str], Value], None]


def _names(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    names = [name_of(text) for text in texts[:12] if _TELLING(text)]
    f.names = tuple(names) if len(names) < 2 else tuple(dict.fromkeys(names))


def _person(f: Features, fields: tuple[str, ...], texts: list[str], value: Value) -> None:
    given, family, *whole = fields
    found = [human_of(str(value(given) or ""), str(value(family) or ""))]
    found += [human_of(text, "") for text in _every(value, whole)]
    f.humans = tuple(dict.fromkeys(h for h in found if h.given or h.family))


def _acronym(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    f.acronyms = frozenset([each for text in texts if (each := _short(text)) is not None])


@lru_cache(maxsize=20_000)
def _short(text: str) -> str | None:
    """An acronym in comparable form; None for one of a single letter."""
    folded = "".join(words.split(text))
    return words.in_latin(folded) if len(folded) > 1 else None


def _code(f: Features, fields: tuple[str, ...], texts: list[str], value: Value) -> None:
    f.codes |= {name: fold(str(v)) for name in fields if (v := value(name))}


def _references(f: Features, fields: tuple[str, ...], texts: list[str], value: Value) -> None:
    listed = value(fields[0])
    if isinstance(listed, Mapping):
        pairs = [
            (str(k).lower(), fold(str(x)).rstrip("/").rsplit("/", 1)[-1]) for k, v in listed.items() for x in _texts(v)
        ]
        f.references = frozenset(pairs)


def _emails(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    f.emails = frozenset(fold(text) for text in texts if "@" in text)


def _phones(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    f.phones = frozenset(p for text in texts if (p := words.phone(text)))


def _domains(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    f.domains = frozenset([d for text in texts if (d := _host(text))])


@lru_cache(maxsize=20_000)
def _host(text: str) -> str:
    """The domain of one's own that a text names; "" for none."""
    found = words.domain(text)
    return found if "." in found and found not in words.PUBLIC_MAIL else ""


def _country(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    f.country = texts[0].upper()


def _place(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    f.places = f.places.union([words.canon(fold(text)) for text in texts])


def _above(f: Features, fields: tuple[str, ...], texts: list[str], value: Value) -> None:
    given = value(fields[0])
    f.above = getattr(given, "pk", given)


def _among(f: Features, fields: Any, texts: list[str], value: Value) -> None:
    """Asked for by whoever reads many records at once."""


_READ: dict[str, Read] = {
    "names": _names, "person": _person, "acronym": _acronym, "code": _code, "references": _references,
    "emails": _emails, "phones": _phones, "domains": _domains, "country": _country, "place": _place, "above": _above,
    "among": _among,
}  # fmt: skip
