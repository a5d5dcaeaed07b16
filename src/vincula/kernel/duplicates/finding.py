"""Finding records that look like given values, one by one or a file's lines at once (requirement X4).

Only records that the asker may see are found: for anybody else a hidden twin does not exist.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from vincula.kernel.access import door
from vincula.kernel.duplicates import keys, narrowing, reasons, scoring
from vincula.kernel.duplicates.features import Features, Reader
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.models import IndexValue, Record

AT_ONCE = 400
KEYS_AT_ONCE = 5_000  # they travel as one parameter
LARGEST = 150  # a key that more records share tells nothing; other keys of the same records do
MOST = 10  # named for one record
KEPT = 40_000  # records, and keys, that a ``Memory`` holds; of records that were compared a quarter


@dataclass(frozen=True)
class Likely:
    """A record that may be the same: its number, the certainty from 0 to 1, and the reasons in words."""

    record_id: int
    score: float
    reasons: list[str]


@dataclass(slots=True)
class Memory:
    """What was read of the register while the lines of one file are compared, so that it is read once: others who save
    meanwhile are met as they were at the first line that they resemble. It ends with the file."""

    holders: dict[str, tuple[int, ...]] = field(default_factory=dict)  # {key: records}
    rows: narrowing.Rows = field(default_factory=dict)
    known: dict[int, Features | None] = field(default_factory=dict)  # None: not there, or in the trash

    def tidy(self) -> None:
        """A long file needs no more memory than a short one."""
        every: tuple[tuple[dict[Any, Any], int], ...] = (
            (self.holders, KEPT), (self.rows, KEPT), (self.known, KEPT // 4),
        )  # fmt: skip
        for kept, most in every:
            if len(kept) > most:
                kept.clear()


def likely(
    entity: Entity, rows: Sequence[Mapping[str, Any]], user: Any, *, at_least: float = scoring.LIKELY,
    memory: Memory | None = None,
) -> list[list[Likely]]:  # fmt: skip
    """For each row of {field: value}, the records that may be the same thing, the likeliest first.

    A handful of statements for any number of rows up to some thousands. ``rows`` hold values as a form or an import
    has them before saving; [] for rows of an entity that declares no identity. ``memory``: what earlier rows of the same
    file were compared with.
    """
    reader = keys.reader_for(entity.model)
    if reader is None or not rows:
        return [[] for _row in rows]
    asked = [reader.of_values(row) for row in rows]
    return _compared(reader, asked, user, at_least, memory or Memory())


def of_record(record: Record, user: Any, *, at_least: float = scoring.LIKELY) -> list[Likely]:
    """Records that may be the same as a saved one."""
    entity_reader = keys.reader_for(type(record))
    if entity_reader is None:
        return []
    own = read(entity_reader, [record.pk]).get(record.pk)
    return _compared(entity_reader, [own], user, at_least, Memory())[0] if own else []


def _compared(
    reader: Reader, asked: Sequence[Features], user: Any, at_least: float, memory: Memory
) -> list[list[Likely]]:
    """For each, what it is likely to be. The door is asked about these alone: what else was compared is told nobody."""
    memory.tidy()
    near = narrowing.narrowed(reader, asked, _near(reader.entity, asked, memory.holders), at_least, memory.rows)
    known = memory.known
    lacking = sorted({pk for some in near for pk in some if pk not in known})
    known.update(dict.fromkeys(lacking))
    known.update(read(reader, lacking))
    least = scoring.points_of(at_least) if 0 < at_least < 1 else -math.inf
    told = [
        [
            (other.pk, said)
            for pk in some
            if (other := known[pk]) is not None and pk != own.pk and scoring.at_most(own, other) > least - 1e-6
            if (said := scoring.compare(own, other)).score >= at_least
        ]
        for own, some in zip(asked, near, strict=True)
    ]
    seen: set[int] = set()
    for part in parts(sorted({pk for found in told for pk, _said in found})):
        seen |= door.visible_ids(user, reader.entity.model, part)
    return [_ranked([(pk, said) for pk, said in found if pk in seen]) for found in told]


def _ranked(found: Sequence[tuple[int, scoring.Verdict]]) -> list[Likely]:
    """The likeliest first, no more than are named."""
    likely = [Likely(pk, round(said.score, 4), reasons.told(said.reasons)) for pk, said in found]
    return sorted(likely, key=lambda one: (-one.score, one.record_id))[:MOST]


def candidates(entity: Entity, asked: Sequence[Features]) -> list[set[int]]:
    """For each, the numbers of records that share a key with it; keys that too many share are left out."""
    return _near(entity, asked, {})


def _near(entity: Entity, asked: Sequence[Features], holders: dict[str, tuple[int, ...]]) -> list[set[int]]:
    """As ``candidates``; ``holders`` of keys are known already, and get those that are looked up."""
    wanted = [keys.of(features) for features in asked]
    lacking = list(dict.fromkeys([key for some in wanted for key in some if key not in holders]))
    holders.update(dict.fromkeys(lacking, ()))
    for some in parts(lacking, KEYS_AT_ONCE):
        holders.update(_holders(entity, some))
    return [set().union(*[holders[key] for key in some]) for some in wanted]


def _holders(entity: Entity, wanted: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """{key: records that have it}, of keys that any has, and not too many."""
    postgresql, table = connection.vendor == "postgresql", connection.ops.quote_name(IndexValue._meta.db_table)
    given = "unnest(%s::text[]) AS k(value)" if postgresql else "json_each(%s) AS k"
    listed = "array_agg(object_id)" if postgresql else "group_concat(object_id)"
    statement = (  # of each key no more than must be known, all in one value: there are a hundred thousand in a file
        f"SELECT k.value, (SELECT {listed} FROM (SELECT i.object_id FROM {table} i"  # noqa: S608  # our own tables
        f" WHERE i.entity = %s AND i.field = %s AND i.value = k.value LIMIT {LARGEST + 1}) s) FROM {given}"
    )
    found: dict[str, tuple[int, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [entity.key, keys.FIELD, list(wanted) if postgresql else json.dumps(list(wanted))])
        for key, ids in cursor.fetchall():
            if ids:
                numbers = tuple(ids) if postgresql else tuple(map(int, ids.split(",")))
                if len(numbers) <= LARGEST:
                    found[key] = numbers
    return found


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
