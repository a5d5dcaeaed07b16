"""Language, time zone, theme and density follow the person (X6)."""

import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from vincula.kernel.people.middleware import Preferences


def language_seen(browser: Client, **headers: str) -> str:
    return browser.get("/account/login/", headers=headers)["Content-Language"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru", "ru"),
        ("nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        ("fr-LU", "fr"),
        ("lb,de;q=0.8", "de"),
        ("xx", "en"),
        ("", "en"),
        ("*", "en"),
        ("ru;q=zzz,,;;", "en"),
        ("a" * 5000, "en"),
    ],
)
def test_a_stranger_reads_in_the_browsers_language(db, header, language):
    assert language_seen(Client(), **{"Accept-Language": header}) == language


def test_the_cookie_outranks_the_browser_and_the_user_outranks_the_cookie(bob, sign_in):
    browser = Client()
    browser.cookies["vincula_language"] = "de"
    assert language_seen(browser, **{"Accept-Language": "ru"}) == "de"
    bob.language = "fr"
    bob.save()
    sign_in(bob, browser=browser)
    assert browser.get("/me/", headers={"Accept-Language": "ru"})["Content-Language"] == "fr"


def test_a_cookie_with_a_language_that_we_do_not_speak_is_ignored(db):
    browser = Client()
    browser.cookies["vincula_language"] = "../../etc"
    assert language_seen(browser) == "en"


def test_language_and_zone_of_one_request_do_not_leak_into_the_next(rf, bob):
    bob.language, bob.time_zone = "ru", "Asia/Tokyo"
    request = rf.get("/")
    request.user = bob
    request.session = type("Session", (), {"session_key": None})()
    within = []

    def page(_request):
        from django.http import HttpResponse

        within.append((translation.get_language(), timezone.get_current_timezone_name()))
        return HttpResponse()

    before = translation.get_language(), timezone.get_current_timezone_name()
    Preferences(page)(request)
    assert within == [("ru", "Asia/Tokyo")]
    assert (translation.get_language(), timezone.get_current_timezone_name()) == before


def test_a_stranger_switches_language_and_theme_by_cookie(db):
    browser = Client()
    answer = browser.post("/me/language", {"language": "ru", "next": "/account/login/"})
    assert answer["Location"] == "/account/login/"
    assert language_seen(browser) == "ru"
    browser.post("/me/theme", {"value": "dark"})
    assert 'data-theme="dark"' in browser.get("/account/login/").content.decode()


def test_a_person_switches_for_good(bob, sign_in):
    browser = sign_in(bob)
    browser.post("/me/preferences/", {"language": "de", "theme": "dark"})
    browser.post("/me/density", {"density": "compact"})
    bob.refresh_from_db()
    assert (bob.language, bob.theme, bob.density) == ("de", "dark", "compact")
    assert browser.get("/me/")["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("language", {"language": "tlh"}),
        ("language", {}),
        ("theme", {"theme": "pink"}),
        ("density", {"density": ""}),
        ("preferences/", {"name": "Somebody Else"}),
        ("preferences/", {"theme": "dark", "language": "xx"}),
    ],
)
def test_a_choice_that_does_not_exist_changes_nothing(bob, sign_in, address, sent):
    browser = sign_in(bob)
    assert browser.post(f"/me/{address}", sent).status_code == 400
    kept = bob.name
    bob.refresh_from_db()
    assert (bob.language, bob.theme, bob.density, bob.name) == ("", "auto", "normal", kept)


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", ""])
def test_a_switch_leads_nowhere_else(db, target):
    answer = Client().post(
        "/me/language", {"language": "ru", "next": target}, headers={"Referer": "https://evil.test/x"}
    )
    assert answer["Location"] == "/"


def test_a_switch_needs_a_post(db):
    assert Client().get("/me/language?language=ru").status_code == 405


def test_part_of_a_page_asks_the_browser_to_load_the_page_anew(bob, sign_in):
    answer = sign_in(bob).post("/me/theme", {"theme": "dark"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Refresh"] == "true"


def test_the_settings_page_saves_and_says_what_is_wrong(bob, sign_in):
    browser = sign_in(bob)
    sent = {
        "name": "Robert Birch",
        "language": "nl",
        "time_zone": "Europe/Brussels",
        "theme": "light",
        "density": "roomy",
    }
    assert browser.post("/me/", sent).status_code == 302
    bob.refresh_from_db()
    assert {name: getattr(bob, name) for name in sent} == sent
    wrong = browser.post("/me/", {**sent, "time_zone": "Mars/Olympus", "name": ""})
    assert wrong.status_code == 422
    assert re.findall(r'id="id_(\w+)-error"', wrong.content.decode()) == ["name", "time_zone"]


def test_an_older_zone_name_that_somebody_has_stays_choosable(bob, sign_in):
    bob.time_zone = "US/Eastern"
    bob.save()
    browser = sign_in(bob)
    sent = {"name": "Bob", "language": "", "time_zone": "US/Eastern", "theme": "auto", "density": "normal"}
    assert browser.post("/me/", sent).status_code == 302


def test_nothing_else_about_oneself_can_be_changed_there(bob, sign_in):
    browser = sign_in(bob)
    sent = {
        "name": "Bob",
        "time_zone": "UTC",
        "theme": "auto",
        "density": "normal",
        "is_superuser": "on",
        "kind": "staff",
    }
    browser.post("/me/", {**sent, "email": "root@vincula.test"})
    bob.refresh_from_db()
    assert not bob.is_superuser
    assert bob.email == "bob@vincula.test"
