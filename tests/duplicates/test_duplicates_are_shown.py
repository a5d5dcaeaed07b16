"""The pages and the API of duplicates: named on entry, reviewed, merged, taken back; hidden ones do not exist (X4)."""

from typing import Any

import pytest

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.duplicates import chores, finding, merging, searching
from vincula.kernel.duplicates.models import Merge, Pair
from vincula.kernel.entity import registry
from vincula.kernel.records import actions
from vincula.kernel.records.models import IndexValue
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation, Person
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db


def pair() -> tuple[Organisation, Organisation]:
    one = factories.organisation(name="Wolvendam University", country="BE", city="Wolvendam", acronym="WU")
    two = factories.organisation(name="Universiteit Wolvendam", country="BE", city="Wolvendam", aliases=["UW"])
    factories.interaction(organisation=two, subject="About fibre")
    return one, two


@pytest.fixture
def browser() -> Any:
    return cast.signed_in(cast.alice())


def test_lines_of_a_file_are_compared_at_once(django_assert_max_num_queries: Any) -> None:
    one, two = pair()
    entity, alice = registry.get("parties.organisation"), cast.alice()
    rows = [{"name": "Wolvendam Univ.", "country": "BE"}, {"name": "Something else"}] * 50
    with django_assert_max_num_queries(8):
        found = finding.likely(entity, rows, alice)
    assert [{one.record_id for one in some} for some in found[:2]] == [{one.pk, two.pk}, set()]
    assert found[0][0].reasons == ["The same name"]
    nobody = cast.user("nobody")
    assert finding.likely(entity, rows[:1], nobody) == [[]]


def test_an_emptied_name_leaves_no_key() -> None:
    person = factories.person(
        given_name="Kanarienvogel", family_name="Kanarienvogel", emails=["kanarienvogel@example.org"]
    )
    assert IndexValue.objects.filter(object_id=person.pk, value__contains="kanar").exists()
    actions.change(person, who=SYSTEM, given_name="", family_name="Anonymous", emails=[])
    assert not IndexValue.objects.filter(object_id=person.pk, value__contains="kanar").exists()


def test_the_clock_finds_pairs_and_remembers_what_was_decided(browser: Any) -> None:
    one, two = pair()
    chores.search()
    row = Pair.objects.get(entity="parties.organisation")
    assert (row.left_id, row.right_id) == (one.pk, two.pk)
    page = browser.get("/duplicates/?of=organisations").content.decode()
    assert "Universiteit Wolvendam" in page
    assert "The same name" in page
    browser.post(f"/duplicates/{row.pk}/", {"what": "different"})
    chores.search()
    row.refresh_from_db()
    assert row.state == "different"
    assert "Universiteit Wolvendam" not in browser.get("/duplicates/?of=organisations").content.decode()
    browser.post(f"/duplicates/{row.pk}/?what=open")
    assert "Universiteit Wolvendam" in browser.get("/duplicates/?of=organisations").content.decode()
    actions.change(two, who=SYSTEM, name="Harbour Office", aliases=[])
    chores.search()
    assert not Pair.objects.exists()


def test_a_pair_with_a_hidden_side_does_not_exist() -> None:
    one, two = pair()
    actions.change(two, who=SYSTEM, country="", city="", acronym="")
    chores.search()
    row = Pair.objects.get()
    actions_ = ("view", "change", "delete")
    bob = cast.signed_in(cast.user("bob", *[("*", action, "country", ["BE"]) for action in actions_]))
    assert "Universiteit Wolvendam" not in bob.get("/duplicates/").content.decode()
    assert bob.post(f"/duplicates/{row.pk}/", {"what": "different"}).status_code == 404
    assert bob.get(f"/organisations/merge/?ids={one.pk},{two.pk}").status_code == 404


def test_from_the_list_to_the_merge_and_back(browser: Any) -> None:
    one, two = pair()
    asked = browser.post("/organisations/bulk/merge/", {"ids": [one.pk, two.pk]})
    page = browser.get(asked.url).content.decode()
    assert "Which value wins" in page
    assert "Interactions" in page
    versions = f"{one.pk}-{one.version} {two.pk}-{two.version}"
    wanted = {"ids": f"{one.pk},{two.pk}", "into": one.pk, "versions": versions, "pick-name": str(two.pk)}
    done = browser.post("/organisations/merge/", wanted)
    assert done.status_code == 302
    one.refresh_from_db()
    assert one.name == "Universiteit Wolvendam"
    assert one.interactions.count() == 1
    old = browser.get(f"/organisations/{two.pk}/")
    assert (old.status_code, old.url) == (302, f"/organisations/{one.pk}/")
    history = browser.get(f"/organisations/{one.pk}/?tab=history").content.decode()
    assert "merged another record into it" in history
    assert "which was merged into this one" in history
    act = Merge.objects.get()
    assert f"/organisations/merges/{act.pk}/undo/" in history
    browser.post(f"/organisations/merges/{act.pk}/undo/")
    assert browser.get(f"/organisations/{two.pk}/").status_code == 200
    one.refresh_from_db()
    assert one.name == "Wolvendam University"


def test_an_edit_meanwhile_is_a_conflict(browser: Any) -> None:
    one, two = pair()
    versions = f"{one.pk}-{one.version} {two.pk}-{two.version}"
    actions.change(two, who=SYSTEM, region="Flanders")
    wanted = {"ids": f"{one.pk},{two.pk}", "into": one.pk, "versions": versions}
    answer = browser.post("/organisations/merge/", wanted)
    assert answer.status_code == 409
    assert Organisation.objects.filter(trashed_at=None).count() == 2


def test_certain_pairs_are_merged_together(browser: Any) -> None:
    for n in range(2):
        factories.person(given_name=f"Given{n}", family_name=f"Family{n}ov", emails=[f"p{n}@x.example"])
        factories.person(given_name=f"Given{n}", family_name=f"Family{n}ov", emails=[f"p{n}@x.example"])
    chores.search()
    ids = list(Pair.objects.values_list("pk", flat=True))
    assert len(ids) == 2
    browser.post("/duplicates/certain/", {"pairs": ids})
    assert Person.objects.filter(trashed_at=None).count() == 2


def test_the_api_merges_and_takes_back(browser: Any) -> None:
    one, two = pair()
    base = "/api/v1/organisations/"
    twins = browser.get(f"{base}{one.pk}/duplicates").json()
    assert [t["id"] for t in twins] == [two.pk]
    body = {"others": [two.pk], "versions": {str(two.pk): two.version}, "choices": {"name": str(two.pk)}}
    done = browser.post(f"{base}{one.pk}/merge", body, content_type="application/json")
    assert done.status_code == 200, done.content
    assert done.json()["record"]["name"] == "Universiteit Wolvendam"
    old = browser.get(f"{base}{two.pk}")
    assert (old.status_code, old["Location"]) == (301, f"{base}{one.pk}")
    back = browser.post(f"{base}{one.pk}/merges/{done.json()['merge']}/undo", {}, content_type="application/json")
    assert back.status_code == 200, back.content
    assert browser.get(f"{base}{two.pk}").status_code == 200
    stale = {"others": [two.pk], "versions": {str(two.pk): 1}}
    assert browser.post(f"{base}{one.pk}/merge", stale, content_type="application/json").status_code == 409
    new = {"name": "Wolvendam Univ.", "country": "BE", "kind": "university"}
    refused = browser.post(f"{base}?duplicates=refuse", new, content_type="application/json")
    assert refused.status_code == 409
    assert {t["id"] for t in refused.json()["likely"]} == {one.pk, two.pk}


def test_what_hides_a_number_is_rewritten() -> None:
    from vincula.kernel.pages.models import SavedView

    one, two = pair()
    view = SavedView.objects.create(
        entity="parties.interaction", name="v", owner=cast.alice(), query=f"organisation={two.pk}"
    )
    merging.merge(one, [two], who=SYSTEM)
    view.refresh_from_db()
    assert view.query == f"organisation={one.pk}"


def test_the_whole_register_is_gone_through_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "AT_ONCE", 5)
    monkeypatch.setattr(searching, "SMALL", 3)
    for n in range(12):
        factories.organisation(name=f"{'Wolvendam' if n % 3 else 'Esselbach'} Institute {n}", country="BE")
    factories.organisation(name="Institute 7 Wolvendam", country="BE")
    found = searching.whole(registry.get("parties.organisation"))
    names = dict(Organisation.objects.values_list("pk", "name"))
    assert {(names[a], names[b]) for a, b in found.pairs} == {("Wolvendam Institute 7", "Institute 7 Wolvendam")}
