"""Nobody gets past without signing in, unless a page says why it is public (X3)."""

import json
from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from vincula.kernel import public
from vincula.kernel.public import register


@public.public_page("A load balancer asks without signing in.")
def open_page(request):
    return HttpResponse("open")


def closed_page(request, **kwargs):
    return HttpResponse("canary")


def library_page(request, **kwargs):
    return HttpResponse("library")


urlpatterns = [
    path("open/", open_page, name="open"),
    path("open-too/", partial(open_page), name="open-too"),
    path("closed/", closed_page, name="closed"),
    path("nameless/", closed_page),
    path("api/v1/things/", closed_page, name="things"),
    path("library/", library_page, name="library"),
    path("inner/", include(([path("library/", library_page, name="library")], "inner"))),
    path("login/", open_page, name="account_login"),
]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def own_declarations(monkeypatch):
    monkeypatch.setattr(register, "_by_name", {})


def test_a_marked_page_opens_without_signing_in():
    assert Client().get("/open/").content == b"open"
    assert Client().get("/open-too/").content == b"open"


@pytest.mark.parametrize("address", ["/closed/", "/nameless/", "/library/"])
@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete", "options"])
def test_any_other_page_leads_to_sign_in_whatever_the_method(address, method):
    answer = getattr(Client(), method)(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
    assert b"canary" not in answer.content


def test_the_way_back_is_kept_for_reading_and_not_for_posting():
    assert Client().get("/closed/?a=1&b=/x")["Location"] == "/login/?next=%2Fclosed%2F%3Fa%3D1%26b%3D%2Fx"
    assert Client().post("/closed/")["Location"] == "/login/"


def test_part_of_a_page_sends_the_whole_page_to_sign_in():
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/list/?q=1"}
    answer = Client().get("/closed/", headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login/?next=%2Flist%2F%3Fq%3D1"


def test_the_api_answers_401_as_a_problem():
    answer = Client().get("/api/v1/things/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert json.loads(answer.content)["status"] == 401


def test_an_api_request_passes_when_somebody_knows_its_key_and_not_otherwise(monkeypatch):
    monkeypatch.setattr(public.KEYS, "_filled", [])
    public.KEYS.put(lambda request: request.headers.get("Authorization") == "Bearer good")
    assert Client().get("/api/v1/things/", headers={"Authorization": "Bearer good"}).content == b"canary"
    assert Client().get("/api/v1/things/", headers={"Authorization": "Bearer bad"}).status_code == 401


def test_a_token_opens_no_page():
    assert Client().get("/closed/", headers={"Authorization": "Bearer x"}).status_code == 302


def test_a_librarys_page_is_declared_by_its_full_name():
    public.declare("inner:library", "It is only a test.")
    assert Client().get("/inner/library/").content == b"library"
    assert Client().get("/library/").status_code == 302


def test_everything_public_is_listed_with_its_reason():
    public.declare("library", "It is only a test.")
    listed = [(one.path, one.name, one.reason) for one in public.declared()]
    mark = "A load balancer asks without signing in."
    assert listed == [
        ("/open/", "open", mark),
        ("/open-too/", "open-too", mark),
        ("/library/", "library", "It is only a test."),
        ("/login/", "account_login", mark),
    ]


def test_a_declaration_that_no_address_carries_is_found():
    public.declare("gone", "It was here once.")
    assert register.unused() == ["gone"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_not_optional(reason):
    with pytest.raises(ValueError, match="reason"):
        public.declare("library", reason)
    with pytest.raises(ValueError, match="reason"):
        public.public_page(reason)
