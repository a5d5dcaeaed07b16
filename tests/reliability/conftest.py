"""Installations to be killed: made once in a run, copied for each test."""

import contextlib
import dataclasses
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.ground.installation import Installation
from tests.reliability.served import Served


def beside(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return url.rsplit("/", 1)[0] + "/" + name


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def copy_of_test_database(home: Path, target: str) -> None:
    """The tests' own database, brought up to date already, as the one of an installation: seconds saved."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        home.mkdir(parents=True)
        (home / "vincula.sqlite3").write_bytes(connection.connection.serialize())
    else:
        source = connection.settings_dict["NAME"]
        connection.close()  # a template must not be in use
        execute(os.environ["DATABASE_URL"], f"CREATE DATABASE {target} TEMPLATE {source}")


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A migrated installation with an administrator; nobody starts it, it is only copied."""
    request.getfixturevalue("django_db_setup")  # not in the signature: that would have the tests run on both databases
    url, home = os.environ.get("DATABASE_URL", ""), tmp_path_factory.mktemp("prepared") / "home"
    name = f"prepared_{secrets.token_hex(4)}"
    with request.getfixturevalue("django_db_blocker").unblock():
        copy_of_test_database(home, name)
        empty = not connection.introspection.table_names()  # no test beside these asked for a database
        connection.close()
    installation = Installation(home, beside(url, name) if url else "")
    if empty:
        installation.run("migrate")
    return Served(installation).prepare()


@pytest.fixture
def install(prepared: Served, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Makes copies of the prepared installation: ``install()``, or ``install(VINCULA_WEB_PROCESSES="2")``."""
    with contextlib.ExitStack() as stack:

        def make(**environment: str) -> Served:
            name = f"copy_{secrets.token_hex(4)}"
            home, url = tmp_path / name, prepared.installation.database_url
            shutil.copytree(prepared.installation.home, home)
            if url:
                execute(os.environ["DATABASE_URL"], f"CREATE DATABASE {name} TEMPLATE {url.rsplit('/', 1)[1]}")
                stack.callback(execute, os.environ["DATABASE_URL"], f"DROP DATABASE {name} WITH (FORCE)")
            copy = Installation(home, beside(url, name) if url else "")
            one = dataclasses.replace(prepared, installation=copy, environment=environment, running={})
            stack.callback(one.stop)
            return one

        yield make


@pytest.fixture
def installed(install: Callable[..., Any]) -> Served:
    """One of them."""
    made: Served = install()
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """Makes installations without a table, on the kind of database that this run is about."""
    with contextlib.ExitStack() as stack:

        def make(name: str) -> Installation:
            url, own = os.environ.get("DATABASE_URL", ""), f"{name}_{secrets.token_hex(4)}"
            if url:
                execute(url, f"CREATE DATABASE {own}")
                stack.callback(execute, url, f"DROP DATABASE {own} WITH (FORCE)")
            return Installation(tmp_path / name, beside(url, own) if url else "")

        yield make
