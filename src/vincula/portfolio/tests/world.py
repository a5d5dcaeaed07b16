"""A service with everything that its papers tell, and a meeting that held it: made once a test, through the save door."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.money import Money
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.actions import boards
from vincula.portfolio.actions.boards import Motion
from vincula.portfolio.models import BoardMeeting, Decision, Service
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

NOW = datetime(2026, 3, 17, 10, tzinfo=UTC)  # the board meets
WRITTEN: dict[str, dict[str, Any]] = {
    "technology_assessment": {
        "state": "Three products are **mature**.\n\n- two are open source\n- one is sold as a service",
        "opportunities": "Researchers stop using services outside our law.",
        "criteria": [
            {"criterion": name, "weight": weight, "score": score, "why": why}
            for name, weight, score, why in (
                ("Fits the network", "30", "4", "Same identity federation"), ("Security", "25", "3", "Encrypted at rest"),
                ("Ease of use", "20", "4", "No client needed"), ("Cost", "15", "3", "Storage is dear"),
                ("Exit", "10", "2", "Formats are open, moving is slow"),
            )
        ],
        "budget": "About 290,000 over three years.",
    },
    "options": {
        "options": [
            {"option": "Nextcloud, in-house", "made": "in-house", "cost": "291000"},
            {"option": "FileSender, in-house", "made": "in-house", "cost": "184000"},
            {"option": "Bought as a service", "made": "outsourced", "cost": "402500.50"},
        ],
        "criteria": [{"criterion": "Security", "weight": "60"}, {"criterion": "Cost", "weight": "40"}],
        "scores": [
            {"option": "Nextcloud, in-house", "criterion": "Security", "score": "4", "why": "Audited in 2025"},
            {"option": "Nextcloud, in-house", "criterion": "Cost", "score": "3", "why": "Two people"},
            {"option": "FileSender, in-house", "criterion": "Security", "score": "3", "why": ""},
            {"option": "FileSender, in-house", "criterion": "Cost", "score": "4", "why": "One person"},
            {"option": "Bought as a service", "criterion": "Security", "score": "2", "why": "Keys lie abroad"},
            {"option": "Bought as a service", "criterion": "Cost", "score": "1", "why": "Price per user"},
        ],
        "recommendation": "Nextcloud, run by ourselves.",
    },
    "cost_plan": {
        "costs": [
            {"line": "Development", "phase": "Development", "kind": "one-off", "year": "1", "money": "51000", "days": "120"},
            {"line": "Storage hardware", "phase": "Development", "kind": "one-off", "year": "1", "money": "120000", "days": "10"},
            {"line": "Operation", "phase": "Operation", "kind": "recurring", "year": "1", "money": "40000", "days": "60.5"},
        ],
        "assumptions": "Prices of January 2026.",
    },
    "usage_estimate": {
        "interested": [
            {"organisation": "Ghent University", "users": "4200", "since": "2027", "certainty": "90"},
            {"organisation": "Royal Observatory", "users": "160", "since": "2027", "certainty": "60"},
        ],
        "scope": "Universities first, then colleges.",
    },
}  # fmt: skip
PLAN: dict[str, Any] = {
    "description": "Send and share files of any size inside our law.", "technical": "- 99.5 % availability\n- 200 TB",
    "user": "Works in a browser.", "life": "Ten years.",
    "project": [{"step": "Build", "who": "TD", "until": "2026-09-30"}, {"step": "Pilot", "who": "TCA", "until": "2027-05-30"}],
    "adoption": "Five early adopters; manuals in four languages.",
    "workflow": [{"step": "Order", "who": "ICC"}, {"step": "Provision", "who": "SA"}],
    "costs": WRITTEN["cost_plan"]["costs"],
}  # fmt: skip


@dataclass
class World:
    """The service, its board's meeting, the decision taken there, the one to be retired, and who reads."""

    alice: Any
    service: Service
    meeting: BoardMeeting
    decision: Decision
    ending: Service


def build() -> World:
    """Call it while the clock stands at ``NOW``."""
    alice = cast.alice()
    sfx = at_stage(
        "feasibility", name="Secure File Exchange", code="SFX", names={"ru": "Безопасный обмен файлами"},
        tagline={"en": "Large files, safely.", "ru": "Большие файлы — безопасно."},
        purpose="Researchers **share large files** with partners.\n\nIt replaces mailing of disks.",
        strategic_goal="Services for research data.", benefits="Fewer disks in the post.",
        utility="Sends files of any size.", availability=Decimal("99.5"), capacity="200 TB", continuity="Two sites",
        security="Encrypted at rest", project_manager=alice, technical_lead=alice, customer_lead=alice, service_owner=alice,
        life_from=2027, life_until=2036, target_penetration=Decimal(20), least_penetration=Decimal(10),
        technical_requirements="Runs on our cloud.", user_requirements="No client.",
    )  # fmt: skip
    _what_it_is_worth(sfx)
    for written in sfx.deliverables.filter(phase=sfx.phase).order_by("pk"):
        if (content := WRITTEN.get(written.content_kind)) is not None:
            least = Decimal(60) if written.content_kind == "technology_assessment" else None
            actions.change(written, who=SYSTEM, content=content, assignee=alice, threshold=least)
            moving.move(written, "complete", who=SYSTEM)
    _cases(sfx)
    _demand(sfx)
    _pilot(sfx)
    meeting, decision = _held(sfx, alice)
    return World(alice, sfx, meeting, decision, _ending())


def develops(world: World) -> None:
    """The plan of the service's development is written and done."""
    phase = world.service.phase_model.phases.get(stage="development")
    plan = make.deliverable(
        service=world.service, phase=phase, name="Service development plan", content_kind="development_plan",
        content=PLAN, assignee=world.alice,
    )  # fmt: skip
    moving.move(plan, "complete", who=SYSTEM)


def _what_it_is_worth(sfx: Service) -> None:
    make.value_element(service=sfx, title="A paper is finished sooner", for_whom="Researchers", judged_by="Survey")
    make.value_element(service=sfx, kind="risk_removed", title="Data lies outside our law", for_whom="Institutions")
    make.offering(service=sfx, name="Institution", audience="Universities", levels="Answer within a working day.")
    make.service_text(service=sfx, language="en", text="You get a link; your partner needs no account.")
    make.service_text(service=sfx, language="ru", text="Вы получаете ссылку; партнёру не нужна учётная запись.")
    make.dependency(service=sfx, needs=make.service(name="Identity federation", code="IDF"))
    make.supply(
        service=sfx, supplier=parties.organisation(name="Disks Ltd", kind="supplier"), what="Disks", contract="K-1"
    )


def _cases(sfx: Service) -> None:
    """Story A, steps 5 and 6."""
    for number, name, price in ((1, "", 6000), (2, "Revised price", 8100)):
        case = make.business_case(
            service=sfx, number=number, name=name, price=Money.of(price, "EUR"), assumptions="Nobody leaves."
        )
        for line, kind, year, amount in (
            ("Development", "one-off", 1, 51000), ("Storage hardware", "one-off", 1, 120000), ("Operation", "recurring", 1, 40000),
            ("Operation", "recurring", 2, 40000), ("Operation", "recurring", 3, 40000),
        ):  # fmt: skip
            make.cost_line(case=case, line=line, kind=kind, year=year, amount=Money.of(amount, "EUR"))
        for year, customers in ((1, 6), (2, 12), (3, 18)):
            make.income_line(case=case, year=year, customers=customers)


def _demand(sfx: Service) -> None:
    for name, title, weight in (
        ("Ghent University", "Send sequencing data to partners", 5), ("Royal Observatory", "Share plates with Uccle", 4),
        ("Академия наук", "Обмен большими файлами", 3),
    ):  # fmt: skip
        make.need(service=sfx, organisation=parties.organisation(name=name), title=title, weight=weight, source="visit")


def _pilot(sfx: Service) -> None:
    pilot = make.pilot(service=sfx, name="Pilot of May", aim="Does it work for five?", feedback="It does.")
    for name, comparator, target, result, unit in (
        ("Availability", "at_least", "99.5", "99.82", "%"), ("Tickets", "at_most", "10", "7", ""),
        ("Runbook signed", "at_least", "1", "0", ""),
    ):  # fmt: skip
        make.pilot_criterion(pilot=pilot, name=name, comparator=comparator, target=target, result=result, unit=unit)
    for name, score in (("Ghent Library", 5), ("Museum of Natural Sciences", 4)):
        make.pilot_customer(pilot=pilot, organisation=parties.organisation(name=name), verdict="ok", satisfaction=score)


def _held(sfx: Service, alice: Any) -> tuple[BoardMeeting, Decision]:
    """Four of five come; the board holds it until the price is revised."""
    board = make.board(name="Services board", quorum=3)
    members = [cast.user(f"b{n}", ("*", "view", "all", [])) for n in range(1, 6)]
    seats = [make.seat(board=board, member=m, chairs=n == 0, since=date(2025, 1, 1)) for n, m in enumerate(members)]
    meeting = make.board_meeting(
        board=board,
        at=clock.now(),
        place="Room 3",
        minutes="The chair welcomes all.\n\n## Any other business\n\nNothing.",
    )
    item = meeting.items.filter(service=sfx, trashed_at=None).first() or make.board_item(
        meeting=meeting, service=sfx, kind="development", reason="The gate asks for a decision.",
        gate=sfx.phase.gates_out.first(),
    )  # fmt: skip
    actions.change(item, who=SYSTEM, notes="The price is **too low**.", advice="The users would pay 8,000.")
    meeting = moving.move(meeting, "open", who=SYSTEM)
    for member, seat in zip(members[:4], seats, strict=False):
        boards.attend(meeting=meeting, user=member, here=True, who=alice)
        boards.cast(item=item, seat=seat, choice="no" if member is not members[0] else "yes", who=member)
    motion = Motion("hold", "Revise the **price**.", hold_until=date(2026, 4, 21))
    decision = boards.decide(item=item, motion=motion, who=alice)
    make.condition(decision=decision, text="The price is revised", due=date(2026, 4, 20))
    for other in meeting.items.filter(decision=None, trashed_at=None):
        boards.drop(item=other, reason="No time.", who=alice)
    meeting.refresh_from_db()
    return moving.move(meeting, "close", who=SYSTEM), decision


def _ending() -> Service:
    """A service to be ended: reports that fell, three customers of whom one has moved."""
    ftp = at_stage("operation", name="FTP mirror", code="FTP", least_penetration=Decimal(10))
    for since, until, score, verdict in (
        (date(2024, 7, 1), date(2024, 12, 31), 81, "positive"), (date(2025, 1, 1), date(2025, 6, 30), 64, "mixed"),
        (date(2025, 7, 1), date(2025, 12, 31), 38, "negative"),
    ):  # fmt: skip
        make.status_report(service=ftp, since=since, until=until, score=score, verdict=verdict)
    offering = make.offering(service=ftp, name="Mirror")
    other = make.offering(service=make.service(name="Object store"), name="Bucket")
    taken = [
        make.subscription(organisation=parties.organisation(name=name), offering=offering)
        for name in ("Institute 1", "Institute 2", "Institute 3")
    ]
    actions.change(taken[0], who=SYSTEM, moved_to=other)
    moving.move(taken[0], "move", who=SYSTEM)
    make.dependency(service=make.service(name="Software archive", code="ARC"), needs=ftp)
    make.discontinuance(
        service=ftp, reason="Nobody mirrors any more.", communication="A letter in April.", alternatives="The object store.",
        phase_out="- freeze\n- copy\n- switch off",
    )  # fmt: skip
    return ftp
