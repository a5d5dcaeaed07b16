"""What the address asks for wrongly is answered with a sentence and 400; what people typed is never run."""

import base64
import json

import pytest

from vincula.kernel.pages.tests.listed.conftest import book, browser, own_field, shelf, text_of

EVIL = '<script>alert("x")</script>'


def cursor(parameter, values):
    return base64.urlsafe_b64encode(json.dumps([parameter, values]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1", "name__like=x", "pages=many", "pages__from=1e400", "due__from=yesterday", "kind=poem", "country=XYZ", "lent=maybe",
        "shelf=abc", "shelf=²", "shelf=99999999999999999999", "q=%00", "sort=nonsense", "sort=tags", "sort=--name", "group=nonsense",
        "group=name", "columns=nonsense", "layout=pile", "layout=calendar&month=2026-13", "layout=calendar&month=x",
        "after=x", "after=%FF", "before=AAAA", f"after={cursor('name', ['a'])}", f"after={cursor('name', [1, 'a'])}",
        f"after={cursor('name', ['a', 2**70])}", f"after={cursor('name', [['a'], 1])}", f"after={cursor('-name', ['a', 1])}",
        f"after={cursor('name', ['a' + chr(0), 1])}", f"sort=pages&after={cursor('pages', ['a', 1])}",
        f"sort=due&after={cursor('due', [5, 1])}", f"sort=pages&after={cursor('pages', [float('inf'), 1])}",
        f"sort=due&after={cursor('due', ['2026-99-99', 1])}", "kind=" + "x" * 5000,
    ],
)  # fmt: skip
def test_a_silly_address_gets_a_sentence_and_400(alice, query):
    answer = browser(alice).get(f"/books/?{query}")
    assert answer.status_code == 400
    assert "Nothing was changed." in text_of(answer) or "cannot be read" in text_of(answer)


@pytest.mark.parametrize(
    "query",
    [
        "page=9999999999999999999",
        "page=-1",
        "page=x",
        "quick=99999999999999999999999",
        "quick=x",
        "q=",
        "due__to=%20%09",
        "pages__from=%C2%A0",
        "updated_at__to=+",
    ],
)
def test_a_silly_position_or_a_blank_value_asks_for_nothing(alice, query):
    book(alice, "Only one")
    assert browser(alice).get(f"/books/?{query}").status_code == 200


def test_a_view_of_nobody_is_not_found(alice):
    assert browser(alice).get("/books/?view=99").status_code == 404
    assert browser(alice).get("/books/?view=x").status_code == 404
    assert browser(alice).get("/books/?view=all").status_code == 200


def test_a_list_of_nothing_is_no_address(alice):
    assert browser(alice).get("/nonsense/").status_code == 404


def test_what_people_typed_is_shown_and_never_run(alice):
    own_field("evil", EVIL)
    stand = shelf(alice, EVIL)
    book(alice, EVIL, acronym="<b>", tags=[EVIL], names=[EVIL], shelf=stand, custom={"evil": EVIL})
    client = browser(alice)
    client.post("/books/views/", {"name": EVIL, "state": "?kind=novel", "shared": "1"})
    for path in (
        "/books/?columns=name,acronym,tags,names,shelf,custom.evil", "/books/?group=shelf", "/books/?layout=board", "/books/?layout=calendar",
        f"/books/?q={EVIL}", f"/books/?name__contains={EVIL}", f"/books/?tags={EVIL}", "/books/choose/columns/", "/books/choose/condition/",
        "/books/filter/tags/", f"/books/filter/name/?name={EVIL}", f"/books/?custom.evil={EVIL}", f"/search/?q={EVIL}", "/books/trash/",
        f"/books/?nonsense={EVIL}", f"/books/?{EVIL}=1", f"/books/?sort={EVIL}", f"/books/?kind={EVIL}", "/books/choose/view/?view=1",
    ):  # fmt: skip
        shown = text_of(client.get(path))
        assert "<script>alert" not in shown, path
        assert 'alert("x")' not in shown, path
    picked = client.post("/books/bulk/", {"all": "1", "total": "1", "state": ""})
    assert "<script>alert" not in text_of(picked)


def test_a_condition_is_composed_without_script(alice):
    client = browser(alice)
    answer = client.get("/books/?kind=novel&_field=kind&_op=not&_value=atlas&_value=verse")
    assert answer.status_code == 302
    assert answer["Location"] == "/books/?kind__not=atlas&kind__not=verse"
    answer = client.get("/books/?_field=pages&_op=range&_from=1&_to=")
    assert answer["Location"] == "/books/?pages__from=1"
    assert client.get("/books/?_field=nonsense&_op=is&_value=1").status_code == 400


def test_the_sentence_says_what_is_asked_and_each_clause_can_go(alice):
    book(alice, "Belgian", country="BE", kind="atlas", pages=10)
    shown = text_of(browser(alice).get("/books/?country=BE&country=LU&pages__from=5"))
    assert "Belgium or Luxembourg</summary>" in shown
    assert 'href="?pages__from=5"' in shown
    assert 'href="?country=BE&amp;country=LU"' in shown


def test_own_fields_are_columns_and_conditions(alice):
    own_field("colour", "Colour")
    book(alice, "Red one", custom={"colour": "red"})
    book(alice, "Blue one", custom={"colour": "blue"})
    shown = text_of(browser(alice).get("/books/?columns=name,custom.colour&custom.colour=red"))
    assert "Red one" in shown
    assert "Blue one" not in shown
    assert ">red<td" in shown
    assert "filter/custom.colour/" in text_of(browser(alice).get("/books/choose/condition/"))


def test_nothing_found_says_which_condition_to_let_go(alice):
    book(alice, "Belgian", country="BE", kind="atlas")
    shown = text_of(browser(alice).get("/books/?country=BE&kind=novel"))
    assert "kind is Novel</a>" in shown
    assert "1 without it" in shown
    assert "country is Belgium</a>" not in shown


def test_an_empty_list_offers_to_begin(alice, vera):
    shown = text_of(browser(alice).get("/books/"))
    assert "Create the first" in shown
    assert "Import a file" in shown
    assert "Create the first" not in text_of(browser(vera).get("/books/"))
