"""Operations on duplicates: merge, take a merge back, refuse a twin, and the way from a merged record to the one that
took it in (requirement X4).
"""

from http import HTTPStatus
from typing import Annotated, Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from vincula.kernel.access import door
from vincula.kernel.api import doorkeeper, idempotency, problems, render, schema
from vincula.kernel.duplicates import finding, merging, undoing
from vincula.kernel.duplicates.models import Merge
from vincula.kernel.entity.declaration import Entity


class MergeWanted(schema.Sound):
    """Which records the one of the address takes in, and what was looked at and chosen."""

    others: Annotated[list[schema.Id], Field(min_length=1, max_length=merging.MOST - 1)]
    versions: dict[Annotated[str, Field(pattern=r"^[0-9]{1,18}$")], schema.Id] = Field(
        default_factory=dict, description="{id: version} as read, of the survivor too; 409 when one is not the present."
    )
    choices: dict[str, Annotated[str, Field(max_length=40)]] = Field(
        default_factory=dict,
        description="{field: id of the record whose value wins}; “united” for all of a list; names.fr for one language.",
    )


class MergeDone(Schema):
    merge: int = Field(description="Its number, by which it is undone.")
    record: dict[str, Any] = Field(description="The survivor.")


class MergeUndone(Schema):
    rows: int = Field(description="How many rows went back.")
    kept: list[str] = Field(description="What was edited since and therefore stays.")


def routes(router: Router, entity: Entity, read_fails: dict[str, Any], write_fails: dict[str, Any]) -> None:
    """Merge and undo, for an entity that declares what tells its identity."""
    if not entity.identity:
        return
    tag = entity.slug

    @router.post("{pk}/merge", response={200: MergeDone}, openapi_extra=write_fails, operation_id=f"{tag}_merge",
                 summary="Take in other records that are the same thing")  # fmt: skip
    def merge(request: HttpRequest, pk: schema.Id, body: MergeWanted) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        rows = entity.rows(request.user)
        survivor = get_object_or_404(rows, pk=pk)
        others = [get_object_or_404(rows, pk=other) for other in body.others]

        def work() -> HttpResponse:
            versions = {int(k): v for k, v in body.versions.items()}
            try:
                act = merging.merge(survivor, others, who=request.user, picks=body.choices, versions=versions)
            except ObjectDoesNotExist:
                raise Http404 from None
            return JsonResponse({"merge": act.pk, "record": render.one(entity, survivor, request.user)})

        return idempotency.once(request, work)

    @router.post("{pk}/merges/{merge}/undo", response={200: MergeUndone}, openapi_extra=write_fails,
                 operation_id=f"{tag}_unmerge", summary="Take a merge back")  # fmt: skip
    def unmerge(request: HttpRequest, pk: schema.Id, merge: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        survivor = get_object_or_404(entity.rows(request.user), pk=pk)
        act = get_object_or_404(Merge, pk=merge, entity=entity.key, survivor_id=survivor.pk)
        done = undoing.undo(act, who=request.user)
        return JsonResponse({"rows": done.rows, "kept": [f"{record}: {label}" for record, label in done.kept]})

    @router.get("{pk}/duplicates", response={200: list[dict[str, Any]]}, openapi_extra=read_fails,
                operation_id=f"{tag}_duplicates", summary="Records that may be the same thing")  # fmt: skip
    def duplicates(request: HttpRequest, pk: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "read", entity.key)
        record = get_object_or_404(entity.rows(request.user), pk=pk)
        return JsonResponse(told(entity, finding.of_record(record, request.user)), safe=False)


def told(entity: Entity, found: list[finding.Likely]) -> list[dict[str, Any]]:
    return [
        {"id": one.record_id, "url": entity.url(one.record_id), "certainty": one.score, "reasons": one.reasons}
        for one in found
    ]


def refused(entity: Entity, request: HttpRequest, values: dict[str, Any]) -> HttpResponse | None:
    """409 with the records that look like the one to be created; None when there are none."""
    found = finding.likely(entity, [values], request.user)[0]
    if not found:
        return None
    return problems.problem(409, _("There may be such a record already."), likely=told(entity, found))


def elsewhere(entity: Entity, request: HttpRequest, pk: int) -> HttpResponse | None:
    """301 to the record that took this one in, for those who may see that; None for any other number."""
    survivor = merging.survivor_of(entity.key, pk) if entity.identity else None
    if survivor is None or not door.visible_ids(request.user, entity.model, [survivor]):
        return None
    there = f"/api/v1/{entity.slug}/{survivor}"
    body = {"type": "about:blank", "title": HTTPStatus.MOVED_PERMANENTLY.phrase, "status": 301,
            "detail": _("The record was merged into another."), "location": there}  # fmt: skip
    return JsonResponse(body, status=301, headers={"Location": there})
