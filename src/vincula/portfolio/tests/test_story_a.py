"""Story A as verbs: a service through its gates, another retired; figures exact, each refusal with its sentence."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import moving
from vincula.kernel.money import Money
from vincula.kernel.records import actions, bulk
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation, OrganisationRelation
from vincula.portfolio.actions import agenda, boards, phases
from vincula.portfolio.actions.boards import Asked, Motion
from vincula.portfolio.models import BusinessCase, CostLine, Decision, IncomeLine, Service
from vincula.portfolio.queries.cases import result_of
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db


class Story:
    """The cast and what they do."""

    def __init__(self) -> None:
        self.bart = cast.user("bart", ("*", "*", "all", []))
        self.b = [cast.user(f"b{n}", ("*", "view", "all", [])) for n in range(1, 6)]
        self.board = make.board(
            name="Services board", quorum=3, rhythm="monthly", rhythm_from=datetime(2026, 1, 20, 9, tzinfo=UTC)
        )
        self.seats = [
            make.seat(board=self.board, member=member, chairs=n == 0, since=date(2025, 1, 1))
            for n, member in enumerate(self.b)
        ]

    def meeting_on(self, day: date) -> Any:
        """The planned meeting of that day, opened."""
        return next(m for m in self.board.meetings.order_by("at") if m.at.date() == day)

    def holds(self, meeting: Any, service: Service, there: int, yes: int, motion: Motion) -> Decision:
        """``there`` members come, ``yes`` of them vote go, and the chair takes the decision."""
        if meeting.state == "planned":
            agenda.fill(meeting)
            meeting = moving.move(meeting, "open", who=self.bart)
        for member in self.b[:there]:
            boards.attend(meeting=meeting, user=member, here=True, who=self.b[0])
        item = meeting.items.get(service=service, trashed_at=None)
        for n, (member, seat) in enumerate(zip(self.b[:there], self.seats, strict=False)):
            boards.cast(item=item, seat=seat, choice="yes" if n < yes else "no", who=member)
        return boards.decide(item=item, motion=motion, who=self.b[0])


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    monkeypatch.setattr(clock, "today", lambda: day)


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    at(monkeypatch, date(2026, 1, 12))
    made = Story()
    agenda.plan_meetings(made.board, datetime(2026, 7, 31, tzinfo=UTC))
    return made


def finish(service: Service, who: Any, track: str | None = None, but: int = 0) -> None:
    """Write and close the deliverables of the present phase, all ``but`` the last few."""
    service.refresh_from_db()
    listed = list(service.deliverables.filter(phase=service.phase).exclude(state="done").order_by("pk"))
    listed = [d for d in listed if track in (None, d.track)]
    for d in listed[: len(listed) - but]:
        from vincula.portfolio import content

        filled = {
            s.key: [{s.columns[0].key: "Written"}] if s.columns else "Written."
            for s in content.of(d.content_kind).sections
        }
        actions.change(d, who=who, content=filled, assignee=who)
        moving.move(d, "complete", who=who)


def test_the_rhythm_makes_the_meetings_of_the_story(story: Story) -> None:
    days = [m.at.date() for m in story.board.meetings.order_by("at")]
    assert days[:6] == [
        date(2026, 1, 20),
        date(2026, 2, 17),
        date(2026, 3, 17),
        date(2026, 4, 21),
        date(2026, 5, 19),
        date(2026, 6, 16),
    ]
    assert agenda.plan_meetings(story.board, datetime(2026, 7, 31, tzinfo=UTC)) == []


def test_a_service_goes_through_its_gates(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    sfx = assessed(story)
    decision = goes_to_feasibility(story, sfx, monkeypatch)
    finish(sfx, story.bart)
    is_held_and_goes_on(story, sfx, monkeypatch)
    finish(sfx, story.bart)
    last = passes_its_pilot(story, sfx, monkeypatch)
    sfx.refresh_from_db()
    assert (last.number, sfx.stage) == ("D-2026-04", "operation")
    assert last.conditions.get().due == date(2026, 6, 30)
    # the chair decided and the members voted, with the program's rights but in their names
    told = AuditEntry.objects.filter(entity="portfolio.decision", object_id=last.pk, verb="decided")
    assert told.get().who == story.b[0]
    assert {e.who for e in AuditEntry.objects.filter(entity="portfolio.vote")} <= set(story.b)
    assert AuditEntry.objects.filter(entity="portfolio.service", verb="passed the gate").latest("pk").who == story.b[0]
    # an old decision shows what the board saw then
    assert decision.seen["service"]["phase_name"] == "Assessment"
    stages = ["idea", "assessment", "feasibility", "development", "operation"]
    assert [r.phase.stage for r in sfx.runs.order_by("pk")] == stages


def assessed(story: Story) -> Service:
    """An idea from three needs stands on the agenda by itself and enters phase 1 when people are named."""
    sfx = actions.create(Service, who=story.bart, name="Secure File Exchange", code="SFX")
    for n in range(3):
        need = make.need(title=f"Send large files {n}", service=sfx)
        moving.move(need, "merge", who=story.bart)
    item = story.meeting_on(date(2026, 1, 20)).items.get(trashed_at=None)
    assert (item.service, item.kind, sfx.stage) == (sfx, "new", "idea")
    first = phases.gates(sfx)[0]  # phase 0 is not decided by a board: people are named, and it goes on
    with pytest.raises(ValidationError) as refused:
        phases.pass_gate(service=sfx, gate=first, who=story.bart)
    assert len(refused.value.messages) == 3
    actions.change(sfx, who=story.bart, project_manager=story.bart, technical_lead=story.bart, customer_lead=story.bart)
    phases.pass_gate(service=sfx, gate=first, who=story.bart)
    assert sfx.stage == "assessment"
    finish(sfx, story.bart)
    return sfx


def goes_to_feasibility(story: Story, sfx: Service, monkeypatch: pytest.MonkeyPatch) -> Decision:
    """With two of five there is no quorum; with four, 3 : 1 goes on. Then 6 of 6 and 4 of 5 are not enough."""
    meeting = story.meeting_on(date(2026, 1, 20))
    at(monkeypatch, date(2026, 1, 20))
    agenda.fill(meeting)
    moving.move(meeting, "open", who=story.bart)
    with pytest.raises(ValidationError, match="No quorum: 2 of 3"):
        story.holds(meeting, sfx, 2, 2, Motion("go", "Go on."))
    decision = story.holds(meeting, sfx, 4, 3, Motion("go", "Study it."))
    assert (decision.number, decision.outcome, decision.yes, decision.no) == ("D-2026-01", "go", 3, 1)
    sfx.refresh_from_db()
    assert sfx.stage == "feasibility"
    assert boards.is_genuine(decision)
    with pytest.raises((PermissionDenied, ValidationError)):
        actions.change(decision, who=story.bart, text="Something else")
    finish(sfx, story.bart, "technical")
    finish(sfx, story.bart, "customer", but=1)
    said = phases.stands_against(sfx, phases.gates(sfx)[0])
    assert "customer track 80 %" in said[0]
    assert "Minimum usability" in said[0]
    return decision


def is_held_and_goes_on(story: Story, sfx: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The business case in two versions; the board holds, and goes on a month later."""
    for number, price in ((1, 6000), (2, 8100)):
        case = actions.create(BusinessCase, who=story.bart, service=sfx, number=number, price=Money.of(price, "EUR"))
        for line, year, amount in (("Development", 1, 51000), ("Storage hardware", 1, 120000), ("Operation", 1, 40000),
                                   ("Operation", 2, 40000), ("Operation", 3, 40000)):  # fmt: skip
            actions.create(CostLine, who=story.bart, case=case, line=line, year=year, amount=Money.of(amount, "EUR"))
        for year, customers in ((1, 6), (2, 12), (3, 18)):
            actions.create(IncomeLine, who=story.bart, case=case, year=year, customers=customers)
    one, two = (result_of(c) for c in sfx.business_cases.order_by("number"))
    assert one
    assert two
    figures = (Decimal("74.2"), Decimal("100.2"), Decimal("8083.33"))
    assert (one.coverage, two.coverage, two.break_even) == figures
    at(monkeypatch, date(2026, 3, 17))
    motion = Motion("hold", "Revise price", hold_until=date(2026, 4, 21))
    held = story.holds(story.meeting_on(date(2026, 3, 17)), sfx, 4, 0, motion)
    assert held.number == "D-2026-02"
    assert "says: Hold" in phases.stands_against(sfx, phases.gates(sfx)[0])[0]
    at(monkeypatch, date(2026, 4, 21))
    assert story.holds(story.meeting_on(date(2026, 4, 21)), sfx, 4, 4, Motion("go", "Develop.")).yes == 4
    sfx.refresh_from_db()
    assert sfx.stage == "development"


def passes_its_pilot(story: Story, sfx: Service, monkeypatch: pytest.MonkeyPatch) -> Decision:
    """Four of five criteria and four of five verdicts: a go needs the fifth verdict, and a condition."""
    pilot = make.pilot(service=sfx, since=date(2026, 5, 1), until=date(2026, 5, 30))
    for name, comparator, target, result in (
        ("Availability", "at_least", "99.5", None), ("Satisfaction", "at_least", "4.0", "4.20"),
        ("Tickets", "at_most", "10", "7"), ("Documents", "at_least", "9", "9"), ("Runbook signed", "at_least", "1", "0"),
    ):  # fmt: skip
        make.pilot_criterion(pilot=pilot, name=name, comparator=comparator, target=target, result=result)
    up = pilot.criteria.get(name="Availability")
    actions.change(up, who=story.bart, minutes_down=78, minutes=43_200)
    up.refresh_from_db()
    assert up.result == Decimal("99.82")
    customers = [make.pilot_customer(pilot=pilot, verdict="ok") for _n in range(4)] + [make.pilot_customer(pilot=pilot)]
    at(monkeypatch, date(2026, 6, 16))
    meeting = story.meeting_on(date(2026, 6, 16))
    with pytest.raises(ValidationError) as refused:
        story.holds(meeting, sfx, 4, 4, Motion("go", "Go."))
    assert any("no verdict yet" in m for m in refused.value.messages)
    assert any("needs a condition with owner and date" in m for m in refused.value.messages)
    actions.change(customers[4], who=story.bart, verdict="ok")
    asked = Asked("The runbook is signed", story.bart, date(2026, 6, 30))
    meeting.refresh_from_db()
    return story.holds(meeting, sfx, 4, 4, Motion("go_with_conditions", "Go.", conditions=[asked]))


def test_another_is_retired(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2026, 4, 1))
    customers = [Organisation(name=f"Institute {n:03}", kind="university", country="BE") for n in range(312)]
    bulk.insert(Organisation, customers)  # who could use it, not whom the story is about
    held: list[OrganisationRelation] = []
    for one in customers:
        held.append(OrganisationRelation(organisation=one, kind="customer", since=date(2020, 1, 1)))
    bulk.insert(OrganisationRelation, held)
    ftp = make.service(name="FTP mirror", least_penetration=Decimal(10))
    from vincula.kernel.access import door

    operation = ftp.phase_model.phases.get(stage="operation")
    with door.by_verb(Service):
        actions.change(ftp, who=SYSTEM, phase=operation, stage="operation")
    offering = make.offering(service=ftp, name="Mirror")
    taken = [make.subscription(organisation=one, offering=offering, since=date(2020, 1, 1)) for one in customers[:14]]
    meeting = story.meeting_on(date(2026, 4, 21))
    agenda.fill(meeting)
    item = meeting.items.get(service=ftp, trashed_at=None)
    assert item.kind == "ending"
    assert "4.5" in item.reason
    assert "10.0" in item.reason
    with pytest.raises(ValidationError, match="6 months"):
        make.discontinuance(service=ftp, ends_on=date(2026, 9, 30))
    make.discontinuance(service=ftp, ends_on=date(2026, 10, 1))
    at(monkeypatch, date(2026, 4, 21))
    story.holds(meeting, ftp, 4, 4, Motion("go", "End it."))
    ftp.refresh_from_db()
    assert ftp.stage == "shutdown"
    finish(ftp, story.bart)
    at(monkeypatch, date(2026, 10, 1))
    other = make.offering(service=make.service(name="Secure File Exchange"))
    for sub in taken[:11]:
        actions.change(sub, who=story.bart, moved_to=other)
        moving.move(sub, "move", who=story.bart)
    gate = phases.gates(ftp)[0]
    with pytest.raises(ValidationError) as refused:
        phases.pass_gate(service=ftp, gate=gate, who=story.bart)
    assert refused.value.messages[0].endswith("Institute 011, Institute 012, Institute 013.")
    actions.change(taken[11], who=story.bart, moved_to=other)
    moving.move(taken[11], "move", who=story.bart)
    for sub in taken[12:]:
        with pytest.raises(ValidationError):
            moving.move(sub, "waive", who=story.bart)
        actions.change(sub, who=story.bart, waiver="We do without it.", waived_on=date(2026, 9, 1))
        moving.move(sub, "waive", who=story.bart)
    phases.pass_gate(service=ftp, gate=gate, who=story.bart)
    assert ftp.stage == "retired"


def test_no_hand_moves_a_service(story: Story) -> None:
    sfx = actions.create(Service, who=story.bart, name="Secure File Exchange")
    operation = sfx.phase_model.phases.get(stage="operation")
    for values in ({"phase": operation}, {"stage": "operation"}, {"phase_since": date(2020, 1, 1)}):
        with pytest.raises(ValidationError, match="through its gates only"):
            actions.change(sfx, who=story.bart, **values)
    with pytest.raises(ValidationError, match="through its gates only"):
        actions.create(Service, who=story.bart, name="Another", stage="operation")
