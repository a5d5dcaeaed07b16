"""A mail backend for what libraries send: each mail becomes a ``Message`` of the caller's transaction.

Settings name it as EMAIL_BACKEND, and the backend that really delivers as MAIL_DELIVERY_BACKEND.
"""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from vincula.kernel.mail import send


class Outbox(BaseEmailBackend):
    """Keeps subject, text and formatted text; one mail per recipient. Attachments are refused, not lost."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.attachments:
                raise ValueError("Mail with attachments does not go through the outbox.")
            alternatives = getattr(message, "alternatives", ())
            html = next((str(content) for content, kind in alternatives if kind == "text/html"), None)
            for address in message.recipients():
                key = f"library:{uuid.uuid4()}"
                send(to=address, subject=str(message.subject), text=str(message.body), html=html, key=key)
        return len(email_messages)
