"""Users, for administrators only (to others these pages do not exist: 404)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vincula.kernel.people import actions
from vincula.kernel.people.door import SignedIn
from vincula.kernel.people.models import User
from vincula.kernel.people.pages.fields import InviteForm, StandingForm
from vincula.kernel.ui.toasts import toast

Page = Callable[..., HttpResponse]
PER_PAGE = 100


def administrators_only(page: Page) -> Page:
    """404 for everybody else."""

    @wraps(page)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise Http404
        return page(request, *args, **kwargs)

    return guarded


@administrators_only
@require_safe
def listing(request: SignedIn) -> HttpResponse:
    """All users; ``q`` finds by name or address, ``kind`` and ``state`` narrow."""
    users = User.objects.all()
    asked = request.GET.get("q", "").strip()
    if asked:
        users = users.filter(Q(name__icontains=asked) | Q(email__icontains=asked))
    kind = request.GET.get("kind", "")
    if kind in User.Kind.values:
        users = users.filter(kind=kind)
    state = request.GET.get("state", "active")
    if state in ("active", "inactive"):
        users = users.filter(is_active=state == "active")
    total = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        administrators=Count("pk", filter=Q(is_active=True, is_superuser=True)),
        invited=Count("pk", filter=Q(is_active=True, last_login=None) & ~Q(kind=User.Kind.SERVICE)),
    )
    page = Paginator(users, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "previous": with_page(request, page.previous_page_number()) if page.has_previous() else None,
        "next": with_page(request, page.next_page_number()) if page.has_next() else None,
        "asked": asked,
        "kind": kind,
        "state": state,
        "total": total,
        "kinds": User.Kind.choices,
    }
    return render(request, "people/administration.html", context)


def with_page(request: SignedIn, number: int) -> str:
    """This list, narrowed as it is, at another page."""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@administrators_only
@require_http_methods(["GET", "POST"])
def invite(request: SignedIn) -> HttpResponse:
    """Somebody new."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.invite(who=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            said = _("%(name)s is invited by mail.") if user.signs_in else _("The service account %(name)s is made.")
            toast(request, said % {"name": user})
            return redirect("people:user", user_id=user.pk)
    return render(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


@administrators_only
@require_http_methods(["GET", "POST"])
def user_page(request: SignedIn, user_id: int) -> HttpResponse:
    """One user; a POST changes kind and administrator."""
    user = get_object_or_404(User, pk=user_id)
    form = StandingForm(request.POST or None, initial={"kind": user.kind, "is_superuser": user.is_superuser})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_standing(user=user, who=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            toast(request, _("%(name)s is changed.") % {"name": user})
            return redirect("people:user", user_id=user.pk)
    context = {"person": user, "form": form, "tokens": user.api_tokens.filter(revoked_at=None).count()}
    return render(request, "people/user.html", context, status=422 if form.errors else 200)


@administrators_only
@require_POST
def act(request: SignedIn, user_id: int, verb: str) -> HttpResponse:
    """Deactivate, reactivate, or send the invitation again."""
    user = get_object_or_404(User, pk=user_id)
    verbs: dict[str, tuple[Callable[..., Any], str]] = {
        "deactivate": (actions.deactivate, _("%(name)s can no longer sign in.")),
        "reactivate": (actions.reactivate, _("%(name)s can sign in again.")),
        "invite": (actions.send_invitation, _("The invitation is sent to %(name)s again.")),
    }
    if verb not in verbs:
        raise Http404
    action, said = verbs[verb]
    try:
        action(user=user, who=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
    else:
        toast(request, said % {"name": user})
    return redirect("people:user", user_id=user.pk)


def refuse(form: InviteForm | StandingForm, error: ValidationError) -> None:
    """Put the sentences of a refusal at their fields."""
    if hasattr(error, "error_dict"):
        for field, sentences in error.message_dict.items():
            form.add_error(field if field in form.fields else None, sentences)
    else:
        form.add_error(None, error)
