"""What counts attempts to sign in, and what it answers when there were too many (django-axes asks here).

Attempts are counted by account *and* address, so that nobody can lock out somebody else from afar. Unknown accounts are
counted as known ones are: neither the answer nor its time tells whether an account exists.
"""

import ipaddress
import math
from datetime import datetime
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vincula.kernel import clock
from vincula.kernel.people.models import folded

NOWHERE = "0.0.0.0"  # noqa: S104 - stands for "no address known" (a Unix socket), nothing listens on it


def account_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that is being tried, folded, so that capitals give no second set of attempts."""
    given = credentials or {}
    login = given.get("email") or given.get("login") or given.get("username") or request.POST.get("login") or ""
    return folded(str(login))[:255]


def client_address(request: HttpRequest) -> str:
    """The address of the person's machine.

    Behind a proxy that the operator declared, the last entry of X-Forwarded-For is the one that this proxy wrote;
    entries before it were written by anybody. Without a proxy the header is not read at all.
    """
    candidate = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        candidate = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip() or candidate
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return NOWHERE


def locked_until(request: HttpRequest, credentials: dict[str, Any] | None = None) -> datetime:
    """When the next attempt is possible: the cool-off counts from the last one that was counted."""
    pause = get_cool_off(request)
    assert pause is not None  # AXES_COOLOFF_TIME is set: nobody is locked out for ever
    last = (
        AccessAttempt.objects.filter(username=account_name(request, credentials), ip_address=client_address(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    until: datetime = (last or clock.now()) + pause
    return until


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page that says when to try again (429)."""
    until = locked_until(request, credentials)
    seconds = max(1, int((until - clock.now()).total_seconds()))
    # In minutes, not by the clock: we do not know the time zone of somebody who is not signed in.
    answer = render(request, "people/locked_out.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    return answer
