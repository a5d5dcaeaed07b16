"""API tokens: issued once in full, kept as a digest, checked on every request (requirement X7)."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.contributions import Place
from vincula.kernel.people.models import ApiToken, User

PREFIX = "vnc_"
LENGTH = 40
USUAL_DAYS = 90
LONGEST_DAYS = 366
SCOPE = re.compile(r"(?:[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:)?(?:read|write)")
RAW = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{{LENGTH}}}")
FRESH = timedelta(minutes=1)  # last_used_at is no finer than this: not every request of a program should write

SCOPES: Place[Callable[[], Iterable[tuple[str, str]]]] = Place(
    "people.scopes", "Scopes of single entities for API tokens: each callable gives pairs of scope and plain words."
)

__all__ = ["SCOPES", "ApiToken", "authenticate", "issue", "offered", "opens", "revoke", "revoke_all"]


def offered() -> list[tuple[str, str]]:
    """Every scope that one may choose, with plain words: the two wide ones, then those of single entities."""
    wide = [
        ("read", _("Read everything that you may read")),
        ("write", _("Read and change everything that you may change")),
    ]
    return wide + [pair for source in SCOPES for pair in source()]


def digest_of(raw: str) -> str:
    """SHA-256 suffices: the token has 240 random bits, so there is nothing to guess that a slow hash would slow."""
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def issue(*, user: User, name: str, scopes: Iterable[str], expires_at: datetime) -> tuple[ApiToken, str]:
    """A new token and its raw text, which can never be shown again.

    Raises ValidationError by field: no name, an unknown or no scope, an expiry in the past or more than a year away.
    """
    wanted = sorted(set(scopes))
    errors: dict[str, str] = {}
    if not name.strip():
        errors["name"] = _("Name the program that will use the token.")
    if not wanted:
        errors["scopes"] = _("Choose what the token may do.")
    elif strange := [scope for scope in wanted if not SCOPE.fullmatch(scope)]:
        errors["scopes"] = _("“%(scope)s” is not a scope.") % {"scope": strange[0]}
    now = clock.now()
    if not now < expires_at <= now + timedelta(days=LONGEST_DAYS):
        errors["expires_at"] = _("A token expires after today and within a year.")
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]  # the stubs know lists only
    raw = PREFIX + secrets.token_urlsafe(30)  # 30 bytes are exactly 40 characters
    token = ApiToken(
        user=user, name=name.strip(), digest=digest_of(raw), ending=raw[-4:], scopes=wanted, expires_at=expires_at
    )
    token.full_clean()
    token.save()
    return token, raw


def authenticate(raw: str) -> ApiToken | None:
    """The usable token of this text; None if it is unknown, expired, revoked, or its user is not active."""
    if not RAW.fullmatch(raw):
        return None
    digest = digest_of(raw)
    token = ApiToken.objects.select_related("user").filter(digest=digest).first()
    # The look-up by digest leaks nothing useful by its time; comparing again keeps it so should the look-up change.
    if token is None or not hmac.compare_digest(token.digest, digest):
        return None
    now = clock.now()
    if not token.is_usable(now):
        return None
    if token.last_used_at is None or now - token.last_used_at >= FRESH:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token


def opens(request: HttpRequest) -> bool:
    """Whether the request carries a usable token (``Authorization: Bearer …``); it is kept as ``request.api_token``.

    ``request.user`` stays nobody: a page that asked for a session must not take a token, which has scopes, for one.
    """
    scheme, _blank, raw = request.headers.get("Authorization", "").partition(" ")
    token = authenticate(raw.strip()) if scheme.casefold() == "bearer" else None
    request.api_token = token  # type: ignore[attr-defined]  # ours, on Django's request
    return token is not None


def revoke(token: ApiToken) -> None:
    """End one token at once; ending it again changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())


def revoke_all(user: User) -> int:
    """End all tokens of a user; returns how many were still open."""
    return ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
