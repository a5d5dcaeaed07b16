"""Sorting by what may not be seen: neither the order of the rows nor a cursor tells it (issue 2, line 4)."""

import base64
import json

import pytest

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import listing, registry
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(db: None) -> object:
    return cast.user("bob", ("*", "*", "country", ["BE"]))


def test_a_hidden_parent_sorts_as_none_and_stands_in_no_cursor(bob: object) -> None:
    entity = registry.get("parties.organisation")
    late, early = (factories.organisation(name=f"{word} Kanarienvogel", country="LU") for word in ("Z", "A"))
    first = factories.organisation(name="First", parent=late)
    second = factories.organisation(name="Second", parent=early)
    third = factories.organisation(name="Third", parent=first)
    page = listing.page(entity, bob, {"sort": "parent"}, per=1)
    assert page.records == [first]
    assert json.loads(base64.urlsafe_b64decode(page.next + "==")) == ["parent", [None, first.pk]]
    seen = [*page.records]
    while page.next:
        page = listing.page(entity, bob, {"sort": "parent", "after": page.next}, per=1)
        seen += page.records
    assert seen == [first, second, third]
    before = [r.pk for r in listing.page(entity, bob, {"sort": "-parent"}).records]
    actions.change(late, who=SYSTEM, name="0")
    assert [r.pk for r in listing.page(entity, bob, {"sort": "-parent"}).records] == before


def test_who_sees_all_sorts_by_the_name_itself() -> None:
    entity = registry.get("parties.organisation")
    late, early = (factories.organisation(name=f"{word} parent") for word in ("Z", "A"))
    first = factories.organisation(name="First", parent=late)
    second = factories.organisation(name="Second", parent=early)
    found = listing.page(entity, cast.alice(), {"sort": "parent"}).records
    assert found.index(second) < found.index(first)
