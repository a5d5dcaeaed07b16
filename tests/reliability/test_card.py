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
    page = card.text(card.read(file), card.expected(tmp_path), "7 passed, 0 failed")
    assert "| killed | 1,020 | **2** | PostgreSQL, SQLite | first; second |" in page
    assert "- **Not reached by this run:** never reached" in page
    assert "7 passed, 0 failed; 1 of 2 lines reached, 2 bad" in page
    assert all(f"## {section.capitalize()}" in page for section in card.SECTIONS)


def test_outside_a_deep_run_nothing_is_written_and_a_wrong_section_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VINCULA_CARD", raising=False)
    card.record("kills", "killed", 1)
    with pytest.raises(ValueError, match="no section murders"):
        card.record("murders", "killed", 1)
