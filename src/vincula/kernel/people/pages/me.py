"""“My settings”: who I am here and how I like to see it."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel.people import actions, sessions
from vincula.kernel.people.door import SignedIn
from vincula.kernel.people.models import User
from vincula.kernel.people.pages.fields import ProfileForm
from vincula.kernel.public import public_page
from vincula.kernel.ui.toasts import toast

YEAR = 60 * 60 * 24 * 365
CHOICES: dict[str, Callable[[], set[str]]] = {
    "language": lambda: {code for code, _name in settings.LANGUAGES},
    "theme": lambda: set(User.Theme.values),
    "density": lambda: set(User.Density.values),
}


@require_http_methods(["GET", "POST"])
def settings_page(request: SignedIn) -> HttpResponse:
    """Name, language, time zone, theme and density; links to password, second step, sessions and tokens."""
    user = request.user
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.prefer(user=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            with translation.override(user.language or translation.get_language()):
                toast(request, _("Your settings are saved."))
            return remember(redirect("people:settings"), {"language": user.language, "theme": user.theme})
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "form": form,
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "sessions": len(sessions.listed(user, request.session.session_key)),
        "tokens": user.api_tokens.filter(revoked_at=None).count(),
    }
    return render(request, "people/settings.html", context, status=422 if form.errors else 200)


@public_page("Language, theme and density are chosen before signing in as well; only a cookie is written then.")
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Any of ``language``, ``theme``, ``density``; then back to ``next``. A value that we do not know is 400."""
    wishes = {name: request.POST[name] for name in CHOICES if name in request.POST}
    return wished(request, wishes)


def only(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """The address of one preference; its value comes as ``value`` or under its own name."""

    @public_page("Language, theme and density are chosen before signing in as well; only a cookie is written then.")
    @require_POST
    def one(request: HttpRequest) -> HttpResponse:
        return wished(request, {name: request.POST.get(name, request.POST.get("value", ""))})

    return one


def wished(request: HttpRequest, wishes: dict[str, str]) -> HttpResponse:
    """Keep the wishes with the user, and in cookies for this browser; then go back."""
    if not wishes or any(value not in CHOICES[name]() for name, value in wishes.items()):
        return HttpResponse(_("This choice does not exist."), status=400, content_type="text/plain; charset=utf-8")
    if request.user.is_authenticated:
        actions.prefer(user=request.user, **wishes)
    if request.headers.get("HX-Request") == "true":
        return remember(HttpResponse(status=204, headers={"HX-Refresh": "true"}), wishes)
    return remember(HttpResponseRedirect(way_back(request)), wishes)


def remember(answer: HttpResponse, wishes: dict[str, str]) -> HttpResponse:
    """Cookies, so that the browser keeps language and theme when nobody is signed in."""
    names = {"language": settings.LANGUAGE_COOKIE_NAME, "theme": "vincula_theme", "density": "vincula_density"}
    for wish, value in wishes.items():
        if value:
            answer.set_cookie(names[wish], value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        else:
            answer.delete_cookie(names[wish], samesite="Lax")
    return answer


def way_back(request: HttpRequest) -> str:
    """``next`` if it stays on this host, else the page that one came from, else the start."""
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return "/"
