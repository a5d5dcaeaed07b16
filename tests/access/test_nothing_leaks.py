"""A word that stands only in Luxembourg's records never reaches somebody whose roles show Belgium (issue 2, line 4)."""

from typing import Any

import pytest
from django.urls import reverse

from tests.access import oracle, walk
from tests.access.others import OTHERS, paths
from tests.access.world import ASKED, CANARY, World, fill, words
from vincula.kernel.entity import registry
from vincula.kernel.testing import cast

pytestmark = pytest.mark.django_db
ORGANISATION = "parties.organisation"
OTHER_WORD = "Zeisig"


def test_every_address_is_declared() -> None:
    assert walk.missing() == set(), "say in walk.py or others.py what to ask there, or why no record is shown"


def test_the_walk_is_long_and_what_it_skips_has_a_reason(world: World, record_property: Any) -> None:
    asked = {path for entity in registry.all() for path in walk.of_entity(world, entity)} | set(paths(world))
    record_property("figures", f"{len(asked)} addresses asked by somebody who may not see")
    assert len(asked) > 1000
    assert all(len(why) > 20 for why in OTHERS.values() if isinstance(why, str))
    assert all(ask(world) for ask in OTHERS.values() if not isinstance(ask, str)), "nothing would be asked there"


def test_the_word_is_there_for_who_may_see_it(world: World) -> None:
    """Without this the walk could pass because nothing was there to leak."""
    client = cast.signed_in(world.alice)
    for entity in world.entities:
        pk = world.hidden[entity.key].pk
        assert walk.leaks(client, f"/api/v1/{entity.slug}/{pk}"), entity.key
        assert walk.leaks(client, entity.url(pk)), entity.key
    entity, esch, ghent = registry.get(ORGANISATION), world.hidden[ORGANISATION].pk, world.belgian[ORGANISATION].pk
    for name in ("list", "export", "options", "trash", "edit", "quick", "cell", "as_of", "tab", "trash_one", "why"):
        asked = walk.OF_ENTITY[f"entity:{name}"](world, entity, esch)
        assert any(walk.leaks(client, path) for path in asked), name
    for path in (entity.url(ghent), f"{entity.url(ghent)}?tab=history", f"{entity.url(ghent)}?tab=links", f"/api/v1/organisations/?q={ASKED}",
                 f"/search/?q={ASKED}", f"/search/suggest?q={ASKED}", f"/api/v1/search?q={ASKED}", "/organisations/?group=parent",
                 "/tasks/?layout=board", f"/organisations/?view={world.view.pk}", f"/organisations/new/?parent={esch}",
                 f"/organisations/filter/parent/?parent={esch}", reverse("files:serve", args=[world.file.pk]),
                 reverse("exchange:run", args=[world.run.pk]), f"/expert/?q={world.free['parties.subject']}", "/api/v1/organisations/?limit=1&sort=-parent"):  # fmt: skip
        assert walk.leaks(client, path), path


@pytest.mark.parametrize("key", [*(entity.key for entity in registry.all()), "others"])
def test_no_byte_of_any_address_holds_the_word(key: str, world: World, client: Any) -> None:
    asked = paths(world) if key == "others" else walk.of_entity(world, registry.get(key))
    assert [path for path in asked if walk.leaks(client, path)] == []


def test_what_may_not_be_seen_is_not_found(world: World, client: Any) -> None:
    for entity in world.entities:
        pk = world.hidden[entity.key].pk
        for name in ("record", "edit", "quick", "history", "as_of", "why", "tab", "cell", "trash_one"):
            for path in walk.OF_ENTITY[f"entity:{name}"](world, entity, pk)[:1]:
                assert client.get(path).status_code == 404, path
        for path in (f"/api/v1/{entity.slug}/{pk}", f"/api/v1/{entity.slug}/{pk}/history"):
            assert client.get(path).status_code == 404, path


SPREAD = (
    oracle.Role("reader of everything", (("*", "view", "all", ()),)),
    oracle.Role("a third country", (("*", "*", "country", ("FR",)),)),
    oracle.Role("own records", (("*", "*", "own", ()),)),
    oracle.Role("no role", kind="customer"),
)


@pytest.mark.parametrize("role", SPREAD, ids=lambda role: role.name)
def test_a_spread_of_roles_meets_what_the_oracle_says(role: oracle.Role, world: World) -> None:
    """The short form of the matrix (test_matrix.py): own and foreign of every entity, read, and refused a change."""
    user = cast.user(role.name.replace(" ", "-"), *[(*line[:3], list(line[3])) for line in role.lines], kind=role.kind)
    client, wrong = cast.signed_in(user), []
    for n, entity in enumerate(world.entities):
        for code, some in (("BE", world.belgian), ("LU", world.hidden)):
            place = oracle.Place("" if entity.key in oracle.NOWHERE else code)
            fact = oracle.Fact(entity.key, some[entity.key].pk, "", place)
            path, seen = f"/api/v1/{entity.slug}/{fact.pk}", oracle.may(role, "view", fact)
            if (client.get(path).status_code == 200) != seen:
                wrong.append(path)
            if n % 3 == 0 and (client.get(entity.url(fact.pk)).status_code == 200) != seen:
                wrong.append(entity.url(fact.pk))
            if not (seen and oracle.may(role, "delete", fact)) and client.delete(path).status_code not in (403, 404):
                wrong.append(f"DELETE {path}")
    assert wrong == []


def test_who_may_see_organisations_only_reads_nothing_else_on_their_pages(world: World) -> None:
    """A role can also be narrow by entity: people, tasks, talks and papers of a shown organisation stay unseen."""
    entity = registry.get(ORGANISATION)
    for other in world.entities:
        if other is not entity:
            fill(world.belgian[other.key], words(other, OTHER_WORD))
    client = cast.signed_in(cast.user("dora", (ORGANISATION, "*", "all", [])))
    alice = cast.signed_in(world.alice)
    asked = [path for path in walk.of_entity(world, entity) if f"/{world.hidden[ORGANISATION].pk}/" not in path]
    asked += [path for name in ("cockpit:home", "search:page", "search:suggest", "parties:expert", "parties:workload", "parties:overlaps")
              for path in OTHERS[name](world)]  # type: ignore[operator]  # fmt: skip
    asked += [
        f"/search/?q={OTHER_WORD[:4]}",
        f"/search/suggest?q={OTHER_WORD[:4]}",
        f"/api/v1/search?q={OTHER_WORD[:4]}",
    ]
    assert walk.leaks(alice, entity.url(world.belgian[ORGANISATION].pk), OTHER_WORD), "it is there for who may see it"
    assert [path for path in asked if walk.leaks(client, path, OTHER_WORD)] == []
    shown = [record["id"] for record in client.get("/api/v1/organisations/?relation=customer").json()["items"]]
    assert shown == [], "a filter tells what the column does not show"
    assert walk.leaks(client, "/organisations/", CANARY), "the other country is shown to her"
