"""Every failure as problem+json, with a status that the description declares."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError

from vincula.kernel.records.actions import Conflict


def problem(status: int, detail: str = "", *, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    """An answer of type application/problem+json."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body.update({k: v for k, v in more.items() if v is not None})
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)


def errors_of(error: ValidationError) -> dict[str, list[str]]:
    """{field: sentences}; "" for those that belong to no single field."""
    if hasattr(error, "error_dict"):
        return {
            "" if k == NON_FIELD_ERRORS else k: [str(m) for e in v for m in e.messages]
            for k, v in error.error_dict.items()
        }
    return {"": [str(m) for m in error.messages]}


def _schema_errors(error: SchemaError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in error.errors:
        place = [str(p) for p in one.get("loc", ()) if p not in ("body", "query", "path", "params", "body_in")]
        found.setdefault(".".join(place), []).append(str(one.get("msg", "")).removeprefix("Value error, "))
    return found


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say of what is refused inside where it stands in the request: "items.3.name"."""
    try:
        yield
    except ValidationError as error:
        raise Placed({f"{place}.{name}".rstrip("."): said for name, said in errors_of(error).items()}) from error
    except SchemaError as error:
        raise Placed({f"{place}.{name}": said for name, said in _schema_errors(error).items()}) from error


class Placed(Exception):
    """What is wrong, by its place in the request."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = errors


def install(api: NinjaAPI, current: Any) -> None:
    """Register how each exception is answered; ``current(request, record)`` shows the record of a conflict."""

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, _("Some values cannot be kept."), errors=errors_of(error))

    @api.exception_handler(SchemaError)
    def unreadable(request: HttpRequest, error: SchemaError) -> HttpResponse:
        return problem(422, _("Some values cannot be kept."), errors=_schema_errors(error))

    @api.exception_handler(Placed)
    def placed(request: HttpRequest, error: Placed) -> HttpResponse:
        return problem(422, _("Some values cannot be kept."), errors=error.errors)

    @api.exception_handler(Conflict)
    def stale(request: HttpRequest, error: Conflict) -> HttpResponse:
        status = 412 if request.headers.get("If-Match") else 409
        return problem(status, str(error), current=current(request, error.current))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, _("There is no such record."))

    @api.exception_handler(PermissionDenied)
    def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(403, str(error))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(401, _("Sign in, or send a valid token."), headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        told = error.__cause__ if isinstance(error.__cause__, HttpError) else error  # ninja makes all of a parser's 400
        return problem(told.status_code, str(told))
