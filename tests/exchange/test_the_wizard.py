"""The wizard: drop a file, see it recognised, map, look at the difference, go, undo; without any script (X3)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from vincula.kernel import jobs
from vincula.kernel.exchange.models import ImportRun, SavedMapping
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
TEXT = "Account;Land;Stadt\nAlpha;BE;Gent\nBeta;BE;Brugge\n"


def dropped(client: Any, text: str = TEXT, name: str = "a.csv", **data: Any) -> Any:
    return client.post(reverse("exchange:new"), {"file": SimpleUploadedFile(name, text.encode()), **data})


def at(name: str, run: ImportRun) -> str:
    return reverse(f"exchange:{name}", args=[run.pk])


@pytest.fixture
def browser() -> Any:
    return cast.signed_in(cast.alice())


def mapped(client: Any, run: ImportRun, *fields: str, **data: Any) -> Any:
    return client.post(at("check", run), {"mapped": "1", **{f"column-{n}": f for n, f in enumerate(fields)}, **data})


def test_from_the_file_to_the_undo(browser: Any) -> None:
    assert "organisations" in browser.get(reverse("exchange:new")).content.decode()
    answer = dropped(browser, entity="organisations")
    run = ImportRun.objects.get()
    assert answer["Location"] == at("run", run)
    page = browser.get(at("run", run)).content.decode()
    assert "Alpha" in page
    assert "Account" in page
    assert mapped(browser, run, "name", "country", "city").status_code == 302
    page = browser.get(at("run", run)).content.decode()
    assert "hx-get" in page
    assert Organisation.objects.count() == 0
    jobs.drain()
    assert browser.get(at("progress", run))["HX-Refresh"] == "true"
    page = browser.get(at("run", run)).content.decode()
    assert "Brugge" in page
    assert Organisation.objects.count() == 0
    browser.post(at("apply", run))
    browser.post(at("apply", run))  # a second click
    jobs.drain()
    assert Organisation.objects.count() == 2
    assert "Undo the whole import" in browser.get(at("run", run)).content.decode()
    assert "a.csv" in browser.get(reverse("exchange:imports")).content.decode()
    browser.post(at("undo", run))
    jobs.drain()
    run.refresh_from_db()
    assert (run.state, Organisation.objects.count()) == ("undone", 0)
    assert "taken back" in browser.get(at("run", run)).content.decode()


def test_what_a_file_may_bring_is_offered_with_a_capital(browser: Any) -> None:
    page = browser.get(reverse("exchange:new")).content.decode()
    offered = re.findall(r"<option[^>]*>([^<]+)", page.split('<select id="entity"')[1].split("</select>")[0])
    assert len(offered) > 10
    assert [name for name in offered if not name[0].isupper()] == []


def test_a_mapping_is_remembered_for_the_next_file_of_the_kind(browser: Any) -> None:
    dropped(browser, entity="organisations")
    mapped(browser, ImportRun.objects.get(), "name", "country", "")
    assert SavedMapping.objects.get().mapping == {"Account": "name", "Land": "country"}
    dropped(browser, TEXT.replace("Gent", "Ghent"), entity="organisations")
    assert ImportRun.objects.first().mapping == {"Account": "name", "Land": "country"}


def test_what_is_wrong_is_said_where_it_is(browser: Any) -> None:
    answer = dropped(browser, "", entity="organisations")
    assert (answer.status_code, "0 bytes" in answer.content.decode()) == (422, True)
    assert browser.post(reverse("exchange:new")).status_code == 422
    dropped(browser, TEXT, entity="organisations")
    run = ImportRun.objects.get()
    assert mapped(browser, run, "", "", "").status_code == 422
    assert mapped(browser, run, "name", "name", "").status_code == 422
    assert mapped(browser, run, "trashed_at", "", "").status_code == 422
    mapped(browser, run, "city", "country", "name")
    jobs.drain()
    browser.post(at("apply", run))
    jobs.drain()
    assert Organisation.objects.count() == 2


def test_errors_stand_at_their_lines_and_nothing_is_imported(browser: Any) -> None:
    dropped(browser, "name,country\nA,Atlantis\nB,BE\n", entity="organisations")
    run = ImportRun.objects.get()
    mapped(browser, run, "name", "country")
    jobs.drain()
    page = browser.get(at("run", run)).content.decode()
    assert "Atlantis" in page
    assert "1 line has an error" in page
    assert 'aria-disabled="true"' in page
    browser.post(at("apply", run))
    jobs.drain()
    assert Organisation.objects.count() == 0


def test_the_difference_of_a_change_shows_both_values(browser: Any) -> None:
    factories.organisation(name="Alpha", country="BE", city="Gand")
    dropped(browser, TEXT, entity="organisations")
    run = ImportRun.objects.get()
    mapped(browser, run, "name", "country", "city")
    jobs.drain()
    page = browser.get(at("run", run) + "?show=update").content.decode()
    assert "<del>Gand</del>" in page
    assert "<ins>Gent</ins>" in page


def test_a_file_can_be_read_otherwise(browser: Any) -> None:
    dropped(browser, "name;x|country\nA;y|BE\n", entity="organisations")
    run = ImportRun.objects.get()
    assert (
        browser.post(at("reread", run), {"delimiter": "|", "encoding": "utf-8", "entity": "organisations"}).status_code
        == 302
    )
    run.refresh_from_db()
    assert run.headers == ["name;x", "country"]
    assert browser.post(at("reread", run), {"delimiter": "a", "encoding": "rot13"}).status_code == 422


def test_nobody_sees_the_imports_of_others(browser: Any) -> None:
    dropped(browser, TEXT, entity="organisations")
    run = ImportRun.objects.get()
    bob = cast.signed_in(cast.user("bob", ("*", "*", "country", ["LU"])))
    for name in ("run", "progress"):
        assert bob.get(at(name, run)).status_code == 404
    for name in ("check", "apply", "stop", "undo", "reread"):
        assert bob.post(at(name, run)).status_code == 404
        assert bob.get(at(name, run)).status_code == 405
    assert "a.csv" not in bob.get(reverse("exchange:imports")).content.decode()
    carol = cast.signed_in(cast.user("carol", ("*", "view", "all", [])))
    assert carol.get(reverse("exchange:new")).status_code == 403


def test_stopping_leaves_nothing_behind(browser: Any) -> None:
    dropped(browser, TEXT, entity="organisations")
    run = ImportRun.objects.get()
    mapped(browser, run, "name", "country", "city")
    browser.post(at("stop", run))
    jobs.drain()
    run.refresh_from_db()
    assert run.state == "stopped"
    assert "nothing was written" in browser.get(at("run", run)).content.decode()
    mapped(browser, run, "name", "country", "city")
    jobs.drain()
    run.refresh_from_db()
    assert run.state == "checked"


ROR = Path(__file__).parents[2].parent / "shared/data/ror/ror_be_lu_nrens.jsonl"


@pytest.mark.skipif(not ROR.exists(), reason="the real data are not on this machine")
def test_the_real_register_by_the_wizard(browser: Any) -> None:
    from vincula.config import rows

    before = rows.dump_hash()
    browser.post(reverse("exchange:new"), {"file": SimpleUploadedFile("ror.jsonl", ROR.read_bytes())})
    run = ImportRun.objects.get()
    page = browser.get(at("run", run)).content.decode()
    assert "Research Organization Registry" in page
    browser.post(at("check", run))
    jobs.drain()
    page = browser.get(at("run", run)).content.decode()
    assert "351 records will be new" in page
    assert "195 more point to what is not here yet" in page
    assert "Withdrawn in ROR" in browser.get(at("run", run) + "?show=skip").content.decode()
    browser.post(at("apply", run))
    jobs.drain()
    assert Organisation.objects.count() == 351
    browser.post(at("undo", run))
    jobs.drain()
    assert rows.dump_hash() == before


def test_the_page_of_a_run_costs_the_same_whatever_its_lines(browser: Any, django_assert_max_num_queries: Any) -> None:
    text = "name,country,city\n" + "".join(f"Organisation {n},BE,Gent\n" for n in range(60))
    dropped(browser, text, entity="organisations")
    run = ImportRun.objects.get()
    mapped(browser, run, "name", "country", "city")
    jobs.drain()
    browser.get(at("run", run))
    with django_assert_max_num_queries(15):
        page = browser.get(at("run", run)).content.decode()
    assert "More lines" in page
    with django_assert_max_num_queries(10):
        browser.get(reverse("exchange:imports"))


def test_a_card_is_recognised_by_what_stands_in_it(browser: Any) -> None:
    dropped(browser, "BEGIN:VCARD\nVERSION:4.0\nFN:Ann Lee\nEND:VCARD\n", "whatever.bin")
    run = ImportRun.objects.get()
    assert (run.entity, run.profile, run.form) == ("parties.person", "vcard", "vcard")
    assert "visiting cards" in browser.get(at("run", run)).content.decode().lower()
