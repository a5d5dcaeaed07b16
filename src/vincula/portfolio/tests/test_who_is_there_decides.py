"""Votes count while their casters are there, and deputies act only for who is away (domain.md: board)."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.testing import cast
from vincula.portfolio.actions import agenda, boards
from vincula.portfolio.actions.boards import Motion
from vincula.portfolio.models import BoardItem, BoardMeeting, Decision, Seat
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db


class Sitting:
    """A board of a chair and a member, each with a deputy, in session on one item."""

    def __init__(self) -> None:
        self.chair, self.member, self.for_chair, self.for_member = (
            cast.user(name, ("*", "view", "all", [])) for name in ("chair", "member", "chairs-deputy", "members-deputy")
        )
        board = make.board(quorum=1)
        self.first: Seat = make.seat(board=board, member=self.chair, deputy=self.for_chair, chairs=True)
        self.second: Seat = make.seat(board=board, member=self.member, deputy=self.for_member)
        service = make.service()
        planned = make.board_meeting(board=board)
        self.item: BoardItem = make.board_item(meeting=planned, service=service)
        self.meeting: BoardMeeting = moving.move(planned, "open", who=SYSTEM)  # type: ignore[assignment]  # a meeting in, a meeting out

    def come(self, *people: Any) -> None:
        for user in people:
            boards.attend(meeting=self.meeting, user=user, here=True, who=self.chair)

    def nothing_counts(self) -> None:
        with pytest.raises(ValidationError, match="Nobody has voted"):
            boards.decide(item=self.item, motion=Motion("no_go", "No."), who=self.chair)


@pytest.fixture
def sitting() -> Sitting:
    return Sitting()


def test_the_vote_of_a_deputy_falls_away_when_the_member_comes(sitting: Sitting) -> None:
    sitting.come(sitting.chair, sitting.for_member)
    boards.cast(item=sitting.item, seat=sitting.second, choice="yes", who=sitting.for_member)
    sitting.come(sitting.member)
    sitting.nothing_counts()
    boards.cast(item=sitting.item, seat=sitting.second, choice="no", who=sitting.member)
    assert boards.decide(item=sitting.item, motion=Motion("no_go", "No."), who=sitting.chair).no == 1


def test_the_vote_of_a_member_who_left_is_not_that_of_the_deputy(sitting: Sitting) -> None:
    sitting.come(sitting.chair, sitting.member, sitting.for_member)
    boards.cast(item=sitting.item, seat=sitting.second, choice="no", who=sitting.member)
    boards.attend(meeting=sitting.meeting, user=sitting.member, here=False, who=sitting.chair)
    sitting.nothing_counts()


def test_the_deputy_of_the_chair_neither_leads_nor_sends_the_chair_away(sitting: Sitting) -> None:
    boards.attend(meeting=sitting.meeting, user=sitting.for_chair, here=True, who=sitting.for_chair)
    sitting.come(sitting.chair)
    for verb, values in (
        (boards.attend, {"meeting": sitting.meeting, "user": sitting.chair, "here": False}),
        (boards.recuse, {"item": sitting.item, "seat": sitting.first, "out": True}),
        (boards.decide, {"item": sitting.item, "motion": Motion("no_go", "No.")}),
    ):
        with pytest.raises(PermissionDenied, match="leads the meeting"):
            verb(who=sitting.for_chair, **values)


def test_a_decision_is_superseded_on_the_page_of_the_meeting(sitting: Sitting) -> None:
    service = sitting.item.service
    before, elsewhere = make.decision(service=service, outcome="hold"), make.decision()
    sitting.come(sitting.chair)
    boards.cast(item=sitting.item, seat=sitting.first, choice="no", who=sitting.chair)
    client = cast.signed_in(sitting.chair)
    url, motion = reverse("portfolio:decide", args=[sitting.item.pk]), {"outcome": "no_go", "text": "No."}
    shown = client.get(url).content.decode()
    assert f'<option value="{before.pk}">{before.number}: Hold</option>' in shown
    assert elsewhere.number not in shown
    client.post(url, {**motion, "supersedes": elsewhere.pk})
    assert not Decision.objects.filter(item=sitting.item).exists()
    client.post(url, {**motion, "supersedes": before.pk})
    assert Decision.objects.get(item=sitting.item).supersedes == before


def test_meetings_keep_the_hour_of_the_place_where_the_owner_is() -> None:
    owner = cast.user("secretary", time_zone="Europe/Brussels")
    brussels = ZoneInfo("Europe/Brussels")
    first = datetime(2026, 1, 20, 10, tzinfo=brussels)
    with clock.frozen(datetime(2026, 1, 2, tzinfo=UTC)):
        board = make.board(owner=owner, rhythm="monthly", rhythm_from=first)
        made = agenda.plan_meetings(board)
        assert agenda.plan_meetings(board) == []
    assert {m.at.astimezone(brussels).hour for m in made} == {10}
    assert {m.at.astimezone(UTC).hour for m in made} == {8, 9}, "summer and winter"


def test_papers_that_were_taken_out_of_a_decision_are_missed() -> None:
    decision = make.decision()
    Decision.objects.filter(pk=decision.pk).update(seen={}, seen_digest="a" * 64)
    told = cast.signed_in(cast.alice()).get(registry.get("portfolio.decision").url(decision)).content.decode()
    assert "not those that were hashed" in told


PART = {"headers": {"HX-Request": "true"}}


@pytest.mark.parametrize("verb", ["decide", "drop"])
def test_a_form_comes_when_it_is_opened_and_is_a_page_without_scripts(sitting: Sitting, verb: str) -> None:
    client, url = cast.signed_in(sitting.chair), reverse(f"portfolio:{verb}", args=[sitting.item.pk])
    sitting.come(sitting.chair)
    there = client.get(registry.get("portfolio.boardmeeting").url(sitting.meeting)).content.decode()
    assert f'hx-get="{url}"' in there
    assert f'<a class="link" href="{url}"' in there
    assert f'action="{url}"' not in there
    part, page = (client.get(url, **more).content.decode() for more in (PART, {}))
    assert f'action="{url}"' in part
    assert "<html" not in part
    assert f'action="{url}"' in page
    assert "<html" in page


def test_the_form_is_for_who_leads_and_only_while_the_board_talks_about_it(sitting: Sitting) -> None:
    url = reverse("portfolio:decide", args=[sitting.item.pk])
    sitting.come(sitting.chair, sitting.member)
    assert cast.signed_in(sitting.member).get(url).status_code == 403
    nobody = cast.signed_in(cast.user("nobody", ("parties.organisation", "view", "all", [])))
    assert nobody.get(url).status_code == 404
    client = cast.signed_in(sitting.chair)
    boards.drop(item=sitting.item, reason="Too early.", who=sitting.chair)
    for each in ("decide", "drop"):
        page = client.get(reverse(f"portfolio:{each}", args=[sitting.item.pk])).content.decode()
        assert "This item was taken off the agenda." in page
        assert 'name="text"' not in page


def test_what_was_refused_stands_in_its_form_on_the_page_once(sitting: Sitting) -> None:
    sitting.come(sitting.chair)
    client, url = cast.signed_in(sitting.chair), reverse("portfolio:decide", args=[sitting.item.pk])
    there = registry.get("portfolio.boardmeeting").url(sitting.meeting)
    client.post(
        url,
        {"outcome": "hold", "text": "Later, they say.", "condition": ["A plan"], "answers": [str(sitting.chair.pk)]},
    )
    page = client.get(there).content.decode()
    for text in ("Later, they say.", "A plan", "Nobody has voted on this item yet.", "Say until when it is held."):
        assert text in page
    assert f'<option value="{sitting.chair.pk}" selected>' in page
    assert "Later, they say." not in client.get(there).content.decode()


def test_the_form_suggests_what_the_votes_carry(sitting: Sitting) -> None:
    sitting.come(sitting.chair, sitting.member)
    client, url = cast.signed_in(sitting.chair), reverse("portfolio:decide", args=[sitting.item.pk])
    assert '<option value="hold" selected>' in client.get(url).content.decode()
    for seat, who in ((sitting.first, sitting.chair), (sitting.second, sitting.member)):
        boards.cast(item=sitting.item, seat=seat, choice="yes", who=who)
    assert '<option value="go" selected>' in client.get(url).content.decode()
    boards.attend(meeting=sitting.meeting, user=sitting.chair, here=False, who=sitting.chair)
    boards.attend(meeting=sitting.meeting, user=sitting.member, here=False, who=cast.alice())
    assert '<option value="hold" selected>' in client.get(url).content.decode()


def test_who_is_there_is_a_choice_of_two_that_shows_which_holds(sitting: Sitting) -> None:
    """Both words always stand there; what is pressed is how it is, and either can be sent, twice too."""
    client = cast.signed_in(sitting.chair)
    page, address = (
        registry.get("portfolio.boardmeeting").url(sitting.meeting),
        reverse("portfolio:attend", args=[sitting.meeting.pk]),
    )

    def pressed() -> dict[str, str]:
        html = client.get(page).content.decode().split('id="seats"')[1].split("</section>")[0]
        row = next(one for one in html.split("<li>") if f'name="user" value="{sitting.member.pk}"' in one)
        return dict(re.findall(r'name="here" value="(\d)" aria-pressed="(\w+)"', row))

    assert pressed() == {"1": "false", "0": "true"}
    for here, shown in (
        ("1", {"1": "true", "0": "false"}),
        ("1", {"1": "true", "0": "false"}),
        ("0", {"1": "false", "0": "true"}),
    ):
        assert client.post(address, {"user": sitting.member.pk, "here": here}).status_code == 302
        assert pressed() == shown
    assert f"note that {sitting.member} is there" in client.get(page).content.decode()
