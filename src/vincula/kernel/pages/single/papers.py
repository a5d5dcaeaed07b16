"""The papers of a record: read one here, make it as a file, open a file to whoever sees the record."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vincula.kernel.access import door
from vincula.kernel.charts.declaration import Chart
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.files import actions as file_actions
from vincula.kernel.files import queries as files
from vincula.kernel.pages.single.finding import address, find, require
from vincula.kernel.papers import declaration, making, tree
from vincula.kernel.papers.declaration import FORMS, Paper
from vincula.kernel.papers.writing import NotWritten
from vincula.kernel.records.models import Record
from vincula.kernel.ui.frame import NAMES
from vincula.kernel.ui.toasts import toast


@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """What can be made of the record and what the reader has made; POST (``paper``, ``language``, ``form``) makes one."""
    record = find(request, entity, pk)
    offered = declaration.offered(entity.key, record, request.user)
    if not offered:
        raise Http404
    if request.method == "POST":
        return _make(request, entity, record)
    may = door.may(request.user, "change", record)
    context = {
        "entity": entity,
        "record": record,
        "title": entity.title(record),
        "record_url": entity.url(record),
        "action": address("papers", entity, record),
        "offered": [_offer(paper, entity, record) for paper in offered],
        "forms": FORMS,
        "made": [
            {"file": file, "url": reverse("files:serve", args=[file.pk]),
             "open": address("paper-open", entity, record, file.pk) if may else "",
             "remove": reverse("files:remove", args=[file.pk])}
            for file in files.of(entity.key, record.pk, request.user)
            .filter(private=True, uploaded_by_id=request.user.pk).order_by("-at")[:50]
        ],
    }  # fmt: skip
    return render(request, "single/papers.html", context)


def _offer(paper: Paper, entity: Entity, record: Record) -> dict[str, Any]:
    return {
        "paper": paper,
        "languages": [(code, NAMES.get(code, code)) for code in paper.languages],
        "language": _usual(paper),
        "read": address("paper", entity, record, paper.key),
    }


def _usual(paper: Paper) -> str:
    """The reader's own language, if the paper is written in it."""
    own = (get_language() or "en").split("-")[0]
    return own if own in paper.languages else paper.languages[0]


def _asked(given: Any, paper: Paper) -> str:
    """The language asked for, or the usual one. Http404 for one in which it is not written."""
    language = given.get("language") or _usual(paper)
    if language not in paper.languages:
        raise Http404
    return str(language)


def _make(request: HttpRequest, entity: Entity, record: Record) -> HttpResponse:
    paper = declaration.find(entity.key, request.POST.get("paper", ""), record, request.user)
    form = request.POST.get("form", FORMS[0])
    if paper is None or form not in FORMS:
        raise Http404
    language = _asked(request.POST, paper)
    try:
        made = making.make(paper, record, user=request.user, language=language, form=form)
    except NotWritten as refused:
        toast(request, refused.sentence, tone="bad")
        return redirect(address("papers", entity, record))
    file = making.keep(made, record, who=request.user)
    toast(request, _("“%(name)s” is made.") % {"name": file.name})
    if "glyphs" in made.remarks:
        toast(
            request,
            _("No font here has some of its characters; they are shown as boxes. A DOCX keeps them."),
            tone="warn",
        )
    return redirect(address("papers", entity, record))


def _found(request: HttpRequest, entity: Entity, pk: int, key: str) -> tuple[Record, Paper, tree.Tree]:
    record = find(request, entity, pk)
    paper = declaration.find(entity.key, key, record, request.user)
    if paper is None:
        raise Http404
    told = making.tell(paper, record, user=request.user, language=_asked(request.GET, paper))
    return record, paper, told


@require_safe
def paper(request: HttpRequest, entity: Entity, pk: int, key: str) -> HttpResponse:
    """One paper as a page, in ``?language=``; every figure leads to the record or list it was taken from."""
    record, found, told = _found(request, entity, pk, key)
    pictures = [
        address("paper-chart", entity, record, key, n, language=told.language) for n in range(len(tree.charts(told)))
    ]
    context = {
        "entity": entity,
        "record": record,
        "title": told.title,
        "paper": found,
        "tree": told,
        "pictures": pictures,
        "kind": lambda part: type(part).__name__,
        "record_url": entity.url(record),
        "record_title": entity.title(record),
        "papers_url": address("papers", entity, record),
        "languages": [
            {"label": NAMES.get(code, code), "url": address("paper", entity, record, key, language=code), "current": code == told.language}
            for code in found.languages
        ],
    }  # fmt: skip
    return render(request, "single/paper.html", context)


@require_safe
def chart(request: HttpRequest, entity: Entity, pk: int, key: str, number: int) -> HttpResponse:
    """One chart of a paper as SVG, as the reader may see it."""
    _record, _paper, told = _found(request, entity, pk, key)
    charts = tree.charts(told)
    if number >= len(charts):
        raise Http404
    return as_picture(charts[number])


def as_picture(declared: Chart) -> HttpResponse:
    """A chart that belongs to one reader, as an answer of SVG. Http404 when it cannot be drawn."""
    try:
        response = HttpResponse(making.drawn(declared), content_type="image/svg+xml")
    except NotWritten as refused:
        raise Http404(refused.sentence) from None
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
def open_to_all(request: HttpRequest, entity: Entity, pk: int, file: UUID) -> HttpResponse:
    """Show a paper that the reader made to everybody who sees the record; asks for the right to change the record."""
    record = find(request, entity, pk)
    mine = files.of(entity.key, record.pk, request.user).filter(private=True, uploaded_by_id=request.user.pk)
    found = get_object_or_404(mine, pk=file)
    require(request, "change", record)
    file_actions.open_to_all(file=found, who=request.user)
    toast(request, _("Everybody who sees “%(record)s” sees “%(name)s” now.") % {
        "record": entity.title(record), "name": found.name,
    })  # fmt: skip
    return redirect(address("papers", entity, record))
