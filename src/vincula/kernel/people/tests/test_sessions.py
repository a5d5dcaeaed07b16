"""Sessions are seen and ended, and an ended one is refused at once (X3)."""

import re

import pytest
from django.test import Client

from vincula.kernel.people import sessions
from vincula.kernel.people.tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def signed_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


def test_the_page_names_device_and_address_of_each_session(bob, sign_in):
    browser = sign_in(bob, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.10")
    sign_in(bob, HTTP_USER_AGENT=PHONE, REMOTE_ADDR="2001:db8::7")
    page = browser.get("/me/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "192.0.2.10" in page or "127.0.0.1" in page  # the request that reads the page comes from elsewhere
    assert "2001:db8::7" in page


def test_an_ended_session_is_refused_at_once_and_the_others_stay(bob, sign_in):
    browser, phone = sign_in(bob), sign_in(bob, HTTP_USER_AGENT=PHONE)
    other = next(one for one in sessions.listed(bob, browser.session.session_key) if not one.current)
    assert browser.post(f"/me/sessions/{other.id}/end/").status_code == 302
    assert not signed_in(phone)
    assert signed_in(browser)


def test_nobody_ends_somebody_elses_session(alice, bob, sign_in):
    browser, hers = sign_in(bob), sign_in(alice)
    (one,) = sessions.listed(alice, None)
    assert browser.post(f"/me/sessions/{one.id}/end/").status_code == 404
    assert signed_in(hers)


def test_all_others_end_together(bob, sign_in):
    browser, first, second = sign_in(bob), sign_in(bob), sign_in(bob)
    browser.post("/me/sessions/end-others/")
    assert (signed_in(browser), signed_in(first), signed_in(second)) == (True, False, False)


def test_ending_the_current_session_signs_out(bob, sign_in):
    browser = sign_in(bob)
    (one,) = sessions.listed(bob, browser.session.session_key)
    assert browser.post(f"/me/sessions/{one.id}/end/")["Location"] == "/account/login/"
    assert not signed_in(browser)


def test_ending_needs_a_post_with_the_token_of_the_page(bob, sign_in):
    browser = sign_in(bob)
    (one,) = sessions.listed(bob, None)
    assert browser.get(f"/me/sessions/{one.id}/end/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["vincula"] = browser.cookies["vincula"].value
    assert strict.post(f"/me/sessions/{one.id}/end/").status_code == 403
    assert signed_in(browser)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(bob, sign_in, mailoutbox):
    browser, other = sign_in(bob), sign_in(bob)
    new = "seven blue bees hum"
    browser.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    bob.refresh_from_db()
    assert bob.check_password(new)
    assert signed_in(browser)
    assert not signed_in(other)
    assert len(sessions.listed(bob, browser.session.session_key)) == 1
    assert "password was changed" in mailoutbox[-1].body


def test_changing_the_password_needs_the_old_one(bob, sign_in):
    browser = sign_in(bob)
    new = "seven blue bees hum"
    browser.post("/account/password/change/", {"oldpassword": "guess guess guess", "password1": new, "password2": new})
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_the_device_is_told_in_words(agent, device):
    assert sessions.device_of(agent) == device


def test_last_seen_is_written_once_in_a_while_and_not_with_every_page(bob, sign_in):
    browser = sign_in(bob)
    browser.get("/account/second-step/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        browser.get("/account/second-step/")
    assert not [query for query in seen.captured_queries if re.match("UPDATE|INSERT", query["sql"])]
