"""What many tests begin with, made once a run: an empty installation, one with the demonstration, migrated databases.

``./test`` makes them before it starts pytest and names them in the environment. pytest run by hand finds none named:
then databases are migrated and homes filled as an operator would do it, which takes longer and gives the same.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from tests.ground.installation import Installation

EMPTY, DEMO, TEMPLATE = "VINCULA_TEST_EMPTY", "VINCULA_TEST_DEMO", "VINCULA_TEST_TEMPLATE"
DATABASE = "vincula.sqlite3"
TOLD = "told.txt"  # what the operator was told when the demonstration was loaded
TEMPLATE_NAME = "vincula_template"


def make(place: Path, url: str) -> None:
    """Make all of it below ``place`` and in the PostgreSQL at ``url``, and name it for the tests."""
    empty, demo = Installation(place / "empty"), Installation(place / "demo")
    server, database = url.rsplit("/", 1)
    template = Installation(place / "template", f"{server}/{TEMPLATE_NAME}")

    def on_sqlite() -> None:
        empty.run("migrate")
        shutil.copytree(empty.home, demo.home)
        (demo.home / TOLD).write_text(demo.run("demo"))

    def on_postgresql() -> None:
        import psycopg

        with psycopg.connect(f"{server}/{database}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE_NAME}")
        template.run("migrate")

    with ThreadPoolExecutor(2) as pool:
        for done in (pool.submit(on_sqlite), pool.submit(on_postgresql)):
            done.result()
    os.environ |= {EMPTY: str(empty.home), DEMO: str(demo.home), TEMPLATE: TEMPLATE_NAME}


def installation(home: Path, *, demo: bool = False) -> Installation:
    """An installation in ``home`` that nobody has used yet: its database is there, or ``demo`` loaded."""
    found = Installation(home)
    if made := os.environ.get(DEMO if demo else EMPTY):
        shutil.copytree(made, home, dirs_exist_ok=True)
    else:
        found.run("migrate")
        if demo:
            found.run("demo")
    return found


def template() -> dict[str, Any]:
    """What Django is told of PostgreSQL's test database: copy it from the migrated one, where there is one."""
    return {"TEMPLATE": os.environ[TEMPLATE]} if os.environ.get(TEMPLATE) else {}


@contextmanager
def in_memory() -> Iterator[None]:
    """Django's test database in memory begins as a copy of the migrated one; what is newer is migrated as ever."""
    from django.db.backends.sqlite3.creation import DatabaseCreation  # not before the settings are read

    made = os.environ.get(EMPTY)
    create, opened = DatabaseCreation._create_test_db, []

    def copied(self: DatabaseCreation, *arguments: Any, **options: Any) -> str:
        name = str(create(self, *arguments, **options))
        if made and self.is_in_memory_db(name):
            memory = sqlite3.connect(name, uri=True, check_same_thread=False)
            _copy(Path(made), memory)
            opened.append(memory)  # a database in memory lives as long as somebody holds it open
        return name

    with mock.patch.object(DatabaseCreation, "_create_test_db", copied):
        yield
    for memory in opened:
        memory.close()


def demonstration() -> Path | None:
    """The home in which the demonstration was loaded once, where the test database can begin as a copy of it."""
    from django.db import connection

    made = os.environ.get(DEMO)
    return Path(made) if made and connection.vendor == "sqlite" else None


@contextmanager
def demonstrated(home: Path) -> Iterator[str]:
    """The test database holds what ``home`` holds, and afterwards what it held before; gives what the operator was told."""
    from django.db import connection

    connection.ensure_connection()
    before = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(before)
    _copy(home, connection.connection)
    try:
        yield (home / TOLD).read_text()
    finally:
        before.backup(connection.connection)
        before.close()


def _copy(home: Path, memory: sqlite3.Connection) -> None:
    source = sqlite3.connect(home / DATABASE)
    source.backup(memory)
    source.close()
