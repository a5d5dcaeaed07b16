"""The trash of one entity: what lies there, newest first, and the way back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.duplicates import merging
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed.page import problem
from vincula.kernel.records import actions
from vincula.kernel.ui import toasts
from vincula.kernel.ui.format import format_number

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, entity: Entity) -> HttpResponse:
    """What this person could restore; POST ``ids`` restores."""
    door.require(request.user, "delete", entity.model)
    rows = entity.model.objects.visible_to(request.user, "delete", trashed=True)  # type: ignore[attr-defined]  # every entity has it
    rows = rows & door.visible(entity.model.objects.all(), request.user)
    rows = rows.exclude(pk__in=merging.standing(entity.key))  # they come back by the undo of their merge
    if request.method == "POST":
        return _restore(request, entity, rows)
    raw = request.GET.get("before", "")
    if raw and not (raw.isascii() and raw.isdecimal() and len(raw) < 19):
        wrong = ValidationError(_("This place in the list is not known any more; start from the first page."))
        return problem(request, entity, wrong)
    if raw:
        rows = rows.filter(pk__lt=int(raw))
    found = list(entity.select(rows).order_by("-pk")[: PER_PAGE + 1])
    records = [{"pk": r.pk, "title": entity.title(r), "since": r.trashed_at} for r in found[:PER_PAGE]]
    more = records[-1]["pk"] if len(found) > PER_PAGE else None
    context = {"entity": entity, "path": asking.list_path(entity), "records": records, "more": more}
    return render(request, "listed/trash.html", context)


def _restore(request: HttpRequest, entity: Entity, rows: object) -> HttpResponse:
    ids = [int(v) for v in request.POST.getlist("ids") if v.isascii() and v.isdecimal() and len(v) < 19][:PER_PAGE]
    back, left = 0, []
    with trail.together():
        for record in rows.filter(pk__in=ids):  # type: ignore[attr-defined]  # as above
            try:
                actions.restore(record, who=request.user)
                back += 1
            except (ValidationError, PermissionDenied) as error:
                why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                left.append(
                    _("“%(record)s” stays in the trash: %(why)s") % {"record": entity.title(record), "why": why}
                )
    if back:
        said = ngettext("%(n)s record is back.", "%(n)s records are back.", back)
        toasts.toast(request, said % {"n": format_number(back)})
    elif not left:
        toasts.toast(request, _("No record is selected. Tick some rows first."), tone="warn")
    for sentence in left[:5]:
        toasts.toast(request, sentence, tone="bad")
    return redirect(f"{asking.list_path(entity)}trash/")
