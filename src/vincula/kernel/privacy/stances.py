"""What every field, relation and row is to privacy, as its room declares it (requirement X10).

A room says so once, when it starts::

    stances.subject(Person, whole=("name", "native_name"), words=("given_name", …), contacts=("emails", …),
                    pseudonym=("family_name", "name"), user="user", erase=("notes", …), keep=("language", …))
    stances.about(Affiliation, "person", erase=("job_title",), keep=("organisation", "since", "until"))
    stances.shared(Interaction, {"participants": TOOK_PART}, texts=("subject", "notes"), keep=("kind", "at"))

and of rows that are no records: ``relation("pages.pin.user", GOES)``, ``holder("exchange.importline", …)``. What is not
declared is named by ``undeclared``, which a test asks; until then it is treated as personal, never as harmless.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.functional import Promise

from vincula.kernel.contributions import Place
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record

Treatment = Literal["keep", "erase", "name", "text"]
"""keep: not personal · erase: emptied · name: becomes the pseudonym · text: may name somebody, passages are replaced."""
TOOK_PART, NAMED = "took part", "named"  # how a shared record knows a person
GOES, STAYS = "goes", "stays"  # what becomes of a row that points to the erased person's user account
BASE: dict[str, Treatment] = {"owner": "keep", "trashed_at": "keep", "created_at": "keep", "updated_at": "keep",
                              "version": "keep", "id": "keep"}  # fmt: skip
OWN_WORDS = ("tags", "custom", "references")  # what every record may hold in words


@dataclass(frozen=True)
class Stance:
    """What one model is to privacy. ``links``: {field that points to a subject: "about", TOOK_PART or NAMED}."""

    model: type[Record]
    links: dict[str, str]
    fields: dict[str, Treatment]

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)

    @property
    def is_about(self) -> bool:
        """Whether a row is about one person and nobody else."""
        return "about" in self.links.values()

    def treated(self, *how: Treatment) -> list[str]:
        """The fields that are treated so; folded copies follow their source by themselves."""
        return [name for name, treatment in self.fields.items() if treatment in how]


@dataclass(frozen=True)
class Subject:
    """The model whose records are people.

    ``whole`` are fields with whole names, ``words`` with parts of names, ``contacts`` with addresses, numbers and
    identifiers; ``pseudonym`` are those that say "Anonymised person 123" afterwards, ``user`` leads to the account.
    """

    model: type[Record]
    whole: tuple[str, ...]
    words: tuple[str, ...]
    contacts: tuple[str, ...]
    pseudonym: tuple[str, ...]
    user: str

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)


@dataclass(frozen=True)
class Holder:
    """A table of rows that speak of any record: ``entity`` and ``object_id`` are its pairs of columns.

    ``content`` are the columns that hold values of that record; ``way``: GOES, or STAYS with its content emptied.
    ``title`` names it in the export, where rows are listed with ``told``; "" leaves it out (it only copies).
    """

    model: type[models.Model]
    pairs: tuple[tuple[str, str], ...]
    content: tuple[str, ...] = ()
    way: str = STAYS
    title: Any = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps copies that no column shows (files, packed text). Called inside the erasure's transaction.

    ``erase(trace)`` takes away what concerns the trace and returns how many things went; see ``traces.Trace``.
    """

    name: str
    erase: Callable[[Any], int]


KEEPERS: Place[Keeper] = Place("privacy.keepers", "Who keeps copies of personal data where no column shows them.")
_stances: dict[str, Stance] = {}
_subjects: dict[str, Subject] = {}
_relations: dict[str, tuple[str, Any]] = {}
_holders: dict[str, Holder] = {}
_passing: set[str] = set()


def subject(
    model: type[Record], *, whole: tuple[str, ...], words: tuple[str, ...], contacts: tuple[str, ...],
    pseudonym: tuple[str, ...], user: str, erase: Iterable[str] = (), keep: Iterable[str] = (),
) -> Subject:  # fmt: skip
    """Declare whose records are people; the parameters are those of ``Subject``."""
    fields: dict[str, Treatment] = {
        **BASE, **dict.fromkeys((*whole, *words, *contacts, *erase, *OWN_WORDS), "erase"),
        **dict.fromkeys(pseudonym, "name"), **dict.fromkeys((*keep, user), "keep"),
    }  # fmt: skip
    made = Subject(model, whole, words, contacts, pseudonym, user)
    _subjects[made.key] = made
    _stances[made.key] = Stance(model, {}, fields)
    return made


def about(model: type[Record], *links: str, erase: Iterable[str] = (), keep: Iterable[str] = ()) -> None:
    """Declare records that are about one person: their words go with the person, the rows stay and are counted."""
    fields: dict[str, Treatment] = {
        **BASE, **dict.fromkeys((*erase, *OWN_WORDS), "erase"), **dict.fromkeys((*keep, *links), "keep"),
    }  # fmt: skip
    _stances[model._meta.label_lower] = Stance(model, dict.fromkeys(links, "about"), fields)


def shared(
    model: type[Record], links: dict[str, str] | None = None, *, texts: Iterable[str] = (), keep: Iterable[str] = ()
) -> None:
    """Declare records that several people share, or that only may name somebody in their texts."""
    links = links or {}
    fields: dict[str, Treatment] = {
        **BASE, **dict.fromkeys((*texts, *OWN_WORDS), "text"), **dict.fromkeys((*keep, *links), "keep"),
    }  # fmt: skip
    _stances[model._meta.label_lower] = Stance(model, links, fields)


def relation(path: str, way: str, title: str | Promise = "") -> None:
    """Declare a relation to a user account, as "app.model.field"; ``title`` puts its rows into the export."""
    _relations[path] = (way, title)


def holder(
    model: type[models.Model], *pairs: tuple[str, str], content: tuple[str, ...] = (), way: str = STAYS,
    title: Any = "", told: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Declare a table of rows that speak of any record."""
    _holders[model._meta.label_lower] = Holder(model, pairs, content, way, title, told)


def passing(*keys: str) -> None:
    """Declare tables that only copy for a while what people did: single names are taken out of them as well."""
    _passing.update(keys)


def is_passing(key: str) -> bool:
    return key in _passing


def stances() -> list[Stance]:
    return list(_stances.values())


def stance(model: type[models.Model]) -> Stance | None:
    return _stances.get(model._meta.label_lower)


def subjects() -> list[Subject]:
    return list(_subjects.values())


def subject_of(key: str) -> Subject | None:
    return _subjects.get(key)


def relations() -> dict[str, tuple[str, Any]]:
    """{"app.model.field": (way, title)} of relations to user accounts."""
    return dict(_relations)


def holders() -> list[Holder]:
    return list(_holders.values())


def all_models() -> list[type[models.Model]]:
    """Every table of the program and of its libraries, once."""
    return [
        m for m in apps.get_models(include_auto_created=True)
        if m._meta.managed and not m._meta.proxy and not m._meta.swapped
    ]  # fmt: skip


def to_users() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every relation to a user account that is not a record's own field (those are in its stance)."""
    user = get_user_model()
    for model in all_models():
        for f in model._meta.concrete_fields:
            if f.related_model is user and not issubclass(model, Record):
                yield model, f


def undeclared() -> list[str]:
    """What privacy has not been told, by name: fields of records, relations to people, tables that speak of records."""
    missing = []
    for model in all_models():
        key = model._meta.label_lower
        if issubclass(model, Record):
            known = _stances[key].fields if key in _stances else {}
            names = [f.name for f in (*model._meta.concrete_fields, *model._meta.many_to_many)
                     if not isinstance(f, FoldedField)]  # fmt: skip
            missing += [f"{key}.{name}" for name in names if name not in known]
            missing += [f"{key}.{f.name} (points to a person)" for f in _to_subjects(model) if not _linked(key, f.name)]
        elif not model._meta.auto_created:
            missing += [f"{key}.{f.name} (points to a person)" for f in _to_subjects(model)]
            names = [f.name for f in model._meta.concrete_fields]
            if key not in _holders and any(n.endswith(("object_id", "source_id")) for n in names):
                missing.append(f"{key} (speaks of any record)")
    for model, f in to_users():
        if (path := f"{model._meta.label_lower}.{f.name}") not in _relations:
            missing.append(f"{path} (points to an account)")
    return missing


def _to_subjects(model: type[models.Model]) -> list[Any]:
    wanted = {each.model for each in _subjects.values()}
    return [f for f in (*model._meta.concrete_fields, *model._meta.many_to_many) if f.related_model in wanted]


def _linked(key: str, name: str) -> bool:
    return key in _stances and name in _stances[key].links
