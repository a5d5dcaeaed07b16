"""A running installation and a Chromium for the tests that drive one; ``tests/conftest.py`` hands the fixtures out."""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ground import prepared
from tests.ground.installation import CHROMIUM, Installation, free_port

PASSWORD = "a long sentence for tests"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def program() -> str:
    """Where Chromium is; AssertionError when this machine has none."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert path, "Chromium is missing; ./test installs it or says how"
    return path


@dataclass
class Site:
    """A server that answers at ``base``."""

    base: str
    installation: Installation
    known: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, page: Page, email: str = "admin@localhost") -> None:
        """As a person does it: address, password, Enter. A person who did it once has the cookie in later windows too."""
        if email in self.known:
            page.context.add_cookies(self.known[email])
            page.goto(f"{self.base}/")
            return
        page.goto(f"{self.base}/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
        self.known[email] = page.context.cookies()


def serve(home: Path, *, demo: bool = False) -> Iterator[Site]:
    """``vincula start`` on a free port, ended when the tests are over."""
    installation, port = prepared.installation(home, demo=demo), free_port()
    process = installation.start("start", "--port", str(port))
    base = f"http://localhost:{port}"
    try:
        _wait(base, process)
        yield Site(base, installation)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(base: str, process: Any) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(f"the server ended:\n{process.stdout.read()}")
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer within two minutes")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration network, served."""
    yield from serve(tmp_path_factory.mktemp("demo"), demo=True)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation on its first day, with nothing in it. Whoever fills it takes it back."""
    yield from serve(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in the thread of the tests: from now on Django is asked from within one, and may answer.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new window of a new person; what its console says about errors fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert [s for s in said if "status of 4" not in s] == []  # answers 4xx are told by the pages themselves
