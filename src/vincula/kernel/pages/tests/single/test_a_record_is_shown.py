"""The page of a record: what it shows, to whom, and at what cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vincula.kernel.links import actions as links
from vincula.kernel.pages.tests.single.conftest import browser, role, somebody
from vincula.kernel.pages.tests.single.models import Town, Workshop
from vincula.kernel.records import actions

TABS = ("overview", "timeline", "links", "history", "files")
PARTS = ("", "edit/", "quick/", "cell/name/", "history/", "as-of/", "move/open/", "trash/", "why/", "tab/timeline/")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_an_address(workshop: Workshop, bob: Any, tab: str) -> None:
    page = browser(bob).get(f"/workshops/{workshop.pk}/", {"tab": tab})
    assert page.status_code == 200
    assert "Houtzaak" in page.content.decode()


def test_a_tab_that_is_not_there_is_404(workshop: Workshop, bob: Any) -> None:
    assert browser(bob).get(f"/workshops/{workshop.pk}/?tab=nothing").status_code == 404


def test_related_records_stand_in_their_own_tab(workshop: Workshop, town: Town, bob: Any) -> None:
    client = browser(bob)
    page = client.get(f"/towns/{town.pk}/").content.decode()
    assert "Workshops <i>1</i>" in page
    page = client.get(f"/towns/{town.pk}/?tab=workshops-town").content.decode()
    assert "Houtzaak" in page
    assert f"/workshops/new/?town={town.pk}" in page


@pytest.mark.parametrize("part", PARTS)
def test_what_may_not_be_seen_is_404_on_every_page(workshop: Workshop, charlie: Any, part: str) -> None:
    client = browser(charlie)
    assert client.get(f"/workshops/{workshop.pk}/{part}").status_code == 404
    assert client.get(f"/workshops/{2**70}/{part}").status_code == 404


@pytest.mark.parametrize(
    "part", ["edit/", "cell/name/", "move/open/", "trash/", "restore/", "undo/1/", "follow/", "link/", "unlink/1/"]
)
def test_what_may_not_be_seen_cannot_be_written_to(workshop: Workshop, charlie: Any, part: str) -> None:
    before = Workshop._base_manager.get(pk=workshop.pk).version
    assert browser(charlie).post(f"/workshops/{workshop.pk}/{part}", {"name": "Mine"}).status_code == 404
    assert Workshop._base_manager.get(pk=workshop.pk).version == before


@pytest.mark.parametrize("part", ["edit/", "cell/name/", "trash/"])
def test_who_may_see_but_not_change_is_told_so(workshop: Workshop, part: str) -> None:
    reader = somebody("reader")
    role(reader, ("*", "view", "all"))
    client = browser(reader)
    for answer in (
        client.get(f"/workshops/{workshop.pk}/{part}"),
        client.post(f"/workshops/{workshop.pk}/{part}", {"name": "x"}),
    ):
        assert answer.status_code == 403
        assert "Your roles let you see “Houtzaak”, but not" in answer.content.decode()
    workshop.refresh_from_db()
    assert workshop.name == "Houtzaak"
    page = client.get(f"/workshops/{workshop.pk}/").content.decode()
    assert f"/workshops/{workshop.pk}/edit/" not in page
    assert "Your roles do not let you change this record." in page


def test_a_refused_move_stays_visible_with_what_is_missing(workshop: Workshop, bob: Any) -> None:
    page = browser(bob).get(f"/workshops/{workshop.pk}/").content.decode()
    assert 'aria-disabled="true"' in page
    assert "Its size is not known." in page
    assert "No town is named." not in page


def test_a_relation_to_a_hidden_record_is_not_named(alice: Any, town: Town) -> None:
    onlooker = somebody("onlooker")
    role(onlooker, ("toysingle.workshop", "*", "all"))
    workshop = actions.create(Workshop, who=alice, name="Smidse", town=town)
    actions.change(workshop, who=alice, town=actions.create(Town, who=alice, name="Brugge", country="BE"))
    client = browser(onlooker)
    for part in (
        "",
        "?tab=history",
        "?tab=timeline",
        "?tab=links",
        "edit/",
        "quick/",
        "cell/town/",
        "as-of/?at=2030-01-01",
        "why/",
    ):
        page = client.get(f"/workshops/{workshop.pk}/{part}").content.decode()
        assert "Gent" not in page, part
        assert "Brugge" not in page, part
        assert "may not see" not in page or part in ("edit/", "cell/town/"), "said of every role, whatever is there"


def test_the_quick_view_is_a_part_for_htmx_and_a_page_without(workshop: Workshop, bob: Any) -> None:
    client = browser(bob)
    part = client.get(f"/workshops/{workshop.pk}/quick/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Houtzaak" in part
    assert "<html" in client.get(f"/workshops/{workshop.pk}/quick/").content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_a_record_page_takes_at_most_fifteen_statements(
    workshop: Workshop, town: Town, bob: Any, alice: Any, tab: str
) -> None:
    nearby = [actions.create(Town, who=alice, name=f"Town {n}", country="BE") for n in range(8)]
    actions.change(workshop, who=alice, nearby=nearby)
    for other in nearby:
        links.tie(workshop, other, kind="related", who=alice)
    client = browser(bob)
    client.get(f"/workshops/{workshop.pk}/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/workshops/{workshop.pk}/?tab={tab}").status_code == 200
    assert len(queries) <= 15, "\n".join(q["sql"][:200] for q in queries.captured_queries)


def test_a_record_in_the_trash_says_so_and_can_come_back(workshop: Workshop, bob: Any) -> None:
    client = browser(bob)
    assert client.post(f"/workshops/{workshop.pk}/trash/").status_code == 302
    assert "In the trash since" in client.get(f"/workshops/{workshop.pk}/").content.decode()
    assert client.get(f"/workshops/{workshop.pk}/edit/").status_code == 302
    assert client.post(f"/workshops/{workshop.pk}/restore/").status_code == 302
    workshop.refresh_from_db()
    assert workshop.trashed_at is None


def test_links_are_tied_and_untied_from_both_ends(workshop: Workshop, town: Town, bob: Any) -> None:
    client = browser(bob)
    page = client.get(f"/workshops/{workshop.pk}/?tab=links&with=towns&q=Gent").content.decode()
    assert f'<option value="{town.pk}">Gent' in page
    client.post(f"/workshops/{workshop.pk}/link/", {"with": "towns", "to": town.pk, "kind": "source:from"})
    (end,) = links.ends(town, bob)
    assert end.words == "led to"
    client.post(f"/towns/{town.pk}/unlink/{end.link.pk}/")
    assert not links.ends(workshop, bob)
    client.post(f"/workshops/{workshop.pk}/link/", {"with": "towns", "to": 999, "kind": "source:to"})
    assert "There is no such record." in client.get(f"/workshops/{workshop.pk}/?tab=links").content.decode()


def test_why_names_the_role_and_tells_administrators_who_else(workshop: Workshop, bob: Any, alice: Any) -> None:
    page = browser(bob).get(f"/workshops/{workshop.pk}/why/").content.decode()
    assert "editors" in page
    assert "Alice" not in page.split("<main")[1].split("Who else")[0].replace("Alice", "", 0) or "Who else" not in page
    page = browser(alice).get(f"/workshops/{workshop.pk}/why/").content.decode()
    assert "Who else can see it" in page
    assert "Bob" in page
