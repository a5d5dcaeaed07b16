"""Records made and filled by the thousand: what Django works out for each is worked out once for the model (X3)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models.base import ModelState

from vincula.kernel.exchange import values
from vincula.kernel.records import state

Setter = tuple[str, Callable[[Any], Any] | None]


class Builder:
    """Makes unsaved records of one model as ``model()`` does, and sets plain values on them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self._own_way = model.__init__ is not models.Model.__init__
        self._constant: dict[str, Any] = {}
        self._made: list[tuple[str, Callable[[], Any]]] = []
        for f in model._meta.concrete_fields:
            if not f.primary_key and f.has_default() and callable(f.default):
                plain = type(f).get_default is models.Field.get_default
                self._made.append((f.attname, f.default if plain else f.get_default))
            elif f.has_db_default():
                self._made.append((f.attname, f.get_default))
            else:
                self._constant[f.attname] = None if f.primary_key else f.get_default()
        self._setters: dict[str, Setter] = {}
        blank = self.new()
        self.blank = {name: copy.deepcopy(value) for name, value in blank.__dict__.items() if name != "_state"}

    def new(self) -> Any:
        """An unsaved record with every default."""
        if self._own_way:
            return self.model()
        record = self.model.__new__(self.model)
        there = record.__dict__
        there["_state"] = ModelState()
        there.update(self._constant)
        for name, make in self._made:
            there[name] = make()
        return record

    def put(self, record: Any, plain: dict[str, Any]) -> None:
        """Set plain values (see ``records.state.plain``); own fields one by one as ``custom.key``."""
        for name, value in plain.items():
            if name.startswith("custom."):
                values.put(record, {name: value})
                continue
            attribute, convert = self._setters.get(name) or self._setter(name)
            setattr(record, attribute, convert(value) if convert is not None else value)

    def _setter(self, name: str) -> Setter:
        attribute, convert = name, None
        f = next((f for f in self.model._meta.get_fields() if f.name == name), None)
        if isinstance(f, models.ForeignKey):
            attribute = f.attname
        elif isinstance(f, models.Field) and not isinstance(f, models.JSONField):
            convert = _converter(f)
        self._setters[name] = attribute, convert
        return attribute, convert

    def changed(self, record: Any) -> set[str]:
        """Attributes that hold something else than a new record's: what was set, or worked out from it."""
        blank = self.blank
        return {n for n, v in record.__dict__.items() if n in blank and v is not blank[n] and v != blank[n]}


def _converter(f: Any) -> Callable[[Any], Any]:
    def convert(plain: Any) -> Any:
        return f.get_default() if plain is None and not f.null else f.to_python(plain)

    return convert


@lru_cache(maxsize=200)
def builder(model: type[models.Model]) -> Builder:
    """The one Builder of a model."""
    return Builder(model)


@lru_cache(maxsize=200)
def audited(model: type[models.Model]) -> dict[str, str]:
    """{attribute: name} of the columns whose changes are told."""
    return {f.attname: f.name for f in state.audited(model)}
