"""Writing a mail down, and handing it to the mail server.

No mail server can take part in a transaction, so "once" is kept by order: the message is marked as being sent and
that is committed; then it is handed over. Who dies in between leaves it marked, and it is not sent again: a mail
too few is found in the list, a mail too many annoys.
"""

import re
import smtplib
from datetime import timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from vincula.kernel import clock, jobs
from vincula.kernel.mail.models import Message

MAX_ATTEMPTS = 8
KEEP_TEXTS = timedelta(days=90)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")

log = structlog.get_logger(__name__)


def send(*, to: str, subject: str, text: str, html: str | None = None, key: str) -> bool:
    """Note in the caller's transaction that a mail is to be sent to one address.

    False when there is a mail with this ``key`` already. ValidationError when ``to`` is not one plain address.
    Line breaks in the subject become blanks, so nothing can be smuggled into the headers.
    """
    validate_email(to)
    subject = " ".join(_BREAKS.sub(" ", subject).split())[:500]
    message = Message(key=key, to=to, subject=subject, text=_storable(text), html=_storable(html or ""))
    with transaction.atomic():
        Message.objects.bulk_create([message], ignore_conflicts=True)
        stored = Message.objects.get(key=key)
        return jobs.enqueue(deliver, key=f"mail:{stored.pk}", message_id=stored.pk)


def _storable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


@jobs.task(atomic=False)
def deliver(message_id: int) -> None:
    """Hand one message to the mail server, if nobody has begun to. Raises what another attempt may cure."""
    S = Message.State  # noqa: N806 - a short name for a class
    mine = Message.objects.filter(pk=message_id)
    if mine.filter(state=S.SENDING).update(state=S.UNCERTAIN, error="The worker was stopped while sending."):
        return
    if not mine.filter(state=S.WAITING).update(state=S.SENDING, attempts=F("attempts") + 1):
        return
    message = mine.get()
    try:
        _hand_over(message)
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        mine.update(state=S.UNCERTAIN, error=_said(error))  # it may have been taken
    except Exception as error:
        if _is_final(error) or message.attempts >= MAX_ATTEMPTS:
            mine.update(state=S.FAILED, error=_said(error))
            log.error("mail failed", message=message_id, error=_said(error))
            return
        mine.update(state=S.WAITING, error=_said(error))
        raise
    else:
        mine.update(state=S.SENT, sent_at=clock.now(), error="")


class UnreachableError(ConnectionError):
    """The mail server did not open the door, so it has taken nothing."""


def _hand_over(message: Message) -> None:
    connection = get_connection(getattr(settings, "MAIL_DELIVERY_BACKEND", None))
    try:
        connection.open()
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise UnreachableError(_said(error)) from error
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={
            # The same for every attempt: a mailbox that got a mail twice can see it.
            "Message-ID": f"<vincula-{message.pk}-{int(message.created_at.timestamp())}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    finally:
        connection.close()


def _is_final(error: Exception) -> bool:
    """Whether the server refused for good (5xx); what it calls temporary (4xx) is tried again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000].replace("\0", "")


@jobs.task
def forget_texts() -> None:
    """Drop the texts of mails sent long ago; that they were sent stays."""
    old = Message.objects.filter(state=Message.State.SENT, sent_at__lt=clock.now() - KEEP_TEXTS)
    old.exclude(text="", html="").update(text="", html="")
