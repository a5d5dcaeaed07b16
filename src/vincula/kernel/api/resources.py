"""The operations of one entity: list, create, read, change, trash, restore, move, history, bulk."""

import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.errors import ValidationError as SchemaError
from pydantic import ConfigDict, Field, create_model
from pydantic import ValidationError as Unfit

from vincula.kernel.access import door
from vincula.kernel.api import doorkeeper, idempotency, merging, papers, problems, render, schema
from vincula.kernel.audit import trail
from vincula.kernel.entity import editing, filters, kinds, listing, moving, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.moneykind import MoneyKind
from vincula.kernel.records import actions, history
from vincula.kernel.records.actions import Conflict
from vincula.kernel.records.models import Record


def _failing(*statuses: int) -> dict[str, Any]:
    """Declares failures for the description. Models for each status of each operation would take seconds to build."""
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"responses": {s: {"description": HTTPStatus(s).phrase, "content": body} for s in statuses}}


READ_FAILS = _failing(400, 401, 403, 404, 422, 503)
WRITE_FAILS = _failing(400, 401, 403, 404, 409, 411, 412, 413, 415, 422, 503, 507)


def answer(entity: Entity, record: Record, user: Any, *, status: int = 200, **options: str) -> HttpResponse:
    """A record with its ETag."""
    body = render.one(entity, record, user, **options)
    response = render.response(body, status)
    response["ETag"] = f'"{record.version}"'
    if status == 201:
        response["Location"] = f"{entity_path(entity)}{record.pk}"
    return response


def entity_path(entity: Entity) -> str:
    return f"/api/v1/{entity.slug}/"


def find(entity: Entity, request: HttpRequest, pk: int, *, trashed: bool = False) -> Record:
    """The record, or 404 when there is none for this caller."""
    found: Record = get_object_or_404(entity.rows(request.user, trashed=trashed), pk=pk)
    return found


def expected(request: HttpRequest, version: int | None) -> int | None:
    """The version the caller read: If-Match, else the body's. Raises ValidationError for a strange If-Match."""
    tag = request.headers.get("If-Match", "").strip()
    if not tag or tag == "*":
        return version
    number = tag.removeprefix("W/").strip('"')
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return -1  # a tag that no record ever carried: the condition simply fails
    return int(number)


def values_of(entity: Entity, given: dict[str, Any]) -> dict[str, Any]:
    """Request values as the save door takes them; own fields are checked by their kinds."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name == "custom":
            values["custom"] = editing.check_own(entity, value or {})
            continue
        f = entity.columns.get(name)
        if f is None or not f.editable or f.computed is not None:
            raise ValidationError({name: "There is no such field to set."})
        if isinstance(f.kind, MoneyKind):
            values[name] = f.kind.from_json(value, f)
            continue
        single = isinstance(f.kind, relations.Relation) and not isinstance(f.kind, relations.Relations)
        if value is None and not getattr(f.model_field, "null", False) and not single:
            value = f.model_field.get_default() if f.model_field.has_default() else ""
        if isinstance(f.kind, kinds.DateTime) and isinstance(value, datetime.datetime):
            try:
                value = kinds.in_utc(value)
            except ValidationError as error:
                raise ValidationError({name: error}) from error
        values[f.model_field.attname if single else name] = value
    return values


def checked(model: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Values of a bulk step through the same body schema as a single request; only what was given."""
    try:
        return dict(model.model_validate(given).dict(exclude_unset=True))
    except Unfit as error:  # ninja answers this for bodies only
        raise SchemaError([{**one, "loc": ("values", *one["loc"])} for one in error.errors()]) from None


def parameters(entity: Entity) -> Any:
    """Query parameters of the list, as the description shows them; filters.py reads the request itself."""
    members: dict[str, Any] = {}
    for f in entity.columns.values():
        if f.filterable:
            for operator in f.kind.operators:
                name = f.name if operator == "is" else f"{f.name}__{operator}"
                members[name] = (str | None, Field(None, description=f"{f.label}: {operator}"))
    common = {
        "q": (str | None, Field(None, max_length=500, description="Words to find.")),
        "sort": (str | None, Field(None, description="A field, with - before it for descending.")),
        "after": (str | None, Field(None, description="Cursor from a Link header: the next page.")),
        "before": (str | None, Field(None, description="Cursor from a Link header: the previous page.")),
        "limit": (int, Field(50, ge=1, le=200)),
        "fields": (str, Field("", description="Comma-separated fields; all without.")),
        "expand": (str, Field("", description="Comma-separated relations to give in full.")),
    }
    base = type("Open", (Schema,), {"model_config": ConfigDict(extra="allow")})
    return create_model(f"{entity.model.__name__}Parameters", __base__=base, **{**members, **common})


def reading_routes(router: Router, entity: Entity) -> None:
    out, params, tag = schema.body_out(entity), parameters(entity), entity.slug
    one: Any = out
    listed = create_model(
        f"{entity.model.__name__}List", __base__=Schema, items=(list[one], ...), cursor=(schema.Cursor, ...)
    )

    taken = {f.name for f in entity.columns.values() if f.filterable} & filters.RESERVED

    @router.get("", response={200: listed}, openapi_extra=READ_FAILS, operation_id=f"{tag}_list", summary=f"List {tag}")
    def records(request: HttpRequest, query: params = Query(...)) -> HttpResponse:  # type: ignore[valid-type]  # noqa: B008  # a schema made for the entity
        doorkeeper.allow(request, "read", entity.key)
        asked = request.GET.copy()
        for name in taken & set(asked):  # to a list page "group" says how to lay it out; here it is the field alone
            asked.setlist(f"{name}__is", asked.pop(name))
        page = listing.page(entity, request.user, asked, per=query.limit)  # type: ignore[attr-defined]  # as above
        items = render.many(
            entity, page.records, request.user, names=query.fields, expand=query.expand  # type: ignore[attr-defined]  # as above
        )  # fmt: skip
        cursor = {"after": page.next or None, "before": page.previous or None}
        return render.response({"items": items, "cursor": cursor})

    @router.get(
        "{pk}",
        response={200: out, 301: None, 304: None},
        openapi_extra=READ_FAILS,
        operation_id=f"{tag}_read",
        summary=f"Read one of {tag}",
    )
    def record(request: HttpRequest, pk: schema.Id, fields: str = "", expand: str = "") -> HttpResponse:
        doorkeeper.allow(request, "read", entity.key)
        try:
            found = find(entity, request, pk)
        except Http404:
            if moved := merging.elsewhere(entity, request, pk):
                return moved
            raise
        if request.headers.get("If-None-Match", "").strip() == f'"{found.version}"':
            return HttpResponse(status=304, headers={"ETag": f'"{found.version}"'})
        return answer(entity, found, request.user, names=fields, expand=expand)

    @router.get("{pk}/history", response={200: list[schema.HistoryEntry]}, openapi_extra=READ_FAILS, operation_id=f"{tag}_history",
                summary="Who changed what, when")  # fmt: skip
    def changes(request: HttpRequest, pk: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "read", entity.key)
        entries = history.entries(find(entity, request, pk)).select_related("who")[:200]
        told = [_told(entity, e, request.user) for e in entries]
        return JsonResponse([one for one in told if one is not None], safe=False)


def _told(entity: Entity, e: Any, user: Any) -> dict[str, Any] | None:
    """One entry. Ids of records that the caller may not see become null; None for an entry that tells of such only."""
    changes, veiled = None, 0
    if e.changes is not None:
        changes = {}
        for name, pair in e.changes.items():
            f = entity.field(name)
            if name.startswith("link."):
                veiled += not _link_seen(pair, user)
                continue
            if f is not None and isinstance(f.kind, relations.Relation) and issubclass(f.related_model, Record):
                ids = {i for v in pair for i in (v if isinstance(v, list) else [v]) if i is not None}
                seen = door.visible_ids(user, f.related_model, ids)
                pair = [[i for i in v if i in seen] if isinstance(v, list) else v if v in seen else None for v in pair]
                if ids - seen and not any(pair):
                    veiled += 1
                    continue
            changes[name] = pair
        if veiled and veiled == len(e.changes):
            return None
    return {"id": e.pk, "at": e.at.isoformat(), "who": str(e.who) if e.who else None, "verb": e.verb,
            "version": e.version, "changes": changes}  # fmt: skip


def _link_seen(pair: list[Any], user: Any) -> bool:
    """Whether the record at the other end of a link (entity and id, before or after) may be seen."""
    entity, pk = next((end for end in pair if end), ("", 0))
    other = registry.find(str(entity))
    return other is not None and bool(door.visible_ids(user, other.model, [pk]))


def writing_routes(router: Router, entity: Entity) -> None:
    """What only verbs write answers with the reason; it is not described, for it would never succeed."""
    new, change, out, tag = (
        schema.body_in(entity, partial=False), schema.body_in(entity, partial=True), schema.body_out(entity), entity.slug,
    )  # fmt: skip
    bulk_route(router, entity, new, change)  # first: "{pk}" would take "bulk" for a number

    @router.post(
        "",
        response={201: out},
        openapi_extra=WRITE_FAILS,
        include_in_schema=not entity.frozen,
        operation_id=f"{tag}_create",
        summary=f"Create one of {tag}",
    )
    def create(
        request: HttpRequest,
        body: new,  # type: ignore[valid-type]  # a schema made for the entity
        duplicates: Literal["ignore", "refuse"] = "ignore",
    ) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        values = values_of(entity, body.dict(exclude_unset=True))  # type: ignore[attr-defined]  # as above
        if duplicates == "refuse" and (twins := merging.refused(entity, request, values)):
            return twins

        def work() -> HttpResponse:
            record = actions.create(entity.model, who=request.user, **values)
            return answer(entity, record, request.user, status=201)

        return idempotency.once(request, work)

    @router.patch(
        "{pk}",
        response={200: out},
        openapi_extra=WRITE_FAILS,
        include_in_schema=not entity.frozen,
        operation_id=f"{tag}_change",
        summary=f"Change one of {tag}",
    )
    def patch(request: HttpRequest, pk: schema.Id, body: change) -> HttpResponse:  # type: ignore[valid-type]  # a schema made for the entity
        doorkeeper.allow(request, "write", entity.key)
        found, given = find(entity, request, pk), body.dict(exclude_unset=True)  # type: ignore[attr-defined]  # as above
        version = expected(request, given.pop("version", None))
        actions.change(found, who=request.user, expected_version=version, **values_of(entity, given))
        return answer(entity, found, request.user)

    ending_routes(router, entity, out)
    if entity.lifecycle is not None:
        move_route(router, entity, out)


def ending_routes(router: Router, entity: Entity, out: Any) -> None:
    tag = entity.slug

    @router.delete(
        "{pk}",
        response={204: None},
        openapi_extra=WRITE_FAILS,
        include_in_schema=not entity.frozen,
        operation_id=f"{tag}_trash",
        summary="Put in the trash",
    )
    def trash(request: HttpRequest, pk: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        found, version = find(entity, request, pk), expected(request, None)
        with transaction.atomic():
            if version is not None and actions.locked(found).version != version:
                raise Conflict(found, version, {})
            actions.trash(found, who=request.user)
        return HttpResponse(status=204)

    @router.post(
        "{pk}/restore",
        response={200: out},
        openapi_extra=WRITE_FAILS,
        include_in_schema=not entity.frozen,
        operation_id=f"{tag}_restore",
        summary="Take out of the trash",
    )
    def restore(request: HttpRequest, pk: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        found = find(entity, request, pk, trashed=True)
        return answer(entity, actions.restore(found, who=request.user), request.user)


def bulk_route(router: Router, entity: Entity, new: Any, change: Any) -> None:
    @router.post("bulk", response={200: schema.BulkDone}, openapi_extra=WRITE_FAILS, include_in_schema=not entity.frozen, operation_id=f"{entity.slug}_bulk",
                 summary="Create, change and trash many, all or none")  # fmt: skip
    def bulk(request: HttpRequest, body: schema.Bulk) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)

        def work() -> HttpResponse:
            done: dict[str, Any] = {"created": 0, "changed": 0, "trashed": 0, "ids": []}
            with transaction.atomic(), trail.together() as correlation:
                for number, item in enumerate(body.items):
                    with problems.within(f"items.{number}"):
                        done[_step(entity, request, item, new, change, done["ids"])] += 1
            return JsonResponse({**done, "correlation": str(correlation)})

        return idempotency.once(request, work)


def _step(entity: Entity, request: HttpRequest, item: schema.BulkItem, new: Any, change: Any, ids: list[int]) -> str:
    if item.id is None:
        record = actions.create(entity.model, who=request.user, **values_of(entity, checked(new, item.values)))
        ids.append(record.pk)
        return "created"
    found = find(entity, request, item.id)
    ids.append(found.pk)
    if item.trash:
        if item.version is not None and actions.locked(found).version != item.version:
            raise Conflict(found, item.version, {})
        actions.trash(found, who=request.user)
        return "trashed"
    values = values_of(entity, checked(change, item.values))
    actions.change(found, who=request.user, expected_version=item.version, **values)
    return "changed"


def move_route(router: Router, entity: Entity, out: Any) -> None:
    moves = [m.key for m in entity.lifecycle.moves]

    @router.post("{pk}/moves/{key}", response={200: out}, openapi_extra=WRITE_FAILS, operation_id=f"{entity.slug}_move",
                 summary="Move to another state")  # fmt: skip
    def move(
        request: HttpRequest, pk: schema.Id, key: Annotated[str, Field(json_schema_extra={"enum": moves})]
    ) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        found = find(entity, request, pk)
        if key not in moves:
            raise Http404
        moving.move(found, key, who=request.user, expected_version=expected(request, None))
        return answer(entity, found, request.user)


def router_for(entity: Entity) -> Router:
    """All operations of one entity."""
    router = Router(tags=[entity.slug])
    writing_routes(router, entity)
    reading_routes(router, entity)
    merging.routes(router, entity, READ_FAILS, WRITE_FAILS)
    papers.routes(router, entity, READ_FAILS, WRITE_FAILS)
    return router
