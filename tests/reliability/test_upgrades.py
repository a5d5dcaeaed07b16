"""An upgrade killed anywhere starts again and completes (issue 3, section 2)."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from tests.ground.installation import ROOT, Installation
from tests.reliability import card
from vincula.config.migrating import Tables, WholeSteps, together

TABLE = "parties_bridge"
SHAPE = """
from django.db import connection
from vincula.config import database
from vincula.kernel.search.engines import engine
assert not database.pending_migrations()
assert engine().exists()
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%%'")
    else:
        cursor.execute("SELECT tablename || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
                       "SELECT conrelid::regclass || conname, pg_get_constraintdef(oid) FROM pg_constraint UNION ALL "
                       "SELECT table_name || column_name, data_type || is_nullable FROM information_schema.columns "
                       "WHERE table_schema = 'public'")
    shape = sorted((str(a), str(b)) for a, b in cursor.fetchall())
    for table in ("django_content_type", "auth_permission", "django_migrations", "access_role", "access_grant"):
        cursor.execute(f"SELECT count(*) FROM {table}")
        shape.append((table, cursor.fetchone()[0]))
import hashlib
print("shape", hashlib.sha256(repr(shape).encode()).hexdigest())
"""


class Killed(BaseException):
    """Stands for SIGKILL."""


@pytest.mark.django_db(transaction=True)
def test_a_migration_and_its_note_are_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's own executor would leave the table behind, and fail at it for ever."""
    fields = [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=9, db_index=True))]
    step = migrations.Migration("9999_bridges", "parties")
    step.operations = [migrations.CreateModel("Bridge", fields)]
    executor = WholeSteps(connection)
    done = executor.recorder.record_applied

    def kill(app: str, name: str) -> None:
        done(app, name)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(executor.recorder, "record_applied", kill)
        executor.apply_migration(ProjectState(), step)
    assert TABLE not in connection.introspection.table_names()
    assert ("parties", "9999_bridges") not in executor.recorder.applied_migrations()
    try:
        executor.apply_migration(ProjectState(), step)
        assert ("parties", "9999_bridges") in executor.recorder.applied_migrations()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        executor.recorder.record_unapplied("parties", "9999_bridges")


def test_tables_in_a_row_are_one_step_that_comes_to_the_same() -> None:
    def made(name: str, *fields: tuple[str, "models.Field[Any, Any]"]) -> migrations.CreateModel:
        return migrations.CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields])

    tables = [made("Bridge"), made("Toll", ("bridge", models.ForeignKey("parties.Bridge", models.PROTECT)))]
    later = migrations.AddField("bridge", "built", models.DateField(null=True))
    operations = together([*tables, later, made("Boat")])
    assert [type(each) for each in operations] == [Tables, migrations.AddField, migrations.CreateModel]
    one, other = ProjectState(), ProjectState()
    assert one.apps  # drawn up already, as in the middle of an upgrade
    for each in operations:
        each.state_forwards("parties", one)
    for each in (*tables, later, made("Boat")):
        each.state_forwards("parties", other)
    assert one == other
    assert {model.__name__ for model in one.apps.get_models()} == {"Bridge", "Toll", "Boat"}


@pytest.mark.deep
def test_an_upgrade_killed_again_and_again_completes(empty: Callable[[str], Installation], tmp_path: Path) -> None:
    whole, killed = empty("whole"), empty("killed")
    whole.run("migrate")
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.killed_upgrade", "7"],
        cwd=ROOT, env=killed.environment | {"DJANGO_SETTINGS_MODULE": "vincula.config.settings"},
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    kills = int(done.stdout.split("killed ")[-1]) if not done.returncode else 0
    same = not done.returncode and killed.shell(SHAPE).split() == whole.shell(SHAPE).split()
    card.record("kills", "upgrades killed at and between statements and commits, completed", kills, not same)
    assert same, done.stdout + done.stderr
    assert kills >= 5


@pytest.mark.deep
def test_of_two_nodes_that_upgrade_at_once_one_waits(empty: Callable[[str], Installation]) -> None:
    """Two machines are started with a new program at the same moment, on one database."""
    one = empty("one")
    both = [one.start("migrate") for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert one.run("check")
