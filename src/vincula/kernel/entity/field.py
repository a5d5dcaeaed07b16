"""A field of an entity: its name, label, kind and column; made from the model, a declaration or the organisation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import translation
from django.utils.functional import Promise

from vincula.kernel.entity import kinds, manykinds, ownkinds, relations
from vincula.kernel.entity.kind import Kind
from vincula.kernel.entity.moneykind import MoneyKind
from vincula.kernel.folding import fold
from vincula.kernel.money.field import MoneyAttribute
from vincula.kernel.records import fields as columns
from vincula.kernel.records.models import CustomField

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

LANGUAGES = ("en", "ru", "fr", "nl", "de")


@dataclass(frozen=True)
class Computed:
    """A value worked out for a whole page at once: ``values(entity, records, user)`` returns {id: value}.

    ``annotate`` makes the queryset carry a column of the field's name, so that it can be sorted and filtered.
    """

    label: str | Promise
    kind: str
    values: Callable[..., dict[int, Any]]
    help: str | Promise = ""
    annotate: Callable[[Any, Any], Any] | None = None
    choices: Iterable[tuple[str, Any]] = ()
    tones: dict[str, str] = field(default_factory=dict)


@dataclass
class Field:
    """What the list, form, filter, exchange and API know of one field."""

    entity: "Entity"
    name: str
    label: Any
    kind: Kind
    model_field: Any = None
    required: bool = False
    editable: bool = True
    help: Any = ""
    computed: Computed | None = None
    custom: bool = False
    choices: Iterable[tuple[str, Any]] = ()
    tones: dict[str, str] = field(default_factory=dict)
    folded_column: str = ""
    related_model: Any = None

    @property
    def column(self) -> str:
        """The lookup that filters use."""
        return self.model_field.name if self.model_field is not None else self.name

    @property
    def sort_columns(self) -> tuple[str, ...]:
        """Columns that order by this field; () when it cannot order."""
        if self.computed is not None:
            return (self.name,) if self.computed.annotate else ()
        if self.custom or isinstance(
            self.kind,
            manykinds.List | manykinds.Translated | manykinds.References | manykinds.Structured | kinds.RichText,
        ):
            return ()
        if isinstance(self.kind, relations.Relations | relations.File):
            return ()
        if isinstance(self.kind, relations.Person):
            return (f"{self.column}__name",)
        if isinstance(self.kind, relations.Relation):
            return _sort_of_related(self.column, self.related_model)
        if isinstance(self.kind, MoneyKind):
            return (f"{self.name}_currency", f"{self.name}_minor")
        return (self.folded_column or self.column,)

    @property
    def filterable(self) -> bool:
        return (self.computed is None or self.computed.annotate is not None) and bool(self.kind.operators)

    def of(self, record: models.Model) -> Any:
        """The stored value (an id for a relation)."""
        if self.custom:
            return (record.custom or {}).get(self.name.removeprefix("custom."))  # type: ignore[attr-defined]  # every record has own fields
        return getattr(record, getattr(self.model_field, "attname", self.name), None)

    def choice_words(self) -> Iterable[tuple[str, set[str]]]:
        """(value, folded words that mean it): the value and its label in every language of the interface."""
        for value, label in self.choices:
            words = {fold(str(value))}
            for language in LANGUAGES:
                with translation.override(language):
                    words.add(fold(str(label)))
            yield str(value), words


def _sort_of_related(column: str, model: Any) -> tuple[str, ...]:
    folded = next((f.name for f in model._meta.concrete_fields if isinstance(f, columns.FoldedField)), None)
    if folded:
        return (f"{column}__{folded}",)
    first = next((f.name for f in model._meta.concrete_fields if isinstance(f, models.CharField)), "pk")
    return (f"{column}__{first}",)


BY_COLUMN: tuple[tuple[type[Any], Kind], ...] = (
    (columns.ChosenListField, manykinds.Chosen()),
    (columns.TextListField, manykinds.List()),
    (columns.TranslatedField, manykinds.Translated()),
    (columns.ReferencesField, manykinds.References()),
    (columns.StructuredField, manykinds.Structured()),
    (columns.RichTextField, kinds.RichText()),
    (columns.CountryField, kinds.Country()),
    (columns.LanguageField, kinds.Language()),
    (columns.EmailField, kinds.Email()),
    (columns.PhoneField, kinds.Phone()),
    (columns.WebField, kinds.Web()),
    (models.ManyToManyField, relations.Relations()),
    (models.BooleanField, kinds.Boolean()),
    (models.DateTimeField, kinds.DateTime()),
    (models.DateField, kinds.Date()),
    (columns.YearField, kinds.Year()),
    (models.IntegerField, kinds.Number()),
    (models.DecimalField, kinds.Number()),
    (models.FloatField, kinds.Number()),
    (models.TextField, kinds.RichText()),
    (models.CharField, kinds.Text()),
)
BY_NAME: dict[str, Kind] = {
    k.name: k
    for k in (
        kinds.Text(), kinds.RichText(), kinds.Number(), kinds.Boolean(), kinds.Date(), kinds.DateTime(), kinds.Choice(),
        kinds.Country(), kinds.Language(), kinds.Email(), kinds.Phone(), kinds.Web(), manykinds.List(), manykinds.Tags(),
        manykinds.Translated(), manykinds.References(), manykinds.Structured(), relations.Relation(), relations.Relations(), relations.Person(),
        relations.File(),
        MoneyKind(),
    )
}  # fmt: skip


def kind_of(f: Any) -> Kind:
    """The kind that belongs to a model field. Raises TypeError for a column no kind knows."""
    if f.name == "tags":
        return BY_NAME["tags"]
    if isinstance(f, models.ForeignKey):
        if f.related_model is get_user_model():
            return BY_NAME["person"]
        return BY_NAME["file"] if f.related_model._meta.label == "files.StoredFile" else BY_NAME["relation"]
    if getattr(f, "choices", None) and isinstance(f, models.CharField):
        return BY_NAME["choice"]
    for column, kind in BY_COLUMN:
        if isinstance(f, column):
            return kind
    raise TypeError(f"{f} is of a type that no field kind knows.")


def from_model(entity: "Entity", f: Any) -> Field:
    """The field that a column gives."""
    folded = next(
        (
            o.name
            for o in entity.model._meta.concrete_fields
            if isinstance(o, columns.FoldedField) and o.source == f.name
        ),
        "",
    )
    tones = getattr(getattr(f, "tones_from", None), "tones", {}) or getattr(entity, "tones", {}).get(f.name, {})
    return Field(
        entity=entity,
        name=f.name,
        label=f.verbose_name,
        kind=kind_of(f),
        model_field=f,
        required=not f.blank and not isinstance(f, models.BooleanField),
        editable=f.editable,
        help=f.help_text,
        choices=tuple(f.choices or ()),
        tones=dict(tones),
        folded_column=folded,
        related_model=f.related_model,
    )


def from_money(entity: "Entity", name: str, attribute: MoneyAttribute) -> Field:
    """The field that a ``MoneyField`` gives: its two columns as one amount."""
    money = attribute.field
    return Field(
        entity=entity,
        name=name,
        label=money.verbose_name or name,
        kind=BY_NAME["money"],
        required=not money.null,
        help=money.help_text,
    )


def from_custom(entity: "Entity", own: CustomField) -> Field:
    """The field that the organisation added."""
    language = (translation.get_language() or "en")[:2]
    return Field(
        entity=entity,
        name=f"custom.{own.key}",
        label=own.translations.get(language, own.label),
        kind=ownkinds.OWN[own.kind],
        model_field=None,
        required=own.required,
        help=own.help,
        custom=True,
        choices=tuple((o, o) for o in own.options),
    )
