"""The bridge from records to the index: what an entity says of a record becomes its document, in the same transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from vincula.kernel.access import door
from vincula.kernel.entity import listing, registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records import derived
from vincula.kernel.records.models import Record
from vincula.kernel.search import finding, index
from vincula.kernel.search.words import Document

BATCH = 500
MOST_IN_A_LIST = 900  # ids that the words of a list may name: safely below the parameters a statement may have


def document(entity: Entity, record: Record) -> Document:
    """What is to be found of ``record``."""
    said = entity.search_values(record)
    names = [str(name) for name in said.get("names") or () if name]
    return Document(
        entity.key,
        record.pk,
        str(said.get("title") or ""),
        str(said.get("acronym") or ""),
        names,
        str(said.get("text") or ""),
    )


def write(records: Sequence[Record]) -> None:
    """Renew the documents of records of one model; those in the trash are taken out."""
    entity = registry.for_model(type(records[0])) if records else None
    if entity is None or not entity.search_fields:
        return
    index.write(document(entity, r) for r in records if r.trashed_at is None)
    if gone := [r.pk for r in records if r.trashed_at is not None]:
        index.remove(entity.key, gone)


def prepare(records: Sequence[Record], fresh: bool) -> list[derived.Step]:
    """As ``write``, for a transaction that comes later."""
    entity = registry.for_model(type(records[0])) if records else None
    if entity is None or not entity.search_fields:
        return []
    return index.prepared([document(entity, r) for r in records if r.trashed_at is None], fresh=fresh)


def remove(model: type[Record], ids: Sequence[int]) -> None:
    entity = registry.for_model(model)
    if entity is not None and entity.search_fields:
        index.remove(entity.key, ids)


def documents() -> Iterator[list[Document]]:
    """Every document there is, in batches."""
    for entity in registry.all():
        if not entity.search_fields:
            continue
        last = 0
        while True:
            rows = entity.select(entity.model._base_manager.filter(trashed_at=None, pk__gt=last))
            batch = list(rows.order_by("pk")[:BATCH])
            if not batch:
                break
            last = batch[-1].pk
            yield [document(entity, r) for r in batch]


def rebuild() -> int:
    """Write the whole index anew while it goes on answering; returns how many documents there are."""
    return index.rebuild(documents())


@dataclass(frozen=True)
class Seen:
    """The access door as the search asks it (``reach.Sight``)."""

    user: Any

    def __call__(self, key: str, ids: list[int]) -> set[int]:
        entity = registry.find(key)
        return door.visible_ids(self.user, entity.model, ids) if entity else set()

    def whole(self, key: str) -> bool:
        return door.sees_all(self.user, registry.get(key).model)

    def rows(self, key: str) -> QuerySet[Any]:
        model = registry.get(key).model
        return door.visible(model._base_manager.filter(trashed_at=None), self.user)


def visible_to(user: Any) -> Seen:
    """What ``user`` sees, for a search."""
    return Seen(user)


def ids_for(entity: Entity, words: str, user: Any) -> list[int]:
    """The finder of lists: ids of the best matches that ``user`` may see, bounded."""
    hits = finding.find(words, entities=[entity.key], visible=visible_to(user), limit=MOST_IN_A_LIST, excerpts=0)
    return [hit.object_id for hit in hits]


def install() -> None:
    """Called once when the program starts."""
    derived.register(write, remove, prepare)
    if ids_for not in listing.SEARCH:
        listing.SEARCH[:] = [ids_for]
