"""What the agenda and the portfolio board say of a service is what its gate says."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel import clock, events
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import registry
from vincula.kernel.jobs.models import Job
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.kernel.ui import format as shown
from vincula.portfolio import conditions
from vincula.portfolio.actions import agenda, phases
from vincula.portfolio.models import BoardItem, Decision, Deliverable, Service
from vincula.portfolio.pages import board as board_page
from vincula.portfolio.queries import board
from vincula.portfolio.queries.cases import result_of
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db


def decided(service: Service, outcome: str) -> Decision:
    run = phases.open_run(service)
    made: Decision = make.decision(service=service, run=run, gate=phases.gates(service)[0], outcome=outcome)
    return made


def card_of(service: Service) -> board.Card:
    service.refresh_from_db()
    return next(c for c in board.overview(SYSTEM).by_stage[service.stage] if c.service.pk == service.pk)


def finish(service: Service) -> None:
    """Its deliverables are closed, whatever they say: the board's other papers are what is asked here."""
    Deliverable.objects.filter(service=service).update(state="done")


def test_what_the_board_said_no_to_does_not_come_back_by_itself() -> None:
    stopped, held = at_stage("assessment"), at_stage("assessment")
    no, _hold = decided(stopped, "no_go"), decided(held, "hold")
    assert [p.service for p in agenda.of_services([stopped, held])] == [held]
    assert card_of(stopped).stopped == no.number
    assert card_of(held).stopped == ""
    decided(stopped, "hold")  # somebody brought it again, and the board said something else
    assert [p.service for p in agenda.of_services([stopped])] == [stopped]
    assert card_of(stopped).stopped == ""


def test_a_service_is_ready_only_when_its_gate_would_open() -> None:
    feasible, built, ending = at_stage("feasibility"), at_stage("development"), at_stage("shutdown")
    for service in (feasible, built, ending):
        finish(service)
    assert card_of(feasible).missing == ["business case"]
    case = make.business_case(service=feasible)
    make.cost_line(case=case)
    make.income_line(case=case)
    assert card_of(feasible).missing == []
    assert card_of(built).missing == ["pilot"]
    asked = make.pilot_customer(pilot=make.pilot(service=built))
    assert card_of(built).missing == ["verdicts of the pilot"]
    actions.change(asked, who=SYSTEM, verdict="ok")
    assert card_of(built).missing == []
    make.subscription(offering=make.offering(service=ending))
    assert card_of(ending).missing == ["1 subscriber left", "end of the notice"]
    assert card_of(ending).tone != "good"


def test_what_is_not_shown_is_counted_and_what_the_board_talks_about_is_read_wherever_it_stands(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(board, "SHOWN", 2)
    monkeypatch.setattr(board_page, "AGENDA", 3)
    made = [make.service(name=f"Idea {n}") for n in range(5)]
    meeting = make.board_meeting(board=make.board())
    agenda.fill(meeting)
    found = board.overview(SYSTEM)
    assert (found.counts["idea"], [c.service.name for c in found.by_stage["idea"]]) == (5, ["Idea 0", "Idea 1"])
    assert {item.service_id for item in found.agenda} == {s.pk for s in made}
    assert all(found.cards[s.pk].missing for s in made), "an idea lacks its people, shown or not"
    page = cast.signed_in(cast.alice()).get(reverse("portfolio:board")).content.decode()
    assert "5 services stand on the agenda; 0 are ready." in page
    assert page.count("3 more") == 1, "of the column"
    assert page.count("2 more") == 1, "of the agenda"


def test_papers_that_were_not_read_are_not_taken_for_none() -> None:
    service = at_stage("shutdown")
    look = conditions.looking([service], SYSTEM, {service.pk: conditions.reads(["tracks_closed"])})
    assert conditions.against(["tracks_closed"], service, look)
    with pytest.raises(AttributeError):
        conditions.against(["everybody_left"], service, look)


def test_an_idea_names_the_people_it_lacks() -> None:
    assert card_of(make.service()).missing == [
        "project manager", "lead of the technical track", "lead of the customer track",
    ]  # fmt: skip


def test_a_case_is_worked_out_on_the_page_of_a_service_only_for_who_sees_every_line() -> None:
    service = at_stage("feasibility")
    case = make.business_case(service=service)
    make.income_line(case=case)
    readable = ("portfolio.service", "portfolio.businesscase", "portfolio.incomeline")
    some = cast.user("some", ("portfolio.costline", "view", "own", []), *((key, "view", "all", []) for key in readable))
    for owner in (some, None):
        make.cost_line(case=case, owner=owner)
    found = result_of(case)
    assert found is not None
    cost, coverage = shown.money(found.cost), shown.percent(found.coverage)

    def page(user: Any) -> str:
        return str(cast.signed_in(user).get(registry.get("portfolio.service").url(service)).content.decode())

    everything = page(cast.alice())
    assert everything.count(cost) > 1, "in the table of versions and beside the gate"
    assert coverage in everything
    hidden = page(some)
    assert "Business case" in hidden
    assert cost not in hidden
    assert coverage not in hidden


def test_what_stands_on_the_agenda_is_ready_only_with_its_papers_though_its_card_is_not_shown(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(board, "SHOWN", 1)
    at_stage("assessment", name="A shown one")
    ready, unready = (at_stage("assessment", name=f"B {name}") for name in ("ready", "unready"))
    finish(ready)
    meeting = make.board_meeting(board=make.board())
    meeting.items.all().delete()
    for service in (ready, unready):
        make.board_item(meeting=meeting, service=service, gate=phases.gates(service)[0], kind="development")
    page = cast.signed_in(cast.alice()).get(reverse("portfolio:board")).content.decode()
    assert "2 services stand on the agenda; 1 is ready." in page
    assert "4 missing: Technology assessment, First budget estimate …" in page


def test_the_agenda_asks_as_often_for_many_services_as_for_one(django_assert_num_queries) -> None:
    made = [at_stage(stage) for stage in ("idea", "assessment", "operation") for _n in range(3)]
    with django_assert_num_queries(6):
        agenda.of_services(made[::3])
    with django_assert_num_queries(6):
        agenda.of_services(made)


def test_a_long_reason_to_live_by_another_model_fits_the_trail() -> None:
    service = make.service()
    other = type(service.phase_model).objects.exclude(pk=service.phase_model_id).get(state="published")
    phases.move_to_model(service=service, phase=other.phases.get(stage="idea"), reason="because " * 30, who=SYSTEM)
    service.refresh_from_db()
    assert service.phase_model == other


def test_the_clock_goes_back_only_and_history_tells_nobody() -> None:
    long_ago = clock.now() - timedelta(days=700)
    with clock.past(long_ago):
        assert clock.today() == long_ago.date()
    for wrong in (clock.now() + timedelta(minutes=5), long_ago.replace(tzinfo=None)):
        with pytest.raises(ValueError, match="set back"), clock.past(wrong):
            pass
    with events.told_long_ago():
        make.theme()
    assert not Job.objects.exists()
    make.theme()
    assert Job.objects.exists()
    assert not door.in_verb(Service)


def test_the_board_counts_who_is_left_as_the_gate_does() -> None:
    """An end that lies ahead is none yet, a move to another offering of the same service leads nowhere."""
    service, tomorrow = at_stage("shutdown"), clock.today() + timedelta(days=1)
    here, there = make.offering(service=service), make.offering()
    finish(service)
    make.subscription(offering=here)
    make.subscription(offering=here, state="ended", until=tomorrow)
    make.subscription(offering=here, state="moved", until=clock.today(), moved_to=make.offering(service=service))
    make.subscription(offering=here, state="moved", until=clock.today(), moved_to=there)
    make.subscription(offering=here, state="ended", until=clock.today())
    left = sum(not one.settled for one in conditions.leaving(service))
    assert left == 3
    assert "3 subscribers left" in card_of(service).missing


def test_services_in_operation_that_the_board_talks_about_are_counted_with_the_others() -> None:
    running, asked = at_stage("operation"), at_stage("assessment")
    meeting = make.board_meeting(board=make.board())
    make.board_item(meeting=meeting, service=running, kind="operation")
    make.board_item(meeting=meeting, service=asked, kind="new")
    page = cast.signed_in(cast.alice()).get(reverse("portfolio:board")).content.decode()
    assert "2 services stand on the agenda; 0 are ready." in page


def test_what_is_decided_or_waits_for_a_later_meeting_is_not_on_the_next_agenda():
    first, later = (make.board_meeting(at=clock.now() + timedelta(days=days)) for days in (5, 95))
    service = at_stage("assessment", name="Archive")
    other = at_stage("assessment", name="Mail")
    BoardItem.objects.all().delete()
    item = make.board_item(meeting=first, service=service, gate=phases.gates(service)[0], kind="new")
    make.board_item(meeting=first, service=other, gate=phases.gates(other)[0], kind="new")
    make.board_item(meeting=later, service=service, gate=phases.gates(service)[0], kind="development")
    client = cast.signed_in(cast.alice())
    assert "2 services stand on the agenda;" in client.get(reverse("portfolio:board")).content.decode()
    make.decision(item=item, service=service, gate=item.gate, board=first.board, outcome="go", run=None)
    page = client.get(reverse("portfolio:board")).content.decode()
    assert "1 service stands on the agenda;" in page
    agenda = page.split('id="agenda"')[1].split("</table>")[0]
    assert "Mail" in agenda
    assert "Archive" not in agenda
