"""Records that cells name: looked up for many lines at once, and only among those the importer may see (X3, X6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import registry, relations
from vincula.kernel.exchange.drafts import Draft
from vincula.kernel.exchange.values import Wanted
from vincula.kernel.folding import fold
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.models import IndexValue

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity
    from vincula.kernel.entity.field import Field

AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Pending:
    """A record that is not here yet but may stand in another line of the same file."""

    name: str


class Finder:
    """Turns Wanted values into ids. Answers are kept, so that a thousand lines naming one country cost one lookup."""

    def __init__(self, entity: Entity, who: Any, fields: dict[str, Field]) -> None:
        self.entity, self.who, self.fields = entity, who, fields
        self._known: dict[Any, dict[str | int, list[int]]] = defaultdict(dict)

    def resolve(self, drafts: Sequence[Draft]) -> None:
        """Replace each Wanted by an id, a list of ids, Pending or None; say what cannot be found."""
        wanted: dict[str, set[str | int]] = defaultdict(set)
        for d in drafts:
            for name, value in d.values.items():
                if isinstance(value, Wanted):
                    wanted[name].update(value.names)
        for name, names in wanted.items():
            self._learn(self.fields[name], names)
        for d in drafts:
            for name, value in list(d.values.items()):
                if isinstance(value, Wanted):
                    d.values[name] = self._answer(d, self.fields[name], value)

    def _answer(self, d: Draft, f: Field, wanted: Wanted) -> Any:
        found: list[int] = []
        for name in wanted.names:
            ids = self._known[f.related_model].get(name, [])
            if len(ids) == 1:
                found.append(ids[0])
            elif ids:
                d.say("error", _("“%(name)s” may be one of several records; write its number as #%(id)s.") % {
                    "name": name, "id": ids[0]}, f.name)  # fmt: skip
            elif f.related_model is self.entity.model and isinstance(name, str) and not wanted.many:
                return Pending(name)
            else:
                d.say("error", _("There is no such record: “%(name)s”.") % {"name": str(name)[:100]}, f.name)
        if wanted.many:
            return sorted(set(found))
        return found[0] if found else None

    def _learn(self, f: Field, names: Iterable[str | int]) -> None:
        known = self._known[f.related_model]
        new = {name for name in names if name not in known}
        if not new:
            return
        if f.related_model is get_user_model() or isinstance(f.kind, relations.Person):
            known.update(_users(new))
            return
        numbers = {name: int(str(name).lstrip("#")) for name in new if _is_number(name)}
        texts = {str(name) for name in new if name not in numbers}
        visible: dict[int, bool] = dict.fromkeys(door.visible_ids(self.who, f.related_model, numbers.values()), True)
        for name, number in numbers.items():
            known[name] = [number] if number in visible else []
        self._by_reference(f.related_model, texts)
        self._by_title(f.related_model, {text for text in texts if not known.get(text)})

    def _by_reference(self, model: Any, texts: set[str]) -> None:
        """ "ror: https://ror.org/…" or the identifier alone when it is an address."""
        pairs = {}
        for text in texts:
            scheme, colon, value = text.partition(":")
            if text.startswith(("https://", "http://")):
                pairs[text] = ("", sortable(text))
            elif colon and value.strip() and scheme.strip().isalnum():
                pairs[text] = (scheme.strip().lower(), sortable(value.strip()))
        for some in _some({value for _scheme, value in pairs.values()}):
            rows = IndexValue.objects.filter(
                entity=model._meta.label_lower, field__startswith="references.", value__in=some
            ).values_list("field", "value", "object_id")
            hits: dict[tuple[str, str], set[int]] = defaultdict(set)
            for column, value, pk in rows:
                hits[column.removeprefix("references."), value].add(pk)
                hits["", value].add(pk)
            visible = door.visible_ids(self.who, model, {pk for ids in hits.values() for pk in ids})
            for text, pair in pairs.items():
                ids = hits.get(pair, set()) & visible
                if ids:
                    self._known[model][text] = sorted(ids)

    def _by_title(self, model: Any, texts: set[str]) -> None:
        entity = registry.for_model(model)
        columns = _title_columns(entity, model)
        wanted = {fold(text): text for text in texts}
        hits: dict[str, set[int]] = defaultdict(set)
        for column, folded in columns:
            for some in _some(wanted if folded else texts):
                rows = door.visible(model._base_manager.filter(**{f"{column}__in": some}), self.who)
                if any(f.name == "trashed_at" for f in model._meta.concrete_fields):
                    rows = rows.filter(trashed_at=None)
                for value, pk in rows.values_list(column, "pk"):
                    hits[fold(str(value))].add(pk)
        for text in texts:
            self._known[model][text] = sorted(hits.get(fold(text), set()))


def _title_columns(entity: Any, model: Any) -> list[tuple[str, bool]]:
    """(column, whether it is folded) by which people name a record of the model."""
    names = [*entity.natural_key[:1], *entity.search_fields[:1]] if entity else []
    found = []
    for name in dict.fromkeys(names):
        f = entity.columns.get(name)
        if f is not None and isinstance(f.model_field, models.CharField):
            found.append((f.folded_column or f.column, bool(f.folded_column)))
    if not found:
        first = next((f.name for f in model._meta.concrete_fields if isinstance(f, models.CharField)), None)
        found = [(first, False)] if first else []
    return found


def _users(names: set[str | int]) -> dict[str | int, list[int]]:
    """Staff by number, e-mail address or name."""
    wanted = {fold(str(name)): name for name in names}
    found: dict[str | int, list[int]] = {name: [] for name in names}
    for user in get_user_model()._default_manager.filter(is_active=True, kind="staff"):
        for text in {fold(user.email), fold(user.name), str(user.pk), f"#{user.pk}"}:
            if text in wanted and user.pk not in found[wanted[text]]:
                found[wanted[text]].append(user.pk)
    return found


def _is_number(name: str | int) -> bool:
    text = str(name)
    return text.lstrip("#").isdigit() and text.isascii() and len(text) < 19 and (isinstance(name, int) or "#" in text)


def _some(items: Iterable[Any]) -> Iterable[list[Any]]:
    every = sorted(items, key=str)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
