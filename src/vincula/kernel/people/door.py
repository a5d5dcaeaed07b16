"""For type checkers: what a page may rely on once ``SignedInUnlessPublic`` let the request through."""

from django.http import HttpRequest

from vincula.kernel.people.models import User


class SignedIn(HttpRequest):
    """A request with somebody behind it; every page that is not declared public gets one."""

    user: User  # type: ignore[assignment]  # Django says "or nobody"; the door keeps nobody out of here
