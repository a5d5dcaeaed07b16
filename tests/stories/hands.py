"""What the hands do in several stories: find in the palette, drop a file, walk an import to its end."""

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"  # real data of others, beside the clone and never in it
DROP = """(zone, [name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


def drop(page: Page, path: Path) -> None:
    """Let go of a file over the zone."""
    zone = page.locator("[data-drop]")
    zone.evaluate(DROP, [path.name, base64.b64encode(path.read_bytes()).decode()])
    assert page.evaluate("document.querySelector('input[type=file]').files[0].name") == path.name


def button(page: Page | Locator, name: str) -> Locator:
    """The button with this name, whatever key stands behind it."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}( Ctrl ↵)?$"))


def link(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def stand(page: Page) -> Locator:
    """The sentence under the title."""
    return page.locator("p.stand")


def hand_in(page: Page, base: str, path: Path) -> None:
    """Drop the file and have it checked."""
    page.goto(f"{base}/imports/new/")
    drop(page, path)
    button(page, "Read the file").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    button(page, "Look at the difference").click()


def checked(page: Page) -> None:
    """Wait until the difference is there."""
    expect(page.locator(".figs")).to_be_visible(timeout=60_000)


def bring(page: Page, base: str, path: Path) -> str:
    """From the empty wizard to the difference; returns its address."""
    hand_in(page, base, path)
    checked(page)
    return page.url


def go(page: Page) -> None:
    """Import what was looked at, and wait until it is done."""
    button(page, "Import").click()
    expect(button(page, "Undo the whole import")).to_be_visible(timeout=60_000)


def undo(page: Page, run: str) -> None:
    page.goto(run)
    button(page, "Undo the whole import").click()
    expect(stand(page)).to_contain_text("The import was taken back", timeout=60_000)


def figures(page: Page) -> dict[str, str]:
    """The key figures of the page by their labels."""
    pairs: Any = page.locator(".figs > div").evaluate_all(
        "all => all.map(d => [d.querySelector('dt').innerText.trim(), d.querySelector('.v').innerText.trim()])"
    )
    return dict(pairs)


def palette(page: Page, words: str) -> Locator:
    """The lines that Ctrl K and ``words`` give, once the answer of the server is there."""
    page.keyboard.press("Control+k")
    asked = f"q={quote(words, safe='')}"
    with page.expect_response(lambda answer: answer.url.endswith(asked) and answer.request.resource_type == "fetch"):
        page.keyboard.type(words)
    return page.locator("#palette [role=option]")


def toast(page: Page) -> Locator:
    return page.locator("#toasts .toast")


def state_of(page: Page) -> str:
    """The word of the state beside the title."""
    return page.locator(".head .facts .st").inner_text()


def speak(page: Page, language: str) -> None:
    """Choose the language in the menu of the person."""
    menu = page.locator("details.person-menu")
    if not menu.get_attribute("open"):
        menu.locator("summary").click()
    menu.locator(f"button[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
