"""The first door: requests that cannot be read are refused in plain words before anything else runs (X9).

Answers 411 to a body sent in chunks (granian hands it on empty), 413 to one above the limit, 400 to NUL and to bytes
that are no UTF-8 in the address, the query or a plain form. Adds the headers that no page should be without.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from vincula.kernel.ui import errors

FORM = "application/x-www-form-urlencoded"
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
DEFAULT_LIMIT = 128 * 1024 * 1024
_LENGTH = re.compile(r"\d{1,15}", re.ASCII)


class Guard:
    """Stands first in ``MIDDLEWARE``. ``settings.MAX_BODY_BYTES`` limits every request (default 128 MiB)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = _refusal(request)
        response = errors.page(request, refusal) if refusal else self.get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            response, allowed = errors.page(request, 405), response.headers.get("Allow", "")
            response["Allow"] = allowed
        return _with_headers(request, response)


def _refusal(request: HttpRequest) -> int:
    """The status to refuse with, or 0. Looks at the address first, then at the length, then inside a plain form."""
    path = request.META.get("PATH_INFO", "").encode("latin-1", "replace")
    if unreadable(path) or unreadable(_percent_decoded(request.META.get("QUERY_STRING", ""))):
        return 400
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get("CONTENT_LENGTH"):
        return 411
    stated = request.META.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(stated):
        return 400
    length = int(stated)
    if length > getattr(settings, "MAX_BODY_BYTES", DEFAULT_LIMIT):
        return 413
    if length and request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == FORM:
        return _form_refusal(request, length)
    return 0


def _form_refusal(request: HttpRequest, length: int) -> int:
    """413 for a form too long to hold in memory, 400 for one that holds NUL or is no UTF-8, else 0."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is not None and length > limit:
        return 413
    return 400 if unreadable(unquote_to_bytes(request.body.replace(b"+", b" "))) else 0


def _percent_decoded(query: str) -> bytes:
    return unquote_to_bytes(query.encode("latin-1", "replace"))


def unreadable(data: bytes) -> bool:
    """True for bytes that no text field may hold: NUL, or no UTF-8 (which leaves out lone surrogates)."""
    if b"\0" in data:
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _with_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The headers that every answer carries; what a person sees is never kept by a cache on the way."""
    response.headers.setdefault("Permissions-Policy", PERMISSIONS)
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if _signed_in(request) or request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _signed_in(request: HttpRequest) -> bool:
    """Whether the answer was made for a person; asks only what was already loaded, so it costs no statement."""
    user = getattr(request, "_cached_user", None)
    return bool(user is not None and user.is_authenticated)
