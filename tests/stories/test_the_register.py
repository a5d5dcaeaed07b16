"""The first day: an empty house, a real register brought in, found, brought again, corrected and taken back (X3, X7, X13)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ground.browser import Site
from tests.stories import hands
from tests.stories.hands import DATA, button, link

ROR = DATA / "ror" / "ror_be_lu_nrens.jsonl"
UNIVERSITIES = DATA / "universities" / "universities_be_lu_nl_fr.json"
CARDS = DATA / "vcard"
GHENT = "https://ror.org/00cv9y106"

real_data = pytest.mark.skipif(not ROR.exists(), reason=f"the real data are not on this machine ({DATA})")


@pytest.fixture
def empty(page: Page, bare: Site) -> Iterator[tuple[Page, str]]:
    """The administrator before an empty register, which is empty again afterwards."""
    bare.sign_in(page)
    before = bare.installation.hash()
    yield page, bare.base
    page.goto(f"{bare.base}/imports/")  # a story that broke off leaves no mess to the next
    for row in page.locator("tbody tr", has=page.get_by_text("imported", exact=True)).all():
        hands.undo(page.context.new_page(), bare.base + str(row.locator("a.name").get_attribute("href")))
    assert bare.installation.hash() == before, "something was left behind that an undo had to take along"


def count(page: Page, base: str, slug: str = "organisations") -> str:
    """The number behind the title of the list."""
    page.goto(f"{base}/{slug}/")
    return page.locator("h1 .count").inner_text()


def test_an_empty_house_says_how_to_begin(page: Page, bare: Site) -> None:
    bare.sign_in(page)
    for slug in ("organisations", "people"):
        page.goto(f"{bare.base}/{slug}/")
        nothing = page.locator(".empty")
        expect(nothing).to_contain_text("Nothing here yet")
        expect(nothing).to_contain_text("./run --demo")
        expect(link(nothing, "Create the first")).to_have_attribute("href", f"/{slug}/new/")
        expect(link(nothing, "Import a file")).to_have_attribute("href", f"/imports/new/?entity={slug}")
    page.goto(f"{bare.base}/search/?q=zeppelin")
    expect(page.locator(".empty")).to_contain_text("Nothing found")


@real_data
def test_a_register_is_brought_found_corrected_and_taken_back(empty: tuple[Page, str], tmp_path: Path) -> None:
    page, base = empty
    first = hands.bring(page, base, ROR)
    looked_at(page)
    assert hands.state_of(page) == "checked"
    hands.go(page)
    expect(hands.stand(page)).to_have_text("351 records are new. All of it can be undone.")
    assert count(page, base) == "351"
    found(page, base)
    brought_again(page, base)
    second = one_name_changed(page, base, tmp_path)
    domains_added(page, base)
    hands.undo(page, second)
    hands.undo(page, first)
    expect(hands.stand(page)).to_contain_text("Records gone: 351")
    assert count(page, base) == "0"


def looked_at(page: Page) -> None:
    """The dry run tells what would happen, and the reason of each line left out."""
    assert hands.figures(page) == {
        "Lines read": "381", "New": "351", "Changed": "0", "Unchanged": "0", "Left out": "30", "Relations": "116",
    }  # fmt: skip
    expect(page.locator(".figs")).to_contain_text("195 more point to what is not here yet and are kept")
    expect(page.locator(".facts").first).to_contain_text("Research Organization Registry (ROR)")
    page.locator(".tabs").get_by_role("link", name=re.compile("Left out")).click()
    expect(page.locator("table.history tbody")).to_have_count(30)
    reasons = page.locator("table.history .reasons").all_inner_texts()
    assert len(reasons) == 30
    assert all(re.match("(Inactive|Withdrawn) in ROR", reason) for reason in reasons), reasons


def found(page: Page, base: str) -> None:
    """By its names in three languages, in the palette and on the page of the search."""
    page.goto(f"{base}/")
    for words in ("Universiteit Gent", "Université de Gand", "UGent"):
        expect(hands.palette(page, words).first).to_contain_text("Ghent University")
        page.keyboard.press("Escape")
    page.goto(f"{base}/search/")
    for words in ("Universiteit Gent", "Université de Gand", "UGent"):
        box = page.locator("main input[type=search]")
        box.fill(words)
        box.press("Enter")
        expect(page.locator("main input[type=search]")).to_have_value(words)
        expect(page.locator(".finds a.name").first).to_have_text("Ghent University")
    expect(hands.palette(page, "KU Leuven").first).to_contain_text("organisation")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/organisations/\d+/$"))
    expect(page.locator("h1")).to_contain_text("KU Leuven")
    expect(page.locator("main")).to_contain_text("Katholieke Universiteit Leuven")
    expect(page.locator("main")).to_contain_text("Catholic University of Leuven")


def brought_again(page: Page, base: str) -> None:
    hands.bring(page, base, ROR)
    assert {k: v for k, v in hands.figures(page).items() if k in ("New", "Changed")} == {"New": "0", "Changed": "0"}
    expect(hands.stand(page)).to_have_text("The file brings nothing that the register does not have already.")
    expect(button(page, "Import")).to_have_attribute("aria-disabled", "true")


def one_name_changed(page: Page, base: str, folder: Path) -> str:
    """A copy in which one organisation is called otherwise: it alone changes. Returns the address of the run."""
    copy = folder / "ror.jsonl"
    records = [json.loads(line) for line in ROR.read_text().splitlines()]
    ghent = next(record for record in records if record["id"] == GHENT)
    for name in ghent["names"]:
        if "ror_display" in name["types"]:
            name["value"] = "Ghent University (renamed)"
    copy.write_text("\n".join(json.dumps(record) for record in records))
    run = hands.bring(page, base, copy)
    figures = hands.figures(page)
    assert (figures["New"], figures["Changed"]) == ("0", "1")
    expect(page.locator("table.history ins:visible", has_text="Ghent University (renamed)")).to_be_visible()
    hands.go(page)
    link(page.locator("table.history"), "Ghent University").click()
    expect(page.locator("h1")).to_contain_text("Ghent University (renamed)")
    return run


def domains_added(page: Page, base: str) -> None:
    """The list of universities adds domains to those that are here, proposes the rest, and doubles nobody."""
    run = hands.bring(page, base, UNIVERSITIES)
    figures = hands.figures(page)
    assert figures["Lines read"] == "394"
    assert figures["New"] == "0"
    changed, same, left = (int(figures[name]) for name in ("Changed", "Unchanged", "Left out"))
    assert changed >= 10
    assert changed + same + left == 394
    hands.go(page)
    page.locator(".tabs").get_by_role("link", name=re.compile("Changed")).click()
    expect(page.locator("table.history tbody")).to_have_count(changed)
    expect(page.locator("table.history tbody td").filter(has_text="E-mail domains").first).to_be_visible()
    assert count(page, base) == "351"
    hands.undo(page, run)


@pytest.mark.deep  # parties/tests holds the same without a browser
@real_data
def test_visiting_cards_become_people_and_come_out_again(empty: tuple[Page, str], tmp_path: Path) -> None:
    page, base = empty
    runs = []
    for path in sorted(CARDS.glob("*.vcf")):  # one does not wait for the one before: leaving the page is safe
        hands.hand_in(page, base, path)
        page.wait_for_url(re.compile(r"/imports/\d+/$"))
        runs.append(page.url)
    assert len(runs) == 8
    for run in runs:
        page.goto(run)
        hands.checked(page)
        button(page, "Import").click()
        page.wait_for_url(run)
    for run in runs:
        page.goto(run)
        expect(button(page, "Undo the whole import")).to_be_visible(timeout=60_000)
    assert count(page, base, "people") == "11"
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        link(page, "Visiting cards (vCard)").click()
    cards = tmp_path / "people.vcf"
    download.value.save_as(cards)
    text = cards.read_text()
    assert text.count("BEGIN:VCARD") == text.count("END:VCARD") == 11
    assert "simon.perreault@viagenie.ca" in text
    hands.bring(page, base, cards)
    assert (hands.figures(page)["New"], hands.figures(page)["Unchanged"]) == ("0", "11")
    for run in reversed(runs):
        page.goto(run)
        button(page, "Undo the whole import").click()
    for run in runs:
        page.goto(run)
        expect(hands.stand(page)).to_contain_text("The import was taken back", timeout=60_000)
    assert count(page, base, "people") == "0"


@real_data
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_file_is_recognised_in_the_language_of_its_reader(language: str, page: Page, bare: Site) -> None:
    bare.sign_in(page)
    hands.speak(page, language)
    try:
        page.goto(f"{bare.base}/imports/new/")
        hands.drop(page, ROR)
        page.locator(".form-foot .btn.go").click()
        expect(hands.stand(page)).to_contain_text("Research Organization Registry (ROR)")
        page.locator(".form-foot .btn.go").click()
        expect(page.locator(".figs .v").nth(1)).to_have_text("351", timeout=30_000)
        expect(page.locator("html")).to_have_attribute("lang", language)
        told = [*hands.figures(page), *page.locator(".steps span:not(.sr), p.stand, .moves .btn").all_inner_texts()]
        assert len(told) > 8
        assert all(bool(re.search("[а-я]", text)) == (language == "ru") for text in told), told
    finally:
        hands.speak(page, "en")
