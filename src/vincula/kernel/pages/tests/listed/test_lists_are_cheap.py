"""However many rows there are, a list asks ten statements at most and weighs 60 KB at most."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vincula.kernel.pages.tests.listed import toy
from vincula.kernel.pages.tests.listed.conftest import browser, grant, own_field, shelf, text_of
from vincula.kernel.people.tests.factories import user
from vincula.kernel.ui import frame


@pytest.fixture(autouse=True)
def no_rooms(monkeypatch):
    """What rooms count for the rail is theirs to answer for."""
    monkeypatch.setattr(frame, "_sections", {})


def fill(owner, n):
    shelves = [shelf(owner, f"Shelf {i}") for i in range(3)]
    toy.Book.objects.bulk_create(
        toy.Book(name=f"The collected travels, volume {i}", acronym=f"TCT{i}", kind="atlas", country="BE", shelf=shelves[i % 3],
                 owner=owner, pages=i, tags=["grid", "renewal"])
        for i in range(n)
    )  # fmt: skip


@pytest.fixture
def carl():
    """His roles let him change other books than he sees, so each page has to ask which."""
    made = user(name="Carl Cork", password=None)
    grant(made, ("*", "view", "all"), ("toylisted.book", "change", "own"), ("toylisted.book", "delete", "own"))
    return made


@pytest.mark.parametrize(
    "path", ["/books/", "/books/?group=kind", "/books/?sort=-shelf", "/books/?kind=atlas&country=BE"]
)
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_list_asks_at_most_ten_statements(request, who, path):
    person = request.getfixturevalue(who)
    fill(person, 120)
    client = browser(person)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(asked) <= 10, "\n".join(q["sql"][:160] for q in asked)


def test_even_where_rights_differ_row_by_row_one_statement_answers_for_all(carl, alice):
    fill(alice, 60)
    client = browser(carl)
    client.get("/books/")
    with CaptureQueriesContext(connection) as few:
        shown = text_of(client.get("/books/"))
    assert shown.count('class="row"') == shown.count(" data-fixed>") > 0
    toy.Book.objects.update(owner=carl)
    with CaptureQueriesContext(connection) as same:
        shown = text_of(client.get("/books/"))
    assert " data-fixed>" not in shown
    assert 'data-edits="kind"' in shown
    assert len(few) == len(same) <= 10


def test_fifty_rows_weigh_at_most_sixty_kilobytes(alice):
    own_field("colour", "Colour")
    fill(alice, 50)
    page = browser(alice).get("/books/")
    assert text_of(page).count('class="row"') == 50
    assert len(page.content) <= 60_000
