"""The list page: ``/organisations/`` as table, board or calendar (requirement X1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from vincula.kernel.access import door
from vincula.kernel.entity import filters, listing
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.exchange import export
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed import board, groups, month, rows, sentence
from vincula.kernel.pages.listed.asked import Asked
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import url_or_none

LAYOUT_WORDS = {"table": gettext_lazy("Table"), "board": gettext_lazy("Board"), "calendar": gettext_lazy("Calendar")}
LAYOUT_ICONS = {"table": "table", "board": "layout-kanban", "calendar": "calendar"}


@require_safe
def index(request: HttpRequest, entity: Entity) -> HttpResponse:
    """The list; 400 with the sentence when the address asks for what does not exist."""
    door.require(request.user, "view", entity.model)
    try:
        asked = asking.read(request, entity)
        if "_field" in request.GET:
            return redirect(sentence.composed(_plain(asked), request.GET))
        if asked.layout == "board":
            return board.show(request, asked, base(asked))
        if asked.layout == "calendar":
            return month.show(request, asked, base(asked))
        return table(request, asked)
    except ValidationError as error:
        return problem(request, entity, error)


def _plain(asked: Asked) -> Asked:
    """The state without what a clause's form sent beside it."""
    for name in ("_field", "_op", "_value", "_from", "_to"):
        asked.params.pop(name, None)
    return asked


def problem(request: HttpRequest, entity: Entity, error: ValidationError) -> HttpResponse:
    """The page that says what the address got wrong, with the way back."""
    context = {"entity": entity, "problem": sentence.problem_words(error), "start": "?view=all"}
    return render(request, "listed/problem.html", context, status=400)


def table(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The list as a table."""
    entity, user = asked.entity, request.user
    grouping = groups.wanted(entity, asked.params.get("group", ""), user)
    given = rows.without_documents(asked.columns, rows.with_rights(entity, user, entity.rows(user)))
    matched = listing.selected(entity, user, asked.params)
    page = listing.page(
        entity, user, asked.params, rows=grouping.annotate(given) if grouping else given,
        lead=grouping.lead if grouping else (),
    )  # fmt: skip
    counts = grouping.counts(matched) if grouping and page.records else {}
    whole = sum(counts.values()) if counts and len(counts) < groups.MOST_HEADS else None
    total, exact = (whole, True) if whole is not None else _count(page, matched)
    written = rows.Body(request, entity, rows.columns(entity, _without_group(asked, grouping), user))
    context = {
        **base(asked),
        "grouping": grouping,
        "heads": rows.heads(written.columns, asked, page.order),
        "body": rows.body(written, page.records, grouping, counts),
        "names": written.names,
        "any": bool(page.records),
        "total": total,
        "exact": exact,
        "count": count_words(total, exact),
        "clauses": sentence.clauses(asked, page.conditions),
        "sorting": sentence.sorted_by(asked, page.order),
        **pager(asked, page, total, exact),
    }
    if not page.records:
        context |= nothing(asked, page.conditions, total)
    return render(request, "listed/table.html", context)


def _without_group(asked: Asked, grouping: groups.Grouping | None) -> list[Field]:
    """The columns; the one that the heads of the groups tell already only when it was asked for."""
    if grouping is None or asked.params.get("columns"):
        return asked.columns
    return [f for i, f in enumerate(asked.columns) if not i or f.name != grouping.field.name]


def _count(page: listing.Page, matched: Any) -> tuple[int, bool]:
    """A first page that is also the last has been counted already."""
    if not page.next and not page.previous:
        return len(page.records), True
    return listing.count(matched)


def count_words(total: int, exact: bool) -> str:
    """The figure beside the title."""
    return shown.format_number(total) if exact else _("about %(n)s") % {"n": shown.format_number(_rounded(total))}


def _rounded(n: int) -> int:
    """Two figures are all that an estimate knows."""
    unit = 10 ** max(len(str(n)) - 2, 0)
    return int(round(n / unit) * unit)


def pager(asked: Asked, page: listing.Page, total: int, exact: bool) -> dict[str, Any]:
    """Addresses of the pages beside, and "1–50 of about 12,000" where the position is known."""
    first = _position(asked, page)
    n = len(page.records)
    after = first + n if first else None
    before = max(first - listing.PER_PAGE, 1) if first and first > 1 else None
    words = ""
    if n:
        told = {"first": shown.format_number(first or 0), "last": shown.format_number((first or 0) + n - 1),
                "n": shown.format_number(n), "total": shown.format_number(total if exact else _rounded(total))}  # fmt: skip
        if first and exact:
            words = _("%(first)s–%(last)s of %(total)s") % told
        elif first:
            words = _("%(first)s–%(last)s of about %(total)s") % told
        else:
            words = (_("%(n)s of %(total)s") if exact else _("%(n)s of about %(total)s")) % told
    return {
        "pages": words,
        "next": asked.href(after=page.next, page=after) if page.next else "",
        "previous": asked.href(before=page.previous, page=before) if page.previous else "",
    }


def _position(asked: Asked, page: listing.Page) -> int | None:
    """The number of the first row: 1 at the beginning, else as the address carries it; None when it is not known."""
    if not page.previous:
        return 1
    raw = asked.params.get("page", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and 1 < len(raw) < 10 and int(raw) > 1 else None


def nothing(asked: Asked, conditions: list[filters.Condition], total: int) -> dict[str, Any]:
    """What an empty list says: what to relax, or what this is for and how to begin."""
    rows_seen = asked.entity.rows(asked.user)
    if conditions or asked.params.get("q") or asked.params.get("after") or asked.params.get("before"):
        return {"relax": sentence.relax(asked, conditions, rows_seen)}
    entity, offers = asked.entity, []
    if entity.may(asked.user, "create"):
        offers.append({"label": _("Create the first"), "url": f"{asked.path}new/", "icon": "plus", "go": True})
    if entity.may(asked.user, "import") and (address := import_address(entity)):
        offers.append({"label": _("Import a file"), "url": address, "icon": "file-import", "go": False})
    if getattr(asked.user, "is_superuser", False) and (address := url_or_none("demo") or url_or_none("cockpit:demo")):
        offers.append({"label": _("Load the demonstration"), "url": address, "icon": "player-play", "go": False})
    return {"relax": None, "offers": offers}


def import_address(entity: Entity) -> str | None:
    """Where this installation imports, if it does."""
    address = url_or_none("exchange:new")
    return f"{address}?entity={entity.slug}" if address else None


def base(asked: Asked) -> dict[str, Any]:
    """What every layout of a list needs: tabs, tools, rights."""
    entity, user = asked.entity, asked.user
    may = {action: entity.may(user, action) for action in ("create", "change", "delete", "export", "import")}  # type: ignore[arg-type]  # five of the actions
    path = asked.path
    layouts = [
        {"label": str(LAYOUT_WORDS[n]), "icon": LAYOUT_ICONS[n], "current": n == asked.layout,
         "url": asked.href(layout=None if n == "table" else n)}
        for n in asked.layouts
    ]  # fmt: skip
    return {
        "entity": entity,
        "heading": capfirst(entity.plural),
        "asked": asked,
        "state": asked.href(),
        "path": path,
        "may": may,
        "tabs": tabs(asked),
        "layouts": layouts if len(layouts) > 1 else [],
        "layout": asked.layout,
        "whole": not asked.changed
        if asked.view
        else not filters.parse(entity, asked.params) and not asked.params.get("q"),
        "choose": {w: asked.href(f"{path}choose/{w}/") for w in ("columns", "condition", "group", "sort", "view")},
        "grouped_by": asked.entity.field(asked.params.get("group", "")),
        "exports": [(str(w.label), asked.href(f"{path}export/", format=w.key)) for w in export.writers(entity).values()]
        if may["export"]
        else [],
        "words": asked.params.get("q", ""),
        "import_url": import_address(entity) if may["import"] else None,
        "quick": _quick(asked),
        "trash_url": f"{path}trash/" if may["delete"] else "",
    }


def _quick(asked: Asked) -> int | None:
    """The record whose quick view the address keeps open."""
    raw = asked.params.get("quick", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None


def tabs(asked: Asked) -> list[dict[str, Any]]:
    """Saved views, then everything."""
    found = [
        {"id": v.pk, "label": v.name, "url": f"?view={v.pk}", "current": asked.view is v, "shared": v.shared}
        for v in asked.views
    ]
    every = {"id": 0, "label": _("All"), "url": "?view=all" if asked.choice and asked.choice.begin_with_id else asked.path,
             "current": asked.view is None, "shared": False}  # fmt: skip
    return [*found, every]
