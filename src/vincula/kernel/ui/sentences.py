"""Sentences that take another word than the product's own, in right grammar (requirement X14). Pure: no Django.

English needs a rule only: the word itself and the article before it. In Russian, French, Dutch and German a word
brings its gender and its cases along, so each text that holds the word has a pattern in ``locale/<language>/words.json``:

    "An organisation cannot be part of itself.": "{Nom} не может входить {сам|сам|сама|само} в себя."

- ``{gen}`` is the form of the word with that name in the file's table; ``{Gen}`` the same with a capital.
- ``{сам|сам|сама|само}`` agrees with the word: one alternative for each of the file's ``kinds``, in their order.

A pattern filled with the product's own word is the catalogue's translation, letter for letter; ``flaws`` holds it to
that. ``kept`` names texts in which the word is somebody's name or means something else.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).resolve().parents[2] / "locale"
SLOT = re.compile(r"\{([^{}]*)\}")
VOWELS = "aeio"  # "user" begins with the sound of y
Text = str | list[str]  # a list holds the plural forms, in the order of the catalogue


class Misfit(Exception):
    """A slot that the word cannot fill."""


@cache
def known(language: str) -> dict[str, Any]:
    """What ``words.json`` of a language holds: kinds, {term: {word: forms}}, {term: {text: pattern}}, stems, kept."""
    found: dict[str, Any] = json.loads((LOCALE / language / "words.json").read_text(encoding="utf-8"))
    return found


def names(language: str, term: str) -> dict[str, tuple[str, str]]:
    """{word: (singular, plural)} of the words that may be chosen for ``term``."""
    return {word: (forms["nom"], forms["noms"]) for word, forms in known(language)["words"][term].items()}


def fill(pattern: Text, forms: dict[str, str], kinds: list[str]) -> Text:
    """The sentence with the word in it; plural forms are filled one by one."""
    if isinstance(pattern, list):
        return [str(fill(each, forms, kinds)) for each in pattern]

    def put(slot: re.Match[str]) -> str:
        name = slot[1]
        if "|" in name:
            choices = name.split("|")
            if len(choices) != len(kinds):
                raise Misfit(f"{{{name}}} has {len(choices)} alternatives, not {len(kinds)}")
            return choices[kinds.index(forms["kind"])]
        form = forms.get(name[:1].lower() + name[1:])
        if form is None:
            raise Misfit(f"there is no form {{{name}}}")
        return _capital(form) if name[:1].isupper() else form

    return SLOT.sub(put, pattern)


def said_with(language: str, term: str, word: str) -> dict[str, Text]:
    """{text: its translation with ``word``} for every text of ``language`` that has a pattern."""
    file = known(language)
    forms = file["words"][term][word]
    return {text: fill(pattern, forms, file["kinds"]) for text, pattern in file["sentences"][term].items()}


def in_english(text: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    """The word wherever it stands, its article with it: "an organisation" → "a member"."""

    def swap(match: re.Match[str]) -> str:
        article, word = match["article"] or "", match["word"]
        now = new[1] if word.casefold() == old[1].casefold() else new[0]
        now = _capital(now) if word[:1].isupper() else now
        if article.strip().casefold() in ("a", "an"):
            letter = "An " if now[0].casefold() in VOWELS else "A "
            article = letter if article[0].isupper() else letter.lower()
        return article + now

    pattern = rf"(?P<article>\b[Aa]n? )?(?P<word>(?<![\w(])(?:{re.escape(old[1])}|{re.escape(old[0])})\b(?!\)s))"
    return re.sub(pattern, swap, text, flags=re.IGNORECASE)


def flaws(language: str, texts: dict[str, Text], file: dict[str, Any] | None = None) -> list[str]:
    """Sentences on what is missing or wrong in the patterns, given {text: translation} of the whole catalogue.

    A text that is not translated yet (an empty translation) is somebody else's business.
    """
    file = known(language) if file is None else file
    said = []
    for term, patterns in file["sentences"].items():
        stem, kept = file["stems"][term], file["kept"]
        for text, translation in texts.items():
            if holds(stem, translation) and text not in patterns and text not in kept:
                said.append(f"{language}: has no pattern for another word than “{stem}…” (words.json): {text!r}")
        for text, pattern in patterns.items():
            if texts.get(text) == "":
                continue
            said += [f"{language}: {flaw}: {text!r}" for flaw in _flaws_of(pattern, texts.get(text), term, file)]
    return said


def _flaws_of(pattern: Text, translation: Text | None, term: str, file: dict[str, Any]) -> list[str]:
    if translation is None:
        return ["has a pattern in words.json, but is no text of the program any more"]
    said = []
    for word, forms in file["words"][term].items():
        try:
            filled = fill(pattern, forms, file["kinds"])
        except Misfit as why:
            return [f"the pattern does not fit, {why}"]
        if word == term and filled != translation:
            said.append(f"the pattern gives {filled!r}, not the translation")
        if word != term and holds(file["stems"][term], filled):
            said.append(f"the product's word is left with “{word}”")
    return said


def holds(stem: str, text: Text) -> bool:
    """Whether the word stands in the text, in whatever form."""
    return stem in ("\n".join(text) if isinstance(text, list) else text).casefold()


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]
