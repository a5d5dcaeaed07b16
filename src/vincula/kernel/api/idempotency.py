"""``Idempotency-Key``: a repeated writing request gets the first answer again; the work is done once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.api.models import IdempotentAnswer
from vincula.kernel.api.problems import problem

KEPT_FOR = timedelta(days=1)


class _Failed(Exception):
    """Carries an answer that must not be kept: the work was refused, so nothing was done."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do ``work`` once per key of the caller; without the header simply do it.

    The kept answer is written in the transaction of the work: the unique row makes a second request wait for the first
    and then fail to insert, so two at once cannot both do it. The same key with another body is refused (422).
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return work()
    if len(key) > 200 or not (key.isascii() and key.isprintable()):  # PostgreSQL would not keep NUL
        return problem(422, _("An Idempotency-Key has 200 plain characters at most."))
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    kept = _kept(request, key)
    if kept is None:
        try:
            with transaction.atomic():
                kept = IdempotentAnswer.objects.create(user_id=caller(request), key=key, request_digest=digest)
                response = work()
                if response.status_code >= 400:
                    raise _Failed(response)
                kept.status, kept.body = response.status_code, response.content.decode()
                kept.etag = response.headers.get("ETag", "")
                kept.save()
                return response
        except _Failed as failed:
            return failed.response
        except IntegrityError:
            kept = _kept(request, key)
            if kept is None:
                raise
    if kept.request_digest != digest:
        return problem(422, _("This Idempotency-Key was used for another request."))
    answer = HttpResponse(
        kept.body, status=kept.status, content_type="application/json", headers={"Idempotent-Replay": "true"}
    )
    if kept.etag:
        answer["ETag"] = kept.etag
    return answer


def caller(request: HttpRequest) -> int:
    """The signed-in user's id; the API lets nobody else in."""
    return int(request.user.pk or 0)


def _kept(request: HttpRequest, key: str) -> IdempotentAnswer | None:
    IdempotentAnswer.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()
    return IdempotentAnswer.objects.filter(user_id=caller(request), key=key).first()
