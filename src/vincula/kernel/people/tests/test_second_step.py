"""The second step: authenticator app, recovery codes, asking again before what matters (X3)."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client

from vincula.kernel.people.tests.factories import PASSWORD

BASE = "/account/second-step/"


def code_now(secret: str, shift: int = 0) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + shift))


def codes_on(page) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code></li>", page.content.decode())


def signed_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


@pytest.fixture
def protected(bob, sign_in, django_capture_on_commit_callbacks):
    """Bob after setting up the app by the pages; gives his secret and recovery codes."""
    browser = sign_in(bob)
    asked = browser.get(f"{BASE}app/activate/")
    assert asked["Location"].startswith("/account/confirm/")
    browser.post(asked["Location"], {"password": PASSWORD})
    page = browser.get(f"{BASE}app/activate/").content.decode()
    secret = re.search(r'<code class="secret">([A-Z2-7]+)</code>', page).group(1)
    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post(f"{BASE}app/activate/", {"code": code_now(secret)})
    assert done["Location"] == f"{BASE}recovery-codes/"
    codes = codes_on(browser.get(f"{BASE}recovery-codes/"))
    from django.core.cache import cache

    cache.clear()  # a code works once; the tests use the same half minute again
    return secret, codes


def test_after_the_password_the_code_is_asked_and_only_then_one_is_in(bob, protected):
    secret, _codes = protected
    browser = Client()
    answer = browser.post("/account/login/", {"login": bob.email, "password": PASSWORD, "next": "/me/tokens/"})
    assert answer["Location"].startswith(f"{BASE}authenticate/")
    assert not signed_in(browser)
    assert browser.get(answer["Location"]).status_code == 200
    wrong = browser.post(f"{BASE}authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert not signed_in(browser)
    browser.post(f"{BASE}authenticate/", {"code": code_now(secret)})
    assert signed_in(browser)


def test_the_same_code_does_not_work_twice(bob, protected):
    secret, _codes = protected
    code = code_now(secret)
    for works in (True, False):
        browser = Client()
        browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
        browser.post(f"{BASE}authenticate/", {"code": code})
        assert signed_in(browser) is works


def test_a_recovery_code_works_once(bob, protected):
    _secret, codes = protected
    assert len(codes) == 10
    for works in (True, False):
        browser = Client()
        browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
        browser.post(f"{BASE}authenticate/", {"code": codes[0]})
        assert signed_in(browser) is works


def test_guessing_codes_is_slowed_down(bob, protected):
    secret, _codes = protected
    browser = Client()
    browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
    for guess in range(12):
        browser.post(f"{BASE}authenticate/", {"code": f"{guess:06}"})
    browser.post(f"{BASE}authenticate/", {"code": code_now(secret)})
    assert not signed_in(browser)


def test_secrets_are_not_readable_in_the_table(bob, protected):
    secret, codes = protected
    stored = str(list(Authenticator.objects.filter(user=bob).values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]


def test_the_person_is_told_by_mail(bob, protected, mailoutbox):
    assert any("authenticator app was set up" in mail.body for mail in mailoutbox)


def test_turning_it_off_asks_for_the_password_again(bob, protected, sign_in):
    secret, _codes = protected
    browser = Client()
    browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
    browser.post(f"{BASE}authenticate/", {"code": code_now(secret)})
    session = browser.session
    session["account_authentication_methods"] = [
        {**method, "at": method["at"] - 3600} for method in session["account_authentication_methods"]
    ]
    session.save()
    asked = browser.get(f"{BASE}app/deactivate/")
    assert "/confirm/" in asked["Location"]
    assert Authenticator.objects.filter(user=bob, type=Authenticator.Type.TOTP).exists()
    browser.post("/account/confirm/", {"password": PASSWORD})
    assert browser.get(f"{BASE}app/deactivate/").status_code == 200
    browser.post(f"{BASE}app/deactivate/")
    assert not Authenticator.objects.filter(user=bob, type=Authenticator.Type.TOTP).exists()


def test_new_recovery_codes_replace_the_old(bob, protected, sign_in):
    secret, codes = protected
    browser = Client()
    browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
    browser.post(f"{BASE}authenticate/", {"code": code_now(secret)})
    browser.post("/account/confirm/", {"password": PASSWORD})
    browser.post(f"{BASE}recovery-codes/generate/")
    new = codes_on(browser.get(f"{BASE}recovery-codes/"))
    assert len(new) == 10
    assert not set(new) & set(codes)
    saved = browser.get(f"{BASE}recovery-codes/download/")
    assert saved["Content-Disposition"].startswith("attachment")
    assert new[0] in saved.content.decode()


def test_the_second_step_cannot_be_reached_without_the_first(db):
    assert Client().get(f"{BASE}authenticate/")["Location"] == "/account/login/"
