"""Who calls: a session of the browser (then with CSRF token) or an API token; what the token's scopes allow."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer, SessionAuth

from vincula.kernel.people import tokens


class Token(HttpBearer):
    """``Authorization: Bearer vnc_…``"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = getattr(request, "api_token", None) or tokens.authenticate(token)  # the middleware has looked already
        if found is None:
            return None
        request.user = found.user
        request.api_scopes = list(found.scopes)  # type: ignore[attr-defined]  # ours, on Django's request
        return found.user


class Session(SessionAuth):
    """The signed-in browser; writing needs the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if request.headers.get("Authorization"):  # a bad token is never saved by a good cookie
            return None
        return request.user if request.user.is_authenticated else None


AUTH = [Token(), Session(csrf=True)]


def scopes(request: HttpRequest) -> list[str]:
    """Scopes of the token; a session may do what its user may."""
    return getattr(request, "api_scopes", ["read", "write"])


def allow(request: HttpRequest, mode: str, entity: str = "") -> None:
    """Raise PermissionDenied unless the scopes cover reading or writing (writing includes reading)."""
    held = scopes(request)
    wanted = {mode, f"{entity}:{mode}"} | ({"write", f"{entity}:write"} if mode == "read" else set())
    if not wanted & set(held):
        raise PermissionDenied(_("This token's scopes do not allow that."))
