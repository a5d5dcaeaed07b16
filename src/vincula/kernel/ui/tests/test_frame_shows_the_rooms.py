"""The frame shows what is registered, for the person who looks, and nothing to strangers."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from vincula.kernel.ui import frame


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("", page, name="home"),
    path("organisations/", page, name="orgs"),
    path("c/<slug:s>/", page, name="room"),
]


@pytest.fixture(autouse=True)
def _an_own_registry(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    for name, empty in (("_sections", {}), ("_badges", []), ("_creatables", []), ("_pins", [])):
        monkeypatch.setattr(frame, name, empty)


def person(**values: Any) -> Any:
    return SimpleNamespace(**{"is_authenticated": True, "theme": "dark", "density": "compact", **values})


def of(rf: RequestFactory, where: str = "/", user: Any = None) -> frame.Frame:
    request = rf.get(where)
    request.user = user
    found: frame.Frame = frame.context(request)["frame"]
    return found


def test_rooms_stand_in_the_order_of_work_with_what_waits(rf: RequestFactory) -> None:
    frame.section("orgs", "Organisations", "building", 2, "orgs", lambda user: 9, due=True)
    frame.section("home", "Home", "home", 1, "home", lambda user: 0)
    shown = of(rf, user=person()).sections
    assert [(each.key, each.count, each.due) for each in shown] == [("home", None, False), ("orgs", 9, True)]


def test_a_room_that_is_not_built_or_not_for_this_person_is_absent(rf: RequestFactory) -> None:
    frame.section("gone", "Gone", "x", 1, "no-such-page")
    frame.section("admin", "Admin", "x", 2, "orgs", show=lambda user: False)
    assert of(rf, user=person()).sections == ()


@pytest.mark.parametrize(
    ("where", "current"),
    [
        ("/", "home"),
        ("/organisations/", "orgs"),
        ("/organisations/12/", "orgs"),
        ("/c/people/3/", "orgs"),
        ("/c/b/", "b"),
        ("/else/", ""),
    ],
)
def test_the_current_room_follows_the_address(rf: RequestFactory, where: str, current: str) -> None:
    frame.section("home", "Home", "home", 1, "home")
    frame.section("orgs", "Organisations", "building", 2, "orgs", also=("/c/people/",))
    frame.section("b", "B", "x", 3, "room", args=("b",))
    shown = of(rf, where, person()).sections
    assert [each.key for each in shown if each.current] == ([current] if current else [])


def test_a_view_may_say_which_room_it_belongs_to(rf: RequestFactory) -> None:
    frame.section("orgs", "Organisations", "building", 2, "orgs")
    request = rf.get("/else/")
    request.user, request.frame_section = person(), "orgs"  # type: ignore[assignment,attr-defined]  # as middleware sets them
    assert frame.Frame(request).sections[0].current


def test_strangers_see_nothing_and_nothing_is_asked_for_them(rf: RequestFactory) -> None:
    def never(user: Any) -> Any:
        raise AssertionError("asked for a stranger")

    frame.section("orgs", "Organisations", "building", 2, "orgs", never)
    frame.badge(never)
    frame.creatable(never)
    frame.pinned(never)
    for user in (None, AnonymousUser()):
        found = of(rf, user=user)
        assert (found.sections, found.pins, found.inbox, found.creatables) == ((), [], 0, ())


def test_create_inbox_and_pins_come_from_what_rooms_register(rf: RequestFactory) -> None:
    frame.badge(lambda user: 3)
    frame.badge(lambda user: None)
    frame.creatable(lambda user: ("Organisation", "/new", "building"))
    frame.creatable(lambda user: None)
    frame.pinned(lambda user: [("KU Leuven", "/1")])
    found = of(rf, user=person())
    assert found.inbox == 3
    assert [each.label for each in found.creatables] == ["Organisation"]
    assert found.pins[0].url == "/1"


def test_preferences_come_from_the_person_else_from_the_browser_and_never_from_nonsense(rf: RequestFactory) -> None:
    assert of(rf, user=person()).theme == "dark"
    assert of(rf, user=person(theme="<x>")).theme == "auto"
    rf.cookies["vincula_theme"] = "light"
    assert of(rf).theme == "light"


def test_pages_that_this_installation_lacks_have_no_address(settings: Any) -> None:
    ours, settings.ROOT_URLCONF = settings.ROOT_URLCONF, "vincula.config.urls"
    assert frame.routes()["how"]  # another one's are not remembered for ours
    settings.ROOT_URLCONF = ours
    assert frame.routes()["home"] == "/"
    assert frame.routes()["how"] is None
