"""What holds for every test: it stays on this machine, and it runs where its marker says."""

import functools
import os
import socket
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ground import prepared
from vincula.config import garbage

DEEP = bool(os.environ.get("VINCULA_DEEP"))
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


# The same whatever the database; on both with ``--deep``.
ONCE = (
    "tests/access/", "tests/hostile/", "tests/security/", "src/vincula/kernel/people/",
    "src/vincula/kernel/pages/tests/single/",  # the contract asks forms and pages of every entity on both
    "src/vincula/kernel/papers/", "src/vincula/portfolio/tests/test_papers.py",
    "src/vincula/portfolio/tests/test_eosc_services_are_imported.py", "src/vincula/portfolio/tests/test_bad_input.py",
)  # fmt: skip
ALIKE = (  # of the contract: about rights, words, forms, headers and how many statements there are, not about rows
    "test_signed_out_one_is_asked_to_sign_in", "test_it_is_described_and_declared_rightly",
    "test_a_form_from_elsewhere_is_refused", "test_the_form_shows_every_field_and_keeps_what_was_typed",
    "test_list_and_record_page_keep_their_budgets_whatever_the_rows", "test_what_is_not_in_the_form_cannot_be_set",
    "test_without_a_role_nothing_exists", "test_who_may_only_look_cannot_write",
    "test_bad_input_is_a_problem_never_a_crash",  # refused before a row is asked for
)  # fmt: skip
OF_ITS_OWN = (
    "test_every_filter_and_every_order_answers", "test_importing_the_own_export_changes_nothing",
    "test_it_is_described_and_declared_rightly", "test_list_and_record_page_keep_their_budgets_whatever_the_rows",
    "test_without_a_role_nothing_exists",
)  # fmt: skip
ASKED_OF_ALL = "test_every_filter_and_every_order_answers"  # of the contract: columns may be statements of their own


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``deep`` tests run only with ``./test --deep`` (or when a mark expression names them)."""
    if not os.environ.get("DATABASE_URL"):
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="about PostgreSQL"))
    elif not DEEP:
        same = {item for item in items if not item.get_closest_marker("postgres") and _is_alike(item)}
        config.hook.pytest_deselected(items=list(same))
        items[:] = [item for item in items if item not in same]
    if os.environ.get("VINCULA_SHORT"):
        later = {item for item in items if _tells_little(item)}
        config.hook.pytest_deselected(items=list(later))
        items[:] = [item for item in items if item not in later]
    if DEEP or "deep" in (config.option.markexpr or ""):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep:
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if not item.get_closest_marker("deep")]


def _is_alike(item: pytest.Item) -> bool:
    """Whether another database would tell nothing new."""
    if not _asks_a_database(item) or item.nodeid.startswith(ONCE) or item.name in ALIKE:
        return True
    entity = getattr(getattr(item, "cls", None), "entity", None)
    return entity is not None and item.name != ASKED_OF_ALL and entity.key not in _tell_for_the_others()


def _tells_little(item: pytest.Item) -> bool:
    """Of the contract of an entity that has nothing of its own, the whole short run asks what is about its columns, and
    another third of the rest than of its neighbour. ``--deep`` asks everything, and so does whoever names a path."""
    entity = getattr(getattr(item, "cls", None), "entity", None)
    if entity is None or item.name in OF_ITS_OWN or entity.key in _tell_for_the_others():
        return False
    return zlib.crc32(f"{entity.key} {item.name}".encode()) % 3 != 0


@functools.cache
def _tell_for_the_others() -> set[str]:
    """Entities that have every kind of field, a life cycle and a search between them: by what they share, as few as do."""
    from vincula.kernel.entity import registry

    has: dict[str, set[object]] = {}
    for entity in registry.all():
        kinds = {f.kind.name for f in entity.columns.values()}
        has[entity.key] = {*kinds, ("moves", bool(entity.lifecycle)), ("found", bool(entity.search_fields))}
    found, left = set(), set().union(*has.values())
    while left:
        best = max(has, key=lambda key: len(has[key] & left))
        found.add(best)
        left -= has[best]
    return found


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
