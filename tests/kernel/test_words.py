"""The operator's own words (requirement X14): chosen once, used everywhere, and addresses stay."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.kernel.ui import words


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
    assert words.in_sentence(text, ("organisation", "organisations"), ("member", "members")) == said


@given(st.text(alphabet="abc OÖoо.,(%)sд", max_size=60))
def test_what_does_not_hold_the_word_stays(text: str) -> None:
    assert words.in_sentence(text, ("organisation", "organisations"), ("account", "accounts")) == text


@pytest.mark.django_db
def test_the_word_stands_in_every_language_and_addresses_stay() -> None:
    User.objects.create_superuser(email="root@example.org", password="correct horse battery 9")
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
