"""History in words, the record as it was, and taking changes back (requirement X5)."""

from datetime import timedelta
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.links import actions as links
from vincula.kernel.pages.tests.single.conftest import browser
from vincula.kernel.pages.tests.single.models import Town, Workshop
from vincula.kernel.records import actions, history


def entry(record: Any, number: int = 0) -> AuditEntry:
    """The latest entry of a record, or one further back."""
    return history.entries(record)[number]


def test_who_did_what_when_from_and_to(workshop: Workshop, town: Town, bob: Any) -> None:
    brugge = actions.create(Town, who=bob, name="Brugge")
    actions.change(workshop, who=bob, kind="metal", town=brugge, public=True)
    page = browser(bob).get(f"/workshops/{workshop.pk}/?tab=history").content.decode()
    for text in (
        "Bob",
        "edited it",
        "<del>Wood</del>",
        "<ins>Metal</ins>",
        "<del>Gent</del>",
        "<ins>Brugge</ins>",
        "<ins>yes</ins>",
        "Alice",
    ):
        assert text in page


def test_the_history_is_filtered_by_person_and_field(workshop: Workshop, bob: Any) -> None:
    actions.change(workshop, who=bob, kind="metal")
    actions.change(workshop, who=bob, acronym="HZ")
    client = browser(bob)
    page = client.get(f"/workshops/{workshop.pk}/?tab=history&field=acronym").content.decode()
    assert "<ins>HZ</ins>" in page
    assert "<ins>Metal</ins>" not in page
    page = client.get(f"/workshops/{workshop.pk}/?tab=history&who={bob.pk}").content.decode()
    assert "created it" not in page


def test_erased_contents_are_told_as_erased(workshop: Workshop, bob: Any) -> None:
    actions.change(workshop, who=bob, purpose="A secret.")
    AuditEntry.objects.filter(pk=entry(workshop).pk).update(changes=None)
    client = browser(bob)
    page = client.get(f"/workshops/{workshop.pk}/?tab=history").content.decode()
    assert "What was changed has been erased." in page
    assert f"/undo/{entry(workshop).pk}/" not in page
    assert client.get(f"/workshops/{workshop.pk}/?tab=timeline").status_code == 200


def test_one_change_is_taken_back_and_later_ones_stay(workshop: Workshop, bob: Any) -> None:
    actions.change(workshop, who=bob, kind="metal", acronym="HZ")
    undone = entry(workshop)
    actions.change(workshop, who=bob, acronym="HTZ")
    client = browser(bob)
    answer = client.post(f"/workshops/{workshop.pk}/undo/{undone.pk}/", follow=True)
    workshop.refresh_from_db()
    assert (workshop.kind, workshop.acronym) == ("wood", "HTZ")
    assert "except Acronym" in answer.content.decode()
    assert entry(workshop).verb == "undid"


def test_an_entry_of_another_record_cannot_be_undone_here(workshop: Workshop, town: Town, bob: Any) -> None:
    actions.change(town, who=bob, name="Brugge")
    assert browser(bob).post(f"/workshops/{workshop.pk}/undo/{entry(town).pk}/").status_code == 404
    town.refresh_from_db()
    assert town.name == "Brugge"


def test_a_link_is_tied_again_by_undo(workshop: Workshop, town: Town, bob: Any) -> None:
    link = links.tie(workshop, town, kind="related", who=bob)
    client = browser(bob)
    client.post(f"/workshops/{workshop.pk}/undo/{entry(workshop).pk}/")
    assert not links.ends(workshop, bob)
    links.untie(links.tie(workshop, town, kind="related", who=bob), who=bob)
    client.post(f"/workshops/{workshop.pk}/undo/{entry(workshop).pk}/")
    assert [end.ref.pk for end in links.ends(workshop, bob)] == [town.pk]
    assert link is not None


def test_trash_is_undone_from_its_message(workshop: Workshop, bob: Any) -> None:
    client = browser(bob)
    assert "Nothing is deleted" in client.get(f"/workshops/{workshop.pk}/trash/").content.decode()
    client.post(f"/workshops/{workshop.pk}/trash/")
    page = client.get("/workshops/").content.decode()
    assert f'action="/workshops/{workshop.pk}/restore/"' in page


def test_the_trash_says_what_it_takes_along(workshop: Workshop, town: Town, bob: Any) -> None:
    assert "Workshops: 1 names it" in browser(bob).get(f"/towns/{town.pk}/trash/").content.decode()


def test_the_record_is_shown_as_it_was(workshop: Workshop, bob: Any) -> None:
    start = clock.now()
    with clock.frozen(start + timedelta(days=2)):
        actions.change(workshop, who=bob, kind="metal", purpose="Gates.")
    with clock.frozen(start + timedelta(days=4)):
        client = browser(bob)
        actions.change(workshop, who=bob, acronym="HZ")
        then = (start + timedelta(days=1)).date().isoformat()
        page = client.get(f"/workshops/{workshop.pk}/as-of/?at={then}").content.decode()
        assert "Not the present state" in page
        assert "Chairs." in page
        assert "<ins>Gates.</ins>" in page
        assert "<ins>HZ</ins>" in page
        later = (start + timedelta(days=3)).date().isoformat()
        page = client.get(f"/workshops/{workshop.pk}/as-of/?at={then}&with={later}").content.decode()
        assert "<ins>Metal</ins>" in page
        assert "<ins>HZ</ins>" not in page
        page = client.get(f"/workshops/{workshop.pk}/as-of/?at=2001-01-01").content.decode()
        assert "before that there is nothing to show" in page
        for nonsense in ("soon", "0000-00-00", "9999-12-31T23:59:59+00:01", "2026-02-30", "1" * 500):
            assert client.get(f"/workshops/{workshop.pk}/as-of/", {"at": nonsense, "with": nonsense}).status_code == 200


def test_the_timeline_goes_on_where_it_stopped_and_loses_nothing(workshop: Workshop, bob: Any) -> None:
    start = clock.now()
    for n in range(70):
        with clock.frozen(start + timedelta(minutes=n // 2)):  # two at the same moment
            actions.change(workshop, who=bob, acronym=f"N{n:03}")
    client, seen, query = browser(bob), [], "?tab=timeline"
    for _page in range(10):
        page = client.get(f"/workshops/{workshop.pk}/{query}").content.decode()
        seen += [n for n in range(70) if f"to “N{n:03}”" in page]
        older = page.split('rel="next" href="')
        if len(older) < 2:
            break
        query = "?" + older[1].split('"')[0].split("?")[1].replace("&amp;", "&")
    assert sorted(seen) == list(range(1, 70)) or sorted(seen) == list(range(70))
    assert len(seen) == len(set(seen))


def test_a_nonsensical_place_in_the_timeline_starts_anew(workshop: Workshop, bob: Any) -> None:
    for before in ("x", "2026-01-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        assert browser(bob).get(f"/workshops/{workshop.pk}/", {"tab": "timeline", "before": before}).status_code == 200


def test_the_timeline_reads_the_same_entries_as_django_each_with_who_did_it(workshop: Workshop, bob: Any) -> None:
    for kind in ("metal", "wood", "metal"):
        actions.change(workshop, who=bob, kind=kind)
    actions.change(workshop, who=SYSTEM, kind="wood")
    own = list(history.entries(workshop).select_related("who").order_by("-at", "-id"))

    def told(entries: list[AuditEntry]) -> list[Any]:
        return [(e.pk, e.at, e.verb, e.entity, e.version, e.changes, str(e.who) if e.who_id else "") for e in entries]

    assert told(history.latest(workshop, bob, 3)) == told(own[:3])
    older = history.latest(workshop, bob, 30, before=own[1].at)
    assert told(older) == told([e for e in own if e.at < own[1].at])


def test_one_record_is_not_told_the_past_of_another(workshop: Workshop, bob: Any) -> None:
    other = actions.create(Workshop, who=bob, name="Elsewhere")
    assert {e.object_id for e in history.latest(workshop, bob, 30)} == {workshop.pk}
    assert {e.object_id for e in history.latest(other, bob, 30)} == {other.pk}
