"""Records for tests: each function makes a valid one through the save door; keywords replace its values."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.money import Money
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.parties.tests import factories as parties
from vincula.portfolio import models

_number = count(1)


def _make(model: Any, who: Any, values: dict[str, Any], given: dict[str, Any]) -> Any:
    with door.by_verb(model):
        return actions.create(model, who=who or SYSTEM, **{**values, **given})


def _user() -> User:
    n = next(_number)
    return User.objects.create_user(email=f"member{n}@example.org", name=f"Member {n}")


def theme(who: Any = None, **given: Any) -> models.Theme:
    return _make(models.Theme, who, {"name": f"Theme {next(_number)}"}, given)


def need(who: Any = None, **given: Any) -> models.Need:
    values: dict[str, Any] = {"title": f"Need {next(_number)}"}
    values |= {} if "organisation" in given else {"organisation": parties.organisation(who)}
    return _make(models.Need, who, values, given)


def service(who: Any = None, **given: Any) -> models.Service:
    return _make(models.Service, who, {"name": f"Service {next(_number)}"}, given)


def _of_service(model: Any, who: Any, values: dict[str, Any], given: dict[str, Any]) -> Any:
    return _make(model, who, values | ({} if "service" in given else {"service": service(who)}), given)


def service_text(who: Any = None, **given: Any) -> models.ServiceText:
    return _of_service(models.ServiceText, who, {"audience": "users", "language": "fr", "text": "Un service."}, given)


def value_element(who: Any = None, **given: Any) -> models.ValueElement:
    return _of_service(models.ValueElement, who, {"kind": "outcome", "title": f"Value {next(_number)}"}, given)


def resource(who: Any = None, **given: Any) -> models.Resource:
    return _of_service(models.Resource, who, {"kind": "hardware", "name": f"Storage {next(_number)}"}, given)


def supply(who: Any = None, **given: Any) -> models.Supply:
    values: dict[str, Any] = {"what": f"Support {next(_number)}"}
    values |= {} if "supplier" in given else {"supplier": parties.organisation(who, kind="supplier")}
    return _of_service(models.Supply, who, values, given)


def dependency(who: Any = None, **given: Any) -> models.Dependency:
    return _of_service(models.Dependency, who, {} if "needs" in given else {"needs": service(who)}, given)


def offering(who: Any = None, **given: Any) -> models.Offering:
    values = {"name": f"Standard {next(_number)}", "price_model": "yearly", "price": Money.of(6000, "EUR")}
    return _of_service(models.Offering, who, values, given)


def _taken(who: Any, given: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {} if "organisation" in given else {"organisation": parties.organisation(who)}
    return values | ({} if "offering" in given else {"offering": offering(who)})


def order(who: Any = None, **given: Any) -> models.Order:
    return _make(models.Order, who, {"requested_on": date(2026, 1, 5)} | _taken(who, given), given)


def subscription(who: Any = None, **given: Any) -> models.Subscription:
    return _make(
        models.Subscription, who, {"since": date(2025, 1, 1), "until": date(2040, 12, 31)} | _taken(who, given), given
    )


def usage(who: Any = None, **given: Any) -> models.Usage:
    values: dict[str, Any] = {"metric": "users", "since": date(2026, 1, 1), "until": date(2026, 1, 31), "value": "12.5"}
    values |= {} if "subscription" in given else {"subscription": subscription(who)}
    return _make(models.Usage, who, values, given)


def phase_model(who: Any = None, **given: Any) -> models.PhaseModel:
    return _make(models.PhaseModel, who, {"name": f"Model {next(_number)}"}, given)


def phase(who: Any = None, **given: Any) -> models.Phase:
    n = next(_number)
    values: dict[str, Any] = {"position": n, "name": f"Phase {n}", "stage": "idea"}
    return _make(
        models.Phase, who, values | ({} if "phase_model" in given else {"phase_model": phase_model(who)}), given
    )


def planned_deliverable(who: Any = None, **given: Any) -> models.PlannedDeliverable:
    values: dict[str, Any] = {"name": f"Paper {next(_number)}", "track": "technical"}
    return _make(models.PlannedDeliverable, who, values | ({} if "phase" in given else {"phase": phase(who)}), given)


def phase_gate(who: Any = None, **given: Any) -> models.PhaseGate:
    if "source" not in given or "target" not in given:
        model = phase_model(who)
        given = {"source": phase(who, phase_model=model), "target": phase(who, phase_model=model), **given}
    return _make(models.PhaseGate, who, {"by_board": True}, given)


def phase_run(who: Any = None, **given: Any) -> models.PhaseRun:
    one = given.get("service") or service(who)
    return _make(
        models.PhaseRun, who,
        {"service": one, "phase": one.phase, "since": date(2020, 1, 1), "until": date(2020, 6, 1) + timedelta(days=next(_number))},
        given,
    )  # fmt: skip


def deliverable(who: Any = None, **given: Any) -> models.Deliverable:
    one = given.get("service") or service(who)
    values: dict[str, Any] = {"service": one, "phase": one.phase, "name": f"Plan {next(_number)}", "track": "technical"}
    return _make(models.Deliverable, who, values, given)


def status_report(who: Any = None, **given: Any) -> models.StatusReport:
    values = {"since": date(2026, 1, 1), "until": date(2026, 6, 30), "verdict": "positive", "score": 80}
    return _of_service(models.StatusReport, who, values, given)


def discontinuance(who: Any = None, **given: Any) -> models.Discontinuance:
    values = {"noticed_on": date(2026, 4, 1), "notice_months": 6, "ends_on": date(2026, 10, 1)}
    return _of_service(models.Discontinuance, who, values, given)


def business_case(who: Any = None, **given: Any) -> models.BusinessCase:
    values = {"number": next(_number) % 30_000 + 1, "price": Money.of(6000, "EUR")}
    return _of_service(models.BusinessCase, who, values, given)


def cost_line(who: Any = None, **given: Any) -> models.CostLine:
    values: dict[str, Any] = {"line": f"Hardware {next(_number)}", "year": 1, "amount": Money.of(120000, "EUR")}
    return _make(models.CostLine, who, values | ({} if "case" in given else {"case": business_case(who)}), given)


def income_line(who: Any = None, **given: Any) -> models.IncomeLine:
    values: dict[str, Any] = {"year": 1, "customers": 6}
    return _make(models.IncomeLine, who, values | ({} if "case" in given else {"case": business_case(who)}), given)


def pilot(who: Any = None, **given: Any) -> models.Pilot:
    soon = clock.today() + timedelta(days=10)  # what it shows can still be fixed
    values = {"name": f"Pilot {next(_number)}", "since": soon, "until": soon + timedelta(days=29)}
    return _of_service(models.Pilot, who, values, given)


def pilot_criterion(who: Any = None, **given: Any) -> models.PilotCriterion:
    values: dict[str, Any] = {"name": f"Availability {next(_number)}", "target": "99.5", "unit": "%"}
    return _make(models.PilotCriterion, who, values | ({} if "pilot" in given else {"pilot": pilot(who)}), given)


def pilot_customer(who: Any = None, **given: Any) -> models.PilotCustomer:
    values: dict[str, Any] = {} if "organisation" in given else {"organisation": parties.organisation(who)}
    return _make(models.PilotCustomer, who, values | ({} if "pilot" in given else {"pilot": pilot(who)}), given)


def board(who: Any = None, **given: Any) -> models.Board:
    return _make(models.Board, who, {"name": f"Services board {next(_number)}", "quorum": 3}, given)


def seat(who: Any = None, **given: Any) -> models.Seat:
    values: dict[str, Any] = {} if "function" in given else {"member": _user()}
    return _make(models.Seat, who, values | ({} if "board" in given else {"board": board(who)}), given)


def board_meeting(who: Any = None, **given: Any) -> models.BoardMeeting:
    values: dict[str, Any] = {"at": clock.now() + timedelta(days=next(_number))}
    return _make(models.BoardMeeting, who, values | ({} if "board" in given else {"board": board(who)}), given)


def attendance(who: Any = None, **given: Any) -> models.Attendance:
    values: dict[str, Any] = {} if "meeting" in given else {"meeting": board_meeting(who)}
    return _make(models.Attendance, who, values | ({} if "user" in given else {"user": _user()}), given)


def board_item(who: Any = None, **given: Any) -> models.BoardItem:
    advising = {} if "meeting" in given else {"meeting": board_meeting(who, board=board(who, kind="advises"))}
    values: dict[str, Any] = advising  # the agenda of a board that decides fills itself
    return _of_service(models.BoardItem, who, {"kind": "operation"} | values, given)  # a new idea lists itself


def vote(who: Any = None, **given: Any) -> models.Vote:
    item = given.get("item") or board_item(who)
    values = {"item": item, "choice": "yes", "by": _user()}
    return _make(
        models.Vote, who, values | ({} if "seat" in given else {"seat": seat(who, board=item.meeting.board)}), given
    )


def decision(who: Any = None, **given: Any) -> models.Decision:
    n = next(_number)
    values: dict[str, Any] = {
        "number": f"D-2020-{n:04d}",
        "outcome": "go",
        "text": "Go on.",
        "taken_on": date(2026, 1, 20),
    }
    return _of_service(models.Decision, who, values | ({} if "board" in given else {"board": board(who)}), given)


def condition(who: Any = None, **given: Any) -> models.Condition:
    values: dict[str, Any] = {"text": f"Sign the runbook {next(_number)}", "answers": _user(), "due": date(2026, 6, 30)}
    return _make(models.Condition, who, values | ({} if "decision" in given else {"decision": decision(who)}), given)
