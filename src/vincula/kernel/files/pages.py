"""Serving and taking files. Nothing is ever served by the web server itself."""

from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel.files import actions, guard, queries
from vincula.kernel.files.models import StoredFile
from vincula.kernel.files.sniffing import TEXT
from vincula.kernel.people.models import User
from vincula.kernel.ui.toasts import toast


def _found(request: HttpRequest, pk: UUID, action: guard.Action) -> StoredFile:
    """The file, or 404: whoever may not have it does not learn that it exists."""
    file = get_object_or_404(StoredFile, pk=pk)
    if not queries.allowed(cast(User, request.user), action, file):
        raise Http404
    return file


@require_safe
def serve(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """The bytes. Shown in the browser only when the type is harmless by content; ``?download`` saves these too."""
    file = _found(request, pk, "view")
    etag = f'"{file.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse | FileResponse = HttpResponse(status=304)
    else:
        try:
            content = default_storage.open(file.path)
        except FileNotFoundError:
            raise Http404(_("The content of this file is missing.")) from None
        saved = not file.is_shown_inline or "download" in request.GET
        kind = "text/plain; charset=utf-8" if file.content_type == TEXT else file.content_type
        response = FileResponse(content, as_attachment=saved, filename=file.name, content_type=kind)
        response["Content-Length"] = str(file.size)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that sent the form, on this host only."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/")


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take ``file`` (several may be sent) for the record ``entity`` and ``object_id``, and go back to ``next``."""
    entity, object_id = request.POST.get("entity", ""), request.POST.get("object_id", "")
    if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
        raise Http404
    user = cast(User, request.user)
    if not guard.allows(user, "change", entity, int(object_id)):
        raise Http404
    sent = request.FILES.getlist("file")
    if not sent:
        toast(request, _("Choose a file first."), tone="warn")
    for each in sent:
        try:
            file = actions.store(upload=each, who=user, entity=entity, object_id=int(object_id))
        except ValidationError as error:
            toast(request, " ".join(error.messages), tone="bad")
        else:
            toast(request, _("“%(name)s” is attached.") % {"name": file.name})
    return _back(request)


@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Drop one file; whoever sees it but may not change its record gets 404 as well."""
    file = _found(request, pk, "change")
    actions.remove(file=file, who=request.user)
    toast(request, _("“%(name)s” is removed.") % {"name": file.name})
    return _back(request)
