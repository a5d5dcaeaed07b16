"""Saved views: private or shared, begun with, changed by their owner only; columns are chosen and ordered without script."""

import pytest

from vincula.kernel.pages.models import Pin, SavedView
from vincula.kernel.pages.tests.listed.conftest import book, browser, text_of


@pytest.fixture
def atlases(alice):
    book(alice, "Big atlas", kind="atlas", pages=400)
    book(alice, "Thin novel", kind="novel", pages=40)
    client = browser(alice)
    client.post("/books/views/", {"name": "Atlases", "state": "?kind=atlas&sort=-pages"})
    return SavedView.objects.get(name="Atlases")


def test_a_view_brings_its_filters_back(alice, atlases):
    client = browser(alice)
    shown = text_of(client.get(f"/books/?view={atlases.pk}"))
    assert "Big atlas" in shown
    assert "Thin novel" not in shown
    assert 'aria-sort="descending"' in shown
    assert 'aria-current="page">Atlases' in shown


def test_all_conditions_of_a_view_can_be_let_go(alice, atlases):
    client = browser(alice)
    shown = text_of(client.get(f"/books/?view={atlases.pk}"))
    assert f'href="?sort=-pages&amp;view={atlases.pk}"' in shown
    shown = text_of(client.get(f"/books/?view={atlases.pk}&_=1"))
    assert "Thin novel" in shown
    assert "Save changes" in shown


def test_a_private_view_is_its_owners_alone(alice, vera, atlases):
    assert "Atlases" not in text_of(browser(vera).get("/books/"))
    assert browser(vera).get(f"/books/?view={atlases.pk}").status_code == 404
    assert browser(vera).post(f"/books/views/{atlases.pk}/", {"do": "delete"}).status_code == 404


def test_a_shared_view_may_be_opened_and_begun_with_but_not_changed(alice, vera, atlases):
    browser(alice).post(f"/books/views/{atlases.pk}/", {"do": "share"})
    client = browser(vera)
    assert "Big atlas" in text_of(client.get(f"/books/?view={atlases.pk}"))
    for do in ("rename", "save", "unshare", "delete", "share"):
        assert (
            client.post(f"/books/views/{atlases.pk}/", {"do": do, "name": "Mine now", "state": ""}).status_code == 403
        )
    client.post(f"/books/views/{atlases.pk}/", {"do": "begin"})
    assert "Thin novel" not in text_of(client.get("/books/"))
    assert "Thin novel" in text_of(client.get("/books/?view=all"))
    client.post(f"/books/views/{atlases.pk}/", {"do": "pin"})
    browser(alice).post(f"/books/views/{atlases.pk}/", {"do": "unshare"})
    assert "Thin novel" in text_of(client.get("/books/"))
    assert not Pin.objects.exists()
    atlases.refresh_from_db()
    assert (atlases.name, atlases.query) == ("Atlases", "kind=atlas&sort=-pages")


def test_an_administrator_may_change_what_is_shared(alice, bob, atlases):
    SavedView.objects.filter(pk=atlases.pk).update(owner=bob, shared=True)
    assert browser(alice).post(f"/books/views/{atlases.pk}/", {"do": "rename", "name": "Maps"}).status_code == 302
    atlases.refresh_from_db()
    assert atlases.name == "Maps"


def test_a_view_is_saved_renamed_and_deleted_by_its_owner(alice, atlases):
    client = browser(alice)
    client.post(f"/books/views/{atlases.pk}/", {"do": "save", "state": f"?kind=novel&columns=pages&view={atlases.pk}"})
    client.post(f"/books/views/{atlases.pk}/", {"do": "rename", "name": "  Novels  "})
    atlases.refresh_from_db()
    assert (atlases.name, atlases.query, atlases.columns) == ("Novels", "kind=novel", ["pages"])
    client.post(f"/books/views/{atlases.pk}/", {"do": "delete"})
    assert not SavedView.objects.filter(name="Novels").exists()


@pytest.mark.parametrize(
    "given",
    [{"name": " ", "state": ""}, {"name": "X", "state": "?nonsense=1"}, {"name": "X", "state": "?" + "a" * 5000}],
)
def test_a_view_that_says_nothing_sensible_is_refused(alice, given):
    assert browser(alice).post("/books/views/", given).status_code == 400
    assert not SavedView.objects.exists()


def test_counts_of_views_come_later_and_only_with_more_than_one_tab(alice, vera, atlases):
    assert "views/counts/" in text_of(browser(alice).get("/books/"))
    assert "views/counts/" not in text_of(browser(vera).get("/books/"))
    shown = text_of(browser(alice).get("/books/views/counts/"))
    assert f'<i id="view-n-{atlases.pk}" hx-swap-oob="true">1</i>' in shown
    assert '<i id="view-n-0" hx-swap-oob="true">2</i>' in shown


def test_columns_are_kept_for_the_person_and_the_list(alice, vera, atlases):
    client = browser(alice)
    client.post("/books/columns/", {"state": "?kind=novel", "columns": ["pages", "country", "nonsense"]})
    shown = text_of(client.get("/books/"))
    assert _heads(shown) == ["name", "pages", "country"]
    assert "lent" not in _heads(text_of(browser(vera).get("/books/")))
    client.post("/books/columns/", {"state": "", "reset": "1"})
    assert "tags" in _heads(text_of(client.get("/books/")))


def test_a_column_moves_without_script(alice):
    client = browser(alice)
    answer = client.post(
        "/books/columns/", {"state": "?kind=novel", "columns": ["pages", "country", "due"], "up": "due"}
    )
    assert answer["Location"] == "/books/choose/columns/?kind=novel"
    assert _heads(text_of(client.get("/books/?kind=atlas"))) == []
    book(alice, "One")
    assert _heads(text_of(client.get("/books/"))) == ["name", "pages", "due", "country"]


def test_columns_chosen_in_an_own_view_belong_to_it(alice, atlases):
    client = browser(alice)
    client.post("/books/columns/", {"state": f"?view={atlases.pk}", "columns": ["due"]})
    assert _heads(text_of(client.get(f"/books/?view={atlases.pk}"))) == ["name", "due"]
    assert "tags" in _heads(text_of(client.get("/books/")))


def _heads(html):
    import re

    head = html.split("<thead>")[-1].split("</thead>")[0] if "<thead>" in html else ""
    return [re.sub(r"<[^>]+>|[↑↓]", "", h).strip() for h in re.findall(r'<th scope="col".*?</th>', head)]
