"""Timeline sources and composer of organisations, people and teams (requirement E3)."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.single import telling
from vincula.kernel.records.models import Record
from vincula.parties.lifecycles import TASK
from vincula.parties.models import Document, Interaction, Organisation, Task
from vincula.parties.queries.around import around
from vincula.parties.queries.happened import happened
from vincula.parties.queries.unions import Row

_MARKS = re.compile(r"\*\*|__|`|^#+ ", re.MULTILINE)  # Markdown that plain text does not need
LONGEST = 420  # characters of a note that a stream shows
SOURCES = (
    ("interactions", gettext_lazy("Interactions"), "parties.interaction"),
    ("meetings", gettext_lazy("Meetings"), "parties.meeting"),
    ("tasks", gettext_lazy("Tasks"), "parties.task"),
    ("documents", gettext_lazy("Documents"), "parties.document"),
)
KINDS = (  # what the composer offers, in this order; "task" makes a task instead
    ("note", gettext_lazy("Note")), ("call", gettext_lazy("Call")), ("email", gettext_lazy("E-mail")),
    ("visit", gettext_lazy("Visit")), ("meeting", gettext_lazy("Meeting")), ("task", gettext_lazy("Task")),
)  # fmt: skip

VERBS = {  # how the history tells what actions.py does
    "logged": gettext_lazy("logged it"), "handed over": gettext_lazy("handed it over"),
    "took over": gettext_lazy("took it over"), "ended": gettext_lazy("ended it"), "put off": gettext_lazy("put it off"),
    "reviewed": gettext_lazy("reviewed it"), "confirmed": gettext_lazy("confirmed it"),
}  # fmt: skip


def register() -> None:
    """Put sources and composer onto the three pages."""
    for entity, names in (
        ("parties.organisation", ("interactions", "meetings", "tasks", "documents")),
        ("parties.person", ("interactions", "meetings", "tasks")),
        ("parties.team", ("meetings", "tasks", "documents")),
    ):
        for name, label, of in SOURCES:
            if name in names:
                places.TIMELINE.put(places.TimelineSource(name, label, entity, _items(name, of)))
    telling.VERBS.update(VERBS)
    places.COMPOSERS.put(places.Composer("parties.organisation", composer))


def _items(name: str, entity: str) -> places.Items:
    def items(record: Record, user: Any, before: datetime | None, limit: int) -> list[places.TimelineItem]:
        rows = happened(record, user, before, limit).get(name, [])
        return [_item(name, entity, row) for row in rows]

    return items


def _item(name: str, entity: str, row: Row) -> places.TimelineItem:
    kind = _kind(name, row)
    text = _MARKS.sub("", row.more)
    text = text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    declared = registry.get(entity)
    return places.TimelineItem(
        at=row.at, kind=kind, who=row.who, title=row.title, text=text, url=declared.url(row.pk), entity=entity,
        meta=tuple(part for part in (kind, row.who, row.note if name == "meetings" else "") if part),
    )  # fmt: skip


def _kind(name: str, row: Row) -> str:
    if name == "interactions":
        return str(dict(Interaction.Kind.choices).get(row.note, row.note))
    if name == "documents":
        return str(dict(Document.Kind.choices).get(row.note, row.note))
    if name == "tasks":
        return _("Task: %(state)s") % {"state": TASK.state(row.note).label}
    return _("Meeting")


def composer(request: HttpRequest, record: Record) -> str:
    """The box in which an interaction, note or task is written; "" for who may write neither."""
    may_log = door.may(request.user, "create", Interaction)
    kinds = [k for k in KINDS if (door.may(request.user, "create", Task) if k[0] == "task" else may_log)]
    if not kinds:
        return ""
    assert isinstance(record, Organisation)
    people = [row.title for row in around(record, request.user).people]
    context = {
        "people": people,
        "kinds": kinds,
        "action": reverse("parties:log", args=[record.pk]),
        "back": request.get_full_path(),
    }
    return render_to_string("parties/composer.html", context, request=request)
