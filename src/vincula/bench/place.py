"""Where the bench works: a home and a database of its own, made for it and taken away again, never the operator's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

# Where Python is told to keep no compiled files, each start compiles the program: as no operator's does.
NOT_HANDED_ON = ("DATABASE_URL", "VINCULA_URL", "VINCULA_PORT", "PYTHONDONTWRITEBYTECODE")
OURS = "vincula_bench_"  # the bench touches no database whose name begins otherwise


class NotPossible(Exception):
    """The bench cannot work here; the text says why."""


@dataclass(frozen=True)
class Place:
    """A home, and what other programs find it by."""

    home: Path
    database: str  # DATABASE_URL, "" for SQLite in the home

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which programs are started that shall work here."""
        base = {k: v for k, v in os.environ.items() if k not in NOT_HANDED_ON}
        return {**base, "VINCULA_HOME": str(self.home), **({"DATABASE_URL": self.database} if self.database else {})}


@contextmanager
def place(size: int, *, keep: bool, folder: Path | None = None) -> Iterator[Place]:
    """A place for ``size`` organisations; with ``keep`` it stays, in ``folder``, and the next run finds it there.

    PostgreSQL when DATABASE_URL names a server: in a database beside the one that it names. Raises NotPossible.
    """
    url = os.environ.get("DATABASE_URL", "")
    home = (folder or Path(tempfile.gettempdir()) / "vincula-bench") / f"home-{size}{'-pg' if url else ''}"
    if not keep:
        home = Path(tempfile.mkdtemp(prefix="vincula-bench-"))
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{OURS}{size}" + ("" if keep else f"_{os.getpid()}")
    database = _beside(url, name) if url else ""
    made = Place(home, database)
    if url:
        _create(url, name)
    was = {k: os.environ.get(k) for k in ("VINCULA_HOME", "DATABASE_URL")}
    os.environ.update({k: v for k, v in made.environment.items() if k in was})
    try:
        yield made
    finally:
        for key, value in was.items():
            os.environ.pop(key, None) if value is None else os.environ.update({key: value})
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
            if url:
                _drop(url, name)


def _beside(url: str, name: str) -> str:
    parts = urlsplit(url)
    return parts._replace(path=f"/{quote(name)}").geturl()


def _create(url: str, name: str) -> None:
    with _server(url) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')  # the name is ours: letters, digits, underscores


def _drop(url: str, name: str) -> None:
    from django.db import connection

    connection.close()
    with _server(url) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server(url: str):  # type: ignore[no-untyped-def]  # psycopg's own type is generic in its rows
    import psycopg

    parts = urlsplit(url)
    try:
        return psycopg.connect(
            host=unquote(parts.hostname or ""), port=parts.port, user=unquote(parts.username or "") or None,
            password=unquote(parts.password or "") or None, dbname=unquote(parts.path.strip("/")), autocommit=True,
        )  # fmt: skip
    except psycopg.Error as error:
        raise NotPossible(f"the server of DATABASE_URL does not answer ({str(error).strip()})") from None
