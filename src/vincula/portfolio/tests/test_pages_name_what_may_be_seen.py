"""What one statement brings for all still asks for the rights of each: what a reader may not see counts and is not named
(docs/decisions/0011)."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.notify.models import Notification
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio import conditions, jobs
from vincula.portfolio.actions import boards, phases
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
    client = cast.signed_in(User.objects.get(email=email))
    urls = {
        "service": registry.get("portfolio.service").url(service),
        "meeting": registry.get("portfolio.boardmeeting").url(service.meeting),
        "gate": f"{reverse('portfolio:board')}?gate={service.pk}",
    }
    return {name: client.get(url).content.decode() for name, url in urls.items()}


def form_of(service: Any, email: str) -> str:
    """The form by which the board decides, which comes when it is opened."""
    item = service.meeting.items.get(service=service)
    client = cast.signed_in(User.objects.get(email=email))
    return str(client.get(reverse("portfolio:decide", args=[item.pk])).content.decode())


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
    told = {who: form_of(service, f"{who}@example.org") for who in ("alice", "chair")}
    assert f'value="deliverable:{work.pk}"' in told["alice"]
    assert f'value="deliverable:{work.pk}"' not in told["chair"]
    assert f'value="verdict:{verdict.pk}"' in told["chair"]
    assert HIDDEN in told["chair"]
    for secret in service.secrets:
        assert secret not in told["chair"], secret


# ── sentences and sections ────────────────────────────────────────────────────────────────────────────────────────


def only(*kinds: str) -> Any:
    """Somebody who sees these kinds of record and no other."""
    return cast.user("bob", *((kind, "view", "all", []) for kind in kinds))


def page_of(record: Any, user: Any) -> str:
    entity = registry.for_model(type(record))
    assert entity is not None
    return str(cast.signed_in(user).get(entity.url(record)).content.decode())


def test_a_need_does_not_name_the_service_that_it_became_part_of() -> None:
    need = make.need(service=make.service(name="Hidden idea"))
    moving.move(need, "merge", who=SYSTEM)
    told = page_of(need, only("portfolio.need"))
    assert "Hidden idea" not in told
    assert "an idea or a service that you may not see" in told
    assert "It became part of “Hidden idea”" in page_of(need, cast.alice())


def test_an_organisation_does_not_name_the_services_that_it_takes_or_asked_for() -> None:
    service = make.service(name="Hidden service")
    taken = make.subscription(offering=make.offering(service=service, name="Hidden offering"))
    make.need(service=service, organisation=taken.organisation, title="Seen need")
    reader = only("parties.organisation", "portfolio.subscription", "portfolio.need")
    told = page_of(taken.organisation, reader)
    assert "Seen need" in told
    assert "A service that you may not see" in told
    for secret in ("Hidden service", "Hidden offering"):
        assert secret not in told, secret
        assert secret in page_of(taken.organisation, User.objects.filter(name="alice").first() or cast.alice())


def test_a_decision_does_not_name_the_one_that_came_later() -> None:
    first = make.decision(owner=cast.user("bob", ("portfolio.decision", "view", "own", [])))
    later = make.decision(service=first.service, supersedes=first)
    assert later.number not in page_of(first, first.owner)
    assert later.number in page_of(first, cast.alice())


def test_a_pilot_counts_the_verdicts_that_may_be_seen() -> None:
    pilot = make.pilot()
    make.pilot_customer(pilot=pilot)
    make.pilot_criterion(pilot=pilot)
    assert "1 customer has not given a verdict" in page_of(pilot, cast.alice())
    told = page_of(pilot, only("portfolio.pilot"))
    assert "has not given a verdict" not in told
    assert "criteria are met" not in told


def test_a_gate_names_neither_pilot_nor_criterion_nor_the_day_of_an_end_that_are_hidden() -> None:
    built, ending = at_stage("development"), at_stage("shutdown")
    pilot = make.pilot(service=built, name="Hidden pilot")
    make.pilot_criterion(pilot=pilot, name="Hidden criterion")
    make.pilot_customer(pilot=pilot)
    make.discontinuance(service=ending, ends_on=date(2031, 5, 17))
    item = make.board_item(service=built, gate=phases.gates(built)[0])
    reader = only("portfolio.service")
    hidden = boards.pre_check(item, viewer=reader)
    assert any("A verdict of a pilot that you may not see" in said for said in hidden)
    assert any("A criterion that you may not see" in said for said in hidden)
    assert "Hidden" not in " ".join(hidden)
    assert "Hidden pilot" in " ".join(boards.pre_check(item, viewer=cast.alice()))
    look = conditions.looking([ending], reader)
    assert conditions.against(["notice_is_over"], ending, look) == ["The notice has not run out yet."]
    assert "2031" in conditions.against(["notice_is_over"], ending)[0]


def test_a_meeting_does_not_name_services_that_are_hidden() -> None:
    item = make.board_item(service=make.service(name="Hidden service"))
    told = page_of(item.meeting, only("portfolio.boardmeeting", "portfolio.boarditem"))
    assert "A service that you may not see" in told
    assert f"/services/{item.service_id}/" not in told
    assert "Hidden service" in page_of(item.meeting, cast.alice())


def test_work_that_is_chased_does_not_name_a_service_that_is_hidden() -> None:
    bob = only("portfolio.deliverable")
    make.deliverable(service=make.service(name="Hidden service"), name="My paper", assignee=bob, due=clock.today())
    jobs.chase()
    told = Notification.objects.get(user=bob)
    assert "My paper" in str(told.params)
    assert "Hidden service" not in str(told.params)
