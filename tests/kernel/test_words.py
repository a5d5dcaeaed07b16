"""The operator's own words (requirement X14): chosen once, used everywhere, and addresses stay."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.kernel.ui import sentences, words

ORGANISATION = ("organisation", "organisations")


@pytest.fixture(autouse=True)
def own_words_again() -> Iterator[None]:
    words.forget()
    yield
    words.lay({"organisation": "organisation"})
    words.forget()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("An organisation is a record.", "A member is a record."),
        ("Name an organisation, and organisations that belong to it.", "Name a member, and members that belong to it."),
        ("Organisations", "Members"),
        ("disorganisation", "disorganisation"),
        ("%(organisation)s is new", "%(organisation)s is new"),
    ],
)
def test_an_english_sentence_takes_the_word_with_its_article(text: str, said: str) -> None:
    assert sentences.in_english(text, ORGANISATION, ("member", "members")) == said


@given(st.text(alphabet="abc OÖoо.,(%)sд", max_size=60))
def test_what_does_not_hold_the_word_stays(text: str) -> None:
    assert sentences.in_english(text, ORGANISATION, ("account", "accounts")) == text


CARE = "%(n)s organisation in your care has not been contacted for %(days)s days."
SAID = [  # (language, word, text, how it is said): one of each trap of grammar
    ("ru", "customer", "Create an organisation", "Создать клиента"),
    ("ru", "account", "Create an organisation", "Создать аккаунт"),
    ("ru", "community", "An organisation cannot be part of itself.", "Сообщество не может входить само в себя."),
    ("ru", "member", "organisations that you are the steward of", "участники, которых вы курируете"),
    ("ru", "user", "the organisation that you work for", "пользователь, у которого вы работаете"),
    ("fr", "member", "Speaks there for the organisation.", "Y parle au nom du membre."),
    ("fr", "user", "This organisation is no longer active.", "Cet utilisateur n’est plus actif."),
    ("fr", "community", "the organisation that you work for", "la communauté pour laquelle vous travaillez"),
    ("nl", "member", "the organisation that you work for", "het lid voor wie je werkt"),
    ("nl", "account", "other organisation", "ander account"),
    ("nl", "community", "organisation links", "gemeenschapskoppelingen"),
    ("de", "customer", "Speaks there for the organisation.", "Spricht dort für den Kunden."),
    ("de", "member", "An organisation cannot be part of itself.", "Ein Mitglied kann nicht Teil seiner selbst sein."),
    ("de", "user", "All organisations in your care were contacted since then.",
     "Zu allen von Ihnen betreuten Nutzern gab es seitdem Kontakt."),
    ("en", "account", "An organisation cannot be part of itself.", "An account cannot be part of itself."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "word", "text", "said"), SAID)
def test_whole_sentences_follow_in_right_grammar(language: str, word: str, text: str, said: str) -> None:
    words.lay({"organisation": word})
    with translation.override(language):
        assert gettext(text) == said


def test_counted_sentences_follow_in_every_plural_form() -> None:
    words.lay({"organisation": "customer"})
    with translation.override("ru"):
        one, five = (ngettext(CARE, CARE.replace("organisation", "organisations"), n) for n in (1, 5))
    assert one == "С %(n)s клиентом, которого вы курируете, не было контакта %(days)s дней."
    assert five == "С %(n)s клиентами, которых вы курируете, не было контакта %(days)s дней."
    with translation.override("fr"):
        assert ngettext(CARE, CARE, 1).endswith("n’a pas été contacté depuis %(days)s jours.")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("word", [word for word in words.ENGLISH["organisation"] if word != "organisation"])
def test_no_text_of_any_language_keeps_the_products_word(word: str, language: str) -> None:
    """Over all texts, ours and the libraries'; each keeps its placeholders and its plural forms."""
    own, over = words.texts(language), words.overlay(language, {"organisation": word})
    stem = "organisation" if language == "en" else sentences.known(language)["stems"]["organisation"]
    left = [msgid for msgid, text in {**own, **over}.items() if stem in re.sub(r"%\(\w+\)s", "", text).casefold()]
    assert left == []
    assert len(over) >= 40
    assert set(over) <= set(own), "an overlay replaces texts and adds none"
    for msgid, text in over.items():
        assert PLACEHOLDER.findall(text) == PLACEHOLDER.findall(own[msgid]), text
        assert not re.search(r"[{}|]", text), text
        assert text[:1].isupper() == own[msgid][:1].isupper() or own[msgid][:1] == "%", text


PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_language_offers_the_same_words_each_in_all_its_forms(language: str) -> None:
    assert set(words.names(language, "organisation")) == set(words.ENGLISH["organisation"])
    if language != "en":
        file = sentences.known(language)
        tables = file["words"]["organisation"].values()
        assert len({frozenset(forms) for forms in tables}) == 1
        assert all(forms["kind"] in file["kinds"] for forms in tables)


MADE_UP: dict[str, Any] = {
    "kinds": ["m", "f"],
    "stems": {"organisation": "organisation"},
    "kept": ["the organisation of work"],
    "words": {
        "organisation": {
            "organisation": {"kind": "f", "nom": "organisation"},
            "member": {"kind": "m", "nom": "membre"},
        }
    },
}


@pytest.mark.parametrize(
    ("pattern", "translation", "flaw"),
    [
        ("{un|une} {nom}", "une organisation", ""),
        ("{un|une} {nom}", "la organisation", "not the translation"),
        ("{un|une} organisation", "une organisation", "is left with “member”"),
        ("{un|une|ein} {nom}", "une organisation", "3 alternatives, not 2"),
        ("{gen}", "une organisation", "no form {gen}"),
        ("{nom}", "", ""),  # not translated yet
    ],
)
def test_a_pattern_that_does_not_fit_is_named(pattern: str, translation: str, flaw: str) -> None:
    said = sentences.flaws(
        "fr", {"an organisation": translation}, {**MADE_UP, "sentences": {"organisation": {"an organisation": pattern}}}
    )
    assert (flaw in said[0]) if flaw else said == []


def test_a_text_without_a_pattern_and_a_pattern_without_a_text_are_named() -> None:
    texts: dict[str, sentences.Text] = {
        "a new text": ["Une organisation", "Des organisations"],
        "the organisation of work": "l’organisation du travail",
    }
    said = sentences.flaws("fr", texts, {**MADE_UP, "sentences": {"organisation": {"gone": "{nom}"}}})
    assert len(said) == 2
    assert "has no pattern" in said[0]
    assert "'a new text'" in said[0]
    assert "is no text of the program any more: 'gone'" in said[1]


@pytest.mark.django_db
def test_the_word_stands_in_every_language_and_addresses_stay() -> None:
    cast.root()
    client = cast.signed_in(User.objects.get())
    assert client.get("/settings/words/").status_code == 200
    assert client.post("/settings/words/", {"organisation": "member"}).status_code == 302
    assert AuditEntry.objects.get(verb="chose a word").changes == {"organisation": ["organisation", "member"]}
    for language, plural in (
        ("en", "Members"),
        ("ru", "Участники"),
        ("fr", "Membres"),
        ("nl", "Leden"),
        ("de", "Mitglieder"),
    ):
        client.cookies["vincula_language"] = language
        User.objects.update(language=language)
        page = client.get("/organisations/").content.decode()
        assert f"<h1>{plural}" in page, language
    assert registry.by_slug("organisations") is not None
    with translation.override("en"):
        assert gettext("organisation") == "member"
    client.post("/settings/words/", {"organisation": "organisation"})
    User.objects.update(language="en")
    assert "<h1>Organisations" in client.get("/organisations/").content.decode()


@pytest.mark.django_db
def test_only_an_administrator_chooses_words() -> None:
    client = cast.signed_in(cast.alice())
    assert client.get("/settings/words/").status_code in (403, 404)
    assert client.post("/settings/words/", {"organisation": "member"}).status_code in (403, 404)
    assert words.chosen() == {"organisation": "organisation"}
