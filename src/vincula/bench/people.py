"""Who asks: an administrator, and somebody whose role reaches two countries."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from vincula.kernel import clock
from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User

COUNTRIES = ["BE", "NL"]
PORTFOLIO = ("service", "deliverable", "phaserun", "offering", "dependency", "statusreport", "pilot", "pilotcriterion",
             "boardmeeting", "boarditem", "vote", "decision", "condition")  # fmt: skip
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Asker:
    """One who asks, with the cookie and the token."""

    name: str
    user: Any
    session: str
    token: str


def askers() -> list[Asker]:
    """Both, signed in."""
    first, second = User.objects.order_by("pk")[:2]
    role, made = Role.objects.get_or_create(name="Country manager")
    if made:
        Grant.objects.create(role=role, entity="*", action="*", scope="country", value=COUNTRIES)
        Assignment.objects.create(role=role, user=second)
    return [_asker("administrator", first), _asker("country role", second)]


def readers() -> list[Asker]:
    """Who looks at the portfolio: the administrator, and somebody who reads all services and the organisations, with
    whatever hangs on them, of two countries."""
    first, third = (User.objects.order_by("pk")[n] for n in (0, 2))
    role, made = Role.objects.get_or_create(name="Portfolio reader")
    if made:
        Grant.objects.create(role=role, entity="*", action="view", scope="country", value=COUNTRIES)
        for entity in PORTFOLIO:
            Grant.objects.create(role=role, entity=f"portfolio.{entity}", action="view", scope="all")
        Assignment.objects.create(role=role, user=third)
    return [_asker("administrator", first), _asker("country role, all services", third)]


def _asker(name: str, user: User) -> Asker:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    until = clock.now() + timedelta(days=1)
    _token, raw = tokens.issue(user=user, name="bench", scopes=["read"], expires_at=until)
    return Asker(name, user, str(session.session_key), raw)
