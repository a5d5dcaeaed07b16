"""Writing the index, in the transaction that changes the record."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction

from vincula.kernel import clock, folding, jobs
from vincula.kernel.records import bulk
from vincula.kernel.records.derived import Step
from vincula.kernel.search.engines import Row, engine
from vincula.kernel.search.models import Entry, Name, Vocable
from vincula.kernel.search.words import LONGEST_TEXT, Document, name_keys, tokens_in

T = TypeVar("T")
BATCH = 500
SHORTEST_VOCABLE, LONGEST_VOCABLE = 4, 40
MANY = 100  # from here on the quicker way to insert pays
AHEAD = timedelta(hours=1)  # what is ready and not yet written must not look old to a rebuild that begins now
VOCABULARY_LOCK = 0x56C1A  # any number that nobody else uses as an advisory lock


def _batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _clean(text: str) -> str:
    """``text`` as every database can store it."""
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode()
    return text.replace("\0", "") if "\0" in text else text


class _Said(NamedTuple):
    """What the entry of a record says: what is read of an ``Entry``, for thousands."""

    pk: int
    object_id: int
    title: str
    acronym: str
    names: list[str]
    text: str


def _said(document: Document) -> _Said:
    return _Said(
        0, document.object_id, _clean(document.title), _clean(document.acronym),
        [_clean(name) for name in document.names], _clean(document.text)[:LONGEST_TEXT],
    )  # fmt: skip


def write(documents: Iterable[Document]) -> int:
    """Write documents in the caller's transaction, in place of what was written for the same records before.

    For one record or for tens of thousands (an iterator is read in batches). Returns how many were written.
    """
    written = 0
    with transaction.atomic():
        for batch in _batches(documents):
            latest = {(document.entity, document.object_id): document for document in batch}
            # Sorted, so that two transactions which write the same records wait and do not deadlock.
            written += _write_batch([latest[key] for key in sorted(latest)])
    return written


def _write_batch(documents: Sequence[Document]) -> int:
    entries = [_entry(document) for document in documents]
    Entry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["entity", "object_id"],
        update_fields=["title", "acronym", "names", "text", "written_at"],
    )
    Name.objects.filter(entry_id__in=[entry.pk for entry in entries]).delete()
    _write_tokens(entries)
    return len(entries)


def _entry(document: Document) -> Entry:
    said = _said(document)
    return Entry(
        entity=document.entity,
        object_id=said.object_id,
        title=said.title,
        acronym=said.acronym,
        names=said.names,
        text=said.text,
        written_at=clock.now(),
    )


def _row(entity: str, entry: Entry | _Said) -> Row:
    return Row(
        entry.pk,
        entity,
        entry.object_id,
        tokens_in([entry.title, entry.acronym, *entry.names]),
        tokens_in([entry.text]),
    )


def _write_tokens(entries: Sequence[Entry]) -> None:
    """Names, full text and vocabulary of entries that are stored."""
    names = [name for entry in entries for name in _names(entry)]
    if len(names) > MANY:
        bulk.insert(Name, names)
    else:
        Name.objects.bulk_create(names)
    engine().put([_row(entry.entity, entry) for entry in entries])
    _learn(entries)


def _names(entry: Entry) -> list[Name]:
    return [Name(entry=entry, key=key, rank=rank) for key, rank in _ranks(entry).items()]


_ACRONYM, _TITLE, _NAME = int(Name.Rank.ACRONYM), int(Name.Rank.TITLE), int(Name.Rank.NAME)


def _ranks(entry: Entry | _Said) -> dict[str, int]:
    """The keys of an entry, each with its best rank."""
    ranks: dict[str, int] = {}
    for rank, names in ((_ACRONYM, [entry.acronym]), (_TITLE, [entry.title]), (_NAME, entry.names)):
        for name in names:
            for key in name_keys(name) if name else ():
                ranks.setdefault(key, rank)
    return ranks


def _learn(entries: Sequence[Entry]) -> None:
    """Add the words of entries to the vocabulary.

    New words are rows that two transactions may want to insert in opposite order, and wait for each other. So on
    PostgreSQL one transaction at a time writes them; who finds the vocabulary taken leaves its words to a job.
    """
    _add_words(_new_words(entries))


def _new_words(entries: Sequence[Entry | _Said]) -> list[str]:
    """Words of entries that the vocabulary lacks."""
    written: set[str] = set()
    for entry in entries:
        for text in (entry.title, entry.acronym, *entry.names, entry.text):
            written.update(text.split())
    words = sorted(set().union(*map(_vocables, written)))
    return [word for batch in _batches(words) for word in _unknown(batch)]


@lru_cache(maxsize=50_000)
def _vocables(part: str) -> frozenset[str]:
    """What the vocabulary takes of a word as it is written: remembered, since words come again and texts do not."""
    words = folding.words(part)
    return frozenset(w for w in words if SHORTEST_VOCABLE <= len(w) <= LONGEST_VOCABLE and w.isalpha())


def _add_words(new: list[str]) -> None:
    if not new:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [VOCABULARY_LOCK])
            if not cursor.fetchone()[0]:
                jobs.enqueue(learn_words, key=f"search:learn:{uuid.uuid4()}", words=new)
                return
    _add(new)


def _unknown(words: list[str]) -> list[str]:
    known = set(Vocable.objects.filter(word__in=words).values_list("word", flat=True))
    return [word for word in words if word not in known]


def _add(words: Iterable[str]) -> None:
    table = connection.ops.quote_name(Vocable._meta.db_table)
    statement = f"INSERT INTO {table} (word, head, tail, length) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
    bulk.Many(statement, [(word, word[:2], word[-3:], len(word)) for word in words])()


@jobs.task
def learn_words(words: list[str]) -> None:
    """Add words that a transaction could not add itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VOCABULARY_LOCK])
    _add(words)


@dataclass(frozen=True, slots=True)
class _Learn:
    """Words for the vocabulary, at the end of the transaction that brings them."""

    words: list[str]

    def __call__(self) -> None:
        _add_words(self.words)


@dataclass(frozen=True, slots=True)
class _Replace:
    """Entries that say something else now: their names and full text go, and are written anew by what follows."""

    rows: list[tuple[Any, ...]]

    def __call__(self) -> None:
        table = connection.ops.quote_name(Entry._meta.db_table)
        written = connection.ops.adapt_datetimefield_value(clock.now())
        statement = f"UPDATE {table} SET title = %s, acronym = %s, names = %s, text = %s, written_at = %s WHERE id = %s"
        bulk.Many(statement, [(*said, written, pk) for *said, pk in self.rows])()
        ids = [row[-1] for row in self.rows]
        for batch in _batches(ids):
            Name.objects.filter(entry_id__in=batch)._raw_delete(using=connection.alias)
        engine().drop(ids)


def prepared(documents: Sequence[Document], *, fresh: bool) -> list[Step]:
    """What ``write`` would do, as steps for a transaction that comes later; documents of one entity, each once."""
    said = [_said(document) for document in documents]
    entity = documents[0].entity if documents else ""
    there = {} if fresh or not said else _stored(entity, [one.object_id for one in said])
    new = [one for one in said if one.object_id not in there]
    known = [
        one._replace(pk=stored[0])
        for one in said
        if (stored := there.get(one.object_id)) is not None and stored[1:] != one[2:]
    ]
    steps: list[Step] = []
    if new:
        new = [one._replace(pk=pk) for one, pk in zip(new, bulk.reserve(Entry, len(new)), strict=True)]
        steps.append(_insert(entity, new))
    if known:
        steps.append(_Replace([(one.title, one.acronym, bulk.as_json(one.names), one.text, one.pk) for one in known]))
    changed = new + known
    names = sorted([(key, rank, one.pk) for one in changed for key, rank in _ranks(one).items()])
    if names:
        steps.append(bulk.packed(Name, ("key", "rank", "entry_id"), names))
    if changed:
        steps.append(engine().ready([_row(entity, one) for one in changed]))
    if words := _new_words(changed):
        steps.append(_Learn(words))
    return steps


def _insert(entity: str, new: Sequence[_Said]) -> Step:
    """The step that inserts entries."""
    written = connection.ops.adapt_datetimefield_value(clock.now() + AHEAD)
    return bulk.packed(
        Entry, ("id", "entity", "object_id", "title", "acronym", "names", "text", "written_at"),
        [(one.pk, entity, one.object_id, one.title, one.acronym, bulk.as_json(one.names) if one.names else "[]",
          one.text, written) for one in new],
    )  # fmt: skip


def _stored(entity: str, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """{record: (number of its entry, what the entry says)}"""
    rows = Entry.objects.filter(entity=entity, object_id__in=ids)
    return {row[0]: row[1:] for row in rows.values_list("object_id", "pk", "title", "acronym", "names", "text")}


def remove(entity: str, ids: Iterable[int]) -> None:
    """Take records out of the index, in the caller's transaction. Unknown ids are no error."""
    with transaction.atomic():
        for batch in _batches(ids):
            _drop(Entry.objects.filter(entity=entity, object_id__in=batch))


def _drop(entries: Any) -> int:
    pks = list(entries.values_list("pk", flat=True))
    engine().drop(pks)
    Entry.objects.filter(pk__in=pks).delete()
    return len(pks)


def rebuild(batches: Iterable[Iterable[Document]]) -> int:
    """Write every document there is, a transaction per batch, then drop what no batch contained.

    The index answers all the time. What is written by others meanwhile stays. Returns how many were written.
    """
    began = clock.now()
    install()
    written = sum(write(batch) for batch in batches)
    while True:
        with transaction.atomic():
            stale = Entry.objects.filter(written_at__lt=began).order_by("pk").values_list("pk", flat=True)[:BATCH]
            if not _drop(Entry.objects.filter(pk__in=list(stale))):
                return written


def install(**_signal: Any) -> None:
    """Make the full-text table if it is missing, and fill it from the entries. Runs after every migrate.

    Migrations cannot make it: SQLite copies a table to change it, and drops what hangs on it.
    """
    if Entry._meta.db_table not in connection.introspection.table_names():
        return  # migrated backwards, to before the index
    with transaction.atomic():
        table = engine()
        if not table.exists():
            table.create()
            for batch in _batches(Entry.objects.order_by("pk").iterator(chunk_size=BATCH)):
                Name.objects.filter(entry__in=batch).delete()
                _write_tokens(batch)
            return
        if not Entry.objects.exists():
            table.clear()
        table.renew()
