"""The checks of a record's own fields, as ``clean_fields`` makes them, for a few fields of very many records (X3)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from vincula.kernel.exchange.building import builder

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


class Rules:
    """What the fields of one model ask of their values."""

    def __init__(self, model: type[models.Model], fields: dict[str, Field]) -> None:
        self.own_required = [f for f in fields.values() if f.custom and f.required]
        keys = {f.name for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        self.needed = [f for f in fields.values() if f.required and f.name in keys]
        self._columns = [
            f for f in model._meta.concrete_fields if f.name not in keys and f.name != "custom" and not f.generated
        ]
        self._shown = {f.model_field.name for f in fields.values() if f.model_field is not None}
        self._usual = {f.name: usual for f in self._columns if (usual := _usual(f)) is not None}
        self._wrong_when_new: dict[str, ValidationError] = {}
        new = builder(model).new()
        for f in self._columns:
            try:
                self._clean_one(f, new)
            except ValidationError as error:
                self._wrong_when_new[f.name] = error

    def clean(self, record: Any, names: set[str], *, whole: bool) -> None:
        """Clean the named columns, with ``whole`` those that no field shows as well; what a new record has in the others
        was judged once. Raises ValidationError with everything that is wrong."""
        new = record.pk is None
        wrong = {n: error for n, error in self._wrong_when_new.items() if n not in names} if new else {}
        for f in self._columns:
            if f.name in names or (whole and not new and f.name not in self._shown):
                try:
                    self._clean_one(f, record)
                except ValidationError as error:
                    wrong[f.name] = error
        if wrong:
            raise ValidationError({name: error.error_list for name, error in wrong.items()})

    def _clean_one(self, f: Any, record: Any) -> None:
        raw = getattr(record, f.attname)
        usual = self._usual.get(f.name)
        if usual is not None and raw.__class__ is str and usual(raw):
            return
        if not (f.blank and raw in f.empty_values):
            setattr(record, f.attname, f.clean(raw, record))


def _usual(f: Any) -> Callable[[str], bool] | None:
    """Whether a text is one that the column takes as it is, told quickly; None where only the column itself knows.

    For columns of text that have no rule of their own: a length, or a list of keys.
    """
    kind = type(f)
    own = (
        kind.clean is not models.Field.clean
        or kind.validate is not models.Field.validate
        or kind.run_validators is not models.Field.run_validators
        or kind.to_python not in (models.CharField.to_python, models.TextField.to_python)
    )
    if own or any(type(v) is not MaxLengthValidator or callable(v.limit_value) for v in f.validators):
        return None
    most = min([v.limit_value for v in f.validators], default=sys.maxsize)
    if f.choices is None:
        return lambda text: 0 < len(text) <= most
    keys = {key for key, _label in f.flatchoices if isinstance(key, str) and 0 < len(key) <= most}
    return keys.__contains__
