"""My open sessions, ended one by one or all the others at once."""

from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel.people import sessions
from vincula.kernel.people.door import SignedIn
from vincula.kernel.ui.toasts import toast


@require_safe
def listing(request: SignedIn) -> HttpResponse:
    """Where I am signed in: device, address, since when, last seen."""
    found = sessions.listed(request.user, request.session.session_key)
    return render(request, "people/sessions.html", {"sessions": found})


@require_POST
def end(request: SignedIn, session_id: int) -> HttpResponse:
    """End one of my sessions; 404 for anybody else's. Ending the current one signs out."""
    mine = {one.id: one for one in sessions.listed(request.user, request.session.session_key)}
    if session_id not in mine:
        raise Http404
    sessions.end(request.user, session_id)
    if mine[session_id].current:
        logout(request)
        return redirect("account_login")
    toast(request, _("The session is ended."))
    return redirect("people:sessions")


@require_POST
def end_others(request: SignedIn) -> HttpResponse:
    """End all my sessions but this one."""
    count = sessions.end_all(request.user, except_key=request.session.session_key)
    said = ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", count)
    toast(request, said % {"count": count})
    return redirect("people:sessions")
