"""Every string that a person sees is there in every language, with the same placeholders (requirement X8)."""

import pytest

import locales


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    catalogue = locales.update(language)
    assert len(catalogue) > 1000
    assert locales.wrong(language, catalogue) == [], "run: python locales.py missing " + language


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_sentence_takes_the_operators_word(language: str) -> None:
    """A text that holds the word has a pattern; the pattern with the product's own word is the translation (X14)."""
    assert locales.unlike(language, locales.update(language)) == [], "write the pattern into locale/*/words.json"


def test_a_missing_text_and_a_lost_placeholder_are_noticed() -> None:
    catalogue = locales.Catalog(locale="de")
    catalogue.add("Save", string="")
    catalogue.add("%(n)s records", string="Einträge", flags=["python-format"])
    said = locales.wrong("de", catalogue)
    assert len(said) == 2
    assert "not translated" in said[0]
    assert "other placeholders" in said[1]


def test_english_is_what_the_code_says() -> None:
    assert {locales.key(m) for m in locales.load("en")} == {locales.key(m) for m in locales.itself()}
