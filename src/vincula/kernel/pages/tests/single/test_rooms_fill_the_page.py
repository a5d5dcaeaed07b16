"""What rooms put onto a record's page, pages of their own, following, and files."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.notify import queries as inbox
from vincula.kernel.pages import places
from vincula.kernel.pages.single import following
from vincula.kernel.pages.tests.single.conftest import browser
from vincula.kernel.pages.tests.single.models import Workshop
from vincula.kernel.records import actions

KEY = "toysingle.workshop"


@pytest.fixture
def clean_places() -> Iterator[None]:
    """Takes out again what a test puts in."""
    all_places = (places.PANELS, places.TABS, places.ROW_ACTIONS, places.TIMELINE, places.COMPOSERS, places.HEADS)
    kept = [list(place._filled) for place in all_places]
    yield
    for place, filled in zip(all_places, kept, strict=True):
        place._filled[:] = filled
    places._overridden.pop(KEY, None)


@pytest.mark.usefixtures("clean_places")
def test_panels_tabs_heads_and_actions_show_where_they_belong(workshop: Workshop, bob: Any) -> None:
    places.PANELS.put(
        places.Panel("doors", "Doors", KEY, html=lambda request, record: "<p>Two doors</p>", width="side")
    )
    places.PANELS.put(places.Panel("silent", "Silent", KEY, html=lambda request, record: ""))
    places.TABS.put(
        places.Tab("tools", "Tools", KEY, html=lambda request, record: "<p>A saw</p>", count=lambda r, u: 7)
    )
    places.TABS.put(
        places.Tab("secret", "Secret", KEY, html=lambda request, record: "x", show=lambda r, u: u.is_superuser)
    )
    places.ROW_ACTIONS.put(places.RowAction("ring", "Ring the bell", KEY, lambda record, user: "/bell/"))
    places.HEADS.put(places.HeadSource(KEY, lambda request, record: places.Head(
        facts=["very old"], figures=[{"label": "Chairs", "value": 12, "note": "9 last year"}],
        moves=[{"label": "Log", "url": "/log/", "go": True}])))  # fmt: skip
    client = browser(bob)
    page = client.get(f"/workshops/{workshop.pk}/").content.decode()
    for text in ("Two doors", "Tools <i>7</i>", "Ring the bell", "very old", "9 last year", 'href="/log/"'):
        assert text in page
    assert "Silent" not in page
    assert "Secret" not in page
    assert client.get(f"/workshops/{workshop.pk}/?tab=secret").status_code == 404
    assert "A saw" in client.get(f"/workshops/{workshop.pk}/?tab=tools").content.decode()
    assert "Two doors" not in client.get(f"/towns/{workshop.town_id}/").content.decode()


@pytest.mark.usefixtures("clean_places")
def test_the_stream_mixes_all_sources_and_is_filtered(workshop: Workshop, bob: Any) -> None:
    def calls(record: Any, user: Any, before: Any, limit: int) -> list[places.TimelineItem]:
        found = [
            places.TimelineItem(clock.now() - timedelta(hours=n), "Call", "Bob", f"Call number {n}") for n in range(40)
        ]
        return [item for item in found if before is None or item.at < before][:limit]

    places.TIMELINE.put(places.TimelineSource("calls", "Calls", KEY, calls))
    client = browser(bob)
    page = client.get(f"/workshops/{workshop.pk}/?tab=timeline").content.decode()
    assert page.index("Call number 0") < page.index("Call number 20")
    assert "created it" in page
    page = client.get(f"/workshops/{workshop.pk}/?tab=timeline&show=changes").content.decode()
    assert "Call number" not in page
    assert "created it" in page
    page = client.get(f"/workshops/{workshop.pk}/?tab=timeline&show=calls").content.decode()
    assert "created it" not in page


@pytest.mark.usefixtures("clean_places")
def test_a_room_shows_its_records_by_a_page_of_its_own(workshop: Workshop, bob: Any, charlie: Any) -> None:
    def page(request: Any, *, entity: Any, record: Any, base_context: dict[str, Any]) -> HttpResponse:
        return HttpResponse(f"By hand: {base_context['title']} {len(base_context['tabs'])}")

    places.override(KEY, page)
    assert b"By hand: Houtzaak" in browser(bob).get(f"/workshops/{workshop.pk}/").content
    assert b"By hand" not in browser(bob).get(f"/workshops/{workshop.pk}/?tab=history").content
    assert browser(charlie).get(f"/workshops/{workshop.pk}/").status_code == 404


def test_who_follows_is_told_what_others_change(workshop: Workshop, alice: Any, bob: Any) -> None:
    client = browser(bob)
    client.post(f"/workshops/{workshop.pk}/follow/", {"on": "1"})
    assert "Following" in client.get(f"/workshops/{workshop.pk}/").content.decode()
    for who in (alice, bob):
        actions.change(workshop, who=who, acronym=f"by {who}")
        following.tell_followers(entity=KEY, object_id=workshop.pk, verb="edited", fields=["acronym"])
    lines, _more = inbox.inbox(bob)
    assert [line.text for line in lines] == ["Alice changed something that you follow."]
    assert lines[0].title == "Houtzaak"
    client.post(f"/workshops/{workshop.pk}/follow/", {"on": "0"})
    actions.change(workshop, who=alice, acronym="once more")
    following.tell_followers(entity=KEY, object_id=workshop.pk, verb="edited", fields=["acronym"])
    assert len(inbox.inbox(bob)[0]) == 1


def test_files_are_attached_and_told(workshop: Workshop, bob: Any, settings: Any, tmp_path: Any) -> None:
    client = browser(bob)
    tab = f"/workshops/{workshop.pk}/?tab=files"
    assert 'type="file"' in client.get(tab).content.decode()
    sent = {"file": SimpleUploadedFile("plan.txt", b"Saw here."), "entity": KEY, "object_id": workshop.pk, "next": tab}
    assert client.post(reverse("files:upload"), sent).status_code == 302
    assert "plan.txt" in client.get(tab).content.decode()
    history = client.get(f"/workshops/{workshop.pk}/?tab=history").content.decode()
    assert "attached a file" in history
    assert "plan.txt" in history
    assert "attached a file: plan.txt" in client.get(f"/workshops/{workshop.pk}/?tab=timeline").content.decode()
