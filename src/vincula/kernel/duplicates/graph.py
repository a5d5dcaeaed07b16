"""Everything that points at a record, derived from the models: so that a new relation cannot be forgotten (X4).

Foreign keys and the rows of many-to-many relations come from ``_meta``; so do pairs of columns that name any record by
entity and number (``entity`` + ``object_id``, ``source_entity`` + ``source_id``). What must not move, and numbers that
hide in JSON or text, are declared; a test walks all models and fails on what is neither.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from vincula.kernel.records.fields import ReferencesField, TextListField, TranslatedField
from vincula.kernel.records.models import Record

Changes = Iterator[tuple[models.Model, dict[str, Any]]]
Rewriter = Callable[[type[Record], list[int], int], Changes]


@dataclass(frozen=True)
class Tie:
    """A column of ``model`` that holds the number of a record; ``entity_column`` names the entity where any may stand."""

    model: type[models.Model]
    column: str
    entity_column: str = ""

    def rows(self, entity: str, ids: list[int]) -> models.QuerySet[Any]:
        """The rows that point at one of ``ids``."""
        wanted: dict[str, Any] = {f"{self.column}__in": ids}
        if self.entity_column:
            wanted[self.entity_column] = entity
        return self.model._base_manager.filter(**wanted)


# Models whose pairs of entity and number stay as they are, each with its reason.
_stays: dict[str, str] = {
    "records.indexvalue": "made again from the record",
    "search.entry": "made again from the record",
    "audit.auditentry": "what was done to a record stays told of that record; its page shows both",
    "duplicates.merge": "tells what was merged into what",
    "duplicates.mergedrecord": "tells what was merged into what",
    "duplicates.pair": "carried by itself: decisions go with the survivor",
    "privacy.proposal": "about the record as it was; the next run proposes anew",
    "privacy.erasure": "tells what was erased",
    "privacy.subjectexport": "tells what was exported",
}
# JSON and text columns that may name records: by what they are rewritten, or why there is nothing to rewrite.
_no_numbers: dict[str, str] = {
    "audit.auditentry.changes": "history is not rewritten",
    "jobs.job.payload": "tells what happened to the record then",
    "notify.notification.params": "words of a sentence",
    "search.entry.names": "made again from the record",
    "access.grant.value": "codes of countries and names of regions",
    "people.token.scopes": "names of entities",
    "people.apitoken.scopes": "names of entities",
    "duplicates.moved.before": "the undo of a merge; later merges of the same rows are undone first",
    "duplicates.moved.after": "the undo of a merge; later merges of the same rows are undone first",
    "duplicates.moved.versions": "version and time",
    "privacy.erasure.counts": "figures",
    "privacy.erasure.records": "tells what was erased",
}
_rewriters: dict[str, Rewriter] = {}


def stays(model: str, why: str) -> None:
    """Say that rows of ``model`` ("exchange.importline") keep the number they hold, and why."""
    _stays[model] = why


def holds_no_numbers(column: str, why: str) -> None:
    """Say that a JSON column ("exchange.importrun.counts") names no record that could be merged, or why it stays."""
    _no_numbers[column] = why


def rewritten(column: str, rewriter: Rewriter) -> None:
    """Have ``rewriter(model, others, survivor)`` yield (row, {column: new value}) for a column that hides numbers."""
    _rewriters[column] = rewriter


def rewriters() -> list[Rewriter]:
    return list(_rewriters.values())


def mergeable(model: type[models.Model]) -> bool:
    return issubclass(model, Record) and not model._meta.abstract


@cache
def ties(model: type[Record]) -> tuple[Tie, ...]:
    """Every way in which a row can point at a record of ``model``, in the order of the models' names."""
    found = [
        Tie(relation.related_model, relation.field.attname)  # type: ignore[union-attr]  # a reverse relation has one
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        and isinstance(relation.related_model, type)
    ]  # fmt: skip
    found += [tie for other in apps.get_models() for tie in pairs_of(other) if other._meta.label_lower not in _stays]
    return tuple(sorted(set(found), key=lambda tie: (tie.model._meta.label_lower, tie.column)))


def pairs_of(model: type[models.Model]) -> list[Tie]:
    """Pairs of columns that name any record: ``entity`` with ``object_id``, ``source_entity`` with ``source_id``."""
    columns = {f.name for f in model._meta.concrete_fields if not f.is_relation}
    found = []
    for name in sorted(columns):
        if name == "entity" and "object_id" in columns:
            found.append(Tie(model, "object_id", "entity"))
        elif name.endswith("_entity") and f"{name.removesuffix('_entity')}_id" in columns:
            found.append(Tie(model, f"{name.removesuffix('_entity')}_id", name))
    return found


def unknown(everything: list[type[models.Model]]) -> list[str]:
    """Columns that may hold numbers of records and of which nobody said what a merge does with them."""
    found = []
    for model in everything:
        label = model._meta.label_lower
        known = {tie.column for tie in pairs_of(model)}
        for f in model._meta.concrete_fields:
            name = f"{label}.{f.name}"
            if isinstance(f, models.JSONField):
                typed = isinstance(f, TextListField | TranslatedField | ReferencesField)
                own = issubclass(model, Record) and f.name == "custom"  # own fields are of kinds that name no record
                if not typed and not own and name not in _no_numbers and name not in _rewriters:
                    found.append(f"{name}: JSON that may name records")
            elif (
                label not in _stays
                and isinstance(f, models.IntegerField)
                and f.name.endswith("_id")
                and f.name not in known
            ):
                found.append(f"{name}: a number of a record?")
    return found
