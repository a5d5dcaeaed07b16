"""Edit one field in its place: a small form for htmx, or a small page without scripts (X5).

GET gives the form; POST saves and gives the cell as it is now. 409 shows both versions, 422 the errors: both are the
form again, with everything typed. A change of *another* field meanwhile is no conflict of this one.
"""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vincula.kernel.entity import editing
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages.single import conflict, overview, telling, writing
from vincula.kernel.pages.single.finding import address, find, is_part, posted_version, require, way_back
from vincula.kernel.records import actions, history, state
from vincula.kernel.records.models import Record
from vincula.kernel.ui.toasts import toast, with_toast


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, entity: Entity, pk: int, name: str) -> HttpResponse:
    """One field of one record. ``?show=1`` gives the cell without a form (leaving the editor)."""
    record = find(request, entity, pk)
    found = entity.field(name)
    if found is None:
        raise Http404
    if request.method == "GET" and request.GET.get("show"):
        return _cell(request, entity, record, found)
    require(request, "change", record)
    if not found.editable or found.computed is not None or name not in writing.writable(entity):
        raise Http404
    if request.method == "GET":
        form = writing.form_for(entity, request.user, record, names=[name])
        return _editor(request, entity, record, found, form)
    form = writing.form_for(entity, request.user, record, request.POST, names=[name])
    return _save(request, entity, record, found, form)


def _save(request: HttpRequest, entity: Entity, record: Record, found: Field, form: forms.Form) -> HttpResponse:
    version = posted_version(request)
    try:
        saved = writing.save(entity, form, record=record, who=request.user, version=version)
    except actions.Conflict as stale:
        current = find(request, entity, record.pk)
        if not _touched_by_others(found, current, stale.base_version):
            form = writing.form_for(entity, request.user, current, request.POST, names=[found.name])
            try:
                saved = writing.save(entity, form, record=current, who=request.user, version=current.version)
            except actions.Conflict as again:
                return _differs(request, entity, found, form, again)
        else:
            return _differs(request, entity, found, form, stale)
    if saved is None:
        return _editor(request, entity, record, found, form, status=422)
    if is_part(request):
        return with_toast(_cell(request, entity, find(request, entity, record.pk), found), _("Saved."))
    toast(request, _("“%(record)s” is saved.") % {"record": entity.title(saved)})
    return redirect(way_back(request, entity.url(saved)))


def _touched_by_others(found: Field, current: Record, base_version: int) -> bool:
    """Whether this field differs from what it was when the editor was opened (unknown counts as touched)."""
    base = history.at_version(current, base_version)
    value = telling.Teller.value_in
    return base is None or not conflict.same(value(base, found.name), value(state.of(current), found.name))


def _differs(
    request: HttpRequest, entity: Entity, found: Field, form: forms.Form, stale: actions.Conflict
) -> HttpResponse:
    """409: what stands there now and what was typed; saving again keeps the latter."""
    current = find(request, entity, stale.current.pk)
    if not form.is_valid():
        return _editor(request, entity, current, found, form, status=422)
    rows = conflict.compare(entity, request.user, current, form, stale.base_version)
    if not rows:  # both wrote the same
        return _cell(request, entity, current, found)
    more = {"row": rows[0], "theirs": conflict.theirs(current, stale.base_version)}
    return _editor(request, entity, current, found, form, status=409, more=more)


def _cell(request: HttpRequest, entity: Entity, record: Record, found: Field) -> HttpResponse:
    """The value as it stands in a list or line, and nothing around it."""
    row = overview.values_of(entity, record, request.user, [found])
    line = overview.line(entity, record, found, row[found.name], may_change=True)
    context = {"line": line, "record": record, "in_list": request.GET.get("in") == "list"}
    response = render(request, "single/cell.html", context)
    response["ETag"] = f'"{record.version}"'
    return response


def _editor(
    request: HttpRequest, entity: Entity, record: Record, found: Field, form: forms.Form, *, status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    bound = form[editing.html_name(found.name)]
    stale = status == 422 and posted_version(request)  # errors do not make a stale editor fresh
    context = {
        "entity": entity,
        "record": record,
        "bound": bound,
        "attrs": bound.field.widget.attrs,
        "label": telling.capital(str(found.label)),
        "version": stale or record.version,
        "action": address("cell", entity, record, found.name),
        "record_url": entity.url(record),
        "title": _("%(record)s: %(field)s") % {"record": entity.title(record), "field": found.label},
        "part": is_part(request),
        "row": None,
        "theirs": "",
        **(more or {}),
    }
    return render(
        request, "single/editor.html" if is_part(request) else "single/editor_page.html", context, status=status
    )
