"""Create and edit a record: one form, errors at their fields, likely duplicates named before saving (X5, X13)."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vincula.kernel.access import door
from vincula.kernel.entity import editing, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.single import conflict, telling, writing
from vincula.kernel.pages.single.finding import address, find, posted_version, require, way_back
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none
from vincula.kernel.ui.toasts import toast

DRAFTS = "drafts"  # in the session: what was typed before going off to create a related record
DRAFTS_KEPT = 5


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, entity: Entity) -> HttpResponse:
    """A new record. Values of the address fill the form; ``return`` says where to go with the new record afterwards.

    Asked for JSON (the picker's "create"), it answers {"id", "label"} (201), or 422 with {"errors", "url"}.
    """
    door.require(request.user, "create", entity.model)
    if request.method == "GET":
        return _show(request, entity, None, _fresh(request, entity, None))
    if wanted := request.POST.get("_create", ""):
        return _off_to_create(request, entity, None, wanted)
    form = writing.form_for(entity, request.user, None, request.POST, uploads=request.FILES)
    quick = "application/json" in request.headers.get("Accept", "")
    saved = None
    if form.is_valid() and (twins := _twins(request, entity, form, None)):
        return _doubtful(request, entity, form, twins) if quick else _show(request, entity, None, form, twins)
    saved = writing.save(entity, form, record=None, who=request.user)
    if saved is None:
        return _refused(request, entity, form) if quick else _show(request, entity, None, form)
    if quick:
        return JsonResponse({"id": saved.pk, "label": entity.title(saved), "url": entity.url(saved)}, status=201)
    toast(request, _("“%(record)s” is created.") % {"record": entity.title(saved)})
    return redirect(_with_new(request, way_back(request, entity.url(saved)), saved))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Change a record. A stale version leads to the conflict page (409), with everything typed still there."""
    record = find(request, entity, pk, or_trashed=True)
    require(request, "change", record)
    if request.method == "GET":
        trashed = record.trashed_at is not None
        return (
            redirect(entity.url(record)) if trashed else _show(request, entity, record, _fresh(request, entity, record))
        )
    if wanted := request.POST.get("_create", ""):
        return _off_to_create(request, entity, record, wanted)
    version = posted_version(request)
    if request.POST.get("resolved"):
        return conflict.resolve(request, entity, record, version)
    only = request.POST.getlist("only")  # a form of some fields: the others must not be taken for emptied
    form = writing.form_for(entity, request.user, record, request.POST, names=only or None, uploads=request.FILES)
    if record.trashed_at is not None:
        return conflict.gone(request, entity, form)
    if form.is_valid() and version == record.version and (twins := _twins(request, entity, form, record)):
        return _show(request, entity, record, form, twins)
    try:
        saved = writing.save(entity, form, record=record, who=request.user, version=version)
    except actions.Conflict as stale:
        return conflict.page(request, entity, stale, form)
    if saved is None:
        return _show(request, entity, record, form)
    toast(request, _("“%(record)s” is saved.") % {"record": entity.title(saved)})
    return redirect(way_back(request, entity.url(saved)))


def _show(
    request: HttpRequest,
    entity: Entity,
    record: Record | None,
    form: forms.Form,
    twins: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """The form as a page: 200 fresh, 422 with errors or with likely duplicates named."""
    refused = form.is_bound and bool(form.errors)
    back = entity.url(record) if record else url_or_none("entity:list", entity.slug) or "/"
    context = {
        "entity": entity,
        "record": record,
        "form": form,
        "only": request.POST.getlist("only"),
        "sections": _sections(entity, form),
        "twins": twins or [],
        "anyway": ",".join(str(twin["pk"]) for twin in twins or []),
        "version": _version(request, record),
        "title": _title(entity, record),
        "action": request.get_full_path(),
        "back": way_back(request, back),
        "return_to": request.POST.get("return") or request.GET.get("return") or "",
        "crumbs": [{"label": telling.capital(entity.plural), "url": url_or_none("entity:list", entity.slug) or "/"}]
        + ([{"label": entity.title(record), "url": entity.url(record)}] if record else []),
    }
    setattr(request, "frame_section", entity.room)  # noqa: B010  # the frame asks which room is current
    return render(request, "single/form.html", context, status=422 if refused or twins else 200)


def _title(entity: Entity, record: Record | None) -> str:
    if record is None:
        return _("New %(what)s") % {"what": entity.name}
    return _("Edit %(record)s") % {"record": entity.title(record)}


def _sections(entity: Entity, form: forms.Form) -> list[dict[str, Any]]:
    """The form's fields under the titles of the fieldsets, own fields last."""
    titled = [(title, names) for title, names in entity.fieldsets]
    own = tuple(f.name for f in entity.fields.values() if f.custom)
    found = []
    for title, names in [*titled, *([(_("Own fields"), own)] if own else [])]:
        bound = [form[editing.html_name(n)] for n in names if editing.html_name(n) in form.fields]
        if bound:
            found.append({"title": title, "fields": [_field(entity, each) for each in bound]})
    return found


def _field(entity: Entity, bound: Any) -> dict[str, Any]:
    """A bound field with how it is drawn."""
    declared = entity.fields[bound.name.replace("custom-", "custom.")]
    attrs = bound.field.widget.attrs
    picked = isinstance(declared.kind, relations.Relation) and "data-options-url" in attrs
    return {
        "bound": bound,
        "name": bound.name,
        "picker": picked,
        "options_url": attrs.get("data-options-url"),
        "create_url": attrs.get("data-create-url"),
        "create_label": _("Create a new one") if picked and attrs.get("data-create-url") else "",
        "lines": "data-lines" in attrs,
        "wide": declared.kind.name in ("rich_text", "list", "tags", "translated", "references"),
        "label": telling.capital(str(bound.label)),
    }


def _fresh(request: HttpRequest, entity: Entity, record: Record | None) -> forms.Form:
    """The form as it is opened: from the record, the address, or what was typed before going off to create another."""
    form = writing.form_for(entity, request.user, record, given=_given(request))
    typed = _draft(request)
    if typed is not None:
        for name, field in form.fields.items():
            many = isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField)
            form.initial[name] = typed.getlist(name) if many else typed.get(name)
        into, created = request.GET.get("into", ""), request.GET.get("created", "")
        if into in form.fields and created.isascii() and created.isdigit():
            form.initial[into] = [*form.initial[into], created] if isinstance(form.initial[into], list) else created
    return form


def _given(request: HttpRequest) -> dict[str, str]:
    """Values of the address that fill the form."""
    return {
        name: str(value) for name, value in request.GET.items() if name not in ("return", "draft", "into", "created")
    }


def _twins(request: HttpRequest, entity: Entity, form: forms.Form, record: Record | None) -> list[dict[str, Any]]:
    """Likely duplicates, unless exactly these (or more) were named before and the writer wants to save anyway."""
    found = writing.lookalikes(entity, form, request.user, record)
    known = set(request.POST.get("anyway", "").split(","))
    return [] if {str(twin["pk"]) for twin in found} <= known else found


def _doubtful(request: HttpRequest, entity: Entity, form: forms.Form, twins: list[dict[str, Any]]) -> HttpResponse:
    """The picker's create met likely duplicates: offer the first of them, and the whole form."""
    message = _("“%(record)s” looks the same. Choose it, or use the whole form.") % {"record": twins[0]["title"]}
    answer = {"errors": {NON_FIELD_ERRORS: [message]}, "url": _prefilled(entity, form), "lookalikes": [
        {"id": twin["pk"], "label": twin["title"]} for twin in twins]}  # fmt: skip
    return JsonResponse(answer, status=422)


def _refused(request: HttpRequest, entity: Entity, form: forms.Form) -> HttpResponse:
    return JsonResponse({"errors": form.errors, "url": _prefilled(entity, form)}, status=422)


def _prefilled(entity: Entity, form: forms.Form) -> str:
    query = QueryDict(mutable=True)
    for name in form.fields:
        if value := form.data.get(name):
            query[name] = value
    return f"{reverse('entity:new', args=[entity.slug])}?{query.urlencode()}"


def _off_to_create(request: HttpRequest, entity: Entity, record: Record | None, wanted: str) -> HttpResponse:
    """Keep what was typed, go and create the related record, and come back with it chosen. Works without scripts."""
    field = entity.fields.get(wanted)
    related = field.related_model if field else None
    from vincula.kernel.entity import registry

    other = registry.for_model(related) if related else None
    here = address("edit", entity, record) if record else reverse("entity:new", args=[entity.slug])
    if other is None:
        return redirect(here)
    token = secrets.token_urlsafe(8)
    typed = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "_create"):
        typed.pop(name, None)
    drafts = dict(request.session.get(DRAFTS, {}))
    for old in list(drafts)[: max(0, len(drafts) - DRAFTS_KEPT + 1)]:
        del drafts[old]
    request.session[DRAFTS] = {**drafts, token: typed.urlencode()}
    query = QueryDict(mutable=True)
    query["draft"], query["into"] = token, editing.html_name(wanted)
    if typed.get("return"):
        query["return"] = str(typed["return"])
    onwards = QueryDict(mutable=True)
    onwards["return"] = f"{here}?{query.urlencode()}"
    return redirect(f"{reverse('entity:new', args=[other.slug])}?{onwards.urlencode()}")


def _draft(request: HttpRequest) -> QueryDict | None:
    """What was typed before going off to create a related record."""
    kept = request.session.get(DRAFTS, {}).get(request.GET["draft"]) if request.GET.get("draft") else None
    return None if kept is None else QueryDict(kept)


def _version(request: HttpRequest, record: Record | None) -> str:
    """The version that the form is about: as posted, as kept, or the record's own."""
    typed = request.POST if request.method == "POST" else _draft(request)
    if typed is not None and record is not None:
        return str(typed.get("version", ""))
    return str(getattr(record, "version", ""))


def _with_new(request: HttpRequest, url: str, saved: Record) -> str:
    """The address to go back to, with the number of the new record when a form waits for it there."""
    return f"{url}&created={saved.pk}" if "draft=" in url and "into=" in url else url
