"""What one statement brings for all still asks for the rights of each: what a reader may not see counts and is not named
(docs/decisions/0011)."""

from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.actions import phases
from vincula.portfolio.models import Deliverable, PhaseRun, PilotCustomer
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db
OPEN = ("service", "boardmeeting", "boarditem", "phaserun", "pilot", "pilotcustomer", "need", "dependency")
HIDDEN = "others that you may not see"


@pytest.fixture
def service() -> Any:
    """In development: with a deliverable, a pilot customer, a need, a decision and a neighbour, each of a telling name."""
    found = at_stage("development", name="Seen")
    university = parties.organisation(name="Hidden University")
    make.pilot_customer(pilot=make.pilot(service=found), organisation=university)
    make.need(service=found, organisation=university, title="Seen need")
    work = Deliverable.objects.filter(service=found, phase_id=found.phase_id, mandatory=True).first()
    actions.change(work, who=SYSTEM, name="Hidden deliverable")
    decision = make.decision(service=found, gate=phases.gates(found)[0], run=phases.open_run(found), outcome="no_go")
    with door.by_verb(PhaseRun):
        actions.change(phases.open_run(found), who=SYSTEM, decision=decision)
    make.business_case(service=found, name="Hidden case")
    make.offering(service=found, name="Hidden offering")
    meeting = make.board_meeting()
    meeting.items.filter(service=found).exists() or make.board_item(
        meeting=meeting, service=found, gate=phases.gates(found)[0], kind="development"
    )
    make.seat(
        board=meeting.board,
        chairs=True,
        member=cast.user("chair", *((f"portfolio.{k}", "view", "all", []) for k in OPEN)),
    )
    make.seat(board=meeting.board, chairs=True, member=cast.alice())
    moving.move(meeting, "open", who=SYSTEM)
    found.secrets = ["Hidden University", "Hidden deliverable", decision.number, "Hidden case", "Hidden offering"]
    found.meeting = meeting
    return found


def pages(service: Any, email: str) -> dict[str, str]:
    from vincula.kernel.people.models import User

    client = cast.signed_in(User.objects.get(email=email))
    urls = {
        "service": registry.get("portfolio.service").url(service),
        "meeting": registry.get("portfolio.boardmeeting").url(service.meeting),
        "gate": f"{reverse('portfolio:board')}?gate={service.pk}",
    }
    return {name: client.get(url).content.decode() for name, url in urls.items()}


def test_who_may_see_all_reads_the_names(service: Any) -> None:
    told = pages(service, "alice@example.org")
    for secret in service.secrets:
        assert secret in told["service"], secret
    for name in ("Hidden University", "Hidden deliverable"):
        assert name in told["meeting"]
        assert name in told["gate"]
    assert f"Decision {service.secrets[2]} says" in told["gate"]
    assert HIDDEN not in "".join(told.values())


def test_who_may_not_see_them_reads_that_there_are_some(service: Any) -> None:
    told = pages(service, "chair@example.org")
    for page, text in told.items():
        assert "Seen" in text
        assert HIDDEN in text, page
        for secret in service.secrets:
            assert secret not in text, (page, secret)
    assert "The board decided otherwise." in told["gate"]
    assert "Seen need" in told["service"]


def test_only_what_may_be_seen_can_be_waived(service: Any) -> None:
    """By its chair; a verdict that may be seen is offered without the name of whose it is."""
    work = Deliverable.objects.get(name="Hidden deliverable")
    verdict = PilotCustomer.objects.get()
    told = {who: pages(service, f"{who}@example.org")["meeting"] for who in ("alice", "chair")}
    assert f'value="deliverable:{work.pk}"' in told["alice"]
    assert f'value="deliverable:{work.pk}"' not in told["chair"]
    assert f'value="verdict:{verdict.pk}"' in told["chair"]
