"""What a board saw holds records of others: page, API, export and paper tell of it what their reader may see (0011)."""

import json
from datetime import date
from typing import Any

import pytest

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.entity.reading import texts
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.actions import boards
from vincula.portfolio.actions.boards import Motion
from vincula.portfolio.models import Decision
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db
SECRETS = ("Hidden case", "Hidden pilot", "Hidden University", "Hidden need", "Hidden plan")


@pytest.fixture
def decision() -> Decision:
    """On a service with a case, a pilot, a need and a plan to end it, each of a telling name."""
    service = at_stage("operation", name="Seen service")
    make.business_case(service=service, name="Hidden case")
    university = parties.organisation(name="Hidden University")
    make.pilot_customer(pilot=make.pilot(service=service, name="Hidden pilot"), organisation=university)
    make.need(service=service, title="Hidden need", organisation=university)
    make.discontinuance(service=service, reason="Hidden plan")
    board = make.board(quorum=1)
    chair = cast.user("chair", ("*", "view", "all", []))
    seat = make.seat(board=board, member=chair, chairs=True)
    planned = make.board_meeting(board=board)
    item = make.board_item(meeting=planned, service=service)
    meeting = moving.move(planned, "open", who=SYSTEM)
    boards.attend(meeting=meeting, user=chair, here=True, who=chair)
    boards.cast(item=item, seat=seat, choice="no", who=chair)
    return boards.decide(item=item, motion=Motion("hold", "Later.", hold_until=date(2030, 1, 1)), who=chair)


def told(decision: Decision, user: Any) -> str:
    """Everything that the page, the API and an export say of it."""
    client, entity = cast.signed_in(user), registry.get("portfolio.decision")
    urls = (entity.url(decision), f"/api/v1/decisions/{decision.pk}", "/api/v1/decisions/?fields=number,seen")
    answers = [client.get(url) for url in urls]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    exported = texts(entity, [decision], list(entity.fields.values()), user)
    return "\n".join([*(answer.content.decode() for answer in answers), json.dumps(exported, ensure_ascii=False)])


def test_who_may_see_the_decision_alone_learns_nothing_of_its_papers(decision: Decision) -> None:
    bob = cast.user("bob", ("portfolio.decision", "view", "all", []), ("portfolio.decision", "export", "all", []))
    said = told(decision, bob)
    assert decision.number in said
    for secret in (*SECRETS, "Seen service"):
        assert secret not in said, secret


def test_who_may_see_some_kinds_reads_those_and_whose_they_are_stays_hidden(decision: Decision) -> None:
    kinds = ("decision", "service", "pilot", "pilotcustomer", "need")
    said = told(decision, cast.user("bob", *((f"portfolio.{kind}", "view", "all", []) for kind in kinds)))
    for name in ("Seen service", "Hidden pilot", "Hidden need"):
        assert name in said, name
    for secret in ("Hidden case", "Hidden University", "Hidden plan"):
        assert secret not in said, secret
    university = decision.seen["needs"][0]["organisation"]
    row = cast.signed_in(cast.user("eve", *((f"portfolio.{kind}", "view", "all", []) for kind in kinds))).get(
        f"/api/v1/decisions/{decision.pk}"
    )
    assert university not in [need.get("organisation") for need in row.json()["seen"]["needs"]]


def test_who_may_see_all_reads_it_as_it_was_hashed(decision: Decision) -> None:
    said = told(decision, cast.alice())
    for secret in SECRETS[:-1]:
        assert secret in said, secret
    whole = cast.signed_in(cast.root()).get(f"/api/v1/decisions/{decision.pk}").json()
    assert boards.digest(whole["seen"]) == whole["seen_digest"]
