"""Parts of names: "contains" in a list of a million looks into an index of trigrams instead of every name.

PostgreSQL alone has one, and only where a table is long: below that, reading is as quick and writing cheaper. Without
the right to add the extension (or where the server was installed without it) everything is found as ever, more slowly.
SQLite reads: at the sizes for which it is meant that takes some milliseconds.
"""

import logging
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from vincula.kernel import jobs
from vincula.kernel.records.fields import FoldedField

LONG = 20_000  # rows
WAITS = "3s"  # for the table, which nobody may write to meanwhile; what is busy is tried again the next night
log = logging.getLogger(__name__)


def install(**_signal: Any) -> None:
    """Index the folded columns of long tables that are not yet. Runs after every migrate, and nightly."""
    if connection.vendor != "postgresql":
        return
    for table, column, name in _lacking():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute(f"SET LOCAL lock_timeout = '{WAITS}'")
                cursor.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" USING gin ("{column}" gin_trgm_ops)')
        except DatabaseError as error:
            log.warning("no index for parts of names: %s", error)
            return


@jobs.task
def grown() -> None:
    """Tables grow long between two upgrades as well."""
    install()


def _lacking() -> list[tuple[str, str, str]]:
    """(table, column, name of its index) of long tables."""
    folded = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FoldedField)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace AND reltuples >= %s",
            [LONG],
        )
        long = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema")
        there = {row[0] for row in cursor.fetchall()}
    wanted = [(table, column, f"{table}_{column}_parts"[:63]) for table, column in sorted(folded) if table in long]
    return [each for each in wanted if each[2] not in there]
