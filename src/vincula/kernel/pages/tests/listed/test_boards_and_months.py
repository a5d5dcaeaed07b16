"""Board and calendar: the same list in another shape; a refused move says every sentence and moves nothing."""

import datetime

import pytest
from django.utils import timezone

from vincula.kernel import clock
from vincula.kernel.pages.listed import board as board_page
from vincula.kernel.pages.tests.listed import toy
from vincula.kernel.pages.tests.listed.conftest import book, browser, note, text_of


def test_cards_stand_in_the_column_of_their_state(alice):
    book(alice, "Fresh")
    shown = text_of(browser(alice).get("/books/?layout=board"))
    new = shown.split('data-key="new"')[1].split("</ul>")[0]
    assert "Fresh" in new
    assert 'data-key="lost"' in shown


def test_a_move_goes_through_the_lifecycle(alice):
    one = book(alice, "Counted", pages=100)
    client = browser(alice)
    assert client.post(f"/books/board/{one.pk}/", {"to": "shelved", "version": one.version}).status_code == 302
    one.refresh_from_db()
    assert one.state == "shelved"
    assert "moved to “Shelved”" in text_of(client.get("/books/"))


def test_a_refused_move_says_why_and_moves_nothing(alice):
    one = book(alice, "Uncounted")
    client = browser(alice)
    answer = client.post(f"/books/board/{one.pk}/", {"to": "shelved"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert "Nobody counted the pages." in text_of(answer)
    client.post(f"/books/board/{one.pk}/", {"to": "shelved"})
    assert "Nobody counted the pages." in text_of(client.get("/books/"))
    one.refresh_from_db()
    assert one.state == "new"


@pytest.mark.parametrize(
    ("to", "said"),
    [("lost", "No move leads from “New” to “Lost”."), ("nonsense", "There is no column"), ("", "no column")],
)
def test_a_move_that_does_not_exist_is_refused(alice, to, said):
    one = book(alice, "One")
    answer = browser(alice).post(f"/books/board/{one.pk}/", {"to": to}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_stale_card_is_not_moved(alice):
    one = note(alice, "Call back")
    stale = one.version
    from vincula.kernel.records import actions

    actions.change(one, who=alice, text="Call back soon")
    answer = browser(alice).post(
        f"/notes/board/{one.pk}/", {"to": "now", "version": stale}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert "Nothing was moved" in text_of(answer)
    assert toy.Note.objects.get().lane == "later"


def test_who_may_only_look_cannot_move_and_is_offered_no_move(alice, vera):
    one = book(alice, "Counted", pages=100)
    client = browser(vera)
    shown = text_of(client.get("/books/?layout=board"))
    assert "Counted" in shown
    assert "data-id=" not in shown
    assert client.post(f"/books/board/{one.pk}/", {"to": "shelved"}, headers={"HX-Request": "true"}).status_code == 403
    one.refresh_from_db()
    assert one.state == "new"


def test_without_a_lifecycle_the_field_is_simply_set(alice):
    one = note(alice, "Call back")
    client = browser(alice)
    answer = client.post(f"/notes/board/{one.pk}/", {"to": "now", "back": "/notes/?layout=board&q=x"})
    assert answer["Location"] == "/notes/?layout=board&q=x"
    assert toy.Note.objects.get().lane == "now"
    answer = client.post(f"/notes/board/{one.pk}/", {"to": "later", "back": "//evil.example/"})
    assert answer["Location"] == "/notes/?layout=board"


def test_a_full_column_shows_the_first_and_leads_to_the_rest(alice, monkeypatch):
    monkeypatch.setattr(board_page, "MOST_CARDS", 2)
    for i in range(4):
        book(alice, f"Book {i}")
    shown = text_of(browser(alice).get("/books/?layout=board"))
    assert "Book 1" in shown
    assert "Book 2" not in shown
    assert "All 4 as a list" in shown


def test_filters_hold_on_board_and_calendar(alice):
    book(alice, "Atlas one", kind="atlas", due=clock.today())
    book(alice, "Novel one", kind="novel", due=clock.today())
    for layout in ("board", "calendar"):
        shown = text_of(browser(alice).get(f"/books/?layout={layout}&kind=atlas"))
        assert "Atlas one" in shown
        assert "Novel one" not in shown


def test_a_month_shows_its_days_and_the_months_beside(alice):
    book(alice, "Due in May", due=datetime.date(2026, 5, 14))
    book(alice, "Due in July", due=datetime.date(2026, 7, 1))
    book(alice, "Due never")
    shown = text_of(browser(alice).get("/books/?layout=calendar&month=2026-05"))
    assert "May 2026" in shown
    assert "Due in May" in shown.split('datetime="2026-05-14"')[1].split("</td>")[0]
    assert "Due in July" not in shown
    assert "month=2026-04" in shown
    assert "month=2026-06" in shown
    assert "1 without a date" in shown


@pytest.mark.parametrize(("language", "first"), [("en", "Mon"), ("ru", "пн"), ("de", "Mo.")])
def test_the_week_begins_as_the_readers_language_has_it(alice, language, first):
    alice.language = language
    alice.save()
    shown = text_of(browser(alice).get("/books/?layout=calendar"))
    assert shown.split("<abbr")[1].split(">")[1].startswith(first)


def test_a_moment_stands_on_the_day_of_the_readers_zone(alice):
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    note(alice, "Late call", at=datetime.datetime(2026, 5, 14, 20, 30, tzinfo=datetime.UTC))
    shown = text_of(browser(alice).get("/notes/?layout=calendar&month=2026-05"))
    assert "05:30 Late call" in shown.split('datetime="2026-05-15"')[1].split("</td>")[0]
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_busy_day_names_the_first_and_counts_the_rest(alice):
    for i in range(8):
        book(alice, f"Book {i}", due=datetime.date(2026, 5, 14))
    shown = text_of(browser(alice).get("/books/?layout=calendar&month=2026-05"))
    assert "3 more</a>" in shown
    assert "due__from=2026-05-14&amp;due__to=2026-05-14" in shown
