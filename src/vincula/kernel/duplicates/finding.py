"""Finding records that look like given values, one by one or a file's lines at once (requirement X4).

Only records that the asker may see are found: for anybody else a hidden twin does not exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count

from vincula.kernel.access import door
from vincula.kernel.duplicates import keys, reasons, scoring
from vincula.kernel.duplicates.features import Features, Reader
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.models import IndexValue, Record

AT_ONCE = 400
LARGEST = 150  # a key that more records share tells nothing; other keys of the same records do
MOST = 10  # named for one record


@dataclass(frozen=True)
class Likely:
    """A record that may be the same: its number, the certainty from 0 to 1, and the reasons in words."""

    record_id: int
    score: float
    reasons: list[str]


def likely(
    entity: Entity, rows: Sequence[Mapping[str, Any]], user: Any, *, at_least: float = scoring.LIKELY
) -> list[list[Likely]]:
    """For each row of {field: value}, the records that may be the same thing, the likeliest first.

    A handful of statements for any number of rows up to some thousands. ``rows`` hold values as a form or an import
    has them before saving; [] for rows of an entity that declares no identity.
    """
    reader = keys.reader_for(entity.model)
    if reader is None or not rows:
        return [[] for _row in rows]
    asked = [reader.of_values(row) for row in rows]
    return _compared(reader, asked, user, at_least)


def of_record(record: Record, user: Any, *, at_least: float = scoring.LIKELY) -> list[Likely]:
    """Records that may be the same as a saved one."""
    entity_reader = keys.reader_for(type(record))
    if entity_reader is None:
        return []
    own = read(entity_reader, [record.pk]).get(record.pk)
    return _compared(entity_reader, [own], user, at_least)[0] if own else []


def _compared(reader: Reader, asked: Sequence[Features], user: Any, at_least: float) -> list[list[Likely]]:
    near = candidates(reader.entity, asked)
    ids = {pk for some in near for pk in some}
    seen: set[int] = set()
    for part in parts(sorted(ids)):
        seen |= door.visible_ids(user, reader.entity.model, part)
    known = read(reader, sorted(seen))
    answers: list[list[Likely]] = []
    for own, some in zip(asked, near, strict=True):
        found = []
        for pk in some:
            if pk in known and pk != own.pk:
                said = scoring.compare(own, known[pk])
                if said.score >= at_least:
                    found.append(Likely(pk, round(said.score, 4), reasons.told(said.reasons)))
        found.sort(key=lambda one: (-one.score, one.record_id))
        answers.append(found[:MOST])
    return answers


def candidates(entity: Entity, asked: Sequence[Features]) -> list[set[int]]:
    """For each, the numbers of records that share a key with it; keys that too many share are left out."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for n, features in enumerate(asked):
        for key in keys.of(features):
            wanted[key].append(n)
    near: list[set[int]] = [set() for _each in asked]
    for some in parts(list(wanted)):
        rows = IndexValue.objects.filter(entity=entity.key, field=keys.FIELD, value__in=some).order_by()
        sizes = dict(rows.values_list("value").annotate(n=Count("pk")))
        small = [value for value, n in sizes.items() if n <= LARGEST]
        for value, pk in rows.filter(value__in=small).values_list("value", "object_id") if small else ():
            for n in wanted[value]:
                near[n].add(pk)
    return near


def read(reader: Reader, ids: Sequence[int]) -> dict[int, Features]:
    """Features of stored records by number; those in the trash are not there."""
    entity, found = reader.entity, {}
    for some in parts(ids):
        among = belonging(reader, some)
        rows = entity.model._base_manager.filter(pk__in=some, trashed_at=None).values("pk", *reader.columns)
        for row in rows:
            found[row["pk"]] = reader.of_values(row, among.get(row["pk"], ()), pk=row["pk"])
    return found


def belonging(reader: Reader, ids: Sequence[int]) -> dict[int, set[Any]]:
    """{record: what it belongs to} by the paths that the entity declares, not through the trash."""
    found: dict[int, set[Any]] = defaultdict(set)
    for path in reader.paths:
        first = path.split("__")[0]
        between = reader.entity.model._meta.get_field(first).related_model
        rows: models.QuerySet[Any] = reader.entity.model._base_manager.filter(pk__in=ids)
        if isinstance(between, type) and issubclass(between, Record) and "__" in path:
            rows = rows.filter(**{f"{first}__trashed_at": None})
        for pk, other in rows.order_by().values_list("pk", path):
            if other is not None:
                found[pk].add(other)
    return found


def parts(items: Sequence[Any], size: int = AT_ONCE) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
