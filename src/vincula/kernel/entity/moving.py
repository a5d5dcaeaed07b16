"""Move a record along its lifecycle, through the save door."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vincula.kernel.entity import registry
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record


def move(record: Record, key: str, *, who: Any, expected_version: int | None = None) -> Record:
    """Make the move ``key``. Raises ValidationError with every sentence that is missing, records.Conflict."""
    entity = registry.for_model(type(record))
    lifecycle = entity.lifecycle if entity else None
    if lifecycle is None:
        raise ValidationError(_("This record has no states to move between."))
    try:
        wanted = lifecycle.move(key)
    except LookupError:
        raise ValidationError(_("There is no such move.")) from None
    here = getattr(record, lifecycle.field)
    if here not in wanted.source:
        raise ValidationError(_("This move does not start from here; somebody may have moved the record already."))
    if missing := wanted.gate.missing(record):
        raise ValidationError([str(sentence) for sentence in missing])
    version = record.version if expected_version is None else expected_version
    return actions.change(record, who=who, verb="moved", expected_version=version, **{lifecycle.field: wanted.target})
