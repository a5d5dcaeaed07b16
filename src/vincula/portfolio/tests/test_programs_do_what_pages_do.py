"""Meetings, gates, models and cases through the API: the same verbs, rights, refusals and locks as on the pages (X7)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.api import verbs
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.portfolio.actions import phases
from vincula.portfolio.models import BusinessCase, Decision, PhaseModel, Service
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.programs import RIGHT, stopped, waiting
from vincula.portfolio.tests.staged import at_stage, stays

pytestmark = pytest.mark.django_db
EVERYTHING = ("*", "view", "all", [])


class Program:
    """A program with a token of somebody."""

    def __init__(self, who: User, *scopes: str) -> None:
        until = clock.now() + timedelta(days=1)
        _token, raw = tokens.issue(user=who, name="test", scopes=scopes or ("write",), expires_at=until)
        self.client = Client(headers={"Authorization": f"Bearer {raw}"})

    def does(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(f"/api/v1/{address}", body or {}, content_type="application/json", headers=headers)

    def reads(self, address: str) -> Any:
        return self.client.get(f"/api/v1/{address}")


def refused(answer: Any) -> str:
    assert answer.status_code == 422, answer.content
    return " ".join(said for each in answer.json()["errors"].values() for said in each)


def test_every_verb_is_asked_rightly_somewhere() -> None:
    assert {(each.entity, each.key) for each in verbs.all_of_them()} == set(RIGHT)


def test_a_meeting_is_held_by_programs() -> None:
    chair, member = cast.user("chair", EVERYTHING), cast.user("member", EVERYTHING)
    item, seat = waiting(chair)
    second = make.seat(board=item.meeting.board, member=member)
    lead, other = Program(chair), Program(member)
    meeting, at = f"board-meetings/{item.meeting_id}", f"board-agenda-items/{item.pk}"
    assert other.does(f"{meeting}/attend", {"user": member.pk, "here": True}).status_code == 403
    for user in (chair, member):
        noted = lead.does(f"{meeting}/attend", {"user": user.pk, "here": True})
        assert (noted.status_code, noted.json()["user"], noted.json()["present"]) == (200, user.pk, True)
    assert other.does(f"{at}/vote", {"seat": seat.pk, "choice": "yes"}).status_code == 422, "not the seat of who asks"
    assert lead.does(f"{at}/vote", {"seat": seat.pk, "choice": "yes"}).json()["choice"] == "yes"
    assert other.does(f"{at}/vote", {"seat": second.pk, "choice": "yes"}).status_code == 200
    open_ = list(item.service.deliverables.filter(phase=item.service.phase_id, mandatory=True).order_by("pk"))
    go = {"outcome": "go", "text": "Go on."}
    assert open_[0].name in refused(lead.does(f"{at}/decide", go))
    assert stays(item.service)
    until = (clock.today() + timedelta(days=90)).isoformat()
    go["waivers"] = [{"deliverable": d.pk, "reason": "Known", "until": until} for d in open_]  # type: ignore[assignment]  # JSON
    assert other.does(f"{at}/decide", go).status_code == 403
    taken = lead.does(f"{at}/decide", go, **{"Idempotency-Key": "once"})
    assert (taken.status_code, taken.json()["outcome"], taken.json()["yes"]) == (200, "go", 2)
    assert lead.does(f"{at}/decide", go, **{"Idempotency-Key": "once"}).json() == taken.json()
    assert "decided" in refused(lead.does(f"{at}/decide", go))
    assert Decision.objects.count() == 1
    assert stays(item.service, "feasibility")


def test_what_is_there_needs_no_waiver() -> None:
    chair = cast.user("chair", EVERYTHING)
    item, seat = waiting(chair)
    lead, at = Program(chair), f"board-agenda-items/{item.pk}"
    lead.does(f"board-meetings/{item.meeting_id}/attend", {"user": chair.pk, "here": True})
    lead.does(f"{at}/vote", {"seat": seat.pk, "choice": "yes"})
    work = item.service.deliverables.filter(phase=item.service.phase_id)
    work.update(state="done")
    waiver = {"deliverable": work.order_by("pk")[0].pk, "reason": "To be sure", "until": clock.today().isoformat()}
    wanted = {"outcome": "go", "text": "Go on.", "waivers": [waiver]}
    assert "nothing of this name to waive" in refused(lead.does(f"{at}/decide", wanted))
    assert not work.filter(state="waived").exists()
    elsewhere = {**waiver, "deliverable": make.deliverable().pk}
    assert "no such record" in refused(lead.does(f"{at}/decide", {**wanted, "waivers": [elsewhere]}))
    both = {**waiver, "verdict": 1}
    assert "one deliverable or one verdict" in refused(lead.does(f"{at}/decide", {**wanted, "waivers": [both]}))


def test_a_gate_says_what_stands_against_it_and_is_passed_once() -> None:
    alice = cast.alice()
    program, service = Program(alice), make.service()
    gate = phases.gates(service)[0]
    told = program.reads(f"services/{service.pk}/gates").json()
    assert told == [{"gate": gate.pk, "target": gate.target_id, "by_board": False,
                     "against": phases.stands_against(service, gate)}]  # fmt: skip
    assert told[0]["against"][0] in refused(program.does(f"services/{service.pk}/pass", {"gate": gate.pk}))
    named = dict.fromkeys(("project_manager", "technical_lead", "customer_lead"), alice.pk)
    version = program.client.patch(f"/api/v1/services/{service.pk}", named, "application/json").json()["version"]
    late = program.does(f"services/{service.pk}/pass", {"gate": gate.pk}, **{"If-Match": f'"{version - 1}"'})
    assert (late.status_code, stays(service, "idea")) == (412, True)
    through = program.does(f"services/{service.pk}/pass", {"gate": gate.pk}, **{"If-Match": f'"{version}"'})
    assert (through.status_code, through.json()["phase"]) == (200, gate.target_id)
    assert "no such record" in refused(program.does(f"services/{service.pk}/pass", {"gate": gate.pk}))


def test_what_may_not_be_seen_or_changed_is_not_done() -> None:
    service, gate = stopped()
    meeting = make.board_meeting(at=clock.now() + timedelta(days=9))
    wanted = {"gate": gate.pk, "reason": "There is money now"}
    stranger = Program(cast.user("stranger", ("parties.person", "*", "all", [])))
    reader = Program(cast.user("reader", EVERYTHING))
    for key, body in (("take-up", wanted), ("close", {"gate": gate.pk}), ("pass", {"gate": gate.pk})):
        assert stranger.does(f"services/{service.pk}/{key}", body).status_code == 404, key
        assert reader.does(f"services/{service.pk}/{key}", body).status_code == 403, key
    assert stranger.reads(f"services/{service.pk}/gates").status_code == 404
    assert reader.does(f"phase-models/{service.phase_model_id}/copy").status_code == 403
    only_reads = Program(cast.alice(), "read")
    assert only_reads.does(f"services/{service.pk}/take-up", wanted).status_code == 403
    assert only_reads.reads(f"services/{service.pk}/gates").status_code == 200
    assert stays(service)
    assert not meeting.items.exists()


def test_a_seat_one_may_not_see_answers_like_none() -> None:
    chair = cast.user(
        "chair", ("portfolio.boardmeeting", "view", "all", []), ("portfolio.boarditem", "view", "all", [])
    )
    item, seat = waiting(chair)
    lead = Program(chair)
    answers = [
        lead.does(f"board-agenda-items/{item.pk}/vote", {"seat": pk, "choice": "yes"}) for pk in (seat.pk, 10**12)
    ]
    assert [a.status_code for a in answers] == [422, 422]
    assert answers[0].content == answers[1].content


def test_who_may_not_see_what_came_of_it_is_told_that_it_is_done() -> None:
    chair = cast.user(
        "chair", *((f"portfolio.{name}", "view", "all", []) for name in ("boardmeeting", "boarditem", "seat"))
    )
    item, _seat = waiting(chair)
    noted = Program(chair).does(f"board-meetings/{item.meeting_id}/attend", {"user": chair.pk, "here": True})
    assert (noted.status_code, noted.content) == (204, b"")
    assert item.meeting.attendance.filter(user=chair, present=True).exists()


def test_what_the_board_stopped_ends_and_models_go_on_by_program() -> None:
    program = Program(cast.alice())
    service, gate = stopped()
    assert program.does(f"services/{service.pk}/close", {"gate": gate.pk}).json()["stage"] == "retired"
    running = at_stage("operation")
    copy = program.does(f"phase-models/{running.phase_model_id}/copy").json()
    assert copy["state"] == "draft"
    assert program.does(f"phase-models/{copy['id']}/publish", {"default": True}).json()["is_default"] is True
    assert make.service(who=SYSTEM).phase_model_id == copy["id"]
    assert Service.objects.get(pk=running.pk).phase_model_id != copy["id"]
    assert PhaseModel.objects.filter(is_default=True).count() == 1


def test_a_version_of_a_case_is_written_with_all_its_lines_or_not_at_all() -> None:
    def eur(amount: int) -> dict[str, Any]:
        return {"minor": amount * 100, "currency": "EUR"}

    service = at_stage("feasibility")
    writer = Program(cast.user("writer", EVERYTHING, *(("*", verb, "all", []) for verb in ("create", "change"))))
    costs = [  # data/stories/J2_costs.csv
        {"line": "Storage", "kind": "one-off", "year": 1, "amount": eur(51_000)},
        {"line": "Racks", "kind": "one-off", "year": 1, "amount": eur(120_000)},
        *({"line": "Power", "kind": "recurring", "year": year, "amount": eur(40_000)} for year in (1, 2, 3)),
    ]
    income = [{"year": year, "customers": n} for year, n in ((1, 6), (2, 12), (3, 18))]
    address, whole = f"services/{service.pk}/business-case", {"price": eur(8_100), "costs": costs, "income": income}
    made = writer.does(address, whole)
    assert made.status_code == 200, made.content
    told = made.json()
    assert told["number"] == 1
    worked_out = {name: told[name] for name in ("total_cost", "total_income", "coverage", "result", "break_even")}
    assert worked_out == {
        "total_cost": eur(291_000), "total_income": eur(291_600), "coverage": 100.2, "result": eur(600),
        "break_even": {"minor": 808_333, "currency": "EUR"},
    }  # fmt: skip
    assert writer.does(address, whole).json()["number"] == 2

    wrong = writer.does(address, {**whole, "costs": [*costs, {"line": "", "year": 1, "amount": eur(1)}]})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["costs.5.line"])
    twice = writer.does(address, {**whole, "income": [*income, {"year": 3, "customers": 4}]})
    assert twice.status_code == 422
    assert [place.split(".")[:2] for place in twice.json()["errors"]] == [["income", "3"]]
    assert BusinessCase.objects.filter(service=service).count() == 2
    reader = Program(cast.user("reader", EVERYTHING))
    assert reader.does(address, whole).status_code == 403
    assert Program(cast.user("nobody")).does(address, whole).status_code == 404
