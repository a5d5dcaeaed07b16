"""For whom an offering is and what functions are called is told in the reader's language (issue 4)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from vincula.kernel import clock
from vincula.kernel.entity import registry
from vincula.kernel.testing import cast
from vincula.parties.models import Function
from vincula.portfolio import standard
from vincula.portfolio.models import Offering
from vincula.portfolio.pages import catalogue
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db


def test_the_service_page_and_the_catalogue_say_for_whom_in_the_readers_language() -> None:
    service = at_stage("operation", operation_from=clock.today())
    make.offering(service=service, audience="Every member", audiences={"ru": "Все участники"})
    cache.clear()
    for language, told in (("ru", "Все участники"), ("en", "Every member"), ("fr", "Every member")):
        entries: Any = catalogue.entries(language)["services"]
        assert entries[0]["offerings"][0]["audience"] == told
    user = cast.root()
    type(user).objects.filter(pk=user.pk).update(language="ru")
    user.refresh_from_db()
    page = cast.signed_in(user).get(registry.get("portfolio.service").url(service)).content.decode()
    assert "Все участники" in page.split('id="offerings"')[1].split("</section>")[0]


def test_files_keep_an_audience_as_other_translated_texts() -> None:
    offering = make.offering(audience="Every member", audiences={"ru": "Все участники", "de": "Alle Mitglieder"})
    field = registry.get("portfolio.offering").fields["audiences"]
    assert field.kind.from_text(field.kind.to_text(offering.audiences, field), field) == offering.audiences
    told = dict(Offering.objects.get(pk=offering.pk).audiences)
    assert told == {"ru": "Все участники", "de": "Alle Mitglieder"}


def test_functions_that_the_installation_begins_with_speak_five_languages() -> None:
    standard.for_new_services()
    owner = Function.objects.get(code="SO")
    assert set(owner.names) == {"ru", "fr", "nl", "de"}
    entity = registry.get("parties.function")
    assert entity.title(owner) == "Service owner (SO)"
    with translation.override("ru"):
        assert entity.title(owner) == f"{owner.names['ru']} (SO)"
    reader = cast.root()
    type(reader).objects.filter(pk=reader.pk).update(language="ru")
    meeting = make.board_meeting()
    make.seat(board=meeting.board, function=owner, member=None)
    pages = (reverse("guide"), entity.url(owner), registry.get("portfolio.boardmeeting").url(meeting))
    reader.refresh_from_db()
    client = cast.signed_in(reader)
    for page in pages:
        assert owner.names["ru"] in client.get(page).content.decode(), page
