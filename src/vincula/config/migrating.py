"""Upgrades that may be killed at any moment: whoever starts again goes on where the last one stopped."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate as command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations import CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

from vincula.config.env import env

LOCK = 0x56C1B  # any number that nobody else uses as an advisory lock


class Tables(Operation):
    """Tables that are made one after the other, as one step.

    Each for itself, Django draws up every model anew that leads to the new one, which in the end is nearly every model
    there is: half of the time of a first start.
    """

    def __init__(self, made: list[Operation]) -> None:
        self.made = made

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # drawn up once, when the first of the tables asks
        for each in self.made:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in self.made:
            each.database_forwards(app_label, schema_editor, from_state, to_state)


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations, with tables in a row as one step."""
    found: list[Operation] = []
    for makes, run in groupby(operations, lambda each: isinstance(each, CreateModel)):
        row = list(run)
        found += [Tables(row)] if makes and len(row) > 1 else row
    return found


class WholeSteps(MigrationExecutor):
    """Django's executor, but a migration and the note that it ran are one transaction.

    Django notes a migration whose indexes or foreign keys come last only after the commit. Killed in between, it would
    run that migration again at the next start and fail for ever, because the table is there already.
    """

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        whole = migration.atomic and self.connection.features.can_rollback_ddl
        if fake or fake_initial or not whole:
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
        if self.progress_callback:
            self.progress_callback("apply_start", migration, False)
        migration.operations = together(migration.operations)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
            for statement in editor.deferred_sql:
                editor.execute(statement, None)
            editor.deferred_sql = []
            self.record_migration(migration)  # type: ignore[call-arg]  # the stubs know an older one
        if self.progress_callback:
            self.progress_callback("apply_success", migration, False)
        return state


def install() -> None:
    """Have Django's own ``migrate`` run whole steps."""
    command.MigrationExecutor = WholeSteps  # type: ignore[attr-defined]  # the name that the command looks up


def run() -> None:
    """All migrations, and what follows them: rights, content types, the full-text tables."""
    install()
    call_command("migrate", interactive=False, verbosity=0)


def finish() -> None:
    """What follows the migrations, once more: a predecessor may have been killed between them and it. About 50 ms."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


@contextmanager
def alone() -> Iterator[None]:
    """One upgrade at a time; who comes second waits. The lock goes with the process that holds it, however it ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    with (env.home / ".migrating").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
