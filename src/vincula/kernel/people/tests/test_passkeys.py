"""Passkeys in a real browser, with an authenticator that Chromium plays (X3)."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.ground.browser import program
from vincula.kernel.people.tests.factories import PASSWORD, user

# Not marked as a browser test: those run beside a browser of the whole session, and one process holds only one.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(monkeypatch) -> Iterator:
    """A page whose browser has a fingerprint reader, and that fails on any error of a script or of the CSP."""
    if connection.vendor != "sqlite":
        pytest.skip("What a browser does is the same on both databases.")
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in the test's own thread
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        page = browser.new_context().new_page()
        said: list[str] = []
        page.on(
            "console",
            lambda line: said.append(f"{line.text} {line.location}") if line.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        chrome = page.context.new_cdp_session(page)
        chrome.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        reader = chrome.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        page.said, page.chrome, page.reader = said, chrome, reader
        yield page
        browser.close()


def enter(page, live_server, who) -> None:
    page.goto(f"{live_server.url}/account/login/?next=/me/")
    page.fill("[name=login]", who.email)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button")


def add_passkey(page, live_server, *, alone: bool) -> None:
    page.goto(f"{live_server.url}/account/second-step/passkeys/add/")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) .form-foot button")
    page.fill("[name=name]", "My reader")
    page.set_checked("[name=passwordless]", alone)
    page.click("[data-passkey-go] button")
    page.wait_for_url(re.compile("recovery-codes"))


def test_one_adds_a_passkey_and_signs_in_with_it_alone(page, live_server):
    bob = user(name="Bob Birch")
    enter(page, live_server, bob)
    add_passkey(page, live_server, alone=True)
    page.goto(f"{live_server.url}/account/second-step/passkeys/")
    assert "My reader" in page.text_content("table")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/account/login/?next=/me/sessions/")
    page.click("[data-passkey-go] button")
    page.wait_for_url(f"{live_server.url}/me/sessions/")
    assert "this one" in page.text_content("table")
    assert [line for line in page.said if "favicon" not in line] == []


def test_after_the_password_the_passkey_is_the_second_step(page, live_server):
    bob = user(name="Bob Birch")
    enter(page, live_server, bob)
    add_passkey(page, live_server, alone=False)
    page.context.clear_cookies()
    enter(page, live_server, bob)
    page.wait_for_url(re.compile("second-step/authenticate"))
    page.click("[data-passkey-go] button")
    page.wait_for_url(f"{live_server.url}/me/")
    assert page.text_content("h1") == "Your settings"


def test_a_passkey_that_nobody_here_knows_opens_nothing_and_the_page_says_so(page, live_server):
    bob = user(name="Bob Birch")
    enter(page, live_server, bob)
    add_passkey(page, live_server, alone=True)
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/account/login/")
    page.click("[data-passkey-go] button")
    page.wait_for_selector(".toast.bad")
    assert "not accepted" in page.text_content(".toast.bad")
    page.goto(f"{live_server.url}/me/")
    assert "/account/login/" in page.url


def test_a_refusal_of_the_reader_is_told_in_words(page, live_server):
    page.chrome.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": page.reader})
    user(name="Bob Birch")
    page.goto(f"{live_server.url}/account/login/")
    refuse = "navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
    page.evaluate(f"() => {{ {refuse} }}")
    page.click("[data-passkey-go] button")
    page.wait_for_selector("[data-passkey-failed]:visible")
    assert "not accepted" in page.text_content("[data-passkey-failed]")
