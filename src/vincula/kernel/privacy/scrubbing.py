"""Bytes at rest: after rows are gone, databases still hold what stood in them until the place is written over.

SQLite: the full-text index is merged (its segments keep deleted words), the file is rewritten without free pages, and
the write-ahead log is emptied. PostgreSQL: dead rows are vacuumed, statistics (which quote values) renewed, and the
full-text indexes, which keep words for ever, built anew. Done at once for a small database, else at night.
"""

from collections.abc import Iterable
from pathlib import Path

import structlog
from django.apps import apps
from django.db import OperationalError, connection, models

from vincula.kernel import clock, jobs
from vincula.kernel.privacy import ledger
from vincula.kernel.privacy.models import Erasure

AT_ONCE_BELOW = 200_000_000  # bytes: a file of this size is rewritten in about two seconds
GIN = ("search_vector_title", "search_vector_anywhere")

log = structlog.get_logger(__name__)


@jobs.task(atomic=False)
def scrub() -> int:
    """Write over what was erased, unless the database is large: then at night. Returns how many erasures are through."""
    if connection.vendor == "sqlite" and _size() > AT_ONCE_BELOW:
        return 0
    return run()


@jobs.task(atomic=False)
def nightly() -> int:
    """What was too large for the day; and erasures that the ledger misses after a crash."""
    ledger.reconcile()
    return run() if Erasure.objects.filter(scrubbed_at=None).exists() else 0


def run() -> int:
    """Write over what was erased, now. Nothing is changed that anybody reads."""
    waiting = list(Erasure.objects.filter(scrubbed_at=None).values_list("pk", flat=True))
    if connection.in_atomic_block:  # only in tests that roll everything back
        return 0
    (_sqlite if connection.vendor == "sqlite" else _postgresql)()
    return Erasure.objects.filter(pk__in=waiting).update(scrubbed_at=clock.now())


def _size() -> int:
    name = str(connection.settings_dict["NAME"])
    return Path(name).stat().st_size if Path(name).exists() else 0


def _sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_fts'")
        if cursor.fetchone():
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA secure_delete = OFF")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        if row and row[0]:  # somebody was reading; the log is emptied at the next erasure or night
            raise OperationalError("The write-ahead log could not be emptied while somebody was reading.")


def _postgresql() -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"VACUUM (ANALYZE) {quote(table)}")
        for index in GIN:
            cursor.execute("SELECT to_regclass(%s)", [index])
            if cursor.fetchone()[0]:
                cursor.execute(f"REINDEX INDEX CONCURRENTLY {quote(index)}")


def _tables() -> Iterable[str]:
    found: dict[str, type[models.Model]] = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
    there = set(connection.introspection.table_names())
    return sorted((set(found) | {"search_vector"}) & there)
