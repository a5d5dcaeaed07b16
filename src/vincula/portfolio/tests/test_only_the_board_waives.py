"""A waiver is the board's: its reason and its end are kept, nobody stretches it, and one that has run out waives nothing."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.papers import making
from vincula.kernel.papers.declaration import PAPERS
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio import conditions
from vincula.portfolio.actions import boards, phases
from vincula.portfolio.actions.boards import Motion, Waiver
from vincula.portfolio.models import Decision, Deliverable, PilotCustomer, Service
from vincula.portfolio.queries import board as overview
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage, stays

pytestmark = pytest.mark.django_db
LATER = timedelta(days=30)


def decided(service: Service, chair: User, waivers: list[Waiver]) -> Decision:
    """A board of one lets these pass and says go."""
    board = make.board(quorum=1)
    seat = make.seat(board=board, member=chair, chairs=True)
    meeting = make.board_meeting(board=board)
    item = make.board_item(meeting=meeting, service=service, gate=phases.gates(service)[0], kind="ending")
    meeting = moving.move(meeting, "open", who=chair)
    boards.attend(meeting=meeting, user=chair, here=True, who=chair)
    boards.cast(item=item, seat=seat, choice="yes", who=chair)
    return boards.decide(item=item, motion=Motion("go", "Go.", waivers=waivers), who=chair)


def test_nobody_stretches_the_waiver_of_a_deliverable(service: Service, root: User) -> None:
    until = clock.today() + LATER
    decided(service, root, [Waiver(d, "Later", until) for d in service.deliverables.filter(phase=service.phase)])
    waived = Deliverable.objects.filter(service=service, state="waived").first()
    assert waived is not None
    client = cast.signed_in(root)
    for values in ({"waived_until": "2099-01-01"}, {"waiver": "Never mind"}):
        answer = client.patch(f"/api/v1/deliverables/{waived.pk}", json.dumps(values), content_type="application/json")
        assert answer.status_code == 422
        assert "Only a decision of a board waives" in answer.content.decode()
    waived.refresh_from_db()
    assert (waived.waiver, waived.waived_until) == ("Later", until)


def test_a_waived_verdict_keeps_the_reason_and_the_end(root: User) -> None:
    service = at_stage("development")
    Deliverable.objects.filter(service=service).update(state="done")
    museum = parties.organisation(name="Museum of Waiting")
    verdict = make.pilot_customer(pilot=make.pilot(service=service), organisation=museum)
    until = clock.today() + LATER
    with pytest.raises(ValidationError, match="needs a reason and an end date"):
        decided(service, root, [Waiver(verdict, " ", until)])
    decision = decided(
        at_same(service), cast.user("chair", ("*", "*", "all", [])), [Waiver(verdict, "They rebuild", until)]
    )
    assert stays(service, "operation")
    verdict.refresh_from_db()
    assert (verdict.waived_by, verdict.waiver, verdict.waived_until) == (decision, "They rebuild", until)
    with pytest.raises(ValidationError, match="Only a decision of a board waives"):
        actions.change(verdict, who=root, waived_until=date(2099, 1, 1))
    paper = next(p for p in PAPERS if p.key == "record")
    told = str(making.make(paper, decision, user=root, language="en", form="docx").tree)
    assert "They rebuild" in told
    assert "Museum of Waiting" in told


def at_same(service: Service) -> Service:
    return Service.objects.get(pk=service.pk)


def test_a_verdict_is_awaited_again_when_its_waiver_has_run_out() -> None:
    service = at_stage("development")
    verdict = make.pilot_customer(pilot=make.pilot(service=service))
    decision = make.decision(service=service)
    PilotCustomer.objects.filter(pk=verdict.pk).update(waived_by=decision, waived_until=clock.today())
    assert conditions.against(["pilot_verdicts"], service) == []
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "no verdict yet" in conditions.against(["pilot_verdicts"], service)[0]


def test_a_pilot_with_nobody_in_it_is_none() -> None:
    service = at_stage("development")
    Deliverable.objects.filter(service=service).update(state="done")
    pilot = make.pilot(service=service, name="Empty pilot")
    assert conditions.against(["pilot_verdicts"], service) == ["Pilot “Empty pilot”: no customer takes part."]
    assert card(service).missing == ["verdicts of the pilot"]
    make.pilot_customer(pilot=pilot, verdict="ok")
    assert conditions.against(["pilot_verdicts"], service) == []
    assert card(service).missing == []


def test_the_board_counts_a_waiver_only_while_it_lasts(service: Service) -> None:
    Deliverable.objects.filter(service=service).update(state="waived", waived_until=clock.today())
    assert card(service).missing == []
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert len(card(service).missing) == Deliverable.objects.filter(service=service, mandatory=True).count()
        assert {track.closed for track in card(service).tracks.values()} == {0}
        assert not Deliverable.objects.filter(service=service)[0].is_closed


def card(service: Service) -> overview.Card:
    found = overview.overview(SYSTEM)
    return next(c for c in found.by_stage[service.stage] if c.service.pk == service.pk)
