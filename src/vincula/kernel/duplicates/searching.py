"""Finding all pairs of an entity: block by block through the index, in bounded memory (requirement X4).

The whole is compared once, and afterwards what was changed since. Pairs hold numbers and a certainty only; reasons are
read from the records when somebody who may see both looks at them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.beside import Beside
from vincula.kernel.duplicates import finding, keys, scoring
from vincula.kernel.duplicates.features import Features, Reader
from vincula.kernel.duplicates.models import Pair, Round
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.derived import write
from vincula.kernel.records.models import IndexValue

SMALL = 40  # records of a block of which every pair is compared
LARGEST = 2_000  # a block of more tells nothing at all
WINDOW = 6  # in a larger block, neighbours by name only
AT_ONCE = 6_000  # records whose features are held at a time
CHANGED = 2_000  # so many changed records are compared one by one; beyond, the whole is gone through
LEEWAY = timedelta(minutes=10)  # a record changed while the last search ran is compared again


@dataclass
class Found:
    """What a search did."""

    compared: int = 0
    pairs: dict[tuple[int, int], float] = field(default_factory=dict)


def whole(entity: Entity, progress: Callable[[int], None] = lambda n: None) -> Found:
    """Compare every two records that share a key; two processes do, where they can. Reads only; some minutes for a
    million people."""
    found, reader = Found(), keys.reader_for(entity.model)
    if reader is None:
        return found
    with Beside(_Comparing(reader), count=entity.model._base_manager.count()) as beside:
        for compared, pairs in beside.map(_stretches(entity)):
            found.compared += compared
            found.pairs.update(pairs)
            progress(found.compared)
    return found


def _stretches(entity: Entity) -> Iterator[list[list[int]]]:
    """Blocks, so many at a time as have ``AT_ONCE`` records between them."""
    batch: list[list[int]] = []
    ids: set[int] = set()
    for block in _blocks(entity):
        if len(ids) + len(block) > AT_ONCE and batch:
            yield batch
            batch, ids = [], set()
        batch.append(block)
        ids.update(block)
    yield batch


def _blocks(entity: Entity) -> Iterator[list[int]]:
    """Numbers of records that share a key, key by key; read from the index in its own order, a stretch at a time."""
    table, quote = IndexValue._meta.db_table, connection.ops.quote_name
    statement = (
        f"SELECT value, object_id FROM {quote(table)} WHERE entity = %s AND field = %s"  # noqa: S608  # our own table
        " AND (value > %s OR (value = %s AND object_id > %s)) ORDER BY value, object_id LIMIT 20000"
    )
    last, at = "", 0
    block: list[int] = []
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [entity.key, keys.FIELD, last, last, at])
            rows = cursor.fetchall()
        for value, pk in rows:
            if value != last and len(block) > 1:
                yield block
            if value != last:
                block = []
            last, at = value, pk
            if len(block) <= LARGEST:
                block.append(pk)
        if not rows:
            if len(block) > 1:
                yield block
            return


class _Comparing:
    """Compares the records of blocks. Each process remembers which pairs it found: most share several keys."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._had: set[tuple[int, int]] = set()

    def __call__(self, blocks: Sequence[list[int]]) -> tuple[int, list[tuple[tuple[int, int], float]]]:
        """How many pairs were compared, and those that are likely, with their certainty."""
        blocks = [block for block in blocks if len(block) <= LARGEST]
        known = finding.read(self._reader, sorted(set().union(*blocks)))
        compared, found = 0, []
        for block in blocks:
            for a, b in _pairs([known[pk] for pk in block if pk in known]):
                compared += 1
                key = (a.pk, b.pk) if a.pk < b.pk else (b.pk, a.pk)
                if key not in self._had and scoring.worth_it(a, b):
                    score = scoring.compare(a, b).score
                    if score >= scoring.LIKELY:
                        self._had.add(key)
                        found.append((key, score))
        return compared, found


def _pairs(block: Sequence[Features]) -> Iterator[tuple[Features, Features]]:
    if len(block) <= SMALL:
        yield from combinations(block, 2)
        return
    ordered = sorted(block, key=lambda f: [h.given + h.family for h in f.humans] or [n.canon for n in f.names])
    for n, a in enumerate(ordered):
        for b in ordered[n + 1 : n + WINDOW]:
            yield a, b


def renew(entity: Entity) -> int:
    """Bring the pairs of an entity up to date; returns how many are new. What people decided stays."""
    begun = clock.now()
    last = Round.objects.filter(entity=entity.key).first()
    changed: list[int] | None = None
    if last is not None:
        rows = entity.model._base_manager.filter(updated_at__gte=last.until - LEEWAY, trashed_at=None).order_by("pk")
        changed = list(rows.values_list("pk", flat=True)[: CHANGED + 1])
    if changed is None or len(changed) > CHANGED:
        if last is None:
            _index(entity)
        pairs = whole(entity).pairs
        new = store(entity, pairs, None)
    else:
        new = store(entity, _of(entity, changed), changed)
    Round.objects.update_or_create(entity=entity.key, defaults={"until": begun})
    return new


def _index(entity: Entity) -> None:
    """Write the keys of records that were stored before there were any."""
    model = entity.model
    last = 0
    while records := list(model._base_manager.filter(pk__gt=last, trashed_at=None).order_by("pk")[:400]):
        last = records[-1].pk
        have = IndexValue.objects.filter(entity=entity.key, field=keys.FIELD, object_id__in=[r.pk for r in records])
        without = set(have.values_list("object_id", flat=True))
        if lacking := [r for r in records if r.pk not in without]:
            with transaction.atomic():
                write(lacking)


def _of(entity: Entity, ids: Sequence[int]) -> dict[tuple[int, int], float]:
    """Pairs of the records named, with any other."""
    reader = keys.reader_for(entity.model)
    found: dict[tuple[int, int], float] = {}
    if reader is None:
        return found
    for start in range(0, len(ids), finding.AT_ONCE):
        own = list(finding.read(reader, ids[start : start + finding.AT_ONCE]).values())
        near = finding.candidates(entity, own)
        known = finding.read(reader, sorted({pk for some in near for pk in some}))
        for a, some in zip(own, near, strict=True):
            for pk in some:
                if pk != a.pk and pk in known:
                    score = scoring.compare(a, known[pk]).score
                    if score >= scoring.LIKELY:
                        found[min(a.pk, pk), max(a.pk, pk)] = score
    return found


def store(entity: Entity, pairs: dict[tuple[int, int], float], of: Sequence[int] | None) -> int:
    """Write pairs in pieces; open pairs that are none any more go (of all records, or of those in ``of``)."""
    there: dict[tuple[int, int], tuple[int, str, float]] = {}
    rows = Pair.objects.filter(entity=entity.key)
    parts = [rows] if of is None else [
        rows.filter(Q(left_id__in=some) | Q(right_id__in=some)) for some in finding.parts(of, 300)
    ]  # fmt: skip
    for part in parts:
        for pk, left, right, state, score in part.values_list("pk", "left_id", "right_id", "state", "score"):
            there[left, right] = (pk, state, score)
    gone = [pk for key, (pk, state, _s) in there.items() if key not in pairs and state == Pair.State.OPEN]
    new = [
        Pair(entity=entity.key, left_id=a, right_id=b, score=s) for (a, b), s in pairs.items() if (a, b) not in there
    ]
    moved = [
        (there[key][0], score) for key, score in pairs.items() if key in there and abs(there[key][2] - score) > 1e-6
    ]
    for some in finding.parts(new, 1000):
        with transaction.atomic():
            Pair.objects.bulk_create(some, ignore_conflicts=True)
    for some in finding.parts(gone):
        Pair.objects.filter(pk__in=some).delete()
    for pk, score in moved:
        Pair.objects.filter(pk=pk).update(score=score)
    return len(new)


def visible(entity: Entity, user: Any, *states: str) -> Any:
    """Pairs of which ``user`` may see both; those with a record in the trash are not there."""
    mine = entity.rows(user).values("pk")
    rows = Pair.objects.filter(entity=entity.key, state__in=states or (Pair.State.OPEN,))
    rows = rows.filter(left_id__in=mine, right_id__in=mine)
    return rows.order_by("-score", "id")


def may_merge(entity: Entity, user: Any) -> bool:
    """Whether this user may merge records of the entity at all."""
    return bool(entity.identity) and door.may(user, "change", entity.model) and door.may(user, "delete", entity.model)
