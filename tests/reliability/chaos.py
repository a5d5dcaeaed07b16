"""Everybody does everything to the same few records at once; afterwards the trail tells whether anything was lost.

The invariant: of each record and field, every entry of the trail begins with what the entry before it ended with, and the
record is what the last one ended with. A lost update breaks that chain; so does an effect done twice or half.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection, transaction

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.duplicates import merging, undoing
from vincula.kernel.duplicates.models import Merge
from vincula.kernel.entity import registry
from vincula.kernel.exchange import commands
from vincula.kernel.numbering import next_number
from vincula.kernel.pages.listed import bulk
from vincula.kernel.pages.listed.selection import Selection
from vincula.kernel.records import actions, history
from vincula.kernel.search.models import Entry
from vincula.parties.models import Organisation

ENTITY = "parties.organisation"
WATCHED = ("name", "city", "region", "tags", "trashed_at")
REFUSED = (actions.Conflict, ValidationError, PermissionDenied, ObjectDoesNotExist)


class Actor:
    """One person who acts at random on ``ids``; ``done`` counts what was done and what was refused in words."""

    def __init__(self, seed: int, ids: list[int], who: Any, folder: Path) -> None:
        self.luck, self.ids, self.who, self.folder, self.seed = random.Random(seed), ids, who, folder, seed
        self.done: Counter[str] = Counter()
        self.numbers: list[int] = []
        self.made, self.series = 0, f"chaos {min(ids)}"

    def act(self, times: int) -> "Actor":
        verbs = [self.edit, self.edit, self.edit_whole, self.bulk_edit, self.undo, self.trash_or_restore, self.bring_in,
                 self.merge, self.take_apart, self.number]  # fmt: skip
        for _ in range(times):
            verb = self.luck.choice(verbs)
            try:
                verb()
                self.done[verb.__name__] += 1
            except REFUSED:
                self.done[f"{verb.__name__} refused"] += 1
        return self

    def value(self) -> str:
        self.made += 1
        return f"by {self.seed} the {self.made}"

    def one(self) -> Any:
        return Organisation._base_manager.get(pk=self.luck.choice(self.ids))

    def edit(self) -> None:
        actions.change(self.one(), who=self.who, **{self.luck.choice(("name", "city", "region")): self.value()})

    def edit_whole(self) -> None:
        record = self.one()
        actions.change(record, who=self.who, expected_version=record.version, name=self.value(), tags=[self.value()])

    def bulk_edit(self) -> None:
        entity, some = registry.get(ENTITY), self.luck.sample(self.ids, 3)
        rows = dict(Organisation._base_manager.filter(pk__in=some).values_list("pk", "version"))
        picked = Selection(entity, {pk: rows[pk] for pk in some})  # in the order of the page, whatever that is
        change = bulk._changer({"region": self.value()}, [f"tag{self.seed}"], [], self.who)
        bulk.run(entity, picked, change, who=self.who, keep=True)

    def undo(self) -> None:
        record = self.one()
        entry = history.entries(record).filter(verb__in=("edited", "bulk edited", "undid")).first()
        if entry is not None:
            history.undo_entry(entry, record, who=self.who)

    def trash_or_restore(self) -> None:
        record = self.one()
        (actions.restore if record.trashed_at else actions.trash)(record, who=self.who)

    def bring_in(self) -> None:
        rows = Organisation.objects.filter(pk__in=self.luck.sample(self.ids, 3)).values_list("pk", "name")
        path = self.folder / f"{self.seed}-{self.made}.csv"
        lines = [f'{pk},"{name}",{self.value()}' for pk, name in rows]
        path.write_text("\n".join(["id,name,city", *lines]))
        commands.run_import("organisations", path, user=self.who)

    def merge(self) -> None:
        one, other = self.luck.sample(self.ids, 2)
        found = {r.pk: r for r in Organisation.objects.filter(pk__in=(one, other))}
        if len(found) == 2:
            merging.merge(found[one], [found[other]], who=self.who)

    def take_apart(self) -> None:
        act = Merge.objects.filter(undone_at=None).order_by("-pk").first()
        if act is not None:
            undoing.undo(act, who=self.who)

    def number(self) -> None:
        with transaction.atomic():
            number = next_number(self.series, clock.now().year)
            actions.change(self.one(), who=self.who, city=f"numbered {number}")
            self.numbers.append(number)

    def close(self) -> None:
        with suppress(Exception):
            connection.close()


def wrong(ids: list[int], actors: list[Actor]) -> Iterator[str]:
    """Sentences about what was lost or done twice."""
    now = {r.pk: r for r in Organisation._base_manager.filter(pk__in=ids)}
    if now.keys() != set(ids):
        yield f"records gone: {sorted(set(ids) - now.keys())}"
    for pk, record in now.items():
        yield from broken_chain(pk, record)
    titles = dict(Entry.objects.filter(entity=ENTITY).values_list("object_id", "title"))
    for pk, record in now.items():
        if titles.get(pk) != (None if record.trashed_at else record.name):
            yield f"{pk}: the index says {titles.get(pk)}, the record {record.name}, trashed {record.trashed_at}"
    given = sorted(n for actor in actors for n in actor.numbers)
    if given != list(range(1, len(given) + 1)):
        yield f"numbers with gaps or doubles: {given}"
    while trail.seal(older_than=clock.now() - clock.now()):
        pass
    yield from trail.verify()


def broken_chain(pk: int, record: Any) -> Iterator[str]:
    """Where an entry of the trail does not begin with what the one before ended with."""
    last: dict[str, Any] = {}
    for entry in AuditEntry.objects.filter(entity=ENTITY, object_id=pk).order_by("pk"):
        for name, (before, after) in (entry.changes or {}).items():
            if name not in WATCHED:
                continue
            if name in last and (last[name] or None) != (before or None):
                yield f"{pk}: {name} was {last[name]!r}, then “{entry.verb}” found {before!r} (entry {entry.pk})"
            last[name] = after
    plain = {"name": record.name, "city": record.city, "region": record.region, "tags": record.tags}
    for name, value in plain.items():
        if name in last and (last[name] or None) != (value or None):
            yield f"{pk}: {name} is {value!r}, the trail ends with {last[name]!r}"


def everybody(seeds: range, ids: list[int], folder: Path) -> list[Actor]:
    return [Actor(seed, ids, SYSTEM, folder) for seed in seeds]
