"""Folded text compares as people read it, in any script (X2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel import folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź  Straße", "lodz strasse"),
        ("Ørsted Œuvre Þór", "orsted oeuvre thor"),
        ("ЁЛКА Йод", "елка иод"),
        ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
        ("ﬁn ½", "fin 1⁄2"),
        ("a\0b \ud800", "ab"),
        ("Ελλάς", "ελλασ"),
    ],
)
def test_fold_takes_away_accents_capitals_and_ligatures(text: str, folded: str) -> None:
    assert folding.fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_and_any_text_can_be_stored(text: str) -> None:
    folded = folding.fold(text)
    assert folding.fold(folded) == folded
    assert "\0" not in folded
    folded.encode()
    for word in folding.spelled(text):
        word.encode()


def test_a_key_ignores_punctuation() -> None:
    assert folding.key("KU-Leuven (U.Z.)") == "ku leuven u z"


def test_cyrillic_is_written_in_latin_in_several_ways() -> None:
    assert folding.latin("Москва") == ["moskva"]
    assert {"khabarovsk", "habarovsk"} <= set(folding.latin("Хабаровск"))
    assert "tolstoy" in folding.latin("Толстой")
    assert folding.latin("Gent") == []
