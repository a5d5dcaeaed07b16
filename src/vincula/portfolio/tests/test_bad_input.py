"""Whatever is typed: votes by the wrong people, circles, ends before beginnings, cases without figures (issue 4, line 5)."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving, registry
from vincula.kernel.exchange import commands
from vincula.kernel.money import Money
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.actions import boards
from vincula.portfolio.actions.boards import Asked, Motion
from vincula.portfolio.models import BoardItem, Deliverable, Dependency, PhaseRun, Service, Vote
from vincula.portfolio.queries.cases import result_of
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db


class Meeting:
    """A board of three in session, all there, with one item."""

    def __init__(self) -> None:
        self.chair, self.two, self.three = (cast.user(f"m{n}", ("*", "view", "all", [])) for n in range(3))
        board = make.board(quorum=2)
        self.seats = [
            make.seat(board=board, member=u, chairs=u is self.chair) for u in (self.chair, self.two, self.three)
        ]
        service = make.service()  # before the meeting is planned: else it would list itself
        planned = make.board_meeting(board=board)
        self.item = make.board_item(meeting=planned, service=service, kind="operation")
        self.meeting = moving.move(planned, "open", who=SYSTEM)
        for user in (self.chair, self.two, self.three):
            boards.attend(meeting=self.meeting, user=user, here=True, who=self.chair)

    def vote(self, n: int, who: Any, choice: str = "yes") -> Vote:
        return boards.cast(item=self.item, seat=self.seats[n], choice=choice, who=who)


@pytest.fixture
def board() -> Meeting:
    return Meeting()


def test_only_who_sits_there_votes(board: Meeting) -> None:
    stranger = cast.user("stranger", ("*", "*", "all", []))
    with pytest.raises(ValidationError, match="Only the member of this seat or the deputy"):
        board.vote(0, stranger)
    with pytest.raises(ValidationError, match="Only the member of this seat or the deputy"):
        board.vote(0, board.two)
    with pytest.raises(ValidationError, match="no seat on this board"):
        boards.attend(meeting=board.meeting, user=stranger, here=True, who=board.chair)
    with pytest.raises(ValidationError, match="not on the board of this meeting"):
        boards.cast(item=board.item, seat=make.seat(member=stranger), choice="yes", who=stranger)
    with pytest.raises(PermissionDenied, match="leads the meeting"):
        boards.decide(item=board.item, motion=Motion("go", "Go."), who=board.two)
    boards.attend(meeting=board.meeting, user=board.three, here=False, who=board.chair)
    with pytest.raises(ValidationError, match="not present"):
        board.vote(2, board.three)
    client = cast.signed_in(stranger)
    client.post(reverse("portfolio:vote", args=[board.item.pk]), {"seat": board.seats[0].pk, "choice": "yes"})
    assert not Vote.objects.exists()


def test_who_votes_twice_has_one_vote(board: Meeting) -> None:
    board.vote(0, board.chair)
    board.vote(0, board.chair, "no")
    assert [v.choice for v in Vote.objects.all()] == ["no"]
    with pytest.raises(ValidationError, match="go, no go or abstention"):
        board.vote(0, board.chair, "perhaps")


def test_after_the_decision_and_after_closing_nobody_votes(board: Meeting) -> None:
    board.vote(0, board.chair)
    board.vote(1, board.two)
    boards.decide(item=board.item, motion=Motion("go", "Go."), who=board.chair)
    for act in (lambda: board.vote(2, board.three), lambda: boards.decide(item=board.item, motion=Motion("go", "Go."), who=board.chair),
                lambda: boards.drop(item=board.item, reason="x", who=board.chair)):  # fmt: skip
        with pytest.raises(ValidationError, match="is decided"):
            act()
    moving.move(board.meeting, "close", who=SYSTEM)
    with pytest.raises(ValidationError, match="not open"):
        board.vote(2, board.three)
    with pytest.raises(ValidationError, match="not open"):
        boards.attend(meeting=board.meeting, user=board.three, here=False, who=board.chair)


def test_a_motion_says_all_that_it_needs(board: Meeting) -> None:
    for n, who in enumerate((board.chair, board.two, board.three)):
        board.vote(n, who)
    for motion, said in (
        (Motion("go", " "), "has a text"), (Motion("maybe", "?"), "no such outcome"), (Motion("no_go", "No."), "voted for a go"),
        (Motion("go_with_conditions", "Go."), "names at least one"),
        (Motion("go_with_conditions", "Go.", conditions=[Asked("Sign", None, date(2026, 6, 30))]), "needs an owner and a date"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=said):
            boards.decide(item=board.item, motion=motion, who=board.chair)
    assert not hasattr(type(board.item).objects.get(pk=board.item.pk), "decision")


def test_dependencies_never_form_a_circle() -> None:
    one, two, three = make.service(), make.service(), make.service()
    make.dependency(service=one, needs=two)
    make.dependency(service=two, needs=three)
    for wrong in ({"service": three, "needs": one}, {"service": two, "needs": one}, {"service": one, "needs": one}):
        with pytest.raises(ValidationError):
            actions.create(Dependency, who=SYSTEM, **wrong)
    thrown = make.dependency(service=three, needs=make.service())
    actions.trash(Dependency.objects.get(service=one), who=SYSTEM)
    actions.change(thrown, who=SYSTEM, needs=one)
    with pytest.raises(ValidationError, match="circle"):
        actions.restore(Dependency._base_manager.get(service=one), who=SYSTEM)


def test_a_file_brings_no_circle_either(tmp_path: Path) -> None:
    make.service(name="One")
    make.service(name="Two")
    path = tmp_path / "dependencies.csv"
    path.write_text("service,needs\nOne,Two\nTwo,One\n")
    report = commands.run_import("dependencies", path, user=cast.alice())[0]
    assert "would close a circle" in report["errors"][0]["message"]
    assert not Dependency.objects.exists()


def test_services_that_a_file_brought_go_with_its_undo(tmp_path: Path) -> None:
    """Though each began a run of its own; one that somebody worked on stays."""
    path = tmp_path / "services.csv"
    path.write_text("name,code\nOne,ONE\nTwo,TWO\n")
    alice = cast.alice()
    make.board_meeting()  # whose agenda they reach by themselves
    report = commands.run_import("services", path, user=alice)[0]
    assert report["created"] == 2, report
    assert PhaseRun.objects.count() == BoardItem.objects.count() == 2
    make.need(service=Service.objects.get(code="TWO"))
    done = commands.undo(report["run"], alice)
    assert (done["deleted"], len(done["kept"])) == (1, 1), done
    assert [s.code for s in Service.objects.all()] == ["TWO"]
    assert PhaseRun.objects.count() == BoardItem.objects.count() == 1


@pytest.mark.parametrize("key", ["pilot", "statusreport", "usage", "supply", "offering", "subscription", "seat"])
def test_nothing_ends_before_it_begins(key: str) -> None:
    record = cast.make(registry.get(f"portfolio.{key}"))
    with pytest.raises(ValidationError):
        actions.change(record, who=SYSTEM, since=date(2026, 5, 2), until=date(2026, 5, 1))
    with pytest.raises(ValidationError):
        make.service(life_from=2030, life_until=2029)


def test_a_business_case_without_customers_has_no_figure_and_breaks_nothing() -> None:
    case = make.business_case(price=Money.of(6000, "EUR"))
    client = cast.signed_in(cast.alice())
    pages = (registry.get("portfolio.businesscase").url(case), registry.get("portfolio.service").url(case.service))
    for told in ("no costs", "no customers"):
        assert told in client.get(pages[0]).content.decode()
        assert client.get(pages[1]).status_code == 200
        make.cost_line(case=case)
    found = result_of(case)
    assert found is not None
    assert (found.break_even, found.units) == (None, 0)
    make.income_line(case=case, customers=0)
    assert client.get(pages[1]).status_code == 200


def test_zero_weights_are_refused_and_negative_ones_too() -> None:
    paper = make.deliverable()
    Deliverable.objects.filter(pk=paper.pk).update(content_kind="technology_assessment")
    paper.refresh_from_db()
    rows = [{"criterion": "Fit", "weight": "0", "score": "5"}, {"criterion": "Risk", "weight": "0", "score": "3"}]
    with pytest.raises(ValidationError, match="All weights are zero"):
        actions.change(paper, who=SYSTEM, content={"criteria": rows})
    for weight, score in (("-1", "3"), ("1", "6"), ("many", "3"), ("NaN", "3"), ("1e999", "3")):
        with pytest.raises(ValidationError):
            actions.change(
                paper, who=SYSTEM, content={"criteria": [{"criterion": "Fit", "weight": weight, "score": score}]}
            )
    actions.change(paper, who=SYSTEM, content={"criteria": [{"criterion": "Fit", "weight": "1", "score": "3"}]})
    client = cast.signed_in(cast.alice())
    assert client.get(registry.get("portfolio.service").url(paper.service)).status_code == 200


@pytest.mark.parametrize(
    "wrong", [[], "text", {"no_such": "x"}, {"text": 5}, {"text": "x" * 20_001}, {"text": "\ud800"}, {"text": ["x"]}]
)
def test_a_content_of_the_wrong_shape_is_refused(wrong: Any) -> None:
    paper = make.deliverable()
    client = cast.signed_in(cast.alice())
    body = json.dumps({"content": wrong})
    answer = client.patch(f"/api/v1/deliverables/{paper.pk}", body, content_type="application/json")
    assert answer.status_code in (400, 422), (wrong, answer.content)


def test_a_second_order_for_what_is_taken_already_is_refused() -> None:
    """It was an error of the database: a subscription has one order."""
    offering, root = make.offering(service=at_stage("operation")), cast.root()
    organisation = parties.organisation()
    orders = [make.order(offering=offering, organisation=organisation, contact=parties.person()) for _n in range(2)]
    for order in orders:
        for move in ("confirm", "approve", "provision"):
            moving.move(order, move, who=root)
    moving.move(orders[0], "activate", who=root)
    with pytest.raises(ValidationError, match="has an active subscription to this offering already"):
        moving.move(orders[1], "activate", who=root)
    assert organisation.subscriptions.count() == 1


def test_a_notice_beyond_the_last_year_is_refused() -> None:
    with pytest.raises(ValidationError, match="the earliest end is"):
        make.discontinuance(noticed_on=date(9999, 12, 1), notice_months=6, ends_on=date(9999, 12, 30))


@pytest.mark.parametrize(
    ("made", "values", "field"),
    [
        (make.board_meeting, {"at": None}, "at"),
        (make.discontinuance, {"notice_months": -53771974}, "notice_months"),
        (make.discontinuance, {"notice_months": 53771974}, "notice_months"),
    ],
)
def test_what_a_record_is_called_and_told_needs_no_valid_values(
    made: Callable[..., Any], values: dict[str, Any], field: str
) -> None:
    """A record is asked for its name and its rules before its values are known to be possible (found by fuzzing)."""
    record = made()
    slug = registry.get(type(record)._meta.label_lower).slug
    body, client = json.dumps(values), cast.signed_in(cast.root())
    answer = client.patch(f"/api/v1/{slug}/{record.pk}", body, content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert field in answer.content.decode()


def test_a_subscription_of_which_nobody_knows_since_when_has_a_name() -> None:
    """Found by fuzzing: it could not be saved."""
    client, organisation, offering = cast.signed_in(cast.root()), parties.organisation(name="Namur"), make.offering()
    body = json.dumps({"offering": offering.pk, "organisation": organisation.pk})
    answer = client.post("/api/v1/subscriptions/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert str(organisation.subscriptions.get()) == "Namur · —"


def test_a_paper_is_written_and_closed_or_neither() -> None:
    """The form that comes back says that nothing was saved."""
    paper = make.deliverable(content_kind="technology_assessment")  # has more sections than the one that is written
    url = reverse("portfolio:write", args=[paper.pk])
    answer = cast.signed_in(cast.root()).post(url, {"version": paper.version, "state": "So much.", "done": "1"})
    assert answer.status_code == 422
    assert "It was not saved" in answer.content.decode()
    assert "So much." in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.content, paper.state) == ({}, "todo")


def test_an_uptime_is_worked_out_from_both_of_its_figures_or_refused() -> None:
    criterion = make.pilot_criterion(name="Availability", unit="%", target="99.5", result=None)
    for down, minutes in ((78, None), (None, 43_200), (78, 0), (43_201, 43_200)):
        with pytest.raises(ValidationError):
            actions.change(criterion, who=SYSTEM, minutes_down=down, minutes=minutes)
    criterion.refresh_from_db()
    assert (criterion.minutes_down, criterion.minutes, criterion.result) == (None, None, None)
    actions.change(criterion, who=SYSTEM, minutes_down=78, minutes=43_200)
    actions.change(criterion, who=SYSTEM, result="12.5")  # what is worked out is not typed over
    criterion.refresh_from_db()
    assert str(criterion.result) == "99.820"
    actions.change(criterion, who=SYSTEM, minutes_down=None, minutes=None, result="98")
    criterion.refresh_from_db()
    assert str(criterion.result) == "98.000"


def test_a_score_under_its_threshold_is_said_to_be() -> None:
    service = at_stage("assessment")
    work = service.deliverables.get(content_kind="technology_assessment")
    assert work.threshold == 60
    client = cast.signed_in(cast.alice())
    page = registry.get("portfolio.service").url(service)
    for score, said in (("4", "4.00 of 5 = 80.0\xa0%, threshold 60\xa0%"), ("2", "under the threshold of 60\xa0%")):
        rows = [{"criterion": "Strategy", "weight": "30", "score": score}]
        actions.change(work, who=SYSTEM, content={**work.content, "criteria": rows})
        assert said in client.get(page).content.decode()
    written = client.get(registry.get("portfolio.deliverable").url(work)).content.decode()
    assert "Weighted score: 2.00 of 5 = 40.0\xa0%. It is under the threshold of 60\xa0%." in written
