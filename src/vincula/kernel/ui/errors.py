"""Error pages in plain words. ``config.urls`` names them: ``handler400 = "vincula.kernel.ui.errors.bad_request"`` etc.

:func:`page` answers any of 400 403 404 409 411 413 429 500; fetches by htmx and by programs get the sentence as text.
"""

from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


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
}


def page(request: HttpRequest, status: int, *, happened: str = "", reference: str = "") -> HttpResponse:
    """The page for ``status``; ``happened`` replaces the first sentence when more is known."""
    words = WORDS.get(status, WORDS[500])
    said = happened or _(words.happened)
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
    """handler404."""
    return page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: mostly a page that stayed open over a new log-in."""
    return page(request, 403)


def lockout(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """``AXES_LOCKOUT_CALLABLE``: too many failed log-ins."""
    return page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Must answer even when templates or translations are what broke."""
    reference = str(getattr(request, "correlation_id", "") or "")
    try:
        return page(request, 500, reference=reference)
    except Exception:  # the page about the fault must not be a fault itself
        words = WORDS[500]
        return HttpResponse(f"{words.title}. {words.happened}\n", status=500, content_type="text/plain; charset=utf-8")
