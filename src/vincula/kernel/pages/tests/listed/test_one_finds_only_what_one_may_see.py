"""Every page of many records passes through the access door: the secret word stands in no byte for bob."""

import json
import re

import pytest

from vincula.kernel.clock import today
from vincula.kernel.pages.models import Pin, SavedView
from vincula.kernel.pages.tests.listed import toy
from vincula.kernel.pages.tests.listed.conftest import book, browser, note, shelf, text_of
from vincula.kernel.records import actions

SECRET = "Quetzalcoatl"


@pytest.fixture
def library(alice, bob):
    hidden_shelf = shelf(alice, f"{SECRET} shelf")
    secret = book(
        alice, f"{SECRET} atlas", kind="atlas", country="LU", due=today(), pages=5, shelf=hidden_shelf, tags=[SECRET]
    )
    secret_note = note(alice, f"{SECRET} note", lane="now")
    own = book(bob, "Own novel", kind="novel", country="BE", due=today(), pages=7)
    actions.change(own, who=alice, shelf=hidden_shelf)
    return {"secret": secret, "own": own, "shelf": hidden_shelf, "note": secret_note}


PAGES = (
    "/books/", "/books/?group=kind", "/books/?group=shelf", "/books/?group=owner", "/books/?sort=shelf", "/books/?layout=board",
    "/books/?layout=calendar", "/notes/?layout=board", f"/books/?q={SECRET}", "/books/options/", f"/books/options/?q={SECRET}",
    f"/books/options/?q={SECRET[:4]}", "/books/trash/", "/books/filter/tags/", "/books/filter/shelf/", "/books/choose/columns/",
    "/books/views/counts/", f"/search/?q={SECRET}", f"/search/?q={SECRET}&in=books", f"/search/suggest?q={SECRET[:5]}",
    "/search/suggest?q=atlas", "/books/export/?format=csv", "/books/export/?format=jsonl", "/shelves/", "/shelves/options/?q=",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_the_secret_word_stands_in_no_page_of_bob(library, bob, path):
    response = browser(bob).get(path)
    assert response.status_code == 200
    shown = text_of(response).replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
    shown = re.sub(rf"the words “{SECRET}”|{SECRET}</a>", "", shown) if "q=" in path else shown
    assert SECRET.casefold() not in shown.casefold()


@pytest.mark.parametrize(
    "path", [p for p in PAGES if "trash" not in p and "choose" not in p and "counts" not in p and "notes" not in p]
)
def test_alice_does_see_it_so_the_test_can_fail(library, alice, path):
    assert SECRET.casefold() in text_of(browser(alice).get(path)).casefold()


def test_counts_and_heads_count_only_what_bob_sees(library, bob):
    page = browser(bob).get("/books/?group=kind")
    assert '<span class="count">1</span>' in text_of(page)
    assert 'Novel <span class="n">1</span>' in text_of(page)
    assert "Atlas" not in text_of(page).split("<tbody>")[1]


def test_a_hidden_shelf_groups_like_no_shelf(library, bob):
    book(bob, "Bare novel")
    shown = text_of(browser(bob).get("/books/?group=shelf"))
    assert shown.count("group-row") == 1
    assert 'Without shelf <span class="n">2</span>' in shown


def test_a_shared_view_that_filters_by_a_hidden_record_says_only_that_there_is_none(library, alice, bob):
    view = SavedView.objects.create(
        entity="toylisted.book", name="Theirs", owner=alice, shared=True, query=f"shelf={library['shelf'].pk}"
    )
    answer = browser(bob).get(f"/books/?view={view.pk}")
    assert answer.status_code == 400
    assert "There is no such record." in text_of(answer)
    assert SECRET not in text_of(answer)
    assert "Own novel" not in text_of(answer)
    assert f"view-n-{view.pk}" not in text_of(browser(bob).get("/books/views/counts/"))


def test_a_pin_on_what_may_no_longer_be_seen_is_not_shown(library, bob):
    Pin.objects.create(user=bob, entity="toylisted.book", object_id=library["secret"].pk)
    assert SECRET not in text_of(browser(bob).get("/books/"))


def test_pinning_asks_the_door(library, bob):
    client = browser(bob)
    assert client.post("/books/pin/", {"id": library["secret"].pk}).status_code == 404
    assert client.post("/books/pin/", {"id": library["own"].pk}).status_code == 302
    assert '<span class="t">Own novel</span>' in text_of(client.get("/books/"))
    client.post("/books/pin/", {"id": library["own"].pk})
    assert not Pin.objects.filter(user=bob).exists()


def test_who_sees_no_book_at_all_is_refused_with_a_sentence(vera):
    answer = browser(vera).get("/notes/")
    assert answer.status_code == 403


def test_a_hidden_card_cannot_be_moved(library, bob):
    answer = browser(bob).post(f"/notes/board/{library['note'].pk}/", {"to": "later"})
    assert answer.status_code == 404
    assert toy.Note.objects.get().lane == "now"


def test_options_are_few_and_well_shaped(alice):
    for i in range(30):
        book(alice, f"Volume {i}", acronym=f"V{i}")
    found = json.loads(text_of(browser(alice).get("/books/options/?q=volume")))["results"]
    assert len(found) == 20
    assert found[0].keys() == {"id", "label", "hint"}
    assert found[0]["hint"].startswith("V")


def test_a_selection_holds_no_hidden_record(library, bob):
    answer = browser(bob).post("/books/bulk/", {"ids": [library["secret"].pk, library["own"].pk]})
    assert SECRET not in text_of(answer)
    assert "Edit 1 record<" in text_of(answer)


def test_the_trash_shows_only_what_bob_could_restore(library, alice, bob):
    actions.trash(library["secret"], who=alice)
    actions.trash(library["own"], who=bob)
    client = browser(bob)
    shown = text_of(client.get("/books/trash/"))
    assert "Own novel" in shown
    assert SECRET not in shown
    client.post("/books/trash/", {"ids": [library["secret"].pk, library["own"].pk]})
    library["secret"].refresh_from_db()
    library["own"].refresh_from_db()
    assert library["secret"].trashed_at is not None
    assert library["own"].trashed_at is None
