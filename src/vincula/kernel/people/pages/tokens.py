"""API tokens, my own and (for administrators) those of programs: issued, shown once, revoked at once."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel import clock
from vincula.kernel.people import actions, tokens
from vincula.kernel.people.door import SignedIn
from vincula.kernel.people.models import ApiToken, User
from vincula.kernel.people.pages.administration import administrators_only
from vincula.kernel.people.pages.fields import TokenForm
from vincula.kernel.ui.toasts import toast


@never_cache
@require_http_methods(["GET", "POST"])
def listing(request: SignedIn) -> HttpResponse:
    """My tokens."""
    return page(request, request.user)


@administrators_only
@never_cache
@require_http_methods(["GET", "POST"])
def of_program(request: SignedIn, user_id: int) -> HttpResponse:
    """The tokens of a service account; 404 for those of a person."""
    return page(request, get_object_or_404(User, pk=user_id, kind=User.Kind.SERVICE))


def page(request: SignedIn, owner: User) -> HttpResponse:
    """The list and the form; after issuing, the raw token stands in this one answer and nowhere else."""
    form = TokenForm(request.POST or None)
    issued, raw = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            issued, raw = actions.issue_token(
                user=owner,
                who=request.user,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at,
            )
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                form.add_error({"expires_at": "expires_on"}.get(field, field), sentences)
        else:
            form = TokenForm()
    context = {"form": form, "rows": rows_of(owner), "issued": issued, "raw": raw, "owner": owner}
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


def rows_of(owner: User) -> list[dict[str, object]]:
    """Each token with its scopes in plain words and its state: usable, expired or revoked."""
    words, now = dict(tokens.offered()), clock.now()
    return [
        {
            "token": token,
            "scopes": [words.get(scope, scope) for scope in token.scopes],
            "state": "revoked" if token.revoked_at else "expired" if token.expires_at <= now else "usable",
        }
        for token in owner.api_tokens.all()
    ]


@require_POST
def revoke(request: SignedIn, token_id: int) -> HttpResponse:
    """End a token of mine or of a program that I administer; 404 for any other."""
    token = get_object_or_404(ApiToken.objects.select_related("user"), pk=token_id)
    if not actions.may_hold_keys_of(token.user, request.user):
        raise Http404
    actions.revoke_token(token=token, who=request.user)
    toast(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    if token.user == request.user:
        return redirect("people:tokens")
    return redirect("people:program_tokens", user_id=token.user_id)
