"""Two people open the same organisation at the same time; neither loses a word (issue 2, line 5; requirement X5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ground.browser import Site
from tests.stories import hands
from tests.stories.hands import button, link


@dataclass
class Two:
    """Sofia's window, that of the administrator, and the organisation that both look at."""

    sofia: Page
    second: Page
    base: str
    pk: int

    def open(self, page: Page, tail: str = "") -> None:
        page.goto(f"{self.base}/organisations/{self.pk}/{tail}")

    def now(self) -> dict[str, object]:
        return dict(self.sofia.request.get(f"{self.base}/api/v1/organisations/{self.pk}").json())


@pytest.fixture
def two(page: Page, chromium: Browser, demo: Site) -> Iterator[Two]:
    other = chromium.new_context(viewport={"width": 1440, "height": 900})
    other.set_default_timeout(15_000)
    second = other.new_page()
    demo.sign_in(page, "sofia@meridian.example")
    demo.sign_in(second)
    page.goto(f"{demo.base}/organisations/?view=all&q=scheldemond")
    pk = int(page.locator("tr.row", has_text="Universiteit Scheldemond").first.get_attribute("data-id") or 0)
    yield Two(page, second, demo.base, pk)
    other.close()


def test_both_versions_stand_side_by_side_and_each_field_is_chosen(two: Two) -> None:
    before = two.now()
    two.open(two.sofia, "edit/")
    two.open(two.second, "edit/")
    field(two.second, "city").fill("Bruges")
    field(two.second, "region").fill("West Flanders")
    save(two.second)
    field(two.sofia, "city").fill("Brugge")
    field(two.sofia, "description").fill("They move house in autumn.\nWritten by Sofia, never lost.")
    button(two.sofia, "Save").click()
    expect(two.sofia.locator("h1")).to_contain_text("Two of you changed")
    both = two.sofia.locator("table.conflict tr.both")
    expect(both).to_have_count(1)
    for text in ("Brugge", "Bruges", str(before["city"])):
        expect(both).to_contain_text(text)
    expect(two.sofia.locator("table.conflict")).to_contain_text("West Flanders")
    expect(two.sofia.locator("table.conflict")).to_contain_text("never lost")
    button(two.sofia, "Save what is chosen").click()  # not chosen yet for the field that both changed: it stays here
    expect(two.sofia.locator("table.conflict")).to_be_visible()
    both.get_by_role("radio", name=re.compile("Yours")).check()
    save(two.sofia, "Save what is chosen")
    now = two.now()
    assert (now["city"], now["region"]) == ("Brugge", "West Flanders")
    assert "never lost" in str(now["description"])
    two.open(two.second, "?tab=history")
    told = two.second.locator("table.history")
    for text in ("Bruges", "Brugge", "West Flanders", "Sofia Lindqvist-Maes", "Administrator"):
        expect(told.get_by_text(text).first).to_be_visible()


def test_a_card_that_somebody_changed_meanwhile_stays_where_it_was(two: Two) -> None:
    two.sofia.goto(f"{two.base}/tasks/?layout=board")
    card = two.sofia.locator(".svc[data-id]").first
    pk, lane = card.get_attribute("data-id"), two.sofia.locator(".cards").first.get_attribute("data-key")
    two.second.goto(f"{two.base}/tasks/{pk}/edit/")
    field(two.second, "details").fill("Read this before you move it.")
    button(two.second, "Save").click()
    two.second.wait_for_url(re.compile(rf"/tasks/{pk}/$"))
    card.locator("a").first.focus()
    for key in ("Space", "ArrowRight", "Space"):
        two.sofia.keyboard.press(key)
    expect(hands.toast(two.sofia)).to_contain_text("Nothing was moved; look again.")
    expect(two.sofia.locator(f".cards[data-key='{lane}'] [data-id='{pk}']")).to_be_visible()


def test_a_change_is_taken_back_from_the_history(two: Two) -> None:
    two.open(two.sofia, "edit/")
    was = field(two.sofia, "city").input_value()
    field(two.sofia, "city").fill("Nowhere")
    save(two.sofia)
    assert two.now()["city"] == "Nowhere"
    two.open(two.sofia, "?tab=history")
    entry = two.sofia.locator("table.history tbody", has_text="Nowhere").first
    button(entry, "Undo").click()
    expect(hands.toast(two.sofia)).to_be_visible()
    assert two.now()["city"] == was


def test_in_place_too_the_second_is_told(two: Two) -> None:
    for page in (two.sofia, two.second):
        two.open(page)
        page.get_by_role("link", name="Change City").click()
        expect(page.locator(".inline-edit input[name=city]")).to_be_focused()
    was = two.sofia.locator(".inline-edit input[name=city]").input_value()
    two.second.keyboard.type("Damme")
    two.second.keyboard.press("Enter")
    expect(two.second.locator(".inline-edit")).to_have_count(0)
    two.sofia.keyboard.type("Sluis")
    two.sofia.keyboard.press("Enter")
    meeting = two.sofia.locator(".inline-edit .meeting")
    expect(meeting).to_contain_text("Somebody changed it meanwhile")
    expect(meeting).to_contain_text("Damme")
    expect(meeting).to_contain_text("Sluis")
    assert two.now()["city"] == "Damme"
    button(two.sofia.locator(".inline-edit"), "Save").click()
    expect(two.sofia.locator(".inline-edit")).to_have_count(0)
    assert two.now()["city"] == "Sluis"
    two.open(two.sofia)
    two.sofia.get_by_role("link", name="Change City").click()
    two.sofia.locator(".inline-edit input[name=city]").fill("never saved")
    two.sofia.keyboard.press("Escape")
    expect(two.sofia.locator(".inline-edit")).to_have_count(0)
    assert two.now()["city"] == "Sluis" != was


def test_a_cell_of_the_list_is_edited_where_it_stands(two: Two) -> None:
    two.sofia.goto(f"{two.base}/organisations/?view=all&q=scheldemond")
    cell = two.sofia.locator(f'tr[data-id="{two.pk}"] td[data-field=city]')
    was = cell.inner_text().strip()
    cell.dblclick()
    box = cell.locator("input[name=city]")
    expect(box).to_be_focused()
    box.fill("Knokke")
    box.press("Enter")
    expect(cell).to_have_text("Knokke")
    assert two.now()["city"] == "Knokke"
    cell.dblclick()
    cell.locator("input[name=city]").fill(was)
    cell.locator("input[name=city]").press("Escape")
    expect(cell).to_have_text("Knokke")


def field(page: Page, name: str):  # type: ignore[no-untyped-def]  # a locator
    return page.locator(f".record-form [name={name}]")


def save(page: Page, name: str = "Save") -> None:
    """Save, and be on the page of the record again."""
    button(page, name).click()
    page.wait_for_url(re.compile(r"/organisations/\d+/$"))
    expect(link(page, "Edit").first).to_be_visible()
