"""What a board does at its meeting, in the browser: who is there, how they vote, what is decided."""

import re

from playwright.sync_api import Page, expect

from tests.stories.acting import Stage
from vincula.portfolio.actions import boards
from vincula.portfolio.models import BoardMeeting


def meeting_of(stage: Stage) -> BoardMeeting:
    """The one planned for the day of the story."""
    return next(m for m in BoardMeeting.objects.order_by("at") if m.at.date() == stage.day)


def sits(stage: Stage, meeting: BoardMeeting) -> Page:
    """Who keeps the papers opens the meeting; the window of the chair, who has a look."""
    page = stage.at("bart", meeting)
    stage.does(page, "Refresh the agenda")
    stage.does(page.locator(".stateline"), "Open the meeting")
    stage.reads(page.locator(".stateline .st").first, "In session")
    return stage.at("b1", meeting)


def present(chair: Page, *names: str) -> None:
    """The chair notes who is there."""
    for name in names:
        noted = chair.locator("#seats li", has_text=name).locator("button[value='1']")
        noted.click()
        expect(noted).to_have_attribute("aria-pressed", "true")


def votes(stage: Stage, meeting: BoardMeeting, choice: str, *names: str) -> None:
    """Members vote, each in a window of their own."""
    for name in names:
        page = stage.at(name, meeting)
        stage.does(page.locator("form.vote"), choice)
        expect(page.locator(".votes")).to_contain_text(f"{name}: {stage._(choice)}")


def as_before(stage: Stage, meeting: BoardMeeting, choice: str, *names: str) -> None:
    """They come and vote as in the first meeting, which showed how; the chair votes by hand."""
    chair, item = stage.people["b1"], meeting.items.get(trashed_at=None)
    for name in names:
        boards.attend(meeting=meeting, user=stage.people[name], here=True, who=chair)
    for name in names[1:]:
        who = stage.people[name]
        boards.cast(item=item, seat=who.seats.get(), choice={"Go": "yes", "No go": "no"}[choice], who=who)
    votes(stage, meeting, choice, names[0])


def decides(stage: Stage, chair: Page, meeting: BoardMeeting, outcome: str, text: str, **more: str) -> None:
    """The chair writes down what was decided."""
    form = chair.locator("details.decide form").first
    if not form.is_visible():
        stage.at("b1", meeting)
        chair.locator("details.decide summary").first.click()
    for name, value in {"outcome": stage._(outcome), "text": text, **more}.items():
        box = form.locator(f"[name={name}]").first
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)
    stage.does(form, "Decide")


def decided(stage: Stage, chair: Page, *words: str) -> None:
    stage.reads(chair.locator(".board-item"), *words)


def writes_up(stage: Stage, name: str, service: object, deliverable: str) -> Page:
    """Somebody opens the content of a deliverable of the service's phase."""
    page = stage.at(name, service)
    ends = re.compile(f"{re.escape(stage._(deliverable))}$")
    page.locator("#deliverables").get_by_role("link", name=ends).last.click()
    return page
