"""Signing in and out, wrong passwords, pauses, and what a stranger can learn (X3)."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import get_hasher
from django.test import Client
from django.utils import timezone

from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import PASSWORD, user

LOGIN = "/account/login/"


def try_to_enter(browser: Client, email: str, password: str = "wrong but long enough", **extra):
    return browser.post(LOGIN, {"login": email, "password": password}, **extra)


def signed_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


def bare(answer) -> str:
    """The page without what differs in every answer anyway, and without what was typed."""
    text = re.sub(r'value="[^"]*"', "", answer.content.decode())
    return re.sub(r'data-now="[^"]*"', "", text)


def test_the_right_password_opens_a_session_whatever_the_capitals_of_the_address(bob):
    browser = Client()
    answer = try_to_enter(browser, " BOB@Vincula.TEST ", PASSWORD)
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert signed_in(browser)


def test_a_wrong_password_opens_nothing(bob):
    browser = Client()
    answer = try_to_enter(browser, bob.email)
    assert answer.status_code == 200
    assert not signed_in(browser)


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(bob, sign_in):
    browser = sign_in(bob)
    kept = browser.cookies["vincula"].value
    browser.post("/account/logout/")
    thief = Client()
    thief.cookies["vincula"] = kept
    assert not signed_in(thief)


def test_signing_out_needs_a_post(bob, sign_in):
    browser = sign_in(bob)
    browser.get("/account/logout/")
    assert signed_in(browser)


def test_the_session_key_from_before_signing_in_is_worth_nothing_after(bob):
    browser = Client()
    browser.get("/account/second-step/authenticate/")
    session = browser.session
    session["planted"] = True
    session.save()
    browser.cookies["vincula"] = planted = session.session_key
    try_to_enter(browser, bob.email, PASSWORD)
    assert browser.cookies["vincula"].value != planted
    attacker = Client()
    attacker.cookies["vincula"] = planted
    assert not signed_in(attacker)


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(bob):
    known, unknown = try_to_enter(Client(), bob.email), try_to_enter(Client(), "nobody@vincula.test")
    assert known.status_code == unknown.status_code == 200
    assert bare(known) == bare(unknown)


@pytest.mark.parametrize("who", ["known", "unknown", "invited", "inactive", "service"])
def test_every_failure_costs_one_hash_so_its_time_tells_nothing(who, db, monkeypatch):
    user(name="known", email="known@vincula.test")
    user(name="invited", email="invited@vincula.test", password=None)
    user(name="inactive", email="inactive@vincula.test", is_active=False)
    user(name="service", email="service@vincula.test", kind="service")
    hashed = []
    usual = type(get_hasher())
    encode = usual.encode
    monkeypatch.setattr(usual, "encode", lambda self, *a, **k: (hashed.append(1), encode(self, *a, **k))[1])
    try_to_enter(Client(), f"{who}@vincula.test")
    assert len(hashed) == 1


def test_asking_for_a_new_password_answers_the_same_for_unknown_accounts(bob, mailoutbox):
    ask = "/account/password/reset/"
    known = Client().post(ask, {"email": bob.email}, follow=True)
    unknown = Client().post(ask, {"email": "nobody@vincula.test"}, follow=True)
    assert bare(known) == bare(unknown)
    assert [mail.to for mail in mailoutbox] == [[bob.email]]


@pytest.mark.parametrize("email", ["bob@vincula.test", "nobody@vincula.test"])
def test_after_eight_failures_even_the_right_password_waits(bob, email):
    browser = Client()
    for _attempt in range(7):
        assert try_to_enter(browser, email).status_code == 200
    answer = try_to_enter(browser, email)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert "Try again in 15 minutes" in answer.content.decode()
    assert try_to_enter(browser, email, PASSWORD).status_code == 429
    assert not signed_in(browser)


def test_capitals_do_not_give_more_attempts(bob):
    browser = Client()
    for attempt in range(8):
        answer = try_to_enter(browser, "bob@vincula.test" if attempt % 2 else "BOB@vincula.test")
    assert answer.status_code == 429


def test_failures_elsewhere_do_not_lock_the_person_out_here(bob):
    for attempt in range(14):
        try_to_enter(Client(), bob.email, REMOTE_ADDR=f"192.0.2.{66 + attempt // 7}")
    browser = Client()
    try_to_enter(browser, bob.email, PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert signed_in(browser)


def test_a_forged_forwarding_header_gives_no_new_attempts(bob):
    for attempt in range(8):
        answer = try_to_enter(Client(), bob.email, HTTP_X_FORWARDED_FOR=f"192.0.2.{attempt}")
    assert answer.status_code == 429


def test_the_pause_is_over_after_a_quarter_of_an_hour(bob):
    browser = Client()
    for _attempt in range(8):
        try_to_enter(browser, bob.email)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    try_to_enter(browser, bob.email, PASSWORD)
    assert signed_in(browser)


def test_trying_during_the_pause_does_not_make_it_longer(bob):
    browser = Client()
    for _attempt in range(8):
        try_to_enter(browser, bob.email)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))
    assert int(try_to_enter(browser, bob.email)["Retry-After"]) <= 300


def test_many_accounts_tried_from_one_place_are_slowed_down_with_a_page_that_says_so(db):
    answers = [try_to_enter(Client(), f"guess{number}@vincula.test") for number in range(31)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "tried too often" in answers[-1].content.decode()


def test_somebody_deactivated_does_not_get_in_with_the_right_password(db):
    gone = user(name="gone", is_active=False)
    browser = Client()
    answer = try_to_enter(browser, gone.email, PASSWORD)
    assert answer["Location"] == "/account/inactive/"
    assert browser.get("/account/inactive/").status_code == 200
    assert not signed_in(browser)


def test_a_service_account_has_no_session_even_with_a_password_in_the_table(db):
    robot = user(name="robot", kind="service")
    robot.set_password(PASSWORD)
    robot.save()
    browser = Client()
    assert try_to_enter(browser, robot.email, PASSWORD)["Location"] == "/account/inactive/"
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "http://127.0.0.1/",
        "\thttps://evil.test",
    ],
)
def test_signing_in_leads_nowhere_else(bob, target):
    answer = Client().post(LOGIN, {"login": bob.email, "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_signing_in_leads_back_to_where_one_wanted_to_go(bob):
    browser = Client()
    sent = browser.get("/me/tokens/?x=1")
    assert sent["Location"] == "/account/login/?next=%2Fme%2Ftokens%2F%3Fx%3D1"
    answer = browser.post(sent["Location"], {"login": bob.email, "password": PASSWORD, "next": "/me/tokens/?x=1"})
    assert answer["Location"] == "/me/tokens/?x=1"


def test_nobody_makes_an_account_alone(db):
    data = {"email": "new@vincula.test", "password1": PASSWORD}
    page = Client().post("/account/signup/", data)
    assert "invitation" in page.content.decode()
    assert not User.objects.filter(email="new@vincula.test").exists()


def test_a_reset_link_works_once_ends_the_sessions_and_names_our_own_address(bob, sign_in, mailoutbox, settings):
    elsewhere = sign_in(bob)
    browser = Client()
    browser.post("/account/password/reset/", {"email": bob.email}, HTTP_HOST="127.0.0.1")
    link = re.search(r"http\S+/password/reset/\S+", mailoutbox[-1].body).group()
    assert link.startswith(settings.BASE_URL)
    path = link.removeprefix(settings.BASE_URL)
    form = browser.get(path, follow=True)
    new = "seven blue bees hum"
    done = browser.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    assert "saved" in done.content.decode()
    assert not signed_in(elsewhere)
    assert "no longer works" in Client().get(path, follow=True).content.decode()
    assert signed_in(sign_in(bob, new))
