"""Cookies, keys and sessions: planted, stolen, kept too long (issue 3, section 3)."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.ground.installation import ROOT
from vincula.kernel import clock
from vincula.kernel.people import actions, tokens
from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import PASSWORD, user

LOGIN, NEW = "/account/login/", "seven blue bees hum"


def enter(who: User, browser: Client | None = None, password: str = PASSWORD) -> Client:
    browser = browser or Client()
    browser.post(LOGIN, {"login": who.email, "password": password})
    return browser


def inside(key: str) -> bool:
    thief = Client()
    thief.cookies["vincula"] = key
    return thief.get("/me/").status_code == 200


def test_the_key_is_another_after_signing_in_and_the_planted_one_opens_nothing(eve: User) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    browser.cookies["vincula"] = planted = session.session_key
    csrf = browser.get(LOGIN).cookies["csrftoken"].value
    enter(eve, browser)
    key = browser.cookies["vincula"].value
    assert key != planted
    assert (inside(planted), inside(key)) == (False, True)
    assert browser.cookies["csrftoken"].value != csrf, "the token of forms is another too"


def test_a_key_that_somebody_makes_up_is_not_taken_over(eve: User) -> None:
    browser = Client()
    browser.cookies["vincula"] = made_up = "a" * 32
    enter(eve, browser)
    assert browser.cookies["vincula"].value != made_up
    assert not inside(made_up)


def test_a_new_password_gives_a_new_key_and_ends_the_old_ones(eve: User) -> None:
    browser, other = enter(eve), enter(eve)
    old, elsewhere = browser.cookies["vincula"].value, other.cookies["vincula"].value
    browser.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert browser.get("/me/").status_code == 200
    assert browser.cookies["vincula"].value != old
    assert (inside(old), inside(elsewhere)) == (False, False)


def test_a_session_of_one_password_is_nothing_under_another(eve: User) -> None:
    """Also when the password is set behind the sessions' back: the session carries a hash of it."""
    browser = enter(eve)
    eve.set_password(NEW)
    eve.save()
    assert browser.get("/me/").status_code == 302


def test_cookies_are_for_this_site_and_not_for_scripts(eve: User) -> None:
    browser = enter(eve)
    cookie = browser.cookies["vincula"]
    assert (bool(cookie["httponly"]), cookie["samesite"], cookie["domain"], cookie["path"]) == (True, "Lax", "", "/")
    page = browser.get("/me/")
    assert page.cookies["csrftoken"]["samesite"] == "Lax"
    assert all(not morsel["domain"] for morsel in browser.cookies.values())
    assert settings.SESSION_COOKIE_AGE <= 14 * 24 * 3600


def test_behind_https_every_cookie_is_secure_and_the_browser_is_told_to_stay_there(tmp_path: Any) -> None:
    """Asked of the settings as a fresh process reads them."""
    ask = (
        "from django.conf import settings as s; import django; django.setup();"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_HTTPONLY)"
    )
    env = {"VINCULA_HOME": str(tmp_path), "VINCULA_URL": "https://vincula.example", "PATH": "/usr/bin:/bin",
           "DJANGO_SETTINGS_MODULE": "vincula.config.settings", "PYTHONPATH": str(ROOT / "src")}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", str(365 * 24 * 3600), "True"]


def test_a_sessions_data_is_no_program(eve: User) -> None:
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")


def test_a_revoked_token_and_a_deactivated_person_are_out_with_the_next_request(eve: User) -> None:
    token, raw = tokens.issue(user=eve, name="x", scopes=["read"], expires_at=clock.now() + timedelta(days=1))
    program = Client(headers={"authorization": f"Bearer {raw}"})
    browser = enter(eve)
    assert program.get("/api/v1/me").status_code == 200
    tokens.revoke(token)
    assert program.get("/api/v1/me").status_code == 401
    boss = user(name="Boss", email="boss@vincula.test", is_superuser=True)
    actions.deactivate(user=eve, who=boss)
    assert browser.get(reverse("people:settings")).status_code == 302
