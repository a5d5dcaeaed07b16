"""Which value wins when records become one: field by field, languages, own fields and lists by themselves (X4)."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import manykinds, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.records import state
from vincula.kernel.records.models import Record

UNITED = "united"


@dataclass
class Choice:
    """One thing to choose: a field, one language of it (``names.fr``), or one own field (``custom.key``).

    ``options`` are (key, value): the key of a record is its number, that of all lists together ``united``. ``differs``
    says that there is something to choose at all.
    """

    name: str
    field: Field
    options: list[tuple[str, Any]]
    chosen: str
    language: str = ""
    differs: bool = False
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def value(self) -> Any:
        return self.values[self.chosen]


def choices(
    entity: Entity, survivor: Record, others: Sequence[Record], picks: Mapping[str, str], who: Any
) -> list[Choice]:
    """Every choice there is, as picked or as proposed. Raises ValidationError for a pick that is none of the options."""
    records = [survivor, *others]
    found = [one for f in _fields(entity) for one in _of(entity, f, records)]
    known = {one.name: one for one in found}
    for name, key in picks.items():
        if name not in known or key not in known[name].values:
            raise ValidationError(_("“%(field)s” has no such value to choose.") % {"field": name})
        known[name].chosen = key
    _hide(found, survivor, who)
    return found


def _fields(entity: Entity) -> list[Field]:
    """Fields of the form, without the state (it changes by moves) and without many relations (they are moved)."""
    state_field = entity.lifecycle.field if entity.lifecycle else ""
    return [f for f in entity.editable() if f.name != state_field and not isinstance(f.kind, relations.Relations)]


def _of(entity: Entity, f: Field, records: Sequence[Record]) -> Iterator[Choice]:
    values = {str(r.pk): _value(f, r) for r in records}
    if isinstance(f.kind, manykinds.Translated):
        for language in sorted({code for v in values.values() for code in v or {}}):
            yield _single(
                f, f"{f.name}.{language}", {k: (v or {}).get(language, "") for k, v in values.items()}, language
            )
        return
    if isinstance(f.kind, manykinds.References):
        values[UNITED] = united_references(list(values.values()))
        yield _choice(f, f.name, values, UNITED)
    elif isinstance(f.kind, manykinds.List):
        titles = _names_lost(entity, f, records)
        values[UNITED] = list(dict.fromkeys(v for listed in [*values.values(), titles] for v in listed or []))
        yield _choice(f, f.name, values, UNITED)
    else:
        own = {str(r.pk) for r in records}
        if f.related_model is type(records[0]):  # nothing is part of itself
            values = {k: None if str(v) in own else v for k, v in values.items()}
        yield _single(f, f.name, values)


def _value(f: Field, record: Record) -> Any:
    return getattr(record, f.name) if f.model_field is None and not f.custom else f.of(record)


def _names_lost(entity: Entity, f: Field, records: Sequence[Record]) -> list[str]:
    """Titles of the others, for the list in which the entity keeps further names: people go on looking for them."""
    names = next((sign.fields for sign in entity.identity if sign.kind == "names"), ())
    if f.name not in names[1:] or isinstance(f.kind, manykinds.Tags):
        return []
    title = str(getattr(records[0], names[0]))
    return [t for r in records[1:] if (t := str(getattr(r, names[0]) or "")) and t != title]


def united_references(every: Sequence[Mapping[str, list[str]] | None]) -> dict[str, list[str]]:
    """All identifiers, each once, schemes in order."""
    found: dict[str, list[str]] = {}
    for references in every:
        for scheme, listed in (references or {}).items():
            found[scheme] = list(dict.fromkeys([*found.get(scheme, []), *listed]))
    return dict(sorted(found.items()))


def _single(f: Field, name: str, values: dict[str, Any], language: str = "") -> Choice:
    """The survivor's value, or the first of the others that is filled in."""
    first = next((k for k, v in values.items() if not state.empty(v) or v is False), next(iter(values)))
    return _choice(f, name, values, first, language)


def _choice(f: Field, name: str, values: dict[str, Any], chosen: str, language: str = "") -> Choice:
    options: list[tuple[str, Any]] = []
    for key, value in values.items():
        if not state.empty(value) and all(value != v for _k, v in options):
            options.append((key, value))
    if chosen not in {k for k, _v in options} and options:
        chosen = next((k for k, v in options if v == values[chosen]), chosen)
    return Choice(name, f, options, chosen, language, len(options) > 1, values)


def _hide(found: Sequence[Choice], survivor: Record, who: Any) -> None:
    """A relation to a record that the chooser may not see cannot be shown: it stays, or moves along unseen."""
    for one in found:
        model = one.field.related_model
        if isinstance(model, type) and issubclass(model, Record):
            ids = {v for v in one.values.values() if v is not None}
            seen = door.visible_ids(who, model, ids)
            one.options = [(k, v) for k, v in one.options if v in seen]
            one.differs = len(one.options) > 1


def result(found: Sequence[Choice], survivor: Record) -> dict[str, Any]:
    """{attribute: value} of what differs from the survivor as it is."""
    values: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for one in found:
        f = one.field
        if one.language:
            merged = values.setdefault(f.name, {**(getattr(survivor, f.name) or {})})
            merged[one.language] = one.value
        elif f.custom:
            own[f.name.removeprefix("custom.")] = one.value
        else:
            values[getattr(f.model_field, "attname", f.name)] = one.value
    changed = {n: v for n, v in values.items() if v != getattr(survivor, n)}
    own = {k: v for k, v in own.items() if v != (survivor.custom or {}).get(k)}
    return {**changed, "custom": own} if own else changed
