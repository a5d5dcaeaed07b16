"""The content of a deliverable, section by section, in the record (L10)."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from vincula.kernel.access import door
from vincula.kernel.entity import moving, registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.toasts import toast
from vincula.portfolio import content, sentences
from vincula.portfolio.models import Deliverable
from vincula.portfolio.rules import scoring

EMPTY_ROWS = 3  # offered below what is there; the page works without scripts


def register() -> None:
    """What it says stands on the page of the deliverable, with the way to write it."""
    places.PANELS.put(
        places.Panel(
            "content",
            gettext_lazy("What it says"),
            "portfolio.deliverable",
            template="portfolio/content.html",
            context=shown_on,
        )
    )


def shown_on(request: HttpRequest, record: Record) -> Context | None:
    """The sections with what is written, and what is still empty."""
    assert isinstance(record, Deliverable)
    may = door.may(request.user, "change", record) and record.trashed_at is None
    return {
        "sections": [
            _read(s, record.content.get(s.key), record.threshold) for s in content.of(record.content_kind).sections
        ],
        "ranked": _ranked(record) if record.content_kind == "options" else [],
        "write": reverse("portfolio:write", args=[record.pk]) if may else "",
    }


def _ranked(record: Deliverable) -> list[dict[str, str]]:
    """Options against the weighted criteria, the best first."""
    return [
        {"name": str(name), "mean": shown.format_number(score.mean, 2) if score else _("no figure"),
         "share": shown.percent(score.share) if score else ""}
        for name, score in content.options_compared(record.content)
    ]  # fmt: skip


def _scored(section: content.Section, value: Any, least: Decimal | None) -> str:
    """What weights and scores of one table come to, beside what was planned."""
    found = content.assessment(value or []) if {"weight", "score"} <= {c.key for c in section.columns} else None
    if found is None:
        return ""
    said = _("Weighted score: %(mean)s of %(best)s = %(share)s.") % {
        "mean": shown.format_number(found.mean, 2), "best": scoring.BEST, "share": shown.percent(found.share),
    }  # fmt: skip
    beside = "" if least is None else sentences.of_threshold(found, least, sentences.threshold(least))
    return sentences.paragraph(said, beside)


def _read(section: content.Section, value: Any, least: Decimal | None) -> dict[str, Any]:
    rows = (
        [[content.in_words(c, row.get(c.key)) for c in section.columns] for row in value or []]
        if section.columns
        else []
    )
    return {"label": section.label, "columns": section.columns, "rows": rows, "text": "" if section.columns else value or "",
            "empty": content.is_empty(value), "needed": section.needed, "score": _scored(section, value, least)}  # fmt: skip


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a content. Keeps what was typed; 409 when somebody else wrote meanwhile, with both texts.

    Whoever closes what nobody has taken did it. ``more`` asks for further empty rows and saves nothing.
    """
    record = get_object_or_404(Deliverable.objects.visible_to(request.user).select_related("service", "phase"), pk=pk)
    door.require(request.user, "change", record)
    kind = content.of(record.content_kind)
    typed = read_form(request, kind) if request.method == "POST" else None
    wrong: list[str] = []
    theirs: dict[str, Any] | None = None
    status, seen = 200, record.version
    if typed is not None:
        version = request.POST.get("version", "")
        seen = int(version) if version.isascii() and version.isdigit() and len(version) < 19 else 0
    if typed is not None and "more" not in request.POST:
        try:
            _save(record, typed, seen, request)
        except ValidationError as error:
            wrong, status = error.messages, 422
            record.refresh_from_db()
        except actions.Conflict as conflict:
            theirs, status = conflict.current.content, 409  # type: ignore[attr-defined]  # a deliverable
            record.refresh_from_db()
            seen = record.version
        else:
            toast(request, _("“%(name)s” is saved.") % {"name": sentences.phase_name(record)})
            return redirect(registry.get("portfolio.deliverable").url(record))
    given = typed if typed is not None else record.content
    context = {
        "record": record, "kind": kind, "wrong": wrong, "version": seen, "conflict": theirs is not None,
        "name": sentences.phase_name(record), "url_back": registry.get("portfolio.deliverable").url(record),
        "crumbs": _crumbs(record, request.user),
        "sections": [
            {"section": s, "value": given.get(s.key) or "", "rows": _rows(s, given.get(s.key), request),
             "theirs": _read(s, theirs.get(s.key), record.threshold) if theirs is not None and theirs.get(s.key) != given.get(s.key) else None}
            for s in kind.sections
        ],
        "may_close": record.state in ("todo", "doing"),
    }  # fmt: skip
    return render(request, "portfolio/write.html", context, status=status)


def _crumbs(record: Deliverable, user: Any) -> list[dict[str, str]]:
    """The service, where it may be seen, and the record."""
    back = {"label": sentences.phase_name(record.phase), "url": registry.get("portfolio.deliverable").url(record)}
    if not door.may(user, "view", record.service):
        return [back]
    return [{"label": record.service.name, "url": registry.get("portfolio.service").url(record.service)}, back]


def _save(record: Deliverable, typed: dict[str, Any], seen: int, request: HttpRequest) -> None:
    """Both or neither: the content, and with ``done`` that it is closed."""
    user: Any = request.user
    with transaction.atomic():
        taken = {"assignee": user} if request.POST.get("done") and record.assignee_id is None else {}
        actions.change(record, who=user, verb="wrote", expected_version=seen, content=typed, **taken)
        if request.POST.get("done"):
            moving.move(record, "complete", who=user)


def _rows(section: content.Section, value: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """What is there and some empty ones; where more are asked for, as many beyond those that stood there."""
    if not section.columns:
        return []
    there = [row for row in value or [] if isinstance(row, dict)]
    stood = 0
    if request.POST.get("more") == section.key:
        stood = max(len(request.POST.getlist(f"{section.key}.{c.key}")) for c in section.columns)
    wanted = max(len(there), min(stood, content.MOST_ROWS)) + EMPTY_ROWS
    return there + [{} for _n in range(wanted - len(there))]


def read_form(request: HttpRequest, kind: content.Content) -> dict[str, Any]:
    """{section: text | rows} of what was typed; empty rows fall away."""
    found: dict[str, Any] = {}
    for section in kind.sections:
        if not section.columns:
            found[section.key] = request.POST.get(section.key, "").replace("\r\n", "\n").strip()
            continue
        listed = {c.key: request.POST.getlist(f"{section.key}.{c.key}") for c in section.columns if c.kind != "yes"}
        ticked = {
            c.key: set(request.POST.getlist(f"{section.key}.{c.key}")) for c in section.columns if c.kind == "yes"
        }
        rows = []
        for n in range(max((len(values) for values in listed.values()), default=0)):
            row: dict[str, Any] = {
                key: values[n].strip() for key, values in listed.items() if n < len(values) and values[n].strip()
            }
            row |= {key: True for key, places_ in ticked.items() if str(n) in places_}
            if not content.is_empty([row]):
                rows.append(row)
        found[section.key] = rows
    return {key: value for key, value in found.items() if value}
