"""A stage for stories whose day and people are set: an empty installation in this process, served to Chromium.

The clock is that of the story, so it cannot be a program of its own: the server answers from a thread of the tests.
"""

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread
from django.utils import translation
from playwright.sync_api import Browser, Locator, Page, expect

from tests.stories.hands import button, toast
from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.testing import cast

LOOKS = [("*", "view", "all", [])]


class OneAtATime(StaticFilesHandler):
    """The database in memory is one connection for all threads: a request waits until the one before it is over."""

    turn = Lock()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with self.turn:
            return super().__call__(environ, start_response)


class Server(ThreadedWSGIServer):
    """Ends with all it has: browsers keep connections open, and their threads would outlive the story."""

    daemon_threads = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.taken: list[Any] = []
        super().__init__(*arguments, **options)

    def get_request(self) -> Any:
        taken = super().get_request()
        self.taken.append(taken[0])
        return taken

    def server_close(self) -> None:
        for each in self.taken:
            with suppress(OSError):  # closed already
                each.shutdown(socket.SHUT_RDWR)
        super().server_close()


class Serving(LiveServerThread):
    server_class = Server


@dataclass
class Stage:
    """The day, the cast and their windows; everybody reads ``language``."""

    browser: Browser
    base: str
    day: date
    language: str = "en"
    said: Mapping[str, str] = field(default_factory=dict)  # {English: what the story says in its language}
    people: dict[str, Any] = field(default_factory=dict)
    windows: dict[str, Page] = field(default_factory=dict)

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)

    def enters(self, name: str, *rights: Any) -> Any:
        """Somebody of the cast, with rights beside that of looking at everything."""
        self.people[name] = cast.user(name, *LOOKS, *rights, language=self.language)
        return self.people[name]

    def by(self, name: str) -> Page:
        """The window of somebody, signed in (how one does that is told elsewhere); of a stranger, who is not."""
        if name not in self.windows:
            context = self.browser.new_context(viewport={"width": 1440, "height": 900})
            context.set_default_timeout(8_000)
            jar = cast.signed_in(self.people[name]).cookies if name in self.people else {}
            context.add_cookies([{"name": c.key, "value": c.value, "url": self.base} for c in jar.values()])
            self.windows[name] = context.new_page()
        return self.windows[name]

    def goes(self, name: str, address: str) -> Page:
        page = self.by(name)
        page.goto(f"{self.base}{address}")
        return page

    def at(self, name: str, record: Any) -> Page:
        """Somebody looks at the page of a record."""
        return self.goes(name, url_of(record))

    def _(self, words: str) -> str:
        """What stands on the page for the English ``words``: as the story says it, else as the program calls it."""
        if self.language == "en":
            return words
        if words in self.said:
            return self.said[words]
        if not any(letter.isalpha() for letter in words):
            return words
        with translation.override(self.language):
            found = translation.gettext(words)
        assert found != words, f"Nothing says “{words}” in {self.language}."
        return found

    def reads(self, place: Locator, *words: str) -> None:
        """All of ``words`` stand there, in the language of the story."""
        for each in words:
            expect(place).to_contain_text(self._(each))

    def does(self, page: Page | Locator, words: str) -> None:
        """Press the button called so."""
        button(page, self._(words)).first.click()

    def follows(self, page: Page | Locator, words: str) -> None:
        """Follow the link called so."""
        page.get_by_role("link", name=self._(words), exact=True).first.click()

    def saves(self, page: Page, words: str = "Save") -> None:
        """Save a form, and be on a page that is none."""
        self.does(page, words)
        expect(page.locator("form:is(.record-form, .casing)")).to_have_count(0)


def url_of(record: Any) -> str:
    return str(registry.get(door.key(type(record))).url(record))


@contextmanager
def served(browser: Browser, day: date, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stage on ``day``."""
    shared = {each.alias: each for each in connections.all()}
    for each in shared.values():
        each.inc_thread_sharing()
    server = Serving("localhost", OneAtATime, connections_override=shared)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    stage = Stage(browser, f"http://localhost:{server.port}", day)
    monkeypatch.setattr(clock, "now", stage.now)
    try:
        yield stage
    finally:
        for page in stage.windows.values():
            page.context.close()
        server.terminate()
        for each in shared.values():
            each.dec_thread_sharing()


def writes(page: Page, **values: Any) -> None:
    """Fill fields of a form by their names: a record is found by typing, a choice chosen by what it says."""
    for name, value in values.items():
        found = page.locator(f"#id_{name}-text")
        if found.count():
            found.fill(str(value))
            page.get_by_role("option", name=re.compile(re.escape(str(value)))).first.click()
            continue
        box = page.locator(f":is(.record-form, .casing) [name='{name}']").first
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(label=str(value))
        else:
            box.fill(str(value))


def toasted(stage: Stage, page: Page, words: str) -> None:
    """What the page says about what was just done."""
    expect(toast(page).filter(has_text=stage._(words))).to_be_visible()
