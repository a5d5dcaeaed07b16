"""The few mails about accounts, in the reader's language. They go the way that settings name (the outbox)."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vincula.kernel.people.models import User


def write(user: User, subject: Promise | str, letter: str, *, by: Any = None, **context: Any) -> None:
    """Render ``people/mail/<letter>.txt`` for the user and send it (``by`` a connection)."""
    body = render_to_string(f"people/mail/{letter}.txt", {"user": user, "address_of_us": settings.BASE_URL, **context})
    send_mail(str(subject), body.strip() + "\n", None, [user.email], connection=by)


def invitation(user: User, link: str, *, inviter: User, days: int) -> None:
    """To somebody new: set a password by this link."""
    with translation.override(user.language or translation.get_language()):
        write(user, _("You are invited to Vincula"), "invitation", link=link, inviter=inviter, days=days)


def reset(user: User, link: str, *, by: Any = None) -> None:
    """To somebody who forgot: set a new password by this link."""
    with translation.override(user.language or translation.get_language()):
        write(user, _("A new password for Vincula"), "reset", link=link, by=by)


def changed(user: User, sentence: Promise | str, *, address: str, device: str) -> None:
    """To somebody whose way of signing in was changed, perhaps by somebody else."""
    with translation.override(user.language or translation.get_language()):
        write(user, str(sentence), "changed", sentence=str(sentence), address=address, device=device)
