"""Operations on papers: which there are of a record, make one, take it as a file."""

from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from vincula.kernel.api import doorkeeper, idempotency, problems, schema
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.files import queries as files
from vincula.kernel.papers import declaration, making
from vincula.kernel.papers.writing import NotWritten
from vincula.kernel.records.models import Record

TYPES = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
BYTES = {
    "description": HTTPStatus.OK.phrase,
    "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in TYPES},
}


class PaperOffered(Schema):
    key: str
    title: str
    help: str
    languages: list[str]
    forms: list[str]


class PaperWanted(schema.Sound):
    """Which paper, in which language and form."""

    paper: Annotated[str, Field(max_length=100)]
    language: Annotated[str, Field(max_length=10)] = "en"
    form: Literal["pdf", "docx"] = "pdf"


class PaperMade(Schema):
    file: str = Field(description="The number of the file.")
    name: str
    size: int
    sha256: str = Field(description="The same for the same content: the file holds no clock.")
    url: str = Field(description="Where the bytes are.")
    lacks_glyphs: bool = Field(description="Whether the fonts lack a character of it; such a PDF claims no standard.")


def routes(router: Router, entity: Entity, read_fails: dict[str, Any], write_fails: dict[str, Any]) -> None:
    """For an entity of which papers are made."""
    if not declaration.of(entity.key):
        return
    tag = entity.slug

    @router.get("{pk}/papers", response={200: list[PaperOffered]}, openapi_extra=read_fails, operation_id=f"{tag}_papers",
                summary="Papers that can be made of it")  # fmt: skip
    def offered(request: HttpRequest, pk: schema.Id) -> HttpResponse:
        doorkeeper.allow(request, "read", entity.key)
        record: Record = get_object_or_404(entity.rows(request.user), pk=pk)
        told = [
            {"key": each.key, "title": str(each.title), "help": str(each.help), "languages": list(each.languages),
             "forms": list(declaration.FORMS)}
            for each in declaration.offered(entity.key, record, request.user)
        ]  # fmt: skip
        return JsonResponse(told, safe=False)

    @router.post("{pk}/papers", response={201: PaperMade}, openapi_extra=write_fails, operation_id=f"{tag}_paper_make",
                 summary="Make a paper of what you may see")  # fmt: skip
    def make(request: HttpRequest, pk: schema.Id, body: PaperWanted) -> HttpResponse:
        doorkeeper.allow(request, "write", entity.key)
        record: Record = get_object_or_404(entity.rows(request.user), pk=pk)
        return _made(request, entity, record, body)

    @router.get("{pk}/papers/{file}", response={200: None}, operation_id=f"{tag}_paper_bytes",
                openapi_extra={"responses": {**read_fails["responses"], 200: BYTES}},
                summary="The bytes of a paper that you made")  # fmt: skip
    def content(request: HttpRequest, pk: schema.Id, file: UUID) -> HttpResponse:
        doorkeeper.allow(request, "read", entity.key)
        record: Record = get_object_or_404(entity.rows(request.user), pk=pk)
        made = files.of(entity.key, record.pk, request.user).filter(content_type__in=TYPES)
        found = get_object_or_404(made, pk=file)
        try:
            with default_storage.open(found.path) as stored:
                answer = HttpResponse(stored.read(), content_type=found.content_type)
        except FileNotFoundError:
            raise Http404 from None
        answer["ETag"] = f'"{found.sha256}"'
        answer["Content-Disposition"] = "attachment"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _made(request: HttpRequest, entity: Entity, record: Record, body: PaperWanted) -> HttpResponse:
    """201 with the file; 422 with a sentence when there is no such paper, or it cannot be written."""
    paper = declaration.find(entity.key, body.paper, record, request.user)
    if paper is None:
        raise ValidationError({"paper": _("There is no such paper of this record.")})
    if body.language not in paper.languages:
        raise ValidationError({"language": _("The paper is not written in this language.")})
    try:  # before the key of the request is kept: a transaction must not wait for seconds
        made = making.make(paper, record, user=request.user, language=body.language, form=body.form)
    except NotWritten as refused:
        return problems.problem(422, refused.sentence)

    def work() -> HttpResponse:
        file = making.keep(made, record, who=request.user)
        told = {"file": str(file.pk), "name": file.name, "size": file.size, "sha256": file.sha256,
                "url": f"/api/v1/{entity.slug}/{record.pk}/papers/{file.pk}", "lacks_glyphs": "glyphs" in made.remarks}  # fmt: skip
        return JsonResponse(told, status=201, headers={"Location": told["url"]})

    return idempotency.once(request, work)
