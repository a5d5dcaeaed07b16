"""``Entity``: one declaration, in the vocabulary of Django's ModelAdmin, checked when the program starts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from django.core.checks import Error
from django.db import models
from django.utils import translation
from django.utils.text import slugify

from vincula.kernel.access import door, scopes
from vincula.kernel.entity import registry
from vincula.kernel.entity.field import BY_NAME, Computed, Field, from_custom, from_model, from_money
from vincula.kernel.entity.identity import Sign
from vincula.kernel.money.field import MoneyAttribute
from vincula.kernel.records import guarded
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url

HIDDEN = {"id", "version", "custom", "trashed_at"}


T = TypeVar("T")


def computed(
    label: Any, kind: str = "text", *, annotate: Callable[..., Any] | None = None, help: Any = "",
    choices: Iterable[tuple[str, Any]] = (), tones: dict[str, str] | None = None,
) -> Callable[[Callable[..., dict[int, Any]]], Any]:  # fmt: skip
    """Decorator of an Entity method ``(self, records, user) -> {id: value}`` that makes a computed field."""

    def make(function: Callable[..., dict[int, Any]]) -> Computed:
        return Computed(label, kind, function, help, annotate, tuple(choices), tones or {})

    return make


def once(records: Sequence[Any], user: Any, ask: Callable[[Sequence[Any], Any], dict[int, T]]) -> dict[int, T]:
    """{id: what ``ask(records, user)`` says}: the first computed column of a page that needs it has it read for all of
    them. Kept on the first record, as long as that lives; ``ask`` is a function of a module."""
    if not records:
        return {}
    kept = records[0].__dict__.setdefault("_asked_once", {})
    key = (ask, getattr(user, "pk", None), tuple(r.pk for r in records))
    if key not in kept:
        kept[key] = ask(records, user)
    found: dict[int, T] = kept[key]
    return found


class Entity:
    """How one model is listed, found, edited, exchanged and described. Subclass in a room's ``entities.py``."""

    model: ClassVar[type[Record]]
    help: ClassVar[Any] = ""  # one sentence: what this is for
    icon: ClassVar[str] = "file"  # a name in ui/icons.txt
    room: ClassVar[str] = ""  # section of the rail; "" keeps it out of the rail
    list_display: ClassVar[tuple[str, ...]] = ()
    list_filter: ClassVar[tuple[str, ...]] = ()
    search_fields: ClassVar[tuple[str, ...]] = ()  # first: title; then acronym, other names, texts
    fieldsets: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()
    ordering: ClassVar[str] = ""  # name of a field, "-" before it for descending
    natural_key: ClassVar[tuple[str, ...]] = ()  # an import knows the row again
    identity: ClassVar[tuple[Sign, ...]] = ()  # what tells that two records are one thing, see entity.identity
    panels: ClassVar[tuple[Any, ...]] = ()
    related: ClassVar[tuple[tuple[str, str], ...]] = ()  # (entity key, its field) shown as tabs of the record
    lifecycle: ClassVar[Any] = None
    frozen: ClassVar[Any] = ""  # why nobody edits it by hand: verbs of its room write it
    board: ClassVar[str] = ""  # choice field whose values are the columns of a board
    calendar: ClassVar[str] = ""  # date field by which records stand in a calendar
    scope: ClassVar[dict[str, str | tuple[str, ...]]] = {}  # anchor → path, see access.scopes
    aliases: ClassVar[dict[str, tuple[str, ...]]] = {}  # further headers by which an import knows a field
    tones: ClassVar[dict[str, dict[str, str]]] = {}  # choice field → value → good | warn | bad | none

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            registry.add(cls)

    def __init__(self) -> None:
        self._columns: dict[str, Field] | None = None
        with translation.override("en"):  # made once, before the operator's own words lie over it: addresses stay
            self.slug = slugify(str(self.model._meta.verbose_name_plural))
        scopes.declare(self.model, {"owner": "owner", **self.scope})
        if self.frozen:
            door.write_by_verbs_only(self.model, self.frozen)
        if self.lifecycle is not None:
            guarded.guard(self.model, self.lifecycle.field, guarded.follows(self.lifecycle))

    # what it is called
    @property
    def key(self) -> str:
        return door.key(self.model)

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    # its fields
    @property
    def columns(self) -> dict[str, Field]:
        """Fields of the model and computed ones, by name, in declaration order."""
        if self._columns is None:
            found = {}
            for f in [*self.model._meta.concrete_fields, *self.model._meta.many_to_many]:
                if f.name not in HIDDEN and type(f).__name__ != "FoldedField" and not getattr(f, "hidden_part", False):
                    found[f.name] = from_model(self, f)
            for name, part in vars(self.model).items():
                if isinstance(part, MoneyAttribute):
                    found[name] = from_money(self, name, part)
            for name in dir(type(self)):
                if isinstance(made := getattr(type(self), name), Computed):
                    found[name] = Field(
                        entity=self, name=name, label=made.label, kind=BY_NAME[made.kind], editable=False,
                        help=made.help, computed=made, choices=made.choices, tones=dict(made.tones),
                    )  # fmt: skip
            self._columns = found
        return self._columns

    @property
    def fields(self) -> dict[str, Field]:
        """``columns`` and the organisation's own fields."""
        return {**self.columns, **{f"custom.{o.key}": from_custom(self, o) for o in registry.own_fields(self.key)}}

    def editable(self) -> list[Field]:
        """Fields of the form, in the order of ``fieldsets``, own fields last."""
        fields = self.fields
        named = [n for _title, names in self.fieldsets for n in names]
        return [fields[n] for n in named if fields[n].editable] + [f for f in fields.values() if f.custom]

    def field(self, name: str) -> Field | None:
        return self.fields.get(name)

    # records
    def rows(self, user: Any, *, trashed: bool = False) -> models.QuerySet[Any]:
        """The records that ``user`` may see."""
        return self.model.objects.visible_to(user, trashed=trashed)

    def may(self, user: Any, action: door.Action) -> bool:
        return door.may(user, action, self.model)

    def title(self, record: Record) -> str:
        return str(record)

    def subtitle(self, record: Record) -> str:
        """A hint that tells two records of the same name apart, from the record's own columns only."""
        return ""

    def url(self, record: Record | int) -> str:
        return f"{self.path}{getattr(record, 'pk', record)}/"

    @property
    def path(self) -> str:
        """Where its list stands; the addresses of its records begin so."""
        return url("entity:list", self.slug)

    def select(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join what ``title`` of each row needs."""
        return rows

    def standfirst(self, record: Record, user: Any) -> str:
        """The sentence under the title: what the reader came for. By rules, translated whole; "" for none."""
        return ""

    def search_values(self, record: Record) -> dict[str, Any]:
        """{"title", "acronym", "names", "text"} for the search index, from ``search_fields``."""
        title, *others = self.search_fields or ("",)
        names: list[str] = []
        text: list[str] = []
        acronym = str(getattr(record, "acronym", "") or "")
        for name in others:
            value = getattr(record, name, None)
            short = isinstance(value, list | dict)
            values = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
            (names if short else text).extend(str(v) for v in values if v)
        return {
            "title": str(getattr(record, title, "") or record),
            "acronym": acronym,
            "names": names,
            "text": " ".join(text),
        }

    # declared rightly?
    def check(self) -> list[Error]:
        """Everything that is wrong with the declaration, each with its name."""
        where, known = f"{type(self).__module__}.{type(self).__name__}", self.columns
        wrong = [
            (attribute, name)
            for attribute, names in self._named()
            for name in names
            if name.removeprefix("-") not in known
        ]
        errors = [
            Error(f"{where}.{a} names {n!r}, which {self.key} does not have.", id="vincula.E001") for a, n in wrong
        ]
        if not self.help:
            errors.append(Error(f"{where} has no help: say in one sentence what it is for.", id="vincula.E002"))
        return errors

    def _named(self) -> list[tuple[str, Iterable[str]]]:
        model_fields = [f for f in self.search_fields if not hasattr(self.model, f)]
        return [
            ("list_display", self.list_display),
            ("list_filter", self.list_filter),
            ("fieldsets", [n for _title, names in self.fieldsets for n in names]),
            ("ordering", [self.ordering] if self.ordering else []),
            ("natural_key", self.natural_key),
            ("identity", [n for sign in self.identity if sign.kind != "among" for n in sign.fields]),
            ("search_fields", model_fields),
            ("board", [self.board] if self.board else []),
            ("calendar", [self.calendar] if self.calendar else []),
            ("aliases", list(self.aliases)),
            ("tones", list(self.tones)),
        ]
