"""Sessions: which are open, where, since when; and ending them for good."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.people.models import User
from vincula.kernel.people.sign_in import client_address

FRESH = timedelta(minutes=5)  # "last seen" is no finer than this: reading a page should seldom write

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True)
class OpenSession:
    """One line of the list of sessions."""

    id: int
    device: str
    address: str
    since: datetime
    last_seen: datetime
    current: bool


def device_of(user_agent: str) -> str:
    """ "Firefox on Windows" from what the browser says about itself; it is a hint for the reader and nothing more."""
    browser = next((name for name, sign in BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for name, sign in SYSTEMS if re.search(sign, user_agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def listed(user: User, current_key: str | None) -> list[OpenSession]:
    """The user's open sessions, the current one first, then by when they were last seen."""
    rows = list(UserSession.objects.filter(user=user))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    if gone := [row.pk for row in rows if row.session_key not in alive]:
        UserSession.objects.filter(pk__in=gone).delete()
    found = [
        OpenSession(
            id=row.pk,
            device=device_of(row.user_agent),
            address=row.ip,
            since=row.created_at,
            last_seen=row.last_seen_at,
            current=row.session_key == current_key,
        )
        for row in rows
        if row.session_key in alive
    ]
    return sorted(found, key=lambda one: (one.current, one.last_seen), reverse=True)


def end(user: User, session_id: int) -> bool:
    """End one session of this user at once: its cookie opens nothing from now on. False if there is none."""
    row = UserSession.objects.filter(user=user, pk=session_id).first()
    if row is None:
        return False
    row.end()
    return True


def end_all(user: User, *, except_key: str | None = None) -> int:
    """End all sessions of the user, but for the one with this key; returns how many."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=except_key or "")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def seen(request: HttpRequest) -> None:
    """Note that the session is in use, at most once in five minutes per process."""
    key = request.session.session_key
    if key and cache.add(f"people.seen.{key}", True, FRESH.total_seconds()):
        UserSession.objects.filter(session_key=key).update(last_seen_at=clock.now(), ip=client_address(request))
