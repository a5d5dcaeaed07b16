"""Bulk: tried first, told what changes and what cannot, done as one act, taken back as one act."""

import re
from html import unescape

import pytest

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.pages.listed import selection
from vincula.kernel.pages.tests.listed import toy
from vincula.kernel.pages.tests.listed.conftest import book, browser, grant, text_of
from vincula.kernel.records import actions


@pytest.fixture
def books(alice):
    return [book(alice, f"Book {i}", kind="novel", tags=["old"] if i else []) for i in range(3)]


def fields_of(html):
    """The hidden inputs of the last form: what a person sends on with one press."""
    form = re.findall(r'<form method="post" action="/books/bulk/.*?</form>', html, re.S)[-1]
    found = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        if name != "csrfmiddlewaretoken":
            found.setdefault(name, []).append(unescape(value))
    return found


def kinds():
    return sorted(toy.Book.objects.values_list("kind", flat=True))


def undo_of(client):
    """The address that the last message offers."""
    return re.search(r'action="(/books/bulk/undo/[^"]+)"', text_of(client.get("/books/")))[1]


def step(client, values, **changes):
    return client.post("/books/bulk/", {**values, **changes})


def preview(client, books, **changes):
    page = text_of(client.post("/books/bulk/", {"ids": [b.pk for b in books]}))
    return text_of(step(client, fields_of(page), **changes))


def test_looking_changes_nothing_and_doing_changes_all_as_one_act(alice, books):
    client = browser(alice)
    shown = preview(client, books, set=["kind"], kind="atlas")
    assert "3 records will change" in shown
    assert "Atlas" in shown
    assert kinds() == ["novel"] * 3
    step(client, fields_of(shown))
    assert kinds() == ["atlas"] * 3
    assert AuditEntry.objects.filter(verb="bulk edited").values("correlation").distinct().count() == 1


def test_undo_takes_the_whole_back(alice, books):
    client = browser(alice)
    before = list(toy.Book.objects.order_by("pk").values("kind", "tags", "country"))
    step(
        client,
        fields_of(
            preview(
                client,
                books,
                set=["kind", "country"],
                kind="atlas",
                country="LU",
                add_tags="new, grid",
                drop_tags="OLD",
            )
        ),
    )
    assert list(toy.Book.objects.values_list("tags", flat=True)) == [["new", "grid"]] * 3
    client.post(undo_of(client))
    assert list(toy.Book.objects.order_by("pk").values("kind", "tags", "country")) == before


def test_undo_keeps_what_somebody_changed_again(alice, books):
    client = browser(alice)
    step(client, fields_of(preview(client, books, set=["kind"], kind="atlas")))
    address = undo_of(client)
    actions.change(toy.Book.objects.get(pk=books[0].pk), who=alice, kind="verse")
    client.post(address)
    assert kinds() == ["novel", "novel", "verse"]
    assert "1 value was changed again since and stays." in text_of(client.get("/books/"))


def test_only_who_did_it_takes_it_back(alice, bob, books):
    client = browser(alice)
    step(client, fields_of(preview(client, books, set=["kind"], kind="atlas")))
    assert browser(bob).post(undo_of(client)).status_code == 404
    assert kinds() == ["atlas"] * 3


def test_an_edit_made_meanwhile_is_not_overwritten(alice, books):
    client = browser(alice)
    page = text_of(client.post("/books/bulk/", {"ids": [b.pk for b in books]}))
    actions.change(books[1], who=alice, pages=9)
    shown = text_of(step(client, fields_of(page), set=["kind"], kind="atlas"))
    assert "2 records will change" in shown
    assert "Somebody changed it after you selected it." in shown
    actions.change(books[2], who=alice, pages=8)
    step(client, fields_of(shown))
    assert kinds() == ["atlas", "novel", "novel"]


def test_what_cannot_be_changed_is_named_with_its_reason(bob, alice):
    grant(bob, ("toylisted.book", "view", "all"))
    mine, theirs = book(bob, "Mine"), book(alice, "Theirs")
    shown = preview(browser(bob), [mine, theirs], set=["kind"], kind="atlas")
    assert "1 record will change" in shown
    assert "Theirs" in shown.split("What stays, and why")[1]
    assert "Your roles do not let you" in shown
    step(browser(bob), fields_of(shown))
    theirs.refresh_from_db()
    assert theirs.kind == "novel"


def test_a_wrong_value_is_told_at_its_field(alice, books):
    client = browser(alice)
    page = text_of(client.post("/books/bulk/", {"ids": [b.pk for b in books]}))
    answer = step(client, fields_of(page), set=["pages"], pages="many")
    assert answer.status_code == 422
    assert "Some values cannot be used" in text_of(answer)
    answer = step(client, fields_of(page), pages="5")
    assert answer.status_code == 422
    assert "Tick at least one field" in text_of(answer)


def test_an_empty_value_empties(alice):
    one = book(alice, "One", pages=5)
    client = browser(alice)
    shown = preview(client, [one], set=["pages"], pages="")
    assert "is emptied" in shown
    step(client, fields_of(shown))
    one.refresh_from_db()
    assert one.pages is None


def test_titles_and_states_are_not_set_alike(alice, books):
    shown = text_of(browser(alice).post("/books/bulk/", {"ids": [b.pk for b in books]}))
    assert 'value="kind"' in shown
    assert 'value="name"' not in shown
    assert 'value="state"' not in shown


def test_all_that_match_runs_the_filter_again(alice, books):
    book(alice, "Other", kind="verse")
    client = browser(alice)
    page = text_of(
        client.post("/books/bulk/", {"all": "1", "total": "3", "state": "?kind=novel", "ids": [books[0].pk]})
    )
    assert "Edit 3 records" in page
    step(client, fields_of(text_of(step(client, fields_of(page), set=["kind"], kind="atlas"))))
    assert kinds() == ["atlas", "atlas", "atlas", "verse"]


@pytest.mark.parametrize("total", ["2", "4", "", "x", "-1"])
def test_when_another_number_matches_than_was_seen_one_is_asked_again(alice, books, total):
    client = browser(alice)
    for path in ("/books/bulk/", "/books/bulk/trash/"):
        answer = client.post(path, {"all": "1", "total": total, "state": "?kind=novel"})
        assert answer.status_code == 409
        assert "3 records match now" in text_of(answer)
        assert "Go on with 3 records" in text_of(answer)
    assert toy.Book.objects.filter(trashed_at=None).count() == 3


def test_too_many_are_refused_with_the_number(alice, books, monkeypatch):
    monkeypatch.setattr(selection.read, "__kwdefaults__", {"most": 2})
    answer = browser(alice).post("/books/bulk/", {"all": "1", "total": "3", "state": ""})
    assert answer.status_code == 400
    assert "3 records are too many for one step; at most 2" in text_of(answer)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ids": ["x"]},
        {"picked": "x"},
        {"picked": "1-x"},
        {"picked": "9" * 30 + "-1"},
        {"all": "1", "state": "?nonsense=1"},
    ],
)
def test_a_silly_selection_gets_a_sentence(alice, books, given):
    for path in ("/books/bulk/", "/books/bulk/trash/", "/books/bulk/export/"):
        if "picked" in given and "export" in path:
            continue
        assert browser(alice).post(path, given).status_code == 400


def test_many_go_to_the_trash_and_come_back(alice, books):
    client = browser(alice)
    shown = text_of(client.post("/books/bulk/trash/", {"ids": [b.pk for b in books[:2]]}))
    assert "Book 0" in shown
    assert toy.Book.objects.filter(trashed_at=None).count() == 3
    client.post("/books/bulk/trash/", fields_of(shown))
    assert toy.Book.objects.filter(trashed_at=None).count() == 1
    client.post(undo_of(client))
    assert toy.Book.objects.filter(trashed_at=None).count() == 3


def test_a_selection_is_exported(alice, books):
    answer = browser(alice).post("/books/bulk/export/", {"ids": [books[0].pk, books[1].pk], "format": "csv"})
    lines = text_of(answer).strip().splitlines()
    assert len(lines) == 3
    assert "Book 2" not in text_of(answer)


def test_who_may_only_look_is_refused(vera, books):
    client = browser(vera)
    ids = {"ids": [books[0].pk]}
    assert client.post("/books/bulk/", ids).status_code == 403
    assert client.post("/books/bulk/trash/", ids).status_code == 403
    assert client.post("/books/bulk/export/", ids).status_code == 403
    assert client.get("/books/trash/").status_code == 403
    assert client.get("/books/bulk/").status_code == 405


def test_what_is_derived_follows_the_whole_act_and_its_undo(alice, books):
    client = browser(alice)
    shown = preview(client, books, add_tags="zeppelin")
    assert "Book 0" not in text_of(client.get("/books/?tags=zeppelin"))
    step(client, fields_of(shown))
    found = text_of(client.get("/books/?tags=zeppelin"))
    assert all(f"Book {i}" in found for i in range(3))
    client.post(re.search(r'action="(/books/bulk/undo/[^"]+)"', found)[1])
    assert "Book 0" not in text_of(client.get("/books/?tags=zeppelin"))
    gone = text_of(client.post("/books/bulk/trash/", {"ids": [b.pk for b in books]}))
    assert "Book 0" in text_of(client.get("/search/?q=book"))
    client.post("/books/bulk/trash/", fields_of(gone))
    assert "Book 0" not in text_of(client.get("/search/?q=book"))
