"""Merging and taking it back, by example; chains of both at random against an oracle stand at the end."""

from typing import Any

import pytest

from vincula.config.rows import dump
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.duplicates import merging, undoing
from vincula.kernel.links import actions as links
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.models import Affiliation, Organisation, Person
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db


def everything() -> list[str]:
    """All data, a line each: equal lists prove that an undo was exact, unequal ones say where it was not."""
    return list(dump())


def two_people() -> tuple[Person, Person]:
    """Two records of one person, each with ties of its own and one that both have."""
    ghent, liege = factories.organisation(name="Wolvendam University"), factories.organisation(name="Institut Valère")
    one = factories.person(given_name="Anna", family_name="Terwindt", emails=["anna@w.example"], tags=["vip"])
    two = factories.person(
        given_name="A.", family_name="Terwindt", emails=["at@v.example"], native_name="Анна Тервиндт"
    )
    factories.affiliation(person=one, organisation=ghent)
    factories.affiliation(person=two, organisation=ghent)  # the same twice
    factories.contact_role(person=two, organisation=ghent, role="security")
    factories.affiliation(person=two, organisation=liege)
    call = factories.interaction(organisation=ghent)
    actions.change(call, who=SYSTEM, participants=[one.pk, two.pk])
    visit = factories.interaction(organisation=liege)
    actions.change(visit, who=SYSTEM, participants=[two.pk])
    links.tie(two, ghent, kind="related", who=SYSTEM)
    links.tie(two, one, kind="related", who=SYSTEM)
    factories.consent(person=two)
    return one, two


def test_everything_that_pointed_at_one_points_at_the_other() -> None:
    one, two = two_people()
    merging.merge(one, [two], who=SYSTEM)
    two.refresh_from_db()
    assert two.trashed_at is not None
    assert one.emails == ["anna@w.example", "at@v.example"]
    assert one.native_name == "Анна Тервиндт"
    assert one.tags == ["vip"]
    assert set(one.affiliations.filter(trashed_at=None).values_list("organisation__name", flat=True)) == {
        "Wolvendam University", "Institut Valère",
    }  # fmt: skip
    role = one.contact_roles.get()
    assert role.affiliation == one.affiliations.get(organisation__name="Wolvendam University", trashed_at=None)
    assert one.interactions.count() == 2
    assert one.consents.count() == 1
    assert [end.ref.label for end in links.ends(one, cast.alice())] == ["Wolvendam University"]
    assert merging.survivor_of("parties.person", two.pk) == one.pk


def test_undone_at_once_nothing_differs() -> None:
    one, two = two_people()
    before = everything()
    act = merging.merge(one, [two], who=SYSTEM)
    assert everything() != before
    done = undoing.undo(act, who=SYSTEM)
    assert not done.kept
    assert everything() == before


def test_organisations_too() -> None:
    one = factories.organisation(name="Wolvendam University", aliases=["WU"])
    two = factories.organisation(
        name="Univ. Wolvendam", acronym="UW", references={"ror": ["https://ror.org/0abcdef12"]}
    )
    child = factories.organisation(name="Wolvendam Library", parent=two)
    factories.relation(organisation=one)
    factories.relation(organisation=two)  # customer twice
    factories.organisation_link(source=two, target=one)
    factories.organisation_link(source=child, target=two)
    factories.interaction(organisation=two)
    factories.team(organisations=[two.pk])
    actions.change(one, who=SYSTEM, parent=two)
    before = everything()
    act = merging.merge(one, [two], who=SYSTEM)
    child.refresh_from_db()
    assert child.parent_id == one.pk
    assert one.parent_id is None
    assert one.aliases == ["WU", "Univ. Wolvendam"]
    assert one.acronym == "UW"
    assert one.relations.filter(trashed_at=None).count() == 1
    assert one.links.filter(trashed_at=None).count() == 0
    assert one.last_interaction_at is not None
    undoing.undo(act, who=SYSTEM)
    assert everything() == before


def test_what_was_edited_since_is_kept_and_named() -> None:
    one, two = two_people()
    act = merging.merge(one, [two], who=SYSTEM)
    actions.change(one, who=SYSTEM, native_name="Анна Терв", emails=[*one.emails, "new@w.example"], notes="Later")
    moved = Affiliation.objects.get(organisation__name="Institut Valère")
    actions.change(moved, who=SYSTEM, job_title="Head")
    done = undoing.undo(act, who=SYSTEM)
    one.refresh_from_db()
    moved.refresh_from_db()
    assert done.kept == [("Anna Terwindt", "name in own script")]
    assert one.native_name == "Анна Терв"
    assert one.emails == ["anna@w.example", "new@w.example"]
    assert one.notes == "Later"
    assert (moved.person_id, moved.job_title) == (two.pk, "Head")


def test_a_merge_is_undone_after_those_that_built_on_it() -> None:
    one, two = two_people()
    three = factories.person(given_name="Ann", family_name="Terwindt")
    before = everything()
    first = merging.merge(one, [two], who=SYSTEM)
    second = merging.merge(three, [one], who=SYSTEM)
    assert merging.survivor_of("parties.person", two.pk) == three.pk
    with pytest.raises(Exception, match="later merge"):
        undoing.undo(first, who=SYSTEM)
    undoing.undo(second, who=SYSTEM)
    undoing.undo(first, who=SYSTEM)
    assert everything() == before


def test_the_merged_leave_the_trash_by_the_undo_only() -> None:
    one, two = two_people()
    merging.merge(one, [two], who=SYSTEM)
    two.refresh_from_db()
    with pytest.raises(Exception, match="undo that merge"):
        actions.restore(two, who=SYSTEM)


def test_a_stale_version_is_a_conflict_and_nothing_is_merged() -> None:
    one, two = two_people()
    versions = {one.pk: one.version, two.pk: two.version}
    actions.change(Person.objects.get(pk=two.pk), who=SYSTEM, notes="Meanwhile")
    with pytest.raises(actions.Conflict):
        merging.merge(one, [two], who=SYSTEM, versions=versions)
    assert Person.objects.filter(trashed_at=None).count() == 2


def test_a_circle_is_refused() -> None:
    two = factories.organisation(name="Two")
    middle = factories.organisation(name="Middle", parent=two)
    one = factories.organisation(name="One", parent=middle)
    before = everything()
    with pytest.raises(Exception, match="back to itself"):
        merging.merge(one, [two], who=SYSTEM)
    assert everything() == before
    merging.merge(one, [two], who=SYSTEM, picks={"parent": str(two.pk)})
    assert Organisation.objects.get(pk=one.pk).parent_id is None


def test_rights_and_sight_are_asked() -> None:
    one, two = two_people()
    reader = cast.user("reader", ("*", "view", "all", []), ("*", "change", "all", []))
    with pytest.raises(Exception, match="trash"):
        merging.merge(one, [two], who=reader)
    nobody: Any = cast.user("nobody")
    with pytest.raises(Exception):  # noqa: B017  # it does not exist for them
        merging.merge(one, [two], who=nobody)


def test_a_row_that_was_written_at_the_moment_of_the_merge_follows() -> None:
    one, two = two_people()
    act = merging.merge(one, [two], who=SYSTEM)
    late = Affiliation.objects.get(organisation__name="Institut Valère")
    Affiliation._base_manager.filter(pk=late.pk).update(person=two)  # as another connection had begun to
    assert merging.follow(str(act.correlation)) == 1
    late.refresh_from_db()
    assert late.person_id == one.pk
    undoing.undo(act, who=SYSTEM)
    late.refresh_from_db()
    assert late.person_id == two.pk
