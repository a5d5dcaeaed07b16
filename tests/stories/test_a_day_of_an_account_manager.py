"""Sofia looks after customers. What she does on a day, as she does it: with the mouse, and with the keys (X1, X8, X13)."""

import csv
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ground.browser import Site
from tests.stories import hands
from tests.stories.hands import button, link

SOFIA = "sofia@meridian.example"


@pytest.fixture
def base(page: Page, demo: Site) -> str:
    """Sofia is signed in and sees her day."""
    demo.sign_in(page, SOFIA)
    return demo.base


def asked(page: Page, address: str) -> Any:
    return page.request.get(address).json()


def test_a_late_task_is_done_and_was_not(page: Page, base: str) -> None:
    expect(page.locator("p.stand")).to_contain_text(re.compile(r"\d+ tasks? (is|are) late"))
    late = page.locator("#due li.late").first
    title = late.locator("a.name").inner_text()
    late.locator("a.name").click()
    expect(page.locator("h1")).to_contain_text(title)
    button(page.locator(".stateline"), "Done").click()
    expect(page.locator(".stateline .st").first).to_have_text("Done")
    button(hands.toast(page), "Undo").click()
    expect(page.locator(".stateline .st").first).not_to_have_text("Done")
    page.goto(f"{base}/")
    line = page.locator("#due li.late", has=page.get_by_role("link", name=title, exact=True)).first
    line.get_by_role("button", name=re.compile("^Done")).click()
    expect(hands.toast(page)).to_contain_text(f"Done: {title}")
    button(hands.toast(page), "Undo").click()
    expect(page.locator("#due li.late", has=page.get_by_role("link", name=title, exact=True)).first).to_be_visible()


def test_a_call_is_logged_and_its_next_step_is_a_task(page: Page, base: str) -> None:
    silent = page.locator("#silent li").first
    name = silent.locator("a").first.inner_text()
    silent.get_by_role("link", name="Log a contact").click()
    expect(page.locator("h1")).to_contain_text(name)
    box = page.locator("form.composer").first
    box.get_by_label("Call").check()
    box.locator("textarea").fill(
        "Asked about the second fibre.\nThey decide in spring.\nnext: send the drawing of the route"
    )
    box.locator("textarea").press("Control+Enter")
    expect(hands.toast(page)).to_contain_text(f"Logged with {name}.")
    expect(page.locator("#recent .stream li").first).to_contain_text("Asked about the second fibre")
    task = page.locator("#tasks").get_by_role("link", name="send the drawing of the route", exact=True)
    expect(task).to_be_visible()
    expect(page.locator("p.stand")).not_to_contain_text("Nobody has been in contact")
    link(page, "My day").or_(page.locator(".rail .brand")).first.click()
    expect(page.locator("#silent")).not_to_contain_text(name)


def test_a_vacant_role_is_filled(page: Page, base: str) -> None:
    for each in asked(page, f"{base}/api/v1/organisations/?limit=60")["items"]:
        page.goto(f"{base}/organisations/{each['id']}/")
        if page.locator("#roles .vacant").count() and page.locator("#people ul.lines a").count():
            break
    person = page.locator("#people ul.lines a").first.inner_text()
    line = page.locator("#roles li", has=page.locator(".vacant")).first
    role = line.locator(".k").inner_text()
    line.get_by_role("link").click()
    box = page.get_by_role("combobox", name="Person")
    box.click()
    box.press_sequentially(person, delay=5)
    page.get_by_role("option", name=re.compile(re.escape(person))).first.click()
    box.press("Control+Enter")
    page.wait_for_url(re.compile(r"/organisations/\d+/$"))
    filled = page.locator("#roles li", has=page.locator(".k", has_text=re.compile(f"^{role}$")))
    expect(filled).to_contain_text(person)
    expect(filled.locator(".vacant")).to_have_count(0)


def test_one_looks_quickly_and_jumps(page: Page, base: str) -> None:
    page.goto(f"{base}/organisations/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    name = page.locator(".row.at a.name").inner_text()
    page.keyboard.press("Space")
    expect(page.locator("#panel h2.title")).to_have_text(name)
    assert "quick=" in page.url
    page.reload()
    expect(page.locator("#panel h2.title")).to_have_text(name)
    page.locator(".row a.name").nth(1).focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel h2.title")).to_have_count(0)
    expect(hands.palette(page, "scheldemond").first).to_contain_text("Scheldemond")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#palette [aria-selected=true] span").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(chosen)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Organisations")


def test_a_list_is_asked_kept_shared_and_taken_away(page: Page, base: str, demo: Site) -> None:
    page.goto(f"{base}/organisations/?view=all")
    add = page.locator("details.clause.add")
    add.locator("summary").click()
    link(add, "Country").click()
    add.get_by_label(re.compile("^Luxembourg")).check()
    button(add, "Apply").click()
    expect(page.locator(".sentence")).to_contain_text("Luxembourg")
    n = int(page.locator("h1 .count").inner_text())
    expect(page.locator("table.grid tr.row")).to_have_count(n)
    names = page.locator("table.grid a.name").all_inner_texts()
    page.locator(".tools summary", has_text="Export").click()
    with page.expect_download() as download:
        link(page.locator(".tools"), "CSV").click()
    lines = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [line["name"] for line in lines] == names
    assert {line["country"] for line in lines} == {"LU"}
    page.keyboard.press("Escape")
    page.locator(".tools summary", has_text="View").click()
    page.get_by_label("Keep what I see as a new view").fill("Grand duchy")
    page.get_by_label("Share with everybody").check()
    button(page, "Keep").click()
    expect(page.locator(".tabs [aria-current=page]")).to_contain_text("Grand duchy")
    colleague = page.context.browser.new_context()  # type: ignore[union-attr]  # a page of a browser
    theirs = colleague.new_page()
    demo.sign_in(theirs, "amara@meridian.example")
    theirs.goto(f"{base}/organisations/")
    theirs.locator(".tabs").get_by_role("link", name=re.compile("Grand duchy")).click()
    expect(theirs.locator("table.grid tr.row")).to_have_count(n)
    colleague.close()
    page.locator(".tools summary", has_text="View").click()
    button(page, "Delete this view").click()
    expect(page.locator(".tabs")).not_to_contain_text("Grand duchy")


def test_three_are_tagged_at_once_and_it_is_taken_back(page: Page, base: str) -> None:
    page.goto(f"{base}/organisations/?view=all")
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("3 selected")
    button(page, "Edit…").click()
    page.get_by_label("Add", exact=True).fill("fibre day")
    button(page, "Look at the changes").click()
    expect(page.locator("h1")).to_have_text("3 records will change")
    button(page, "Change 3 records").click()
    expect(page.locator("table.grid")).to_be_visible()
    assert tagged(page, base) == 3
    button(hands.toast(page), "Undo").click()
    expect(page.locator("h1")).to_be_visible()
    expect(hands.toast(page)).to_be_visible()
    assert tagged(page, base) == 0


def tagged(page: Page, base: str) -> int:
    rows = asked(page, f"{base}/api/v1/organisations/?limit=100")["items"]
    return sum("fibre day" in row["tags"] for row in rows)


def test_language_and_theme_change_at_once(page: Page, base: str) -> None:
    page.goto(f"{base}/organisations/?view=all&country=BE")
    hands.speak(page, "ru")
    try:
        assert "country=BE" in page.url
        expect(page.locator("h1")).to_contain_text("Организации")
        expect(page.locator("table.grid tbody")).to_contain_text("Бельгия")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator("details.person-menu summary").click()
        page.locator("button[name=theme][value=dark]").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    finally:
        page.locator("details.person-menu summary").click()
        page.locator("button[name=theme][value=auto]").click()
        hands.speak(page, "en")


def test_a_telephone_suffices(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{base}/")
    rail = page.locator("nav.rail")
    rail.get_by_role("link", name=re.compile("Organisations")).click()
    expect(page.locator("h1")).to_contain_text("Organisations")
    page.locator(".row a.name").first.click()
    page.wait_for_url(re.compile(r"/organisations/\d+/$"))
    page.locator(".tabs .rest summary").click()
    page.locator(".tabs").first.get_by_role("link", name=re.compile("^History")).click()
    expect(page.locator("table.history")).to_be_visible()
    box = page.locator("table.history").bounding_box()
    assert box is not None
    assert box["y"] < 600, "the head leaves no room for the history"
    rail.locator("summary", has_text="More").click()
    rail.get_by_role("link", name="Inbox").click()
    expect(page.locator("h1")).to_contain_text("Inbox")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
