"""What holds for every test: it stays on this machine, and it runs where its marker says."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ground import prepared, short
from vincula.config import garbage

LOOPBACK = ("127.", "::1", "localhost")


class NetworkUsed(AssertionError):
    """A test tried to leave this machine."""


def is_near(address: Any) -> bool:
    """Unix sockets (PostgreSQL) and loopback (a server of the test's own)."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that is not to this machine, and every look-up of a name that is not its own."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if not is_near(address):
            raise NetworkUsed(f"A test connected to {address}.")
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if not is_near(address):
            raise NetworkUsed(f"A test connected to {address}.")
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        if host is not None and not is_near((host.decode() if isinstance(host, bytes) else host,)):
            raise socket.gaierror(socket.EAI_NONAME, f"A test looked up {host}.")
        return look_up(host, *rest, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(scope="session", autouse=True)
def garbage_is_looked_for_seldom() -> None:
    """As in the web server."""
    garbage.seldom()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Test databases begin as copies of what ``./test`` migrated once."""
    with prepared.in_memory():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A test begins where an operator does: what rooms begin with is there."""
    from vincula.config import start

    with django_db_blocker.unblock():
        start.begin()


@pytest.fixture
def nothing_begun(db: None) -> None:
    """Where rows bring their own numbers: not even what rooms begin with is there."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from vincula.kernel.search import index

    index.rebuild([])
    kept = {"django_migrations", ContentType._meta.db_table}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.django_table_names(only_existing=True)) - kept:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  # names of our own tables


@pytest.fixture(autouse=True)
def nothing_is_read_again_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Own fields and words are read once a test and forgotten after it: statements are counted, and rows rolled back.

    The cache goes with them: rate limits and «last seen» live there.
    """
    from django.core.cache import cache

    from vincula.kernel.entity import registry
    from vincula.kernel.ui import words

    monkeypatch.setattr(registry, "OWN_FIELDS_FOR", float("inf"))
    monkeypatch.setattr(words, "READ_AGAIN", float("inf"))
    yield
    cache.clear()
    registry.forget_own_fields()
    words.forget()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``deep`` tests run only with ``./test --deep`` (or when a mark expression names them); see also ``short``."""
    on_postgresql = bool(os.environ.get("DATABASE_URL"))
    if not on_postgresql:
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="about PostgreSQL"))
    left: set[pytest.Item] = set()
    if os.environ.get("VINCULA_SHORT"):
        left |= {item for item in items if short.leaves_out(item, on_postgresql=on_postgresql)}
    if short.is_deep() and on_postgresql:
        left |= {item for item in items if item.nodeid.startswith(short.OF_NO_DATABASE)}
    if not short.is_deep() and "deep" not in (config.option.markexpr or ""):
        left |= {item for item in items if item.get_closest_marker("deep")}
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = [item for item in items if item not in left]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever sits with the stories or the browser tests drives a browser."""
    if {"stories", "browser"} & set(item.path.relative_to(item.config.rootpath).parts):
        item.add_marker("browser")


TOLD = ("walk", "figures")  # properties that a test records so that whoever runs the suite reads them


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests have to tell: how many pages were walked, how many addresses asked."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in getattr(report, "user_properties", ()):
            if name in TOLD and report.when == "call":
                terminalreporter.write_line(f"{name}: {value}")
