"""Who sees a part is shown of it what somebody would be who asks the door about each record found (X2, X6)."""

import random
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vincula.kernel import search
from vincula.kernel.access.models import Grant, Role
from vincula.kernel.records import actions
from vincula.kernel.search import partial, reach
from vincula.kernel.search.finding import ACRONYM, BEGINNING, EXACT, FORGIVEN, SOME, TEXT, TITLE
from vincula.kernel.search.records import visible_to
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

ORG, PERSON, CALL = "parties.organisation", "parties.person", "parties.interaction"
ENTITIES = [ORG, PERSON, CALL, "parties.task"]  # of tasks there are none
WORDS = ("University", "Ghent", "Университет", "Библиотека", "Gent", "Institute", "Unity", "School")
QUERIES = (
    "university", "univ", "un", "u", "университет", "universitet", "ghent university", "gent inst", "unviersity",
    "ghent nowhere school", "library", "call university", "UG", "nothing of it", "school", "call",
)  # fmt: skip
ROLES = {
    "a country": [("*", "*", "country", ["BE"])],
    "a country for one kind": [(ORG, "view", "country", ["BE"]), (PERSON, "view", "all", [])],
    "two ways": [(ORG, "view", "own", []), (ORG, "view", "country", ["BE"]), (CALL, "view", "country", ["NL"])],
    "own only": [("*", "view", "own", [])],
    "a country without records": [("*", "*", "country", ["XK"])],
}
WAYS = (ACRONYM, EXACT, BEGINNING, TITLE, TEXT, FORGIVEN, SOME)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register() -> None:
    dice = random.Random(7)
    for n in range(36):
        name = " ".join(dice.sample(WORDS, dice.choice((1, 2, 2, 3))))
        org = factories.organisation(
            name=f"{name} {n}" if n % 4 else name, acronym="UG" if n % 9 == 0 else "", country=("BE", "NL", "LU")[n % 3]
        )
        if n % 3:
            factories.interaction(organisation=org, subject=f"call {n} about the {dice.choice(WORDS)}", notes="library")


def asked(user: object) -> Callable[[str, list[int]], set[int]]:
    """The same door, asked about each record found."""
    sight = visible_to(user)
    return lambda entity, ids: sight(entity, ids)


def way(hit: search.Hit) -> float:
    return max(w for w in WAYS if w <= hit.score)


@pytest.mark.parametrize("lines", ROLES.values(), ids=ROLES)
def test_what_narrows_beforehand_finds_what_asking_afterwards_finds(lines: list[tuple[str, str, str, object]]) -> None:
    user = cast.user("Fay", *lines)
    assert reach.of(visible_to(user), ENTITIES) is not None
    for query in QUERIES:
        for limit in (100, 3):
            there = search.find(query, entities=ENTITIES, visible=asked(user), limit=limit)
            here = search.find(query, entities=ENTITIES, visible=visible_to(user), limit=limit)
            assert [way(hit) for hit in here] == [way(hit) for hit in there], query
            assert sorted(here, key=repr) == sorted(there, key=repr), query


def test_more_than_are_ranked_at_once_come_by_the_surest_way(monkeypatch: pytest.MonkeyPatch) -> None:
    user = cast.user("Fay", ("*", "*", "country", ["BE", "NL"]))
    monkeypatch.setattr(partial, "BATCHES", (2,))
    for query in QUERIES:
        there = search.find(query, entities=ENTITIES, visible=asked(user), limit=100)
        here = search.find(query, entities=ENTITIES, visible=visible_to(user), limit=4)
        assert [way(hit) for hit in here] == [way(hit) for hit in there[:4]], query
        assert {(h.entity, h.object_id) for h in here} <= {(h.entity, h.object_id) for h in there}, query


def test_a_changed_grant_counts_at_the_next_search() -> None:
    user = cast.user("Fay", (ORG, "view", "country", ["BE"]))

    def countries() -> set[str]:
        found = search.find("ghent", entities=[ORG], visible=visible_to(type(user).objects.get(pk=user.pk)), limit=99)
        return set(Organisation.objects.filter(pk__in=[h.object_id for h in found]).values_list("country", flat=True))

    assert countries() == {"BE"}
    role = Role.objects.get(assignments__user=user)
    Grant.objects.filter(role=role).update(value=["LU"])
    assert countries() == {"LU"}
    Grant.objects.filter(role=role).delete()
    assert countries() == set()


def test_what_is_in_the_trash_or_moved_away_is_not_found() -> None:
    user = cast.user("Fay", ("*", "*", "country", ["BE"]))
    one, two = (factories.organisation(name=f"Zebra House {n}", country="BE") for n in range(2))
    root = cast.user("Root", ("*", "*", "all", []))
    actions.trash(one, who=root)
    actions.change(two, who=root, country="NL")
    assert search.find("zebra", entities=ENTITIES, visible=visible_to(user)) == []


def looked_through(query: str, user: object) -> int:
    """How often the words were looked for in the index."""
    with CaptureQueriesContext(connection) as asked_for:
        search.find(query, entities=ENTITIES, visible=visible_to(user))
    return sum(q["sql"].startswith("SELECT q.*") for q in asked_for.captured_queries)


def test_what_was_looked_for_is_not_looked_for_again() -> None:
    user = cast.user("Fay", ("*", "*", "country", ["XK"]))
    assert looked_through("library", user) == 1, "no other word is near: there is nothing to forgive"
    assert looked_through("libraxy", user) == 3, "as it was typed; as it was meant in titles, then anywhere"


def test_what_went_behind_the_back_of_the_index_is_not_found() -> None:
    """Of kinds that are seen whole the statement hides nothing: the door is asked about what it found."""
    user = cast.user("Fay", *ROLES["a country for one kind"])
    there, gone = (factories.person(family_name=f"Zebra {n}") for n in range(2))
    type(gone)._base_manager.filter(pk=gone.pk).update(trashed_at=gone.created_at)
    for query in ("zebra", "hilde zebra 1"):
        found = search.find(query, entities=ENTITIES, visible=visible_to(user))
        assert {hit.object_id for hit in found} <= {there.pk}, query
    assert [hit.object_id for hit in search.find("zebra", entities=ENTITIES, visible=visible_to(user))] == [there.pk]
