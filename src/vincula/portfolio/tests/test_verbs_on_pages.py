"""What is done beside a form: taking up what was stopped, closing it, another phase model, a model copied and published."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import registry
from vincula.kernel.testing import cast
from vincula.portfolio import standard
from vincula.portfolio.actions import phases
from vincula.portfolio.models import PhaseModel
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.programs import stopped
from vincula.portfolio.tests.staged import at_stage, stays

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    """What the page tells after a redirect, toasts and all."""
    return str(answer.client.get(answer.url).content.decode() if answer.status_code == 302 else answer.content.decode())


def test_what_was_stopped_is_taken_up_again_with_a_reason() -> None:
    service, gate = stopped()
    client = cast.signed_in(cast.alice())
    page = client.get(registry.get("portfolio.service").url(service)).content.decode()
    assert "Take it up again" in page
    address = reverse("portfolio:take-up", args=[service.pk, gate.pk])
    assert "Say why it is taken up again." in said(client.post(address, {"reason": " "}))
    meeting = make.board_meeting(at=clock.now() + timedelta(days=9))
    assert "The board talks about it on" in said(client.post(address, {"reason": "There is money now."}))
    assert [i.reason for i in meeting.items.filter(service=service, source="")] == ["There is money now."]
    again = said(client.post(address, {"reason": "There is more money."}))
    assert "The board talks about it on" not in again
    assert meeting.items.filter(service=service).count() == 1
    bob = cast.signed_in(cast.user("bob", ("*", "view", "all", [])))
    assert bob.post(address, {"reason": "I want it"}).status_code in (403, 404)


def test_what_was_not_stopped_is_not_taken_up() -> None:
    service = at_stage("assessment")
    gate = phases.gates(service)[0]
    make.board_meeting(at=clock.now() + timedelta(days=9))
    client, address = cast.signed_in(cast.alice()), reverse("portfolio:take-up", args=[service.pk, gate.pk])
    assert "Only what the board stopped is taken up again." in said(client.post(address, {"reason": "I want it"}))
    assert not service.board_items.filter(source="").exists()


def test_what_was_stopped_retires_by_the_no_go() -> None:
    service, gate = stopped()
    client = cast.signed_in(cast.alice())
    assert "is closed." in said(client.post(reverse("portfolio:close", args=[service.pk, gate.pk])))
    assert stays(service, "retired")
    assert service.runs.get(until=None).decision.outcome == "no_go"


@pytest.mark.parametrize("stage", ["assessment", "operation"])
def test_only_a_no_go_before_it_runs_closes_a_service(stage: str) -> None:
    if stage == "operation":
        service, gate = stopped(stage)  # the board would not end it
    else:
        service = at_stage(stage)
        gate = phases.gates(service)[0]
    answer = cast.signed_in(cast.alice()).post(reverse("portfolio:close", args=[service.pk, gate.pk]))
    assert "Only a no go of the board ends a service before it runs." in said(answer)
    assert stays(service, stage)


def test_a_service_moves_to_another_phase_model_on_its_page() -> None:
    service = at_stage("development", name="Mirror")
    beta = PhaseModel.objects.exclude(pk=service.phase_model_id).get(state="published")
    client, address = cast.signed_in(cast.alice()), reverse("portfolio:other-model", args=[service.pk])
    assert address in client.get(registry.get("portfolio.service").url(service)).content.decode()
    page = client.get(address).content.decode()
    assert f"{beta}: Alpha" in page
    for elsewhere in ("Discovery", "Beta"):
        assert f"{beta}: {elsewhere}" not in page, "another stage, or a later phase of this one, would skip a gate"
    phase = beta.phases.get(name="Alpha")
    refused = client.post(address, {"phase": phase.pk, "reason": ""})
    assert refused.status_code == 422
    assert "Say why the service moves to another phase model." in said(refused)
    later = beta.phases.get(name="Beta").pk
    assert "Choose a phase of another phase model." in said(client.post(address, {"phase": later, "reason": "Quick"}))
    assert "lives by" in said(client.post(address, {"phase": phase.pk, "reason": "Small steps"}))
    service.refresh_from_db()
    assert (service.phase, service.stage) == (phase, "development")


def test_a_phase_model_is_copied_and_published_on_its_page() -> None:
    model = standard.for_new_services()
    client = cast.signed_in(cast.alice())
    said(client.post(reverse("portfolio:copy-model", args=[model.pk])))
    copy = PhaseModel.objects.get(based_on=model)
    assert (copy.state, copy.number, copy.phases.count()) == ("draft", 2, model.phases.count())
    address = reverse("portfolio:publish-model", args=[copy.pk])
    assert "New services begin by it" in client.get(address).content.decode()
    assert "is published." in said(client.post(address))
    assert make.service(who=SYSTEM).phase_model == model, "services begin by it when somebody says so"
    asked = client.get(address).content.decode()
    assert "Begin new services by it" in asked
    assert 'name="default"' not in asked, "it is published: there is nothing to tick"
    assert "New services begin by" in said(client.post(address))
    assert make.service(who=SYSTEM).phase_model == copy
    assert address not in client.get(registry.get("portfolio.phasemodel").url(copy)).content.decode()


def test_the_next_version_of_a_case_has_its_lines() -> None:
    case = make.business_case(number=3)
    make.cost_line(case=case, line="Storage hardware", year=1)
    make.income_line(case=case, year=2, customers=12)
    alice = cast.signed_in(cast.alice())
    address = reverse("portfolio:next-version", args=[case.pk])
    assert address in alice.get(registry.get("portfolio.businesscase").url(case)).content.decode()
    bob = cast.user("bob", ("*", "view", "all", []), ("portfolio.businesscase", "create", "all", []))
    assert cast.signed_in(bob).post(address).status_code in (403, 404), "whoever may add no lines copies nothing"
    assert case.service.business_cases.count() == 1
    assert "Version 4 has the lines of this one" in said(alice.post(address))
    copy = case.service.business_cases.get(number=4)
    assert (copy.price, copy.costs.get().line, copy.income.get().customers) == (case.price, "Storage hardware", 12)
