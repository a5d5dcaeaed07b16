"""Parts of pages that are drawn once are drawn anew as soon as anything that they show is another."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, rotate_token
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from vincula.kernel.ui import frame, kept, words

PART = "ui/parts/rooms.html"


def drawn(**changed: Any) -> str:
    given = {"url": "/organisations/", "icon": "x", "count": None, "due": False, "current": False, "label": "Room"}
    room = frame.Shown(key="a", **{**given, **changed})
    values = {"rooms": (room,), "signed_in": True, "inbox": "/inbox/", "how": None}
    return str(kept.kept_part(engines["jinja2"].env, PART, **values))  # type: ignore[attr-defined]  # Jinja's engine


@pytest.fixture(autouse=True)
def _the_words_of_the_product() -> Iterator[None]:
    yield
    words.lay({"organisation": "organisation"})
    words.forget()


def test_the_same_is_drawn_once() -> None:
    assert drawn() == drawn()
    before = kept._drawn.cache_info().misses
    drawn()
    assert kept._drawn.cache_info().misses == before


@pytest.mark.parametrize(
    "changed", [{"count": 3}, {"count": 3, "due": True}, {"current": True}, {"label": "Elsewhere"}]
)
def test_whatever_is_shown_is_shown_as_it_is_now(changed: dict[str, Any]) -> None:
    assert drawn(**changed) != drawn()
    assert drawn(**changed) == drawn(**changed)


def test_each_language_has_its_own() -> None:
    english = drawn()
    with translation.override("de"):
        german = drawn()
    assert "Mehr" in german
    assert german != english
    assert drawn() == english


def test_another_word_of_the_operator_is_said_at_once() -> None:
    with translation.override("en"):
        keys = engines["jinja2"].env  # type: ignore[attr-defined]  # as above
        said = kept.kept_part(keys, "ui/parts/create.html", offers=())
        words.lay({"organisation": "customer"})
        before = kept._drawn.cache_info().misses
        assert kept.kept_part(keys, "ui/parts/create.html", offers=()) == said  # it names no organisation
        assert kept._drawn.cache_info().misses == before + 1  # but was asked again


def test_every_form_of_an_answer_carries_the_same_token_and_it_is_accepted(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/")
    first, second = (str(frame.context(request)["csrf_input"]) for _n in range(2))
    assert first == second
    assert 'name="csrfmiddlewaretoken"' in first
    sent = rf.post("/", {"csrfmiddlewaretoken": first.split('value="')[1].split('"')[0]})
    sent.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    sent._dont_enforce_csrf_checks = False  # type: ignore[attr-defined]  # the factory sets it
    door = CsrfViewMiddleware(lambda r: HttpResponse())
    door.process_request(sent)
    assert door.process_view(sent, lambda r: HttpResponse(), (), {}) is None


def test_another_answer_masks_it_anew_and_so_does_a_login(rf: RequestFactory) -> None:
    request = rf.get("/")
    before = str(frame.context(request)["csrf_input"])
    assert str(frame.context(rf.get("/"))["csrf_input"]) != before
    rotate_token(request)
    assert str(frame.context(request)["csrf_input"]) != before
