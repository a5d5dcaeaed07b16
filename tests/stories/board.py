"""What a board does at its meeting, in the browser: who is there, how they vote, what is decided."""

import re

from playwright.sync_api import Page, expect

from tests.stories.acting import Stage
from vincula.portfolio.models import BoardMeeting


def meeting_of(stage: Stage) -> BoardMeeting:
    """The one planned for the day of the story."""
    return next(m for m in BoardMeeting.objects.order_by("at") if m.at.date() == stage.day)


def sits(stage: Stage, meeting: BoardMeeting, *there: str) -> Page:
    """Who keeps the papers opens the meeting, the chair notes who is there; the window of the chair."""
    page = stage.at("bart", meeting)
    stage.does(page, "Look again what is due")
    stage.does(page.locator(".stateline"), "Open the meeting")
    stage.reads(page.locator(".stateline .st").first, "In session")
    chair = stage.at("b1", meeting)
    present(chair, *there)
    return chair


def present(chair: Page, *names: str) -> None:
    for name in names:
        noted = chair.locator("#seats li", has_text=name).get_by_role("button")
        noted.click()
        expect(noted).to_have_attribute("aria-pressed", "true")


def votes(stage: Stage, meeting: BoardMeeting, choice: str, *names: str) -> None:
    """Members vote, each in a window of their own."""
    for name in names:
        page = stage.at(name, meeting)
        stage.does(page.locator("form.vote"), choice)
        expect(page.locator(".votes")).to_contain_text(f"{name}: {stage._(choice)}")


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
