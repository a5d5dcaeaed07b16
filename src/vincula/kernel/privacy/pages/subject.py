"""One person: what we hold, the packed export, the hold, the erasure."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vincula.kernel.audit import trail
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.privacy import collecting, erasing, exporting, planning
from vincula.kernel.privacy.models import Hold, SubjectExport
from vincula.kernel.privacy.pages.finding import person
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.ui.toasts import toast


def address(name: str, entity: Entity, record: Record, *args: Any) -> str:
    """The address of one of these pages for a person."""
    return reverse(f"privacy:{name}", args=[entity.slug, record.pk, *args])


def tab_of(entity: Entity, record: Record) -> str:
    return f"{entity.url(record)}?tab=privacy"


@require_safe
def held(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything that we hold, to read."""
    entity, record = person(request, slug, pk)
    trail.write(who=request.user, verb="looked at what we hold", entity=entity.key, object_id=record.pk)
    exports = SubjectExport.objects.filter(entity=entity.key, object_id=record.pk).select_related("who").order_by("-at")
    context = {
        "entity": entity, "record": record, "held": collecting.collect(record), "exports": list(exports[:10]),
        "back": tab_of(entity, record), "export_url": address("export", entity, record),
    }  # fmt: skip
    return render(request, "privacy/held.html", context)


@require_POST
def export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Pack it; a small one is handed over at once."""
    entity, record = person(request, slug, pk)
    made = exporting.order(record, who=request.user, language=get_language() or "en")
    if made.path:
        return redirect("privacy:packed", slug=slug, pk=pk, number=made.pk)
    toast(request, _("The export is being packed; it will be ready on this page in a while."))
    return redirect(address("held", entity, record))


@require_safe
def packed(request: HttpRequest, slug: str, pk: int, number: UUID) -> HttpResponseBase:
    """One packed export, for a week."""
    entity, record = person(request, slug, pk)
    made = get_object_or_404(SubjectExport, pk=number, entity=entity.key, object_id=record.pk)
    try:
        if not made.path:
            raise FileNotFoundError
        content = default_storage.open(made.path)
    except FileNotFoundError:
        raise Http404(_("This export is not kept any more.")) from None
    trail.write(who=request.user, verb="took the packed export", entity=entity.key, object_id=record.pk)
    name = f"{slugify(str(record)) or 'person'}-{made.at:%Y-%m-%d}.zip"
    answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what goes; a POST that confirms it makes it go."""
    entity, record = person(request, slug, pk)
    problem, status = "", 200
    if request.method == "POST":
        raw = request.POST.get("version", "")
        version = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
        if not request.POST.get("sure"):
            problem, status = _("Tick that you have seen what goes: it cannot be taken back."), 422
        else:
            try:
                erasing.erase(record, who=request.user, choices=_choices(request), expected_version=version)
            except actions.Conflict:
                problem, status = _("The record was changed since you looked. Look again at what goes."), 409
                record.refresh_from_db()
            except ValidationError as error:
                problem, status = " ".join(error.messages), 422
            else:
                toast(request, _("%(name)s stands in the place of the person now.") % {"name": record})
                return redirect(entity.url(record))
    context = {
        "entity": entity, "record": record, "plan": planning.plan(record), "problem": problem,
        "back": tab_of(entity, record), "done": erasing.is_erased(entity.key, record.pk),
    }  # fmt: skip
    return render(request, "privacy/erase.html", context, status=status)


def _choices(request: HttpRequest) -> erasing.Choices:
    texts = {
        name.removeprefix("text:"): str(value)
        for name, value in request.POST.items()
        if name.startswith("text:") and value in (erasing.WHOLE, erasing.PASSAGES, erasing.LEAVE)
    }
    return erasing.Choices(texts, set(request.POST.getlist("file")))


@require_POST
def hold(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Set a hold with its reason, or lift it."""
    entity, record = person(request, slug, pk)
    reason, until = request.POST.get("reason", "").strip()[:300], parse_date(request.POST.get("until", "") or "-")
    with transaction.atomic():
        there = Hold.objects.filter(entity=entity.key, object_id=record.pk)
        if "lift" in request.POST:
            there.delete()
            trail.write(who=request.user, verb="lifted the hold", entity=entity.key, object_id=record.pk)
            toast(request, _("The hold is lifted."))
        elif not reason:
            toast(request, _("Say why: whoever looks later must know."), tone="bad")
        else:
            Hold.objects.update_or_create(
                entity=entity.key,
                object_id=record.pk,
                defaults={"reason": reason, "until": until, "who_id": request.user.pk},
            )
            trail.write(who=request.user, verb="set a hold", entity=entity.key, object_id=record.pk)
            toast(request, _("Nobody erases this person while the hold stands."))
    return redirect(tab_of(entity, record))
