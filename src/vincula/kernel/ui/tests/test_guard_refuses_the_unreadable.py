"""Requests that cannot be read are refused in plain words before anything else sees them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from vincula.kernel.ui.middleware import Guard

FORM = "application/x-www-form-urlencoded"


def through(request: HttpRequest, **headers: str) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<p>fine</p>", headers=headers or None)

    return Guard(view)(request)


@pytest.mark.parametrize("where", ["/?q=%00", "/?q=%ED%A0%80", "/?q=%FF", "/a%00b"])
def test_addresses_with_nul_or_broken_text_are_400(rf: RequestFactory, where: str) -> None:
    response = through(rf.get(where))
    assert response.status_code == 400
    assert b"cannot be read" in response.content


def test_a_path_that_is_no_text_is_400(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.META["PATH_INFO"] = b"/\xed\xa0\x80".decode("latin-1")
    assert through(request).status_code == 400


@pytest.mark.parametrize("where", ["/?q=%D0%9A%D0%BE", "/?q=%F0%9F%99%82", "/путь/?a=b+c"])
def test_addresses_in_any_script_pass(rf: RequestFactory, where: str) -> None:
    assert through(rf.get(where)).status_code == 200


@pytest.mark.parametrize("body", [b"name=%00", b"name=%ED%A0%80", b"name=\xff"])
def test_forms_that_cannot_be_decoded_are_400(rf: RequestFactory, body: bytes) -> None:
    assert through(rf.generic("POST", "/", body, FORM)).status_code == 400


def test_a_readable_form_passes_and_can_still_be_read(rf: RequestFactory) -> None:
    request = rf.generic("POST", "/", b"name=%D0%9A+b", FORM + "; charset=utf-8")
    assert through(request).status_code == 200
    assert request.POST["name"] == "К b"


def test_a_body_in_chunks_is_411(rf: RequestFactory) -> None:
    request = rf.generic("POST", "/", b"", FORM, HTTP_TRANSFER_ENCODING="chunked")
    request.META["CONTENT_LENGTH"] = ""
    assert through(request).status_code == 411


def test_a_body_above_the_limit_is_413(rf: RequestFactory, settings: Any) -> None:
    settings.MAX_BODY_BYTES = 10
    assert through(rf.generic("POST", "/", b"x" * 11, "application/json")).status_code == 413
    assert through(rf.generic("POST", "/", b"x" * 10, "application/json")).status_code == 200


def test_a_form_too_long_for_memory_is_413(rf: RequestFactory, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert through(rf.generic("POST", "/", b"name=xxxxxxxxxx", FORM)).status_code == 413


@pytest.mark.parametrize("length", ["-1", "ten", "١٢", "9" * 40])
def test_a_nonsense_length_is_400(rf: RequestFactory, length: str) -> None:
    request = rf.post("/")
    request.META["CONTENT_LENGTH"] = length
    assert through(request).status_code == 400


def test_what_a_person_sees_is_not_kept_by_caches(rf: RequestFactory) -> None:
    request = rf.get("/")
    assert "Cache-Control" not in through(request)
    request._cached_user = SimpleNamespace(is_authenticated=True)  # type: ignore[attr-defined]  # as middleware sets it
    assert through(request)["Cache-Control"] == "private, no-store"
    assert through(request, **{"Cache-Control": "private, max-age=60"})["Cache-Control"] == "private, max-age=60"
    assert through(request, **{"Content-Type": "text/csv"})["Cache-Control"] == "private, no-store"
    assert through(rf.get("/api/v1/me"))["Cache-Control"] == "private, no-store", "programs have no session"


def test_every_answer_carries_the_common_headers(rf: RequestFactory) -> None:
    for response in (through(rf.get("/")), through(rf.get("/?q=%00"))):
        assert "camera=()" in response["Permissions-Policy"]
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["X-Content-Type-Options"] == "nosniff"
