"""Writing the index, in the transaction that changes the record."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction

from vincula.kernel import clock, folding, jobs
from vincula.kernel.records import bulk
from vincula.kernel.search.engines import Row, engine
from vincula.kernel.search.models import Entry, Name, Vocable
from vincula.kernel.search.words import LONGEST_TEXT, Document, name_keys, tokens_in

T = TypeVar("T")
BATCH = 500
SHORTEST_VOCABLE, LONGEST_VOCABLE = 4, 40
MANY = 100  # from here on the quicker way to insert pays
VOCABULARY_LOCK = 0x56C1A  # any number that nobody else uses as an advisory lock


def _batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _clean(text: str) -> str:
    """``text`` as every database can store it."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


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
    entries = [
        Entry(
            entity=document.entity,
            object_id=document.object_id,
            title=_clean(document.title),
            acronym=_clean(document.acronym),
            names=[_clean(name) for name in document.names],
            text=_clean(document.text)[:LONGEST_TEXT],
            written_at=clock.now(),
        )
        for document in documents
    ]
    Entry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["entity", "object_id"],
        update_fields=["title", "acronym", "names", "text", "written_at"],
    )
    Name.objects.filter(entry_id__in=[entry.pk for entry in entries]).delete()
    _write_tokens(entries)
    return len(entries)


def _write_tokens(entries: Sequence[Entry]) -> None:
    """Names, full text and vocabulary of entries that are stored."""
    names = [name for entry in entries for name in _names(entry)]
    if len(names) > MANY:
        bulk.insert(Name, names)
    else:
        Name.objects.bulk_create(names)
    engine().put([Row(e.pk, tokens_in([e.title, e.acronym, *e.names]), tokens_in([e.text])) for e in entries])
    _learn(entries)


def _names(entry: Entry) -> list[Name]:
    """The keys of an entry, each with its best rank."""
    ranks: dict[str, int] = {}
    for rank, names in (
        (Name.Rank.ACRONYM, [entry.acronym]),
        (Name.Rank.TITLE, [entry.title]),
        (Name.Rank.NAME, entry.names),
    ):
        for name in names:
            for key in name_keys(name):
                ranks.setdefault(key, rank)
    return [Name(entry=entry, key=key, rank=rank) for key, rank in ranks.items()]


def _learn(entries: Sequence[Entry]) -> None:
    """Add the words of entries to the vocabulary.

    New words are rows that two transactions may want to insert in opposite order, and wait for each other. So on
    PostgreSQL one transaction at a time writes them; who finds the vocabulary taken leaves its words to a job.
    """
    found: set[str] = set()
    for entry in entries:
        for text in (entry.title, entry.acronym, *entry.names, entry.text):
            found.update(folding.words(text))
    words = sorted(w for w in found if SHORTEST_VOCABLE <= len(w) <= LONGEST_VOCABLE and w.isalpha())
    new = [word for batch in _batches(words) for word in _unknown(batch)]
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
    Vocable.objects.bulk_create(
        [Vocable(word=word, head=word[:2], tail=word[-3:], length=len(word)) for word in words],
        ignore_conflicts=True,
        batch_size=BATCH,
    )


@jobs.task
def learn_words(words: list[str]) -> None:
    """Add words that a transaction could not add itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VOCABULARY_LOCK])
    _add(words)


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
        elif not Entry.objects.exists():
            table.clear()
