"""The first items of a kind are shown whole, the others are lines that open; what was done is always seen (L2)."""

from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.testing import cast
from vincula.portfolio.actions import boards, phases
from vincula.portfolio.pages import meeting as pages
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db
PART = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A meeting to come with three ideas at their gate, of which one is shown whole."""
    monkeypatch.setattr(pages, "WHOLE", 1)
    meeting = make.board_meeting(board=make.board(quorum=1))
    meeting.chair = cast.alice()
    make.seat(board=meeting.board, member=meeting.chair, chairs=True)
    for n, name in enumerate(("First", "Second", "Third")):
        service = at_stage("assessment", name=f"{name} service")
        meeting.items.filter(service=service).delete()
        make.board_item(meeting=meeting, service=service, gate=phases.gates(service)[0], kind="new", position=n)
    return meeting


def shown(meeting: Any, query: str = "", who: Any = None) -> str:
    client = cast.signed_in(who or meeting.chair)
    return str(client.get(registry.get("portfolio.boardmeeting").url(meeting) + query).content.decode())


def in_session(planned: Any) -> Any:
    """The same meeting opened, with its chair there."""
    meeting: Any = moving.move(planned, "open", who=SYSTEM)
    meeting.chair = planned.chair
    boards.attend(meeting=meeting, user=meeting.chair, here=True, who=meeting.chair)
    return meeting


def lines(page: str, meeting: Any) -> list[str]:
    """Which items are lines."""
    return [i.service.name.split()[0] for i in meeting.items.order_by("position") if f'{i.pk}/shown/"' in page]


def test_every_item_stands_on_the_page_and_the_first_of_a_kind_whole(planned: Any) -> None:
    page = shown(planned)
    assert lines(page, planned) == ["Second", "Third"]
    for item in planned.items.all():
        assert item.service.name in page
        assert f'id="item-{item.pk}"' in page
    assert page.count("missing:") == page[: page.index("Second service")].count("missing:") > 0


def test_very_many_lines_stand_behind_one_link(planned: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LINES", 1)
    page, third = shown(planned), planned.items.get(service__name="Third service")
    assert (lines(page, planned), "1 more on the agenda" in page) == (["Second"], True)
    assert third.service.name not in page
    assert lines(shown(planned, "?all=1"), planned) == ["Second", "Third"]
    assert f'<article class="board-item" id="item-{third.pk}"' in shown(planned, f"?item={third.pk}"), "asked by name"


def test_a_line_that_is_opened_tells_what_an_item_shown_whole_tells(planned: Any) -> None:
    client = cast.signed_in(planned.chair)
    second = planned.items.get(service__name="Second service")
    url = reverse("portfolio:agenda-item", args=[second.pk])
    part = client.get(url, **PART).content.decode()
    assert "<html" not in part
    assert "missing:" in part
    assert registry.get("portfolio.service").url(second.service) in part
    answer = client.get(url)
    assert answer.status_code == 302
    page = client.get(answer.url.partition("#")[0]).content.decode()
    assert lines(page, planned) == ["Third"]


def test_what_the_board_did_something_with_is_never_folded(planned: Any) -> None:
    meeting = in_session(planned)
    third = meeting.items.get(service__name="Third service")
    assert lines(shown(meeting), meeting) == ["Second", "Third"]
    boards.cast(item=third, seat=meeting.board.seats.get(), choice="no", who=meeting.chair)
    assert lines(shown(meeting), meeting) == ["Second"]
    second = meeting.items.get(service__name="Second service")
    client = cast.signed_in(meeting.chair)
    answer = client.post(reverse("portfolio:decide", args=[second.pk]), {"outcome": "go", "text": "They want it."})
    assert answer.url.endswith(f"?item={second.pk}#item-{second.pk}")
    page = client.get(registry.get("portfolio.boardmeeting").url(meeting)).content.decode()
    assert "They want it." in page
    assert lines(page, meeting) == []
    boards.drop(item=second, reason="Too early.", who=meeting.chair)
    page = shown(meeting)
    assert "Too early." in page
    assert lines(page, meeting) == []


def test_an_opened_line_lets_vote_and_decide(planned: Any) -> None:
    meeting = in_session(planned)
    third = meeting.items.get(service__name="Third service")
    part = cast.signed_in(meeting.chair).get(reverse("portfolio:agenda-item", args=[third.pk]), **PART).content.decode()
    for verb in ("vote", "decide", "drop"):
        assert reverse(f"portfolio:{verb}", args=[third.pk]) in part


def test_lines_and_what_they_open_name_no_hidden_service(planned: Any) -> None:
    kinds = ("portfolio.boardmeeting", "portfolio.boarditem")
    bob = cast.user("bob", *((kind, "view", "all", []) for kind in kinds))
    page = shown(planned, who=bob)
    assert len(lines(page, planned)) == 2
    assert page.count("A service that you may not see") == 5, (
        "once whole, twice in each line: what opens it, and its link"
    )
    assert " service<" not in page
    third = planned.items.get(service__name="Third service")
    part = cast.signed_in(bob).get(reverse("portfolio:agenda-item", args=[third.pk]), **PART).content.decode()
    assert "Third" not in part
