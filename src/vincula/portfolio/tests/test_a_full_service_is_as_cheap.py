"""The pages of this room ask as often for much as for little, whoever looks, and no oftener than the house allows (issue 4)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.actions import boards, phases
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db
RECORD, BOARD = 15, 10


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def readers() -> dict[str, Any]:
    """An administrator, a role that sees everything, one that sees services and meetings and nothing around them, and one
    of a country."""
    own = ("portfolio.service", "portfolio.boardmeeting", "portfolio.boarditem")
    country = ("portfolio.service", "portfolio.boardmeeting", "portfolio.phaserun", "portfolio.deliverable")
    return {
        "administrator": cast.root(),
        "everything": cast.alice(),
        "little": cast.user("little", ("*", "view", "own", []), *((key, "*", "all", []) for key in own)),
        "a country": cast.user("country", ("*", "view", "country", ["BE"]), *((key, "view", "all", []) for key in country)),
    }  # fmt: skip


def more(service: Any) -> None:
    """A case with figures, a pilot with a criterion and a customer, a need, an offering that is taken, a dependency."""
    case = make.business_case(service=service)
    make.cost_line(case=case)
    make.income_line(case=case)
    pilot = make.pilot(service=service)
    make.pilot_criterion(pilot=pilot)
    make.pilot_customer(pilot=pilot)
    make.need(service=service)
    make.subscription(offering=make.offering(service=service))
    make.dependency(service=service)
    make.service_text(service=service) if not service.texts.exists() else None
    make.status_report(service=service) if not service.status_reports.exists() else None
    make.decision(service=service)


def named(**values: Any) -> Any:
    """A service with people who answer for it."""
    who = cast.user(f"lead{User.objects.count()}")
    return make.service(project_manager=who, technical_lead=who, customer_lead=who, service_owner=who, **values)


OTHERS = (pytest.param(stage, marks=pytest.mark.deep) for stage in ("idea", "development", "shutdown"))


@pytest.mark.parametrize("stage", ["feasibility", "operation", *OTHERS])
def test_the_page_of_a_service(stage: str) -> None:
    service = named() if stage == "idea" else at_stage(stage, project_manager=cast.user("lead"))
    more(service)
    url = registry.get("portfolio.service").url(service)
    clients = {name: cast.signed_in(who) for name, who in readers().items()}
    few = {name: asked(client, url) for name, client in clients.items()}
    for _n in range(3):
        more(service)
    cache.clear()
    for name, client in clients.items():
        assert asked(client, url) <= few[name] <= RECORD, (name, few)


def put(meeting: Any, *, decided: bool) -> None:
    """An item with its papers on the agenda; votes, recusals, and a decision with a condition where it is decided."""
    service = at_stage("feasibility")
    more(service)
    gate = phases.gates(service)[0]
    item = meeting.items.filter(
        service=service, trashed_at=None
    ).first()  # while it is planned, the agenda fills itself
    item = item or make.board_item(meeting=meeting, service=service, gate=gate, kind="development")
    seat = meeting.board.seats.first()
    make.vote(item=item, seat=seat, by=seat.member)
    item.recused.add(make.seat(board=meeting.board, function=None, member=cast.user(f"r{item.pk}")))
    if decided:
        decision = make.decision(item=item, service=service, gate=gate, board=meeting.board)
        make.condition(decision=decision)


def test_the_page_of_a_meeting_and_its_pre_check() -> None:
    everybody = readers()
    board = make.board(quorum=1)
    make.seat(board=board, member=everybody["everything"], chairs=True)
    for who in ("little", "a country"):
        make.seat(board=board, member=everybody[who], chairs=True)
    meeting = make.board_meeting(board=board)
    put(meeting, decided=True)
    put(meeting, decided=False)
    meeting = moving.move(meeting, "open", who=SYSTEM)
    boards.attend(meeting=meeting, user=everybody["everything"], here=True, who=everybody["administrator"])
    url = registry.get("portfolio.boardmeeting").url(meeting)
    clients = {name: cast.signed_in(who) for name, who in everybody.items()}
    few = {name: asked(client, url) for name, client in clients.items()}
    page = clients["everything"].get(url).content.decode()
    assert "missing:" in page
    assert "Take the decision" in page
    for n in range(3):
        put(meeting, decided=n % 2 == 0)
        make.seat(board=board, member=None, function=parties.function())
    cache.clear()
    for name, client in clients.items():
        assert asked(client, url) <= few[name] <= RECORD, (name, few)


@pytest.mark.parametrize("beside", [pytest.param(False, marks=pytest.mark.deep), True])
def test_the_board_of_the_portfolio(beside: bool) -> None:
    """With the gate of one service beside it as well."""
    service = at_stage("operation")
    meeting = make.board_meeting()

    def fill() -> None:
        for stage in ("development", "operation", "retired"):
            one = at_stage(stage)
            more(one)
            if not meeting.items.filter(service=one).exists():
                make.board_item(
                    meeting=meeting, service=one, gate=next(iter(phases.gates(one)), None), kind="operation"
                )

    fill()
    url = reverse("portfolio:board") + (f"?gate={service.pk}" if beside else "")
    clients = {name: cast.signed_in(who) for name, who in readers().items()}
    few = {name: asked(client, url) for name, client in clients.items()}
    fill()
    cache.clear()
    for name, client in clients.items():
        assert asked(client, url) <= few[name] <= BOARD, (name, few)
