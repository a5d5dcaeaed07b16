"""Nobody gets past without signing in, unless the page is declared public."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vincula.kernel.public.register import KEYS, reason_of_match

API = "/api/"


class SignedInUnlessPublic:
    """Anonymous requests: pages lead to sign-in and come back; the API answers 401 (problem+json).

    A request for the API is let through when one of ``KEYS`` knows its token; what the token may do is asked by the API.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and reason_of_match(match):
            return None
        if request.path.startswith(API):
            return None if any(opens(request) for opens in KEYS) else not_signed_in()
        return to_sign_in(request)


def not_signed_in() -> JsonResponse:
    """401 as problem+json (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": _("Not signed in"),
        "status": 401,
        "detail": _("Send an API token in the header “Authorization: Bearer …”."),
    }
    answer = JsonResponse(body, status=401, content_type="application/problem+json")
    answer["WWW-Authenticate"] = 'Bearer realm="Vincula"'
    return answer


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back. A part of a page (htmx) cannot follow a redirect sensibly, so the page leaves."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    if request.headers.get("HX-Request") == "true":
        back = current_page(request)
    address = reverse("account_login") + (f"?{urlencode({'next': back})}" if back else "")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def current_page(request: HttpRequest) -> str:
    """The path of the page that asked for a part of itself (htmx tells its address)."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
