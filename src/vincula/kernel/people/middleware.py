"""Shows each person the program in the language and the time zone of their own."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import trans_real

from vincula.kernel.people import sessions
from vincula.kernel.ui import words


def language_of(request: HttpRequest) -> str:
    """The user's own language, else the cookie's, else the browser's, else the first that we speak."""
    spoken = [code for code, _name in settings.LANGUAGES]
    user = getattr(request, "user", None)
    for wish in (getattr(user, "language", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        if wish in spoken:
            return str(wish)
    for code, _weight in trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for candidate in (code, code.split("-")[0]):
            if candidate in spoken:
                return candidate
    return spoken[0]


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """The user's time zone; the installation's if it is unknown or nobody is signed in."""
    name = getattr(getattr(request, "user", None), "time_zone", "") or settings.TIME_ZONE
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


class Preferences:
    """Activates language and time zone for the request and takes both back afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        words.follow()
        with translation.override(language), timezone.override(zone_of(request)):
            request.LANGUAGE_CODE = language
            if request.user.is_authenticated:
                sessions.seen(request)
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response
