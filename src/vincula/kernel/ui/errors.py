"""Error pages in plain words. ``config.urls`` names them: ``handler400 = "vincula.kernel.ui.errors.bad_request"`` etc.

:func:`page` answers any of 400 403 404 405 409 411 413 429 500 503 507; fetches by htmx and by programs get the sentence as text.
"""

import sys
from http import HTTPStatus
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vincula.kernel.ui import outages


class Words(NamedTuple):
    """What an error page says."""

    title: str
    happened: str
    kept: str
    todo: str


_N = gettext_noop
_NOTHING = _N("Nothing was changed. What you typed is still in the form: go back to find it.")
_SAVED = _N("Everything that you saved before is as you left it.")
WORDS: dict[int, Words] = {
    400: Words(
        _N("This request cannot be read"),
        _N("The address or the form held something that is no readable text, so we did not act on it."),
        _NOTHING,
        _N("Go back, check what was pasted in, and send it again."),
    ),
    403: Words(
        _N("You may not do this"),
        _N("Your role does not allow this step, or the page had been open so long that its safety token expired."),
        _NOTHING,
        _N(
            "Go back, load the page anew and try once more. If it stays, ask the owner or an administrator for the right."
        ),
    ),
    404: Words(
        _N("There is nothing here"),
        _N("The page does not exist, was moved, or belongs to records that you may not see."),
        _SAVED,
        _N("Check the address, or search for the name of what you were looking for."),
    ),
    405: Words(
        _N("That cannot be done here"),
        _N("This address exists, but does not take requests of this kind."),
        _N("Nothing was changed."),
        _N("Look in the description of the interface which requests this address takes."),
    ),
    409: Words(
        _N("Somebody was quicker"),
        _N("The record changed while you were editing it, so saving would have overwritten the other change."),
        _NOTHING,
        _N("Go back, load the record anew and compare both versions."),
    ),
    411: Words(
        _N("The length of the request is missing"),
        _N("The request came in pieces without saying how long it is, and would have arrived empty."),
        _N("Nothing was changed."),
        _N("Send it with a Content-Length header. In a browser: try again, or without the proxy in between."),
    ),
    413: Words(
        _N("This is too large"),
        _N("What was sent is larger than this installation accepts."),
        _NOTHING,
        _N("Send a smaller file, or split it. An administrator can raise the limit."),
    ),
    429: Words(
        _N("Too many tries"),
        _N("There were more requests from here than are allowed in a short time."),
        _SAVED,
        _N("Wait a quarter of an hour, then try again."),
    ),
    500: Words(
        _N("Something broke on our side"),
        _N("The program met a case that it was not made for. The fault was written to the log."),
        _N("Steps are saved wholly or not at all, so nothing is half done."),
        _N("Try once more. If it stays, tell an administrator when it happened, with the reference if one is shown."),
    ),
    503: Words(
        _N("The database does not answer"),
        _N("The program runs, but its database cannot be reached or is too busy at the moment."),
        _N("Nothing was changed by this step. Everything that you saved before is as you left it."),
        _N("Wait a little, then go back and send it again. It works again by itself as soon as the database does."),
    ),
    507: Words(
        _N("There is no room left to save"),
        _N("The disk on which the program keeps its data is full. Reading still works; saving does not."),
        _N("Nothing was changed by this step. What you typed is still in the form: go back to find it."),
        _N("Tell an administrator that the disk is full. Once there is room again, send it once more."),
    ),
}


def page(request: HttpRequest, status: int, *, happened: str = "", reference: str = "") -> HttpResponse:
    """The page for ``status``; ``happened`` replaces the first sentence when more is known."""
    words = WORDS.get(status, WORDS[500])
    said = happened or _(words.happened)
    if request.path.startswith("/api/"):  # a program hears every failure in one shape (RFC 9457)
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": said}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    if not _wants_page(request):
        return HttpResponse(f"{_(words.title)}. {said}\n", status=status, content_type="text/plain; charset=utf-8")
    context: dict[str, Any] = {
        "status": status,
        "title": _(words.title),
        "happened": said,
        "kept": _(words.kept),
        "todo": _(words.todo),
        "reference": reference,
    }
    return HttpResponse(render_to_string("ui/error.html", context, request=request), status=status)


def _wants_page(request: HttpRequest) -> bool:
    """People get a page; htmx, scripts and programs a line of text."""
    if request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Dest", "document") == "empty":
        return False
    return "text/html" in request.headers.get("Accept", "text/html") or "*/*" in request.headers.get("Accept", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400; a body above the limit is told as 413."""
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403; the sentence of a refusal replaces the general one."""
    return page(request, 403, happened=str(exception) if isinstance(exception, PermissionDenied) else "")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404; the address of a record that was merged leads to the one that took it in."""
    leads_to = str(getattr(exception, "leads_to", ""))
    if leads_to and request.method in ("GET", "HEAD"):
        return redirect(leads_to)
    return page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: mostly a page that stayed open over a new log-in."""
    return page(request, 403)


def lockout(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """``AXES_LOCKOUT_CALLABLE``: too many failed log-ins."""
    return page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Must answer even when templates or translations are what broke; 503 and 507 when the ground did."""
    reference = str(getattr(request, "correlation_id", "") or "")
    status = outages.status_of(sys.exc_info()[1])
    try:
        return _without_ground(request, status) if status else page(request, 500, reference=reference)
    except Exception:  # the page about the fault must not be a fault itself
        words = WORDS[status or 500]
        return HttpResponse(
            f"{words.title}. {words.happened}\n", status=status or 500, content_type="text/plain; charset=utf-8"
        )


def _without_ground(request: HttpRequest, status: int) -> HttpResponse:
    """The page when the database is gone or full: who is signed in would have to be asked there, so nobody is."""
    request.user = AnonymousUser()
    with translation.override(translation.get_language_from_request(request)):
        response = page(request, status)
    if status == outages.UNAVAILABLE:
        response["Retry-After"] = outages.RETRY_AFTER
    response["Cache-Control"] = "no-store"
    return response
