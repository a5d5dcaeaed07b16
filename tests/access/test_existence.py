"""That something is there at all is told no more than what it says: what is hidden looks like what never was."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.access import walk
from tests.access.world import World, crossing, foreign
from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import relations
from vincula.kernel.entity.field import Field
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.testing import cast
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
ORGANISATION = "parties.organisation"
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"')


@pytest.fixture
def still() -> Iterator[None]:
    with clock.frozen(clock.now()):
        yield


def _bytes(client: Any, paths: list[str]) -> dict[str, str]:
    cache.clear()
    return {path: TOKENS.sub("", walk.body(client.get(path)).decode("utf-8", "replace")) for path in paths}


def _hides(record: Record, f: Field, user: Any) -> bool:
    """Whether the record names something by ``f``, and nothing that the user may see."""
    many = isinstance(f.kind, relations.Relations)
    ids = set(getattr(record, f.name).values_list("pk", flat=True)) if many else {f.of(record)} - {None}
    return bool(ids) and not door.visible_ids(user, f.related_model, ids)


def _emptied(record: Record, f: Field) -> bool:
    """Behind the program's back: no version, no history, nothing else differs. False where a rule wants it filled."""
    try:
        with transaction.atomic():
            if isinstance(f.kind, relations.Relations):
                named = f.model_field.remote_field.through._base_manager
                named.filter(**{f.model_field.m2m_field_name(): record.pk}).delete()
            else:
                type(record)._base_manager.filter(pk=record.pk).update(**{f.model_field.attname: None})
    except IntegrityError:
        return False
    return True


def _first(one: str, two: str) -> tuple[str, str]:
    """Where two answers begin to differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one[max(at - 60, 0) : at + 60], two[max(at - 60, 0) : at + 60]


@pytest.mark.deep
@pytest.mark.usefixtures("still")
def test_a_relation_to_a_hidden_record_is_in_no_byte_different_from_none(world: World, client: Any) -> None:
    """Lists, filters by «is empty», pages, forms, quick views, cells, exports, API: before and after it is emptied."""
    wrong, compared = [], 0
    for entity in world.entities:
        record = world.crossing.get(entity.key) or crossing(entity, world.belgian, world.hidden, world.free)
        for f in foreign(entity) if record is not None else ():
            optional = isinstance(f.kind, relations.Relations) or f.model_field.null
            if not f.editable or not optional or not _hides(record, f, world.bob):
                continue
            page, api = reverse("entity:list", args=[entity.slug]), f"/api/v1/{entity.slug}/"
            at = f"{page}{record.pk}/"
            paths = [page, f"{page}?{f.name}__empty=1", f"{page}?columns=owner,{f.name}", at, f"{at}edit/", f"{at}quick/",
                     f"{at}cell/{f.name}/", f"{api}{record.pk}", f"{api}?{f.name}__empty=1",
                     f"{page}export/?format=csv&columns={f.name}&{f.name}__empty=1"]  # fmt: skip
            paths += [f"{page}?group={f.name}"] if not isinstance(f.kind, relations.Relations) else []
            before = _bytes(client, paths)
            if not _emptied(record, f):
                continue
            after = _bytes(client, paths)
            wrong += [(path, _first(before[path], after[path])) for path in paths if before[path] != after[path]]
            compared += len(paths)
    assert not wrong, wrong[:12]
    assert compared > 40


def test_a_change_from_one_hidden_record_to_another_is_not_told(world: World, client: Any) -> None:
    ghent = world.belgian[ORGANISATION]
    other = factories.organisation(name="Zweite", country="LU")
    asked = [f"/organisations/{ghent.pk}/?tab=history", f"/organisations/{ghent.pk}/?tab=timeline"]
    told = [client.get(path).content.decode().count("entry-") for path in asked]
    entries = len(client.get(f"/api/v1/organisations/{ghent.pk}/history").json())
    actions.change(ghent, who=SYSTEM, parent=other)
    assert [client.get(path).content.decode().count("entry-") for path in asked] == told
    assert len(client.get(f"/api/v1/organisations/{ghent.pk}/history").json()) == entries
    actions.change(ghent, who=SYSTEM, parent=factories.organisation(name="Mechelen", country="BE"))
    assert len(client.get(f"/api/v1/organisations/{ghent.pk}/history").json()) == entries + 1
    for path in asked:
        assert "may not see" not in client.get(path).content.decode()


def test_what_must_be_unique_is_refused_without_a_word_of_the_hidden_one(world: World) -> None:
    """That it is refused cannot be hidden: two could not both be kept. Whose it is, and that it is, is not said."""
    dora = cast.user("dora", ("parties.function", "create", "all", []), ("parties.function", "view", "own", []))
    taken = factories.function(code="F-17", name="Hidden function")
    client = cast.signed_in(dora)
    body = json.dumps({"name": "Mine", "code": "F-17", "fte_needed": "1.0"})
    answer = client.post("/api/v1/functions/", body, content_type="application/json")
    assert answer.status_code in (403, 422)
    assert "Another function" not in answer.content.decode()
    assert "With these values this cannot be saved." in answer.content.decode()
    all_ = cast.signed_in(world.alice)
    seen = all_.post("/api/v1/functions/", body, content_type="application/json").content.decode()
    assert "Another function has this code." in seen, "who may see it is told plainly"
    assert taken.code == "F-17"


def test_the_last_interaction_is_shown_to_who_may_see_every_interaction(world: World) -> None:
    ghent = factories.organisation(name="Silo", country="BE")
    factories.interaction(organisation=ghent, subject="Secret call")
    path, listed = f"/api/v1/organisations/{ghent.pk}", "/api/v1/organisations/"
    narrow = cast.signed_in(
        cast.user("nora", (ORGANISATION, "*", "all", []), ("parties.interaction", "view", "own", []))
    )
    wide = cast.signed_in(
        cast.user("wim", *[(key, "view", "country", ["BE"]) for key in (ORGANISATION, "parties.interaction")])
    )
    assert narrow.get(path).json()["last_interaction_at"] is None
    assert narrow.get(path).json()["silent_days"] is None
    for query in (
        "silent_days__from=0",
        "last_interaction_at__empty=1",
        "sort=last_interaction_at",
        "sort=silent_days",
    ):
        assert narrow.get(f"{listed}?{query}").status_code == 422, query
        assert wide.get(f"{listed}?{query}").status_code == 200, query
    assert wide.get(path).json()["last_interaction_at"] is not None
    page = narrow.get(f"/organisations/{ghent.pk}/").content.decode()
    assert "The last contact was" not in page
    assert "The last contact was today." in wide.get(f"/organisations/{ghent.pk}/").content.decode()
    assert "Silo" not in narrow.get("/").content.decode()


def test_the_picker_of_a_contact_role_offers_who_works_there(world: World, client: Any) -> None:
    """And a number of a hidden organisation tells nobody who works at it."""
    ghent, esch = world.belgian[ORGANISATION], world.hidden[ORGANISATION]
    elsewhere = factories.affiliation(organisation=factories.organisation(name="Hasselt", country="BE")).person
    factories.affiliation(person=elsewhere, organisation=esch)
    form = client.get(f"/contact-roles/new/?organisation={ghent.pk}").content.decode()
    assert "/people/options/?for=parties.contactrole.person" in form
    assert 'data-by="organisation"' in form

    def offered(by: int | str) -> set[int]:
        found = client.get("/people/options/", {"for": "parties.contactrole.person", "by": by}).json()["results"]
        return {each["id"] for each in found}

    assert offered(ghent.pk) == {world.belgian["parties.person"].pk}
    assert elsewhere.pk in offered("")
    assert offered(esch.pk) == set()


def test_a_tie_is_called_after_what_it_ties(world: World) -> None:
    """Whoever may see affiliations but no people reads the person's name as the affiliation's: see SECURITY.md."""
    nora = cast.user("nora", ("parties.affiliation", "view", "all", []))
    told = cast.signed_in(nora).get(f"/api/v1/affiliations/{world.belgian['parties.affiliation'].pk}").json()
    assert told["person"] is None
    assert told["title"] == str(world.belgian["parties.person"])
