"""What holds for every test: it stays on this machine, and it runs where its marker says."""

import gc
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ground import prepared

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
    """As in the web server (config/wsgi.py): a tenth of the time went into looking through the program itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Test databases begin as copies of what ``./test`` migrated once."""
    with prepared.in_memory():
        yield


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


ONCE = ("tests/access/", "tests/hostile/", "tests/security/")  # the same whatever the database
ALIKE = (  # of the contract: about words, forms and headers, not about rows
    "test_signed_out_one_is_asked_to_sign_in", "test_it_is_described_and_declared_rightly",
    "test_a_form_from_elsewhere_is_refused", "test_the_form_shows_every_field_and_keeps_what_was_typed",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``deep`` tests run only with ``./test --deep`` (or when a mark expression names them)."""
    if not os.environ.get("DATABASE_URL"):
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="about PostgreSQL"))
    elif not os.environ.get("VINCULA_DEEP"):
        same = {
            item for item in items if not _asks_a_database(item) or item.nodeid.startswith(ONCE) or item.name in ALIKE
        }
        config.hook.pytest_deselected(items=list(same))
        items[:] = [item for item in items if item not in same]
    if os.environ.get("VINCULA_DEEP") or "deep" in (config.option.markexpr or ""):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep:
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if not item.get_closest_marker("deep")]


def _asks_a_database(item: pytest.Item) -> bool:
    """Tests of folding, reading files or drawing need not be run a second time on another database."""
    names = set(getattr(item, "fixturenames", ()))
    asking = {"db", "transactional_db", "django_db_setup", "client", "live_server"}
    return bool(asking & names) or any(item.get_closest_marker(m) for m in ("django_db", "postgres", "browser"))


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
