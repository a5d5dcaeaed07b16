"""The addresses of this room: the wanted pages of django-allauth under ``/account/``, and our own.

``allauth.urls`` is not included as a whole: signing up by passkey, changing or confirming e-mail addresses, codes by
mail and trusting browsers are not offered here, so their addresses do not exist.

The pages of the second step are loaded when they are asked for: with their cryptography they take 10 MB, and a worker
meets few people who sign in.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.module_loading import import_string

from vincula.kernel import public
from vincula.kernel.people.pages import administration, me, sessions, tokens


@dataclass(frozen=True)
class SecondStep:
    """A page of django-allauth, by its name there."""

    name: str

    def __call__(self, request: HttpRequest, **given: Any) -> HttpResponse:
        answer: HttpResponse = self.view(request, **given)
        return answer

    @property
    def view(self) -> Any:
        return import_string(f"allauth.mfa.{self.name}")


sign_in: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]

two_steps: list[URLPattern | URLResolver] = [
    path("", SecondStep("base.views.index"), name="mfa_index"),
    path("authenticate/", SecondStep("base.views.authenticate"), name="mfa_authenticate"),
    path("confirm/", SecondStep("base.views.reauthenticate"), name="mfa_reauthenticate"),
    path("app/activate/", SecondStep("totp.views.activate_totp"), name="mfa_activate_totp"),
    path("app/deactivate/", SecondStep("totp.views.deactivate_totp"), name="mfa_deactivate_totp"),
    path("recovery-codes/", SecondStep("recovery_codes.views.view_recovery_codes"), name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/generate/",
        SecondStep("recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        SecondStep("recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", SecondStep("webauthn.views.list_webauthn"), name="mfa_list_webauthn"),
    path("passkeys/add/", SecondStep("webauthn.views.add_webauthn"), name="mfa_add_webauthn"),
    path("passkeys/confirm/", SecondStep("webauthn.views.reauthenticate_webauthn"), name="mfa_reauthenticate_webauthn"),
    path("passkeys/login/", SecondStep("webauthn.views.login_webauthn"), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/remove/", SecondStep("webauthn.views.remove_webauthn"), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", SecondStep("webauthn.views.edit_webauthn"), name="mfa_edit_webauthn"),
]

own: list[URLPattern | URLResolver] = [
    path("me/", me.settings_page, name="settings"),
    path("me/preferences/", me.preferences, name="preferences"),
    path("me/language", me.only("language"), name="language"),
    path("me/theme", me.only("theme"), name="theme"),
    path("me/density", me.only("density"), name="density"),
    path("me/sessions/", sessions.listing, name="sessions"),
    path("me/sessions/end-others/", sessions.end_others, name="sessions_end_others"),
    path("me/sessions/<int:session_id>/end/", sessions.end, name="session_end"),
    path("me/tokens/", tokens.listing, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", tokens.revoke, name="token_revoke"),
    path("settings/people/", administration.listing, name="administration"),
    path("settings/people/invite/", administration.invite, name="invite"),
    path("settings/people/<int:user_id>/", administration.user_page, name="user"),
    path("settings/people/<int:user_id>/tokens/", tokens.of_program, name="program_tokens"),
    path("settings/people/<int:user_id>/<slug:verb>/", administration.act, name="user_act"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(sign_in)),
    path("account/second-step/", include(two_steps)),
    path("", include((own, "people"))),
]

for name, reason in {
    "account_login": "One signs in here.",
    "account_logout": "Signing out must also work when the session is already over.",
    "account_inactive": "It says why signing in did not work.",
    "account_signup": "It says that accounts are made by invitation.",
    "account_reset_password": "Who forgot the password cannot sign in.",
    "account_reset_password_done": "It follows after asking for a new password.",
    "account_reset_password_from_key": "The link of the mail sets a password; the key in it is the proof.",
    "account_reset_password_from_key_done": "It follows after setting a new password.",
    "mfa_authenticate": "The second step of signing in; it works only after the first.",
    "mfa_login_webauthn": "One signs in here with a passkey.",
}.items():
    public.declare(name, reason)
