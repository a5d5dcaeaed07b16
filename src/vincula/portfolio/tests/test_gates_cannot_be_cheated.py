"""Gates cannot be cheated: by page, API, bulk edit, file, undo, trash, two browsers, the clock, or another model (issue 4)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.duplicates import merging
from vincula.kernel.entity import moving
from vincula.kernel.exchange import commands
from vincula.kernel.people.models import User
from vincula.kernel.records import actions, history
from vincula.kernel.testing import cast
from vincula.portfolio import standard
from vincula.portfolio.actions import phases
from vincula.portfolio.models import (
    Decision,
    Deliverable,
    Discontinuance,
    Phase,
    PhaseGate,
    PhaseModel,
    PlannedDeliverable,
    Service,
)
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage, is_shut, stays

pytestmark = pytest.mark.django_db
GATES_ONLY = "A service moves from phase to phase through its gates only."
IN_USE = "This phase model is in use. Make a copy of it, edit that, and publish it."


@pytest.fixture
def alice() -> User:
    """May do everything that a role can give."""
    return cast.alice()


def patched(client: Client, record: Any, **values: Any) -> Any:
    slug = {Service: "services", Deliverable: "deliverables", Decision: "decisions"}[type(record)]
    return client.patch(f"/api/v1/{slug}/{record.pk}", json.dumps(values), content_type="application/json")


# ── page, API, bulk edit ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_passes_no_gate_that_is_shut(service: Service, root: User) -> None:
    client = cast.signed_in(root)
    gate = phases.gates(service)[0]
    client.post(reverse("portfolio:pass-gate", args=[service.pk, gate.pk]), {"version": service.version})
    assert stays(service)
    further = service.phase_model.phases.get(stage="development").gates_out.get()
    client.post(reverse("portfolio:pass-gate", args=[service.pk, further.pk]), {"version": service.version})
    assert stays(service), "nor one that lies ahead"
    edit = client.get(reverse("entity:edit", args=["services", service.pk])).content.decode()
    for name in ("stage", "phase", "phase_model", "phase_since"):
        assert f'name="{name}"' not in edit
    client.post(
        reverse("entity:edit", args=["services", service.pk]), {"version": service.version, "stage": "operation"}
    )
    assert stays(service)


def test_the_api_sets_neither_phase_nor_state_nor_waiver(service: Service, root: User) -> None:
    client, paper = cast.signed_in(root), service.deliverables.filter(phase=service.phase).first()
    operation = service.phase_model.phases.get(stage="operation")
    for values in ({"stage": "operation"}, {"phase": operation.pk}, {"phase_since": "2020-01-01"}):
        assert patched(client, service, **values).status_code == 422
    for wrong in ({"state": "done"}, {"waived_by": 1}, {"mandatory": False}, {"phase": operation.pk}):
        assert patched(client, paper, **wrong).status_code == 422, wrong
    done = client.post(f"/api/v1/deliverables/{paper.pk}/moves/complete")
    assert done.status_code == 422
    assert "is empty" in done.content.decode()
    assert client.post(f"/api/v1/deliverables/{paper.pk}/moves/waive").status_code == 422
    body = {
        "number": "D-2026-99",
        "board": make.board().pk,
        "service": service.pk,
        "outcome": "go",
        "text": "Go.",
        "taken_on": "2026-01-20",
    }
    assert client.post("/api/v1/decisions/", json.dumps(body), content_type="application/json").status_code in (
        403,
        422,
    )
    assert not Decision.objects.exists()
    assert is_shut(service)


def test_a_done_paper_stays_written(service: Service, root: User) -> None:
    client, paper = cast.signed_in(root), service.deliverables.filter(content_kind="text").first()
    actions.change(paper, who=root, content={"text": "So much."}, assignee=root)
    moving.move(paper, "complete", who=root)
    for values in ({"content": {}}, {"assignee": None}):
        answer = patched(client, paper, **values)
        assert answer.status_code == 422, values
        assert "Open it again" in answer.content.decode()


def test_bulk_edit_and_bulk_trash_leave_it_where_it_is(service: Service, root: User) -> None:
    client = cast.signed_in(root)
    papers = list(service.deliverables.filter(phase=service.phase))
    items = {"items": [{"id": p.pk, "values": {"mandatory": False}} for p in papers]}
    assert (
        client.post("/api/v1/deliverables/bulk", json.dumps(items), content_type="application/json").status_code == 422
    )
    items = {"items": [{"id": p.pk, "trash": True} for p in papers]}
    answer = client.post("/api/v1/deliverables/bulk", json.dumps(items), content_type="application/json")
    assert answer.status_code == 422
    assert "only a board waives it" in answer.content.decode()
    ids = ",".join(str(p.pk) for p in papers)
    picked = {"ids": ids, "step": "apply", "set": "mandatory"}
    client.post(reverse("entity:bulk", args=["deliverables"]), picked)
    client.post(reverse("entity:bulk-trash", args=["deliverables"]), picked)
    assert Deliverable.objects.filter(pk__in=[p.pk for p in papers], mandatory=True, trashed_at=None).count() == len(
        papers
    )
    assert is_shut(service)


# ── files, undo, trash, merging ───────────────────────────────────────────────────────────────────────────────────


def bring(folder: Path, who: Any, slug: str, text: str, **options: Any) -> dict[str, Any]:
    path = folder / f"{slug}.csv"
    path.write_text(text)
    return commands.run_import(slug, path, user=who, **options)[0]


def test_no_file_moves_a_service_closes_a_paper_or_brings_a_decision(
    service: Service, root: User, tmp_path: Path
) -> None:
    paper = service.deliverables.filter(phase=service.phase).first()
    report = bring(tmp_path, root, "services", f"id,name,stage,phase\n{service.pk},Renamed,operation,Operation\n")
    assert stays(service), report
    for column, value in (("state", "Done"), ("mandatory", "no"), ("waived_by", "D-2026-01")):
        bring(tmp_path, root, "deliverables", f"id,{column}\n{paper.pk},{value}\n")
        paper.refresh_from_db()
        assert (paper.state, paper.mandatory, paper.waived_by_id) == ("todo", True, None), column
    looked = bring(tmp_path, root, "deliverables", f"id,mandatory\n{paper.pk},no\n", dry_run=True)
    assert "only a board waives it" in looked["errors"][0]["message"], "the rehearsal says so already"
    report = bring(tmp_path, root, "decisions", "number,service\nD-2026-99,1\n")
    assert "A decision is taken by a board" in report["errors"][0]["message"]
    assert not Decision.objects.exists()
    assert is_shut(service)


def test_a_file_that_was_read_before_the_gate_was_relied_upon_is_refused_after(root: User, tmp_path: Path) -> None:
    """And so is its undo: what it wrote was decided on since."""
    model = phases.copy_model(model=standard.for_new_services(), who=root)
    gate = PhaseGate.objects.get(source__phase_model=model, source__stage="feasibility")
    text = f"id,conditions\n{gate.pk},tracks_closed\n"
    report = bring(tmp_path, root, "gates", text)
    assert report["updated"] == 1, report
    phases.publish_model(model=model, who=root)
    done = commands.undo(report["run"], root)
    gate.refresh_from_db()
    assert gate.conditions == ["tracks_closed"]
    assert IN_USE in done["kept"][0]
    report = bring(tmp_path, root, "gates", f"id,by_board\n{gate.pk},no\n")
    assert IN_USE in report["errors"][0]["message"]


def test_an_undo_does_not_open_what_it_did_not_close(service: Service, root: User) -> None:
    entered = next(e for e in history.entries(service) if e.changes and "stage" in e.changes)
    with pytest.raises(ValidationError, match="through its gates only"):
        history.undo_entry(entered, service, who=root)
    assert stays(service)
    run = phases.open_run(service)
    assert run is not None
    with pytest.raises(PermissionDenied, match="through its gates only"):
        history.undo_entry(history.entries(run).latest("id"), run, who=root)
    decision = make.decision(service=service)
    with pytest.raises(PermissionDenied, match="never edited"):
        history.undo_entry(history.entries(decision).latest("id"), decision, who=root)


def test_the_trash_takes_nothing_out_of_the_count(service: Service, root: User) -> None:
    paper = service.deliverables.filter(phase=service.phase).first()
    gate, planned = phases.gates(service)[0], paper.planned
    for record in (service, paper, gate, planned, service.phase, service.phase_model):
        with pytest.raises(ValidationError):
            actions.trash(record, who=root)
    assert is_shut(service)
    # what was thrown away by other means does not come back past the checks
    Phase.objects.filter(pk=service.phase_id).update(trashed_at=clock.now())
    with pytest.raises(ValidationError, match="in use"):
        actions.restore(Phase._base_manager.get(pk=service.phase_id), who=root)


def test_a_service_that_comes_back_from_the_trash_is_where_it_was(root: User) -> None:
    idea = make.service()
    actions.trash(idea, who=root)
    actions.restore(idea, who=root)
    assert stays(idea, "idea")
    assert idea.runs.count() == 1


def test_a_merge_carries_no_service_past_a_gate(service: Service, root: User) -> None:
    idea = make.service()
    with pytest.raises(ValidationError, match="past the idea"):
        merging.merge(idea, [service], who=root)
    merging.merge(service, [idea], who=root)
    assert stays(service)
    assert is_shut(service)
    assert service.runs.filter(until=None, trashed_at=None).count() == 1


# ── two browsers, the clock, another model ────────────────────────────────────────────────────────────────────────


def test_of_two_browsers_the_one_that_looked_earlier_is_told(alice: User) -> None:
    idea = make.service(project_manager=alice, technical_lead=alice, customer_lead=alice)
    gate, looked = phases.gates(idea)[0], idea.version
    actions.change(Service.objects.get(pk=idea.pk), who=alice, benefits="Many.")
    with pytest.raises(actions.Conflict):
        phases.pass_gate(service=Service.objects.get(pk=idea.pk), gate=gate, who=alice, expected_version=looked)
    client = cast.signed_in(alice)
    answer = client.post(reverse("portfolio:pass-gate", args=[idea.pk, gate.pk]), {"version": looked}, follow=True)
    assert "Somebody changed the service meanwhile" in answer.content.decode()
    assert stays(idea, "idea")
    phases.pass_gate(service=idea, gate=gate, who=alice)
    with pytest.raises(ValidationError, match="moved it already"):
        phases.pass_gate(service=Service.objects.get(pk=idea.pk), gate=gate, who=alice)
    assert idea.runs.count() == 2


def test_the_clock_cannot_be_set_outside_tests(settings: Any) -> None:
    settings.TEST_INSTANCE = False
    with pytest.raises((RuntimeError, ImproperlyConfigured)), clock.frozen(datetime(2030, 1, 1, tzinfo=UTC)):
        pass


def test_neither_notice_nor_waiver_nor_end_can_be_dated_round_the_gate(root: User) -> None:
    today = clock.today()
    service = at_stage("shutdown")
    Deliverable.objects.filter(service=service).update(state="done")
    make.discontinuance(service=service, noticed_on=today, notice_months=6, ends_on=today + timedelta(days=200))
    plan = Discontinuance.objects.get(service=service)
    for values in ({"noticed_on": date(2020, 1, 1)}, {"notice_months": 0}, {"ends_on": today}):
        with pytest.raises(ValidationError):
            actions.change(plan, who=root, **values)
    actions.change(plan, who=root, ends_on=today + timedelta(days=300))  # later is allowed
    with pytest.raises(ValidationError):
        actions.trash(plan, who=root)
    assert is_shut(service)
    taken = make.subscription(offering=make.offering(service=service))
    with clock.frozen(clock.now() + timedelta(days=301)):
        assert phases.stands_against(service, phases.gates(service)[0]), "somebody is left"
        actions.change(taken, who=root, until=clock.today() + timedelta(days=900))
        moving.move(taken, "end", who=root)
        assert phases.stands_against(service, phases.gates(service)[0]), "an end that lies ahead is none"
        with pytest.raises(ValidationError, match="last day"):
            actions.change(taken, who=root, until=None)
        actions.change(taken, who=root, until=clock.today())
        assert phases.stands_against(service, phases.gates(service)[0]) == []


def test_a_waiver_that_has_run_out_waives_nothing(service: Service) -> None:
    Deliverable.objects.filter(service=service).update(state="waived", waived_until=clock.today())
    gate = phases.gates(service)[0]
    assert phases.stands_against(service, gate) == ["The board has not decided yet."]
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "track 0 %" in phases.stands_against(service, gate)[0]


def test_a_model_in_which_services_run_is_not_edited(service: Service, root: User) -> None:
    gate, planned = phases.gates(service)[0], service.phase.planned.first()
    draft = phases.copy_model(model=service.phase_model, who=root)
    elsewhere = draft.phases.get(stage="assessment")
    for record, values in (
        (gate, {"conditions": []}), (gate, {"by_board": False}), (planned, {"mandatory": False}), (service.phase, {"stage": "operation"}),
        (service.phase, {"phase_model": draft, "position": 99}), (planned, {"phase": elsewhere}),
        (gate, {"source": elsewhere, "target": draft.phases.get(stage="feasibility")}),
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            actions.change(record, who=root, **values)
    with pytest.raises(ValidationError, match="in use"):
        actions.create(
            PhaseGate,
            who=root,
            source=service.phase,
            target=service.phase_model.phases.get(stage="operation"),
            by_board=False,
        )
    with pytest.raises(ValidationError, match="published and chosen"):
        actions.change(service.phase_model, who=root, state="draft")
    # a service keeps the edition that it began with, whatever is published since
    PlannedDeliverable.objects.filter(phase__phase_model=draft).update(mandatory=False)
    phases.publish_model(model=draft, who=root, default=True)
    assert is_shut(service)
    assert make.service().phase_model == draft
    with pytest.raises(ValidationError, match="another stage"):
        phases.move_to_model(service=service, phase=draft.phases.get(stage="operation"), reason="Quick", who=root)


def test_a_move_to_another_model_skips_no_gate(root: User) -> None:
    idea = make.service()
    beta = PhaseModel.objects.get(state="published", is_default=False)
    alpha, late = beta.phases.filter(stage="development").order_by("position")
    built = at_stage("development")
    with pytest.raises(ValidationError, match="later one would skip a gate"):
        phases.move_to_model(service=built, phase=late, reason="Quick", who=root)
    phases.move_to_model(service=built, phase=alpha, reason="Small steps", who=root)
    with pytest.raises(ValidationError, match="by this phase model already"):
        phases.move_to_model(service=built, phase=late, reason="Quick", who=root)
    assert (Service.objects.get(pk=built.pk).phase, built.phase) == (alpha, alpha)
    # somebody took it through a gate after it was looked at
    looked = Service.objects.get(pk=idea.pk)
    Service.objects.filter(pk=idea.pk).update(
        stage="assessment", phase=idea.phase_model.phases.get(stage="assessment"), version=idea.version + 1
    )
    with pytest.raises(ValidationError, match="another stage"):
        phases.move_to_model(service=looked, phase=beta.phases.get(stage="idea"), reason="Back", who=root)


def test_a_model_is_published_only_with_conditions_that_somebody_checks(root: User) -> None:
    model = phases.copy_model(model=standard.for_new_services(), who=root)
    gate = PhaseGate.objects.get(source__phase_model=model, source__stage="feasibility")
    actions.change(gate, who=root, conditions=["track_closed"])
    with pytest.raises(ValidationError, match="No condition is called “track_closed”"):
        phases.publish_model(model=model, who=root)


def test_no_way_leads_through_a_phase_in_the_trash(root: User) -> None:
    model = phases.copy_model(model=standard.for_new_services(), who=root)
    actions.trash(model.phases.get(stage="feasibility"), who=root)
    with pytest.raises(ValidationError, match="No gate leads to Development"):
        phases.publish_model(model=model, who=root)
    copied = phases.copy_model(model=model, who=root)
    assert copied.phases.count() == model.phases.filter(trashed_at=None).count()
