"""The URL map × light and dark × two languages, looked at by axe (issue 2, line 1; requirement X8, WCAG 2.2 AA)."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import addresses
from tests.browser.conftest import Site
from tests.ground import short
from vincula.kernel.entity import registry

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DEEP = bool(os.environ.get("VINCULA_DEEP"))
# Colours are the same in every language: in the short run they are judged in English only.
ASK = """async ([levels, colours]) => {
  const rules = {"color-contrast": {enabled: colours}};
  const found = await axe.run(document, {runOnly: levels, rules, resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "));
}"""

# Rows of a table are drawn by one template: the first ten tell for the rest. Whole tables with --deep.
SHORTEN = """() => document.querySelectorAll("tbody").forEach((body) => [...body.children].slice(10).forEach((row) => row.remove()))"""

# Dark is the same page in other colours: what is left to look at there is contrast, and of texts that share their colour,
# size and weight and everything painted below them, one tells for all.
ASK_DARK = """async () => {
  document.documentElement.dataset.theme = "dark";
  const below = new Map(), one = new Map();
  const painted = (e) => {
    if (!e) return "";
    if (!below.has(e)) {
      const s = getComputedStyle(e);
      below.set(e, [painted(e.parentElement), s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode,
        s.position, s.clip, s.clipPath, e.matches(":disabled, [aria-disabled=true]")].join());
    }
    return below.get(e);
  };
  for (const e of document.body.querySelectorAll("*")) {
    const speaks = e.matches("input, select, textarea") || [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!speaks || !e.checkVisibility({visibilityProperty: true})) continue;
    const s = getComputedStyle(e);
    const kind = [e.localName, painted(e), s.color, s.fontSize, s.fontWeight, s.textShadow, s.webkitTextFillColor].join();
    if (!one.has(kind)) one.set(kind, e);
  }
  const found = await axe.run({include: [...one.values()]}, {runOnly: ["color-contrast"], resultTypes: ["violations"]});
  return found.violations.map(v => "dark " + v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "));
}"""


def pages(page: Page, site: Site, language: str) -> list[str]:
    """All addresses. In the short run pages made from an entity are walked for one, in English, with a spread of lists;
    in another language one of six pages made by hand, and what records look like."""

    def number(slug: str) -> int:
        return int(page.request.get(f"{site.base}/api/v1/{slug}/?limit=1").json()["items"][0]["id"])

    found = addresses.by_hand(number, language)
    if language != "en":
        found = [path for n, path in enumerate(found) if DEEP or n % 6 == 0 or path in found[-len(short.HAND_MADE) :]]
    for entity in registry.all():
        if DEEP or (entity.slug in addresses.GENERIC and language == "en"):
            found += addresses.of_entity(entity.slug, number(entity.slug))
        elif language == "en":
            found += [path for path in addresses.lists(entity.slug) if short.spread(path, of=20)]
    if DEEP:
        found += [f"/reference/{entity.slug}/" for entity in registry.all()]
    return list(dict.fromkeys(found))


def watched(context: BrowserContext) -> Page:
    """A new window in which axe is there on every page from the start."""
    context.add_init_script(path=AXE)
    return context.new_page()


def look(page: Page, *, colours: bool = True) -> list[str]:
    return list(page.evaluate(ASK, [LEVELS, colours]))


def test_every_name_of_the_map_is_walked_or_said_why_not() -> None:
    assert addresses.undeclared() == set()


def walk(language: str, demo: Site, chromium: Browser, tell: Any) -> None:
    """Open every page in ``language``, look at it in light and dark, print how many pages that were."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    page = watched(context)
    demo.sign_in(page)
    page.request.post(f"{demo.base}/me/language", form={"language": language, "csrfmiddlewaretoken": _token(page)},
                      headers={"Referer": demo.base})  # fmt: skip
    wrong: dict[str, list[str]] = {}
    walked, coloured = pages(page, demo, language), DEEP or language == "en"
    for path in walked:
        answer = page.goto(demo.base + path)
        assert answer is not None
        if answer.status != 200:
            wrong[path] = [f"answered {answer.status}"]
            continue
        assert page.locator("html").get_attribute("lang") == language
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if not DEEP:
            page.evaluate(SHORTEN)
        found = look(page, colours=coloured)
        if coloured:
            found += page.evaluate(ASK_DARK)
        if wide:
            found.append("the page is wider than the window")
        if found:
            wrong[path] = found
    context.close()
    tell("walk", f"{len(walked)} pages walked{' in light and dark' if coloured else ''}, language {language}")
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert len(walked) >= (50 if coloured else 15)


def test_axe_finds_nothing_on_any_page_in_english(demo: Site, chromium: Browser, record_property: Any) -> None:
    walk("en", demo, chromium, record_property)


@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.deep)])  # the same boxes
def test_nothing_sticks_out_on_a_phone(theme: str, demo: Site, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=theme)  # type: ignore[arg-type]  # light or dark
    page = watched(context)
    demo.sign_in(page)
    wrong = {}
    for path in ["/", "/organisations/", "/tasks/?layout=board", "/search/?q=a", *_some(page, demo)]:
        page.goto(demo.base + path)
        found = look(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("the page is wider than the phone")
        if found:
            wrong[path] = found
    context.close()
    assert wrong == {}, json.dumps(wrong, indent=1)


def _some(page: Page, site: Site) -> list[str]:
    pk = page.request.get(f"{site.base}/api/v1/organisations/?limit=1").json()["items"][0]["id"]
    return [f"/organisations/{pk}/", f"/organisations/{pk}/edit/", f"/organisations/{pk}/history/"]


def _token(page: Page) -> str:
    return next((c["value"] for c in page.context.cookies() if c["name"] == "csrftoken"), "")
