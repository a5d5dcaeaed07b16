"""The card tells what a run counted, what went wrong, and what it did not reach."""

from pathlib import Path

import pytest

from tests.reliability import card

CALL = 'card.record("{}", "{}", 3)\n'


def test_every_line_of_the_card_is_written_out_in_the_source() -> None:
    assert {section for section, _line in card.expected()} <= card.SECTIONS.keys()
    assert card.expected()


def test_a_line_that_is_not_written_out_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "tests"
    place.mkdir()
    (place / "test_some.py").write_text("card.record(section, line, 3)\n")
    with pytest.raises(ValueError, match=r"test_some\.py, line 1"):
        card.expected(tmp_path)


def test_the_page_adds_up_what_processes_recorded_and_names_what_is_bad_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, place = tmp_path / "lines", tmp_path / "tests"
    place.mkdir()
    (place / "test_some.py").write_text(CALL.format("kills", "killed") + CALL.format("races", "never reached"))
    monkeypatch.setenv("VINCULA_CARD", str(file))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    card.record("kills", "killed", 20, note="first")
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    card.record("kills", "killed", 1000, bad=2, note="second")
    page = card.text(card.read(file), card.expected(tmp_path), [card.Run("then", "7 passed, 0 failed")])
    assert "| killed | 1,020 | **2** | PostgreSQL, SQLite | first; second |" in page
    assert "- **Not reached by this run:** never reached" in page
    assert "7 passed, 0 failed; 1 of 2 lines reached, 2 bad" in page
    assert all(f"## {section.capitalize()}" in page for section in card.SECTIONS)


def test_what_is_asked_again_takes_the_place_of_what_the_same_test_recorded_on_the_same_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, again = tmp_path / "whole", tmp_path / "again"

    def recorded(file: Path, test: str, database: str, bad: int) -> None:
        monkeypatch.setenv("VINCULA_CARD", str(file))
        monkeypatch.setenv("PYTEST_CURRENT_TEST", f"{test} (call)")
        monkeypatch.setenv("DATABASE_URL", database)
        card.record("leaks", "looked for", 10, bad=bad)

    recorded(whole, "test_a.py::one[x y]", "", 1)
    recorded(whole, "test_a.py::one[x y]", "postgres://somewhere", 2)
    recorded(whole, "test_a.py::two", "", 4)
    recorded(again, "test_a.py::one[x y]", "", 0)
    card.replace(whole, again)
    card.replace(whole, tmp_path / "nothing")
    line = card.read(whole)["leaks", "looked for"]
    assert (line.count, line.bad) == (30, 6)
    runs = [card.Run("on Monday", "8 passed, 1 failed"), card.Run("on Tuesday", "1 passed, 0 failed")]
    page = card.text(card.read(whole), {}, runs)
    assert "**When** on Monday" in page
    assert "8 passed, 1 failed; 1 of 1 lines reached, 6 bad" in page
    assert "- **What had failed, asked again** on Tuesday: 1 passed, 0 failed" in page


def test_outside_a_deep_run_nothing_is_written_and_a_wrong_section_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VINCULA_CARD", raising=False)
    card.record("kills", "killed", 1)
    with pytest.raises(ValueError, match="no section murders"):
        card.record("murders", "killed", 1)
