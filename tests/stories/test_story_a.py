"""Story A by its cast in the browser: a service through its gates, another retired; figures and refusals exact.

Steps are done by hand; what the story only presumes (who is on the board, what was written meanwhile) is prepared.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stories import hands, story_a_in_russian
from tests.stories.acting import Stage, served, toasted, url_of, writes
from tests.stories.board import as_before, decided, decides, meeting_of, present, sits, votes, writes_up
from vincula.kernel.entity import moving
from vincula.kernel.records import actions, bulk
from vincula.parties.models import Organisation, OrganisationRelation
from vincula.portfolio import content
from vincula.portfolio.actions import agenda
from vincula.portfolio.models import Board, Decision, Service
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db(transaction=True)
FOUR = ("b1", "b2", "b3", "b4")
SFX = "Secure File Exchange"


@pytest.fixture(params=["en", pytest.param("ru", marks=pytest.mark.deep)])
def stage(
    request: pytest.FixtureRequest, chromium: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Stage]:
    """The cast, a board of five that meets every month, and 312 connected organisations."""
    with served(chromium, date(2026, 1, 12), monkeypatch) as made:
        made.language = settings.LANGUAGE_CODE = request.param  # of those who read, and of whoever operates it
        made.said = story_a_in_russian.SAID if request.param == "ru" else {}
        made.enters("bart", ("*", "*", "all", []))
        for name in ("cro", "icc", "tca", "scd", "spm"):
            made.enters(name, ("portfolio.deliverable", "change", "all", []))
        first = datetime(2026, 1, 20, 9, tzinfo=UTC)
        board = make.board(name="Services board", quorum=3, rhythm="monthly", rhythm_from=first)
        for n in range(1, 6):
            make.seat(board=board, member=made.enters(f"b{n}"), chairs=n == 1, since=date(2025, 1, 1))
        named = [Organisation(name=f"Institute {n:03}", kind="university", country="BE") for n in range(1, 313)]
        bulk.insert(Organisation, named)
        held = [OrganisationRelation(organisation=one, kind="customer", since=date(2020, 1, 1)) for one in named]
        bulk.insert(OrganisationRelation, held)
        yield made


def finish(stage: Stage, service: Service, who: str, track: str, but: str = "") -> None:
    """Meanwhile a track has written what the phase asks for, all but one."""
    service.refresh_from_db()
    rows = service.deliverables.filter(phase=service.phase, track=track).exclude(state="done").exclude(name=but)
    for each in rows:
        sections = content.of(each.content_kind).sections
        written = {s.key: [{s.columns[0].key: "Written"}] if s.columns else "Written." for s in sections}
        actions.change(each, who=stage.people[who], content=written, assignee=stage.people[who])
        moving.move(each, "complete", who=stage.people[who])


def test_an_idea_goes_before_the_board(stage: Stage) -> None:
    """The short form: steps 1 to 3."""
    agenda.plan_meetings(Board.objects.get())
    sfx = an_idea_is_recorded(stage)
    it_is_assessed(stage, sfx)
    the_board_lets_it_go_on(stage, sfx)


@pytest.mark.deep
def test_a_service_goes_through_its_gates(stage: Stage) -> None:
    """Steps 1 to 8."""
    agenda.plan_meetings(Board.objects.get())
    sfx = an_idea_is_recorded(stage)
    it_is_assessed(stage, sfx)
    the_board_lets_it_go_on(stage, sfx)
    both_tracks_are_closed(stage, sfx)
    the_case_is_held_and_covered(stage, sfx)
    it_is_planned_and_tried(stage, sfx)
    it_goes_on_with_a_condition(stage, sfx)
    the_catalogue_shows_it(stage, sfx)


def an_idea_is_recorded(stage: Stage) -> Service:
    """Step 1: from three needs of three organisations; it stands on the next agenda by itself."""
    page = stage.goes("bart", "/portfolio/")
    page.locator(".head .btn.go").click()
    writes(page, name=SFX)
    stage.saves(page)
    for n in (1, 2, 3):
        stage.follows(page.locator("#needs"), "Add a need")
        writes(page, title=f"Send large files {n}", organisation=f"Institute {n:03}")
        stage.saves(page)
    stage.reads(hands.stand(page), "3 needs of 3 organisations stand behind it.")
    stage.goes("bart", "/portfolio/")
    stage.reads(page.locator("#agenda"), "Agenda of 20 Jan 2026")
    stage.reads(
        page.locator("#agenda tr", has_text=SFX),
        "New ideas", "New idea. 3 needs of 3 organisations stand behind it.",
    )  # fmt: skip
    return Service.objects.get()


def it_is_assessed(stage: Stage, sfx: Service) -> None:
    """Step 2: three people are named first; then five weighted criteria come to 68.0 %."""
    page = stage.at("bart", sfx)
    stage.reads(
        page.locator("#gate .reasons"), "No project manager is named.", "No lead of the technical track is named.",
        "No lead of the customer track is named.",
    )  # fmt: skip
    stage.follows(page.locator("#gate"), "Go there")
    writes(page, project_manager="spm", technical_lead="tca", customer_lead="cro")
    stage.saves(page)
    stage.does(page.locator("#gate"), "Pass the gate")
    toasted(stage, page, "“Secure File Exchange” is now in phase “Assessment”.")
    page = writes_up(stage, "tca", sfx, "Technology assessment")
    page.locator("#criteria [name=more]").click()
    for key, text in (("state", "Mature."), ("opportunities", "No more mails."), ("budget", "About 300,000.")):
        page.locator(f"[name={key}]").fill(text)
    criteria = (("Strategy", 30, 4), ("Demand", 25, 3), ("Technology", 20, 4), ("Cost", 15, 3), ("Staff", 10, 2))
    for n, row in enumerate(criteria):
        for key, value in zip(("criterion", "weight", "score"), row, strict=True):
            page.locator(f"[name='criteria.{key}']").nth(n).fill(str(value))
    stage.does(page, "Save and close as done")
    toasted(stage, page, "“Technology assessment” is saved.")
    stage.at("tca", sfx)
    stage.reads(page.locator("#deliverables"), "3.40 of 5 = 68.0 %, threshold 60 %")
    finish(stage, sfx, "tca", "technical")
    finish(stage, sfx, "cro", "customer")


def the_board_lets_it_go_on(stage: Stage, sfx: Service) -> None:
    """Step 3: with two of five there is no quorum; with four it is 3 : 1, and that stays as it is."""
    stage.day = date(2026, 1, 20)
    meeting = meeting_of(stage)
    chair = sits(stage, meeting)
    present(chair, "b1", "b2")
    votes(stage, meeting, "Go", "b1", "b2")
    decides(stage, chair, meeting, "Go", "Study it.")
    toasted(stage, chair, "No quorum: 2 of 3 seats needed are present.")
    present(chair, "b3", "b4")
    votes(stage, meeting, "Go", "b3")
    votes(stage, meeting, "No go", "b4")
    decides(stage, chair, meeting, "Go", "Study it.")
    decided(stage, chair, "D-2026-01 Go, 3 : 1, quorum met")
    page = stage.at("bart", Decision.objects.get())
    stage.reads(
        page.locator("main"), "These are the papers that the board saw; their digest is unchanged.",
        "A decision is taken by a board and never edited; another decision may supersede it.",
    )  # fmt: skip
    expect(page.get_by_role("link", name=stage._("Edit"), exact=True)).to_have_count(0)
    stage.at("bart", meeting)
    stage.does(page.locator(".stateline"), "Close the meeting")
    stage.reads(page.locator(".stateline .st").first, "Closed")
    is_made(stage, page, meeting, "minutes", "pdf")


def both_tracks_are_closed(stage: Stage, sfx: Service) -> None:
    """Step 4: 6 of 6 and 4 of 5 keep the gate closed, and the missing one is named; then 5 of 5."""
    finish(stage, sfx, "tca", "technical")
    finish(stage, sfx, "cro", "customer", but="Minimum usability requirements")
    page = stage.at("bart", sfx)
    stage.reads(page.locator("#deliverables"), "6/6", "4/5")
    stage.reads(page.locator("#gate .reasons"), "customer track 80 %; missing: Minimum usability requirements.")
    page = writes_up(stage, "scd", sfx, "Minimum usability requirements")
    page.locator("[name=text]").fill("One drags a file and is done.")
    stage.does(page, "Save and close as done")
    toasted(stage, page, "“Minimum usability requirements” is saved.")
    page = stage.at("bart", sfx)
    stage.reads(page.locator("#deliverables"), "5/5")
    stage.reads(
        page.locator("#gate .reasons"), "Both tracks are closed: every mandatory deliverable is done or waived."
    )


COSTS = (
    ("Development 0.6 FTE x 85,000", 1, 51000), ("Storage hardware", 1, 120000),
    ("Operation", 1, 40000), ("Operation", 2, 40000), ("Operation", 3, 40000),
)  # fmt: skip


def a_case(stage: Stage, sfx: Service) -> Page:
    """The case at 6,000, with the costs of J2_costs.csv and 6, 12, 18 customers; the page of the service."""
    page = stage.at("bart", sfx)
    stage.follows(page.locator("#cases"), "Add a version")
    lines = {"price_amount": "6000"}
    for n, (line, year, amount) in enumerate(COSTS):
        lines |= {f"costs-{n}-line": line, f"costs-{n}-year": str(year), f"costs-{n}-amount_amount": str(amount)}
    for n, customers in enumerate((6, 12, 18)):
        lines |= {f"income-{n}-customers": str(customers)}
    writes(page, **lines)
    stage.saves(page)
    return stage.at("bart", sfx)


def the_case_is_held_and_covered(stage: Stage, sfx: Service) -> None:
    """Steps 5 and 6: not covered, the board holds; covered, it goes on a month later."""
    page = a_case(stage, sfx)
    stage.reads(page.locator("#cases"), "€291,000.00", "€216,000.00", "74.2 %", "-€75,000.00")
    stage.day = date(2026, 3, 17)
    meeting = meeting_of(stage)
    chair = sits(stage, meeting)
    as_before(stage, meeting, "No go", *FOUR)
    decides(stage, chair, meeting, "Hold", "Revise price", hold_until="2026-04-21")
    decided(stage, chair, "D-2026-02 Hold, 0 : 4, quorum met", "Held until 21 Apr 2026.")
    page = stage.at("bart", sfx.business_cases.get())
    from_menu(stage, page, "Make the next version")
    toasted(stage, page, "Version 2 has the lines of this one: change what differs.")
    stage.follows(page, "Edit")
    writes(page, price_amount="8100")
    stage.saves(page)
    stage.at("bart", sfx)
    stage.reads(page.locator("#gate .reasons"), "D-2026-02: Hold")
    stage.reads(
        page.locator("#cases"), "74.2 %", "-€75,000.00", "€291,600.00", "100.2 %", "€600.00", "€8,083.33"
    )  # fmt: skip
    stage.day = date(2026, 4, 21)
    meeting = meeting_of(stage)
    chair = sits(stage, meeting)
    as_before(stage, meeting, "Go", *FOUR)
    held = Decision.objects.get(number="D-2026-02")
    decides(stage, chair, meeting, "Go", "Develop.", supersedes=f"D-2026-02: {stage._('Hold')}")
    decided(stage, chair, "D-2026-03 Go, 4 : 0, quorum met")
    stage.reads(hands.stand(stage.at("bart", held)), "It was superseded by D-2026-03.")


def it_is_planned_and_tried(stage: Stage, sfx: Service) -> None:
    """Step 7, in April: the plan is written and produced; the pilot and its criteria are fixed before it begins."""
    page = writes_up(stage, "spm", sfx, "Service development plan")
    for key in ("description", "technical", "user", "life", "adoption"):
        page.locator(f"[name={key}]").fill("As the customers said.")
    for table, column in (("project", "step"), ("workflow", "step"), ("costs", "line")):
        page.locator(f"[name='{table}.{column}']").first.fill("Storage hardware")
    stage.does(page, "Save and close as done")
    toasted(stage, page, "“Service development plan” is saved.")
    for form in ("docx", "pdf"):
        is_made(stage, stage.at("bart", sfx), sfx, "development", form)
    finish(stage, sfx, "tca", "technical")
    finish(stage, sfx, "cro", "customer")
    page = stage.at("bart", sfx)
    stage.follows(page, "Plan a pilot")
    writes(page, name="May", since="2026-05-01", until="2026-05-30")
    stage.saves(page)
    pilot = sfx.pilots.get()
    for name, comparator, target in (
        ("Availability", "at_least", "99.5"), ("Satisfaction", "at_least", "4.0"), ("Tickets", "at_most", "10"),
        ("Documents", "at_least", "9"), ("Runbook signed", "at_least", "1"),
    ):  # fmt: skip
        make.pilot_criterion(pilot=pilot, name=name, comparator=comparator, target=target)
    for one in Organisation.objects.order_by("name")[:5]:
        make.pilot_customer(pilot=pilot, organisation=one)


def it_goes_on_with_a_condition(stage: Stage, sfx: Service) -> None:
    """Step 7, in June: 4 of 5 criteria; a go is refused without a condition with owner and date."""
    stage.day = date(2026, 6, 16)
    pilot, bart = sfx.pilots.get(), stage.people["bart"]
    for name, result in (
        ("Satisfaction", "4.20"), ("Tickets", "7"), ("Documents", "9"), ("Runbook signed", "0"),
    ):  # fmt: skip
        actions.change(pilot.criteria.get(name=name), who=bart, result=result)
    page = stage.goes("bart", f"{url_of(pilot.criteria.get(name='Availability'))}edit/")
    writes(page, minutes_down="78", minutes="43200")
    stage.saves(page)
    stage.reads(page.locator("main"), "99.82")
    for n, one in enumerate(pilot.customers.order_by("pk")):
        actions.change(one, who=bart, verdict="ok", satisfaction=5 if n == 0 else 4)
    page = stage.at("bart", sfx)
    stage.reads(page.locator("#pilots"), "4 of 5 criteria = 80.0 %", "satisfaction 4.20")
    stage.goes("bart", f"{url_of(sfx)}edit/")
    writes(page, operation_from="2026-07-01")
    stage.saves(page)
    meeting = meeting_of(stage)
    chair = sits(stage, meeting)
    as_before(stage, meeting, "Go", *FOUR)
    decides(stage, chair, meeting, "Go", "Go.")
    toasted(
        stage, chair,
        "Criterion “Runbook signed” of the pilot is not met: a go needs a condition with owner and date.",
    )  # fmt: skip
    asked = {"condition": "The runbook is signed", "answers": "scd", "due": "2026-06-30"}
    decides(stage, chair, meeting, "Go with conditions", "Go.", **asked)
    decided(stage, chair, "D-2026-04 Go with conditions, 4 : 0, quorum met", "30 Jun 2026")
    expect(chair.locator(".board-item")).to_contain_text("The runbook is signed scd")


def the_catalogue_shows_it(stage: Stage, sfx: Service) -> None:
    """Step 8: from 1 July, not before; the language that has no text is named. Then the story as it is kept."""
    page = stage.at("bart", sfx)
    stage.follows(page.locator("#catalogue"), "Write a text")
    writes(page, language=stage._("English"), text="Send a file of any size to anybody.")
    stage.saves(page)
    for language, text in (("fr", "Envoyez un fichier."), ("nl", "Stuur een bestand."), ("de", "Senden Sie Dateien.")):
        make.service_text(service=sfx, language=language, text=text)
    stage.at("bart", sfx)
    stage.reads(page.locator("#catalogue"), "No text for users yet in: Russian")
    for day, language, words in (
        (date(2026, 6, 30), "en", "Nothing is in operation yet."), (date(2026, 7, 1), "fr", "Envoyez un fichier."),
        (date(2026, 7, 1), "ru", "Send a file of any size to anybody."),
    ):  # fmt: skip
        stage.day = day
        page = stage.goes("everybody", f"/catalogue/{language}/")
        expect(page.locator("main")).to_contain_text(words)
    page = stage.goes("bart", f"{url_of(sfx)}?tab=timeline")
    stage.reads(page.locator("main"), "b1 took it through the gate.", "bart took it through the gate.")
    ribbon = stage.at("bart", sfx).locator(".ribbon")
    for number in ("D-2026-01", "D-2026-03", "D-2026-04"):
        expect(ribbon).to_contain_text(number)


def from_menu(stage: Stage, page: Page, words: str) -> None:
    """Something behind the three dots."""
    menu = page.locator("form.more")
    menu.locator("summary").click()
    menu.get_by_text(stage._(words), exact=True).click()


def is_made(stage: Stage, page: Page, record: Any, paper: str, form: str) -> None:
    """A paper is produced from the menu of its record."""
    from_menu(stage, page, "Papers")
    asked = page.locator("form", has=page.locator(f"[name=paper][value={paper}]"))
    asked.locator("[name=form]").select_option(form)
    stage.does(asked, "Make the file")
    made = page.locator("#made a.name", has_text=f".{form}").first
    content = page.request.get(stage.base + (made.get_attribute("href") or "")).body()
    assert content.startswith(b"%PDF-" if form == "pdf" else b"PK")


def test_another_is_retired(stage: Stage) -> None:
    """Steps 9 and 10."""
    stage.day = date(2026, 4, 1)
    agenda.plan_meetings(Board.objects.get())
    ftp = at_stage("operation", name="FTP mirror", least_penetration=Decimal(10))
    mirror = make.offering(service=ftp, name="Mirror")
    there = Organisation.objects.order_by("name")[:14]
    taken = [make.subscription(organisation=one, offering=mirror, since=date(2020, 1, 1)) for one in there]
    agenda.fill(agenda.next_meeting(Board.objects.get()))  # as every morning
    it_is_proposed_to_end(stage, ftp)
    stage.day = date(2026, 10, 1)
    other = make.offering(service=make.service(name=SFX), name="SFX for members")
    for sub in taken[:11]:
        actions.change(sub, who=stage.people["bart"], moved_to=other)
        moving.move(sub, "move", who=stage.people["bart"])
    page = stage.at("bart", ftp)
    stage.reads(
        page.locator("#gate .reasons"), "Settled: 11 of 14 = 78.6 %",
        "3 subscriptions are neither ended, moved nor waived in writing: Institute 012, Institute 013, Institute 014.",
    )  # fmt: skip
    stage.goes("bart", f"{url_of(taken[11])}edit/")
    writes(page, moved_to=other.name)
    stage.saves(page)
    stage.does(page.locator(".stateline"), "Move")
    stage.reads(page.locator(".stateline .st").first, "Moved")
    stage.at("bart", ftp)
    stage.reads(page.locator("#gate .reasons"), "Settled: 12 of 14 = 85.7 %")
    for sub in taken[12:]:
        waives(stage, sub)
    stage.at("bart", ftp)
    stage.does(page.locator("#gate"), "Pass the gate")
    toasted(stage, page, "“FTP mirror” is now in phase “Retired”.")


def it_is_proposed_to_end(stage: Stage, ftp: Service) -> None:
    """Step 9: 14 of 312 are too few; six months' notice from 1 April end on 1 October, not before."""
    page = stage.goes("bart", "/portfolio/")
    stage.reads(
        page.locator("#agenda tr", has_text=ftp.name),
        "Services to end", "Penetration 4.5 % is under the least of 10.0 %.",
    )  # fmt: skip
    stage.at("bart", ftp)
    stage.follows(page.locator("#gate"), "Go there")
    writes(page, noticed_on="2026-04-01", notice_months=6, ends_on="2026-09-30", reason="Few use it.")
    stage.does(page, "Save")
    stage.reads(page.locator("[data-summary]"), "With 6 months' notice from 1 Apr 2026 the earliest end is 1 Oct 2026.")
    writes(page, ends_on="2026-10-01")
    stage.saves(page)
    stage.day = date(2026, 4, 21)
    meeting = meeting_of(stage)
    chair = sits(stage, meeting)
    as_before(stage, meeting, "Go", *FOUR)
    decides(stage, chair, meeting, "Go", "End it.")
    decided(stage, chair, "D-2026-01 Go, 4 : 0, quorum met")
    finish(stage, ftp, "tca", "technical")
    finish(stage, ftp, "cro", "customer")


def waives(stage: Stage, sub: Any) -> None:
    """Somebody does without it, in writing."""
    page = stage.at("bart", sub)
    stage.reads(page.locator("main"), "The written waiver and its date are missing.")
    stage.goes("bart", f"{url_of(sub)}edit/")
    writes(page, waiver="We do without it.", waived_on="2026-09-01")
    stage.saves(page)
    stage.does(page.locator(".stateline"), "Record the waiver")
    stage.reads(page.locator(".stateline .st").first, "Waived in writing")
