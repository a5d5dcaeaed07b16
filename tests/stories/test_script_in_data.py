"""What somebody types is text and stays text, on every page that shows it (requirement X6)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ground.browser import Site
from tests.stories import hands
from tests.stories.hands import button
from vincula.kernel.entity import registry

SUM = "7*7777"
EVALUATED = re.compile(r"54[.,\s]?439")
WORD = "Zzscript"
PAYLOAD = f'{WORD} "><img src=x onerror=window.hit=1><script>window.hit=1</script>{{{{{SUM}}}}}'
SHORT = '"><b onclick=hit=1>'
MARKDOWN = "\n\n".join((
    PAYLOAD, "[press](javascript:window.hit=1)", '<a href="javascript:window.hit=1">press</a>', "<jAvAsCrIpT:window.hit=1>",
    '<div hx-get="/" hx-trigger="load" onmouseover="window.hit=1">hx</div>', "![x](x)", "<svg/onload=window.hit=1>",
    '<iframe srcdoc="<script>parent.hit=1</script>"></iframe>', f"${{{SUM}}} {{% raw %}}",
))  # fmt: skip
TEXTS = {"text": PAYLOAD, "rich_text": MARKDOWN, "list": [PAYLOAD], "tags": [SHORT], "translated": {"fr": PAYLOAD},
         "references": {"other": [PAYLOAD]}, "url": "javascript:window.hit=1"}  # fmt: skip
REST: dict[str, dict[str, Any]] = {
    "organisations": {"kind": "university", "country": "BE"},
    "people": {},
    "teams": {"kind": "virtual"},
    "tasks": {"state": "todo", "due": "2026-01-05"},
    "interactions": {"kind": "call", "at": "2026-01-05T10:00:00Z"},
    "documents": {"kind": "other", "date": "2026-01-05"},
}
SEND = """async ([method, url, body]) => {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = {"X-CSRFToken": token, "Content-Type": "application/json"};
  const answer = await fetch(url, {method, headers, body: body && JSON.stringify(body)});
  return [answer.status, answer.status === 204 ? null : await answer.json()];
}"""
LIVE = """() => ({
  hit: String(window.hit), links: document.querySelectorAll('[href^="javascript:" i], [action^="javascript:" i]').length,
  handlers: [...document.querySelectorAll("main *, .toasts *")].filter(e => e.getAttributeNames().some(n => n.startsWith("on"))).length,
  prose: document.querySelectorAll(".prose script, .prose iframe, .prose svg, .prose [hx-get], .prose form").length,
  inline: document.querySelectorAll("script:not([src]):not([type='application/json']), [src='x'], base, object").length,
})"""
HARMLESS = {"hit": "undefined", "links": 0, "handlers": 0, "prose": 0, "inline": 0}


def values(slug: str, organisation: int | None) -> dict[str, Any]:
    """A body for the API with the payload in every text field."""
    entity = registry.by_slug(slug)
    assert entity is not None
    found = {f.name: TEXTS[f.kind.name] for f in entity.columns.values() if f.editable and f.kind.name in TEXTS}
    rest = {
        **REST[slug],
        **({"organisation": organisation} if organisation and "organisation" in entity.columns else {}),
    }
    return {**found, **rest}


def create(page: Page, slug: str, organisation: int | None) -> int:
    """Create the record; a field that refuses the long payload gets a short one, and one that refuses that is left out."""
    body = values(slug, organisation)
    for again in (SHORT, None):
        status, told = page.evaluate(SEND, ["POST", f"/api/v1/{slug}/", body])
        if status == 201:
            return int(told["id"])
        assert status == 422, told
        for name in told["errors"]:
            if again is None or body.get(name) in (SHORT, [SHORT]) or not isinstance(body.get(name), str | list):
                body.pop(name, None)
            else:
                body[name] = SHORT if isinstance(body[name], str) else [SHORT]
    status, told = page.evaluate(SEND, ["POST", f"/api/v1/{slug}/", body])
    assert status == 201, told
    return int(told["id"])


@pytest.fixture
def planted(page: Page, demo: Site) -> Iterator[dict[str, int]]:
    """One record of each, gone to the trash afterwards: others look at the same site."""
    demo.sign_in(page)
    made: dict[str, int] = {}
    for slug in REST:
        made[slug] = create(page, slug, made.get("organisations"))
    yield made
    page.goto(f"{demo.base}/")
    for slug, pk in reversed(made.items()):
        page.evaluate(SEND, ["DELETE", f"/api/v1/{slug}/{pk}", None])


def addresses(page: Page, base: str, made: dict[str, int]) -> list[str]:
    """Every place where one of them is shown."""
    found = ["/", "/reference/", "/reference/organisations/", f"/search/?q={WORD}", "/search/?q=%3Cscript%3Ewindow.hit%3D1%3C/script%3E",
             "/tasks/?layout=board", "/tasks/?layout=calendar&month=2026-01", "/interactions/?layout=calendar&month=2026-01",
             "/workload/", "/expert/?q=%22%3E%3Cimg+src%3Dx+onerror%3Dhit%3D1%3E", "/organisations/?q=%22%3E%3Cscript%3Ehit%3D1"]  # fmt: skip
    for slug, pk in made.items():
        at = f"/{slug}/{pk}/"
        found += [f"/{slug}/?q={WORD}&quick={pk}", at, f"{at}edit/", f"{at}quick/", f"{at}as-of/?at=2999-01-01T00:00"]
        found += [f"{at}why/", f"{at}trash/"] if slug == "organisations" else []  # the same pages for all
        page.goto(base + at)
        tabs = page.locator("main .tabs nav a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        found += [tab if tab.startswith("/") else at + tab for tab in tabs]
    return list(dict.fromkeys(found))


def test_text_is_never_run_nor_evaluated(page: Page, demo: Site, planted: dict[str, int]) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if request.url.endswith("/x") else None)
    walked, wrong, seen = addresses(page, demo.base, planted), {}, 0
    for path in walked:
        answer = page.goto(demo.base + path, wait_until="load")
        assert answer is not None
        found = page.evaluate(LIVE)
        text = page.locator("body").inner_text()
        if answer.status != 200 or found != HARMLESS or EVALUATED.search(text):
            wrong[path] = (answer.status, found, EVALUATED.findall(text))
        seen += PAYLOAD in text
    assert wrong == {}
    assert fetched == []
    assert seen > 30, f"the payload was shown on {seen} of {len(walked)} pages only"


def test_what_scripts_draw_is_text_too(page: Page, demo: Site, planted: dict[str, int]) -> None:
    page.goto(f"{demo.base}/organisations/{planted['organisations']}/")
    lines = hands.palette(page, WORD)
    expect(lines.first).to_contain_text("<script>window.hit=1</script>")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Change City").click()
    box = page.locator(".inline-edit input[name=city]")
    expect(box).to_have_value(PAYLOAD)
    expect(box).to_be_focused()  # and its text is selected: typing before that would be replaced
    box.press("End")
    box.press_sequentially("!")
    box.press("Enter")
    expect(page.locator(".inline-edit")).to_have_count(0)
    expect(page.locator("[data-edit-url]", has_text=PAYLOAD + "!")).to_be_visible()
    button(page, "Follow").or_(button(page, "Following")).click()
    expect(page.locator("h1")).to_contain_text(PAYLOAD)
    page.goto(f"{demo.base}/tasks/new/?organisation={planted['organisations']}")
    picker = page.get_by_role("combobox", name="Organisation")
    expect(picker).to_have_value(PAYLOAD)
    picker.fill(WORD)
    expect(page.locator("[role=listbox] [role=option]:visible").first).to_contain_text("<img src=x")
    page.goto(f"{demo.base}/organisations/?q={WORD}")
    page.locator(".row a.name").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#panel h2.title")).to_have_text(PAYLOAD)
    page.locator(".tools summary", has_text="View").click()
    page.get_by_label("Keep what I see as a new view").fill(SHORT)
    button(page, "Keep").click()
    expect(page.locator(".tabs [aria-current=page]")).to_contain_text(SHORT)
    assert page.evaluate(LIVE) == HARMLESS
    page.locator(".tools summary", has_text="View").click()
    button(page, "Delete this view").click()
    expect(page.locator(".tabs nav")).not_to_contain_text(SHORT)
    assert page.evaluate(LIVE) == HARMLESS
