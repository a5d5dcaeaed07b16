"""The import wizard: drop a file, see it recognised, map, look at the difference, go, undo (X3)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import asking, describe, gates, runs
from vincula.kernel.exchange.encodings import NAMES
from vincula.kernel.exchange.limits import DEFAULT, Unreadable
from vincula.kernel.exchange.models import ImportRun
from vincula.kernel.ui.toasts import toast

PER_PAGE = 50
State = ImportRun.State


def importable_entities(user: Any) -> list[Entity]:
    """What the person may import, by name."""
    return sorted((e for e in registry.all() if e.may(user, "import")), key=lambda e: e.plural.casefold())


def _refuse_strangers(user: Any) -> list[Entity]:
    entities = importable_entities(user)
    if not entities:
        raise PermissionDenied(_("Your roles do not let you import anything."))
    return entities


def _run(request: HttpRequest, pk: int) -> ImportRun:
    return get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("who"), pk=pk)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Past imports, newest first, and the place to drop the next file."""
    _refuse_strangers(request.user)
    before = request.GET.get("before", "")
    rows = ImportRun.objects.visible_to(request.user).select_related("who")
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    context = {
        "runs": [describe.summary(run) for run in found[:PER_PAGE]],
        "next": f"?before={found[PER_PAGE - 1].pk}" if len(found) > PER_PAGE else "",
    }
    return render(request, "exchange/imports.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a file; go on to what was recognised."""
    entities = _refuse_strangers(request.user)
    wanted = request.POST.get("entity") or request.GET.get("entity") or ""
    entity = registry.by_slug(wanted)
    problem = ""
    if request.method == "POST":
        try:
            return redirect("exchange:run", pk=_take(request, entity).pk)
        except Unreadable as error:
            problem = error.sentence
    context = {
        "entities": [{"slug": e.slug, "label": e.plural} for e in entities],
        "wanted": entity.slug if entity else "",
        "problem": problem,
        "most": DEFAULT.file_bytes // (1024 * 1024),
    }
    return render(request, "exchange/new.html", context, status=422 if problem else 200)


def _take(request: HttpRequest, entity: Entity | None) -> ImportRun:
    upload = request.FILES.get("file")
    if upload is None:
        raise Unreadable(_("Choose a file first."))
    if (upload.size or 0) > DEFAULT.file_bytes:
        raise Unreadable(_("The file is larger than %(most)s MB."), most=DEFAULT.file_bytes // (1024 * 1024))
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        name = Path(str(upload.name or "file")).name
        return runs.begin(Path(copy.name), name, who=request.user, entity=entity)


@require_GET
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The run where it stands: recognised, running, checked, done."""
    run = _run(request, pk)
    context: dict[str, Any] = {"run": run, **describe.heading(run)}
    if run.running:
        return render(request, "exchange/running.html", context)
    if run.file and (run.state in (State.UPLOADED, State.STOPPED, State.FAILED) or "again" in request.GET):
        return _recognised(request, run, context)
    shown = request.GET.get("show", "")
    after = request.GET.get("after", "")
    lines = describe.lines(run, request.user, shown, int(after) if after.isdigit() and len(after) < 19 else 0, PER_PAGE)
    return render(request, "exchange/checked.html", {**context, **lines})


def _recognised(request: HttpRequest, run: ImportRun, context: dict[str, Any], problem: str = "") -> HttpResponse:
    try:
        told = describe.recognised(run, request.user)
    except Unreadable as error:
        told, problem = describe.nothing_recognised(), problem or error.sentence
    delimiters = [(",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("vertical bar"))]
    if run.delimiter and run.delimiter not in [value for value, _label in delimiters]:
        delimiters.append((run.delimiter, run.delimiter))
    context |= {
        **told,
        "problem": problem or (run.message if run.state in (State.FAILED, State.STOPPED) else ""),
        "entities": [{"slug": e.slug, "label": e.plural, "key": e.key} for e in importable_entities(request.user)],
        "encodings": list(NAMES.items()),
        "delimiters": delimiters,
    }
    return render(request, "exchange/recognised.html", context, status=422 if problem else 200)


@require_POST
def reread(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read the file with another encoding, delimiter or purpose."""
    run = _run(request, pk)
    if run.running or run.applied_at is not None:
        return redirect("exchange:run", pk=pk)
    entity = registry.by_slug(request.POST.get("entity", ""))
    try:
        runs.reread(
            run, request.user, entity=entity, encoding=request.POST.get("encoding", ""),
            delimiter=request.POST.get("delimiter", "").replace("\\t", "\t")[:1],
        )  # fmt: skip
    except Unreadable as error:
        return _recognised(request, run, {"run": run, **describe.heading(run)}, error.sentence)
    return redirect("exchange:run", pk=pk)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the mapping over and have the file checked."""
    run = _run(request, pk)
    if run.running or run.applied_at is not None:
        return redirect("exchange:run", pk=pk)
    mapping = None
    if not run.profile and "mapped" in request.POST:
        mapping = {header: request.POST.get(f"column-{n}", "") for n, header in enumerate(run.headers)}
    options: dict[str, Any] = {
        "create_new": request.POST.get("create_new") == "1",
        gates.OPTION: request.POST.get(gates.OPTION) == "1",
        "allow_duplicates": request.POST.get("allow_duplicates") == "1",
    }
    asked = [choice.key for choice in asking.choices(run, run.who)]
    answers = {key: value for key in asked if (value := request.POST.get(f"answer-{key}"))}
    if request.POST.get("blanks") in ("keep", "clear"):
        options["blanks"] = request.POST["blanks"]
    try:
        runs.use(run, mapping=mapping, options=options, answers=answers)
    except Unreadable as error:
        return _recognised(request, run, {"run": run, **describe.heading(run)}, error.sentence)
    runs.send(run, "check")
    return redirect("exchange:run", pk=pk)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; asks htmx to load the whole page once it is over."""
    run = _run(request, pk)
    response = render(request, "exchange/progress.html", {"run": run, **describe.heading(run)})
    if not run.running:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Import what was checked."""
    run = _run(request, pk)
    if run.state == State.CHECKED and run.counts.get("error"):
        toast(request, _("Nothing was imported: lines have errors."), tone="bad")
    elif not runs.send(run, "apply"):
        toast(request, _("This import is not waiting to be carried out any more."), tone="warn")
    return redirect("exchange:run", pk=pk)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stop without harm."""
    run = _run(request, pk)
    if run.running:
        runs.stop(run)
        toast(request, _("It stops at the next step and leaves nothing behind."))
    return redirect("exchange:run", pk=pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the whole import back."""
    run = _run(request, pk)
    if not runs.send(run, "undo"):
        toast(request, _("This import cannot be undone any more."), tone="warn")
    return redirect("exchange:run", pk=pk)
