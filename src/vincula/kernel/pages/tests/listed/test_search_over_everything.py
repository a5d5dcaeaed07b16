"""What is written is found at once, by its entity's words; what is thrown away is not; the index can be made anew."""

import json

from vincula.kernel.pages.tests.listed.conftest import book, browser, note, shelf, text_of
from vincula.kernel.records import actions
from vincula.kernel.search import records
from vincula.kernel.search.models import Entry


def titles(client, q):
    return [line["title"] for line in json.loads(text_of(client.get(f"/search/suggest?q={q}")))["results"]]


def test_a_saved_record_is_found_by_title_acronym_and_other_names(alice):
    book(alice, "Universiteit Gent", acronym="UGent", names=["Université de Gand"])
    client = browser(alice)
    for q in ("universiteit", "ugent", "gand", "univresiteit"):
        assert "Universiteit Gent" in titles(client, q), q


def test_a_renamed_record_is_found_by_its_new_name_only(alice):
    one = book(alice, "Heliotrope")
    actions.change(one, who=alice, name="Saxifrage")
    client = browser(alice)
    assert "Saxifrage" in titles(client, "saxifrage")
    assert titles(client, "heliotrope") == []


def test_what_lies_in_the_trash_is_not_found_until_it_is_back(alice):
    one = book(alice, "Heliotrope")
    actions.trash(one, who=alice)
    client = browser(alice)
    assert titles(client, "heliotrope") == []
    actions.restore(one, who=alice)
    assert titles(client, "heliotrope") == ["Heliotrope"]


def test_the_page_groups_by_list_with_counts(alice):
    book(alice, "Heliotrope book", kind="atlas")
    book(alice, "Heliotrope novel", kind="novel")
    note(alice, "Heliotrope note")
    shown = text_of(browser(alice).get("/search/?q=heliotrope"))
    assert "Books <i>2</i>" in shown
    assert "Notes <i>1</i>" in shown
    assert "Everywhere <i>3</i>" in shown
    only = text_of(browser(alice).get("/search/?q=heliotrope&in=books"))
    assert "Heliotrope note" not in only
    assert 'href="/books/?q=heliotrope&amp;kind=atlas"' in only


def test_the_palette_offers_lists_and_what_one_may_create(alice, vera):
    found = json.loads(text_of(browser(alice).get("/search/suggest?q=boo")))["results"]
    assert {"title": "books", "hint": "", "kind": "List", "url": "/books/"} in found
    assert {"title": "book", "hint": "", "kind": "Create", "url": "/books/new/"} in found
    assert [f["kind"] for f in json.loads(text_of(browser(vera).get("/search/suggest?q=boo")))["results"]] == ["List"]


def test_words_narrow_a_list(alice):
    book(alice, "Travels in the north")
    book(alice, "Poems")
    shown = text_of(browser(alice).get("/books/?q=travel"))
    assert "Travels in the north" in shown
    assert "Poems" not in shown


def test_the_index_can_be_made_anew(alice):
    book(alice, "Heliotrope")
    shelf(alice, "Gone")
    Entry.objects.all().delete()
    assert titles(browser(alice), "heliotrope") == []
    assert records.rebuild() >= 2
    assert titles(browser(alice), "heliotrope") == ["Heliotrope"]


def test_nothing_found_and_nothing_asked_say_so(alice):
    assert "No record that you may see" in text_of(browser(alice).get("/search/?q=zzzzzz"))
    assert "Search everything that you may see" in text_of(browser(alice).get("/search/"))
    assert browser(alice).get("/search/?q=" + "x" * 3000).status_code == 200
