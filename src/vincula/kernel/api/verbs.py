"""Operations that rooms add to their entities: what is done with a record beside changing it (requirement X7).

A room puts a function that gives its verbs into ``contributions.PROGRAMS``; it is called when the API is built, so that
who never asks the API need not load them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from vincula.kernel.access import door
from vincula.kernel.api import doorkeeper, idempotency, resources, schema
from vincula.kernel.contributions import PROGRAMS
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records import actions
from vincula.kernel.records.actions import Conflict
from vincula.kernel.records.models import Record


@dataclass(frozen=True)
class Verb:
    """``POST /api/v1/<entities>/{id}/<key>``: done once, in one transaction, if the record is still as it was read.

    ``work(record, body, user)`` does it and returns the record that is answered; ``body`` is None where nothing is
    ``wanted``. ``needs``: what the caller must be allowed to do with the record; None where the verb asks by itself.
    ``gives``: the entity of the record that is answered, when it is another.
    """

    entity: str
    key: str
    summary: str
    work: Callable[[Any, Any, Any], Record]
    wanted: type[schema.Sound] | None = None
    needs: door.Action | None = "change"
    gives: str = ""


@dataclass(frozen=True)
class Told:
    """``GET /api/v1/<entities>/{id}/<key>``: what is worked out of a record, as ``user`` may be told it."""

    entity: str
    key: str
    summary: str
    work: Callable[[Any, Any], list[dict[str, Any]]]
    shape: Any


def all_of_them() -> list[Verb | Told]:
    """What the rooms give."""
    return [each for gives in PROGRAMS for each in gives()]


def routes(router: Router, entity: Entity, given: list[Verb | Told]) -> None:
    """The operations of one entity."""
    for each in given:
        if each.entity == entity.key:
            (_told if isinstance(each, Told) else _done)(router, entity, each)  # type: ignore[arg-type]  # each to its own


def _told(router: Router, entity: Entity, told: Told) -> None:
    @router.get(f"{{pk}}/{told.key}", response={200: told.shape}, openapi_extra=resources.READ_FAILS,
                operation_id=f"{entity.slug}_{told.key}", summary=told.summary)  # fmt: skip
    def tell(request: HttpRequest, pk: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "read", entity.key)
        return JsonResponse(told.work(resources.find(entity, request, pk), request.user), safe=False)


def _done(router: Router, entity: Entity, verb: Verb) -> None:
    gives = registry.get(verb.gives) if verb.gives else entity
    how: dict[str, Any] = {
        "response": {200: schema.body_out(gives), 204: None}, "openapi_extra": resources.WRITE_FAILS,
        "operation_id": f"{entity.slug}_{verb.key}", "summary": verb.summary,
        "description": "204 when it is done and you may not see what came of it.",
    }  # fmt: skip

    def done(request: HttpRequest, pk: int, body: Any) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        found = get_object_or_404(entity.rows(request.user), pk=pk)
        if verb.needs:
            door.require(request.user, verb.needs, found)
        version = resources.expected(request, None)

        def work() -> HttpResponse:
            with transaction.atomic():
                if version is not None and actions.locked(found).version != version:
                    raise Conflict(found, version, {})
                result = verb.work(found, body, request.user)
            seen = gives.rows(request.user).filter(pk=result.pk).first()
            return HttpResponse(status=204) if seen is None else resources.answer(gives, seen, request.user)

        return idempotency.once(request, work)

    if verb.wanted is None:

        @router.post(f"{{pk}}/{verb.key}", **how)
        def act(request: HttpRequest, pk: schema.Id) -> HttpResponse:
            return done(request, pk, None)

    else:

        @router.post(f"{{pk}}/{verb.key}", **how)
        def act_with(request: HttpRequest, pk: schema.Id, body: verb.wanted) -> HttpResponse:  # type: ignore[name-defined]  # a schema of the verb
            return done(request, pk, body)
