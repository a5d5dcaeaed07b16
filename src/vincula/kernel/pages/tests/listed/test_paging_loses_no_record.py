"""Walking the pages forwards and backwards gives every record exactly once, in the order of one whole statement."""

import datetime

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vincula.kernel.entity import listing, registry
from vincula.kernel.pages.listed import groups
from vincula.kernel.pages.tests.listed import toy
from vincula.kernel.pages.tests.listed.conftest import book, browser, shelf, text_of

NAMES = st.sampled_from(["", "a", "A", "ä", "b", "b b", "łódź", "Ёлка", "Z", "z-z"])
BOOK = st.tuples(
    NAMES,
    st.none() | st.integers(-2, 2),
    st.none() | st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 3)),
    st.sampled_from(["novel", "atlas", "verse"]),
    st.sampled_from([None, 0, 1, 2]),
)
SORTS = ("name", "pages", "due", "kind", "shelf", "owner", "id", "created_at", "lent")
GROUPS = ("", "kind", "shelf", "country", "lent", "owner")


@pytest.fixture
def shelves(alice, bob):
    return [shelf(bob, "same"), shelf(bob, "same"), shelf(alice, "hidden from bob")]


def fill(rows, owner, shelves):
    toy.Book.objects.all().delete()
    toy.Book.objects.bulk_create(
        toy.Book(name=n, pages=p, due=d, kind=k, shelf=None if s is None else shelves[s], owner=owner)
        for n, p, d, k, s in rows
    )


def whole(user, sort, group):
    """The oracle: one statement without pages."""
    entity = registry.get("toylisted.book")
    order = listing.ordered(entity, sort)
    grouping = groups.wanted(entity, group, user)
    rows = grouping.annotate(entity.rows(user)) if grouping else entity.rows(user)
    order.lead = grouping.lead if grouping else ()
    read = listing.reading_along(rows, order, user)  # a shelf that the reader may not see sorts as none
    return rows, list(order.lead), [r.pk for r in listing._take(read, order.keys, 1000)]


def walk(user, sort, group, per, step):
    """Every page in one direction, each reached by the cursor of the one before."""
    entity = registry.get("toylisted.book")
    rows, lead, _ids = whole(user, sort, group)
    found, cursor, pages = [], "", 0
    back = step == "previous"
    while True:
        params = QueryDict(mutable=True)
        params["sort"] = sort
        if cursor:
            params["before" if back else "after"] = cursor
        page = listing.page(entity, user, params, rows=rows, per=per, lead=lead)
        ids = [r.pk for r in page.records]
        found = [*ids, *found] if back else [*found, *ids]
        cursor, pages = getattr(page, step), pages + 1
        assert pages < 60
        if not cursor:
            return found, page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(BOOK, max_size=12),
    sort=st.sampled_from(SORTS),
    down=st.booleans(),
    group=st.sampled_from(GROUPS),
    per=st.integers(1, 5),
)
def test_every_record_comes_exactly_once_and_in_order(bob, shelves, rows, sort, down, group, per):
    fill(rows, bob, shelves)
    sort = f"-{sort}" if down else sort
    _rows, lead, oracle = whole(bob, sort, group)
    forwards, last = walk(bob, sort, group, per, "next")
    assert forwards == oracle
    assert len(set(forwards)) == len(rows)
    if not rows:
        return
    entity, params = registry.get("toylisted.book"), QueryDict(mutable=True)
    params["sort"] = sort
    order = listing.ordered(entity, sort)
    order.lead = tuple(lead)
    listing.reading_along(_rows, order, bob)
    params["before"] = listing.cursor_at(last.records[-1], order)
    before_last = []
    while True:
        page = listing.page(entity, bob, params, rows=_rows, per=per, lead=lead)
        before_last = [*(r.pk for r in page.records), *before_last]
        if not page.previous:
            break
        params["before"] = page.previous
    assert before_last == oracle[:-1]


def test_empty_values_come_first_going_up_and_last_going_down(bob, shelves):
    fill([("a", 3, None, "novel", None), ("b", None, None, "novel", None), ("c", 1, None, "novel", None)], bob, shelves)
    names = dict(toy.Book.objects.values_list("pk", "name"))
    assert [names[i] for i in whole(bob, "pages", "")[2]] == ["b", "c", "a"]
    assert [names[i] for i in whole(bob, "-pages", "")[2]] == ["a", "c", "b"]


def test_a_choice_groups_in_the_order_of_its_declaration(bob, shelves):
    fill(
        [("a", None, None, "verse", None), ("b", None, None, "atlas", None), ("c", None, None, "novel", None)],
        bob,
        shelves,
    )
    names = dict(toy.Book.objects.values_list("pk", "name"))
    assert [names[i] for i in whole(bob, "-name", "kind")[2]] == ["c", "b", "a"]


def test_the_pager_tells_the_position_where_it_is_known(alice):
    for i in range(120):
        toy.Book.objects.create(name=f"Volume {i:03d}", name_folded=f"volume {i:03d}")
    client = browser(alice)
    first = text_of(client.get("/books/"))
    assert "1–50 of 120" in first
    assert 'rel="prev"' not in first
    second = client.get("/books/" + _link(first, "next"))
    assert "51–100 of 120" in text_of(second)
    third = client.get("/books/" + _link(text_of(second), "next"))
    assert "101–120 of 120" in text_of(third)
    assert 'rel="next"' not in text_of(third)
    back = client.get("/books/" + _link(text_of(third), "prev"))
    assert "51–100 of 120" in text_of(back)
    again = client.get("/books/" + _link(text_of(back), "prev"))
    assert "1–50 of 120" in text_of(again)
    somewhere = _link(first, "next").replace("page=51", "page=x")
    assert "50 of 120" in text_of(client.get("/books/" + somewhere))
    assert "–" not in text_of(client.get("/books/" + somewhere)).split('class="pager"')[1].split("</span>")[0]


def _link(html, rel):
    from html import unescape

    return unescape(html.split(f'rel="{rel}" href="')[1].split('"')[0])


def test_many_are_counted_about(alice, monkeypatch):
    monkeypatch.setattr(listing, "count", lambda rows: (12_345, False))
    for i in range(51):
        toy.Book.objects.create(name=f"Volume {i}", name_folded=f"volume {i}")
    shown = text_of(browser(alice).get("/books/"))
    assert "about 12,000" in shown
    assert "1–50 of about 12,000" in shown


def test_filters_and_words_stay_while_one_pages_and_sorts(alice):
    for i in range(60):
        book(alice, f"Volume {i}", kind="atlas")
    shown = text_of(browser(alice).get("/books/?kind=atlas&q=volume"))
    assert "kind=atlas" in _link(shown, "next")
    assert "q=volume" in _link(shown, "next")
    assert 'aria-sort="ascending"' in shown
    assert "?kind=atlas&amp;q=volume&amp;sort=-name" in shown
