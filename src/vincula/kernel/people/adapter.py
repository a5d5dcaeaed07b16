"""How django-allauth behaves here: nobody registers alone, programs never get a session, our own words everywhere."""

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from vincula.kernel.people import letters, sessions
from vincula.kernel.people.models import User
from vincula.kernel.people.sign_in import account_name, client_address

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

# What is said on the page afterwards; what is not named here (signing in and out) speaks for itself.
SAID: dict[str, Promise | str] = {
    "account/messages/password_changed.txt": _("Your password is changed; your other sessions are ended."),
    "account/messages/password_set.txt": _("Your password is set."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is no longer used."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are made; the old ones no longer work."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}

# What the person is told by mail, so that a change by somebody else does not go unnoticed.
WRITTEN: dict[str, Promise | str] = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("A password was set for your account."),
    "account/email/password_reset": _("Your password was reset by a link sent to this address."),
    "mfa/email/totp_activated": _("An authenticator app was set up for your account."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed from your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to allauth's questions about accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("The password is not right."),
        "invalid_password_reset": _("This link no longer works."),
        "rate_limited": _("This was tried too often within a short time. Wait a few minutes, then try again."),
        "too_many_login_attempts": _(
            "This was tried too often within a short time. Wait a few minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only this very host: the other hosts that we answer for are not where the person came from."""
        host = {self.request.get_host()} if self.request else set()
        return url_has_allowed_host_and_scheme(url, allowed_hosts=host)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count per address *and* account, as axes counts them: nobody is locked out from afar."""
        return f"{client_address(request)}:{account_name(request, credentials)}"

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The last door before a session, whatever way was taken (password, passkey, reset link)."""
        if not user.signs_in:
            from allauth.account.internal.stagekit import clear_login

            clear_login(request)
            return redirect("account_inactive")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session but the one that it was changed in."""
        super().set_password(user, password)
        session = getattr(self.request, "session", None)
        sessions.end_all(user, except_key=getattr(session, "session_key", None))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the configured address: a forged Host header must not get into a mail."""
        uidb36, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
        return f"{settings.BASE_URL}{path}"

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        if user.signs_in:
            letters.reset(user, context["password_reset_url"])

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        if sentence := WRITTEN.get(template_prefix):
            agent = self.get_http_user_agent(self.request)
            letters.changed(user, sentence, address=client_address(self.request), device=sessions.device_of(agent))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code or passkey is not accepted."),
    }

    @property
    def box(self) -> "MultiFernet":
        """Keys made from the secret key; older ones still open what they closed."""
        from cryptography.fernet import Fernet, MultiFernet  # 6 MB that only a second step needs

        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return MultiFernet(
            [
                Fernet(base64.urlsafe_b64encode(hashlib.sha256(("people.mfa:" + str(key)).encode()).digest()))
                for key in keys
            ]
        )

    def encrypt(self, text: str) -> str:
        return self.box.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self.box.decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The program's name is what the browser shows; the host is what the key is bound to."""
        return {**super().get_public_key_credential_rp_entity(), "name": str(settings.MFA_TOTP_ISSUER)}
