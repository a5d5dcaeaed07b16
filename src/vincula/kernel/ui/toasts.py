"""Short messages after something was done, with the way back (interface.md: "Destructive = confirm, and undo").

``toast(request, _("12 organisations moved."), undo=url)`` shows on the next page; ``with_toast`` does the same for an
answer that htmx swaps into the page.
"""

import json
from typing import Literal

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse

Tone = Literal["good", "warn", "bad"]
_LEVELS = {"good": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}
_PREFIX = "undo="


def toast(request: HttpRequest, text: str, *, undo: str = "", tone: Tone = "good") -> None:
    """Shows ``text`` on the next page; ``undo`` is an address that takes the step back when it is posted to."""
    messages.add_message(
        request, _LEVELS[tone], text, extra_tags=f"{_PREFIX}{undo}" if undo else "", fail_silently=True
    )


def with_toast(response: HttpResponse, text: str, *, undo: str = "", tone: Tone = "good") -> HttpResponse:
    """The same answer, carrying a message for the page that asked for it through htmx."""
    data = {"vincula:toast": {"text": str(text), "undo": undo, "tone": tone}}
    response["HX-Trigger"] = json.dumps(data)  # ASCII-escaped: header values are Latin-1
    return response


def undo_of(message: Message) -> str:
    """The undo address that a stored message carries, or an empty string."""
    tag = str(message.extra_tags or "")
    return tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX + "/") else ""


def tone_of(message: Message) -> Tone:
    """The tone of a stored message, whoever wrote it (libraries use Django's levels)."""
    if message.level >= messages.ERROR:
        return "bad"
    return "warn" if message.level >= messages.WARNING else "good"
