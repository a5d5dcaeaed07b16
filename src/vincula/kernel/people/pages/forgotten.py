"""Asking for a new password: the same answer and the same effort whether there is such an account or not."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import get_connection
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from vincula.kernel.people import actions, letters
from vincula.kernel.people.models import User

NOBODY = "nobody@invalid.example"


class ForgottenPassword(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Who cannot sign in gets a letter written too, which is torn up: a measured time tells nothing."""

    users: list[User]

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        known = [user for user in self.users if user.signs_in]
        with transaction.atomic():  # one commit for everybody, for it lasts longest of all
            actions.asked_for_password(known[0] if known else None)
            if known:
                self.users = known
                return str(super().save(request, **kwargs))
            point = transaction.savepoint()
            _unsent()
            transaction.savepoint_rollback(point)
        return str(self.cleaned_data["email"])


def _unsent() -> None:
    """The work of a letter to somebody, into the outbox of the transaction, with which it goes."""
    user = User(email=NOBODY, pk=0)
    default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "0", "key": "x"})
    letters.reset(user, f"{settings.BASE_URL}{path}", by=get_connection(settings.MAIL_OUTBOX))
