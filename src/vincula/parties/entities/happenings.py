"""Interactions, meetings, tasks, documents."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.entity.declaration import Entity, computed
from vincula.parties import rules, sentences
from vincula.parties.lifecycles import TASK
from vincula.parties.models import AgendaItem, Document, Interaction, Meeting, Task


class InteractionEntity(Entity):
    model = Interaction
    help = _("A call, mail, visit, meeting, training or event between our people and theirs, and what came of it.")
    icon = "message"
    room = "interactions"
    list_display = ("subject", "at", "kind", "organisation", "next_step", "owner")
    list_filter = ("kind", "at", "organisation", "participants", "owner", "tags")
    search_fields = ("subject", "tags", "outcome", "next_step", "location", "notes")
    fieldsets = (
        (_("What"), ("kind", "subject", "at", "minutes", "location")),
        (_("With whom"), ("organisation", "participants")),
        (_("What came of it"), ("notes", "outcome", "next_step")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "-at"
    natural_key = ("at", "subject", "organisation")
    calendar = "at"
    scope = {"organisation": "organisation"}
    aliases = {"at": ("date", "start date", "date start"), "subject": ("topic",), "notes": ("description",)}

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.interaction(record)


class MeetingEntity(Entity):
    model = Meeting
    help = _("People come together at a set time: agenda before, minutes and tasks after.")
    icon = "calendar"
    room = "meetings"
    list_display = ("title", "at", "organisation", "team", "place")
    list_filter = ("at", "organisation", "team", "attendees", "owner", "tags")
    search_fields = ("title", "tags", "place", "agenda", "minutes")
    fieldsets = (
        (_("Meeting"), ("title", "at", "until", "place")),
        (_("Who"), ("organisation", "team", "attendees")),
        (_("Agenda and minutes"), ("agenda", "minutes")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "-at"
    natural_key = ("title", "at")
    calendar = "at"
    related = (("parties.agendaitem", "meeting"), ("parties.task", "meeting"))
    scope = {"organisation": "organisation"}

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.meeting(record, user)


class AgendaItemEntity(Entity):
    model = AgendaItem
    help = _("One point of a meeting: what it is about, who presents it, what came of it.")
    icon = "list-details"
    list_display = ("title", "meeting", "position", "presenter", "minutes")
    list_filter = ("meeting", "presenter")
    search_fields = ("title", "tags", "text", "outcome")
    fieldsets = ((_("Agenda item"), ("meeting", "position", "title", "presenter", "minutes", "text", "outcome")),)
    ordering = "position"
    natural_key = ("meeting", "position")
    scope = {"organisation": "meeting__organisation"}


class TaskEntity(Entity):
    model = Task
    help = _("What somebody has to do, for whom, until when.")
    icon = "checkbox"
    room = "tasks"
    list_display = ("title", "state", "due", "assignee", "organisation")
    list_filter = ("state", "due", "assignee", "organisation", "team", "subject", "tags")
    search_fields = ("title", "tags", "details")
    fieldsets = (
        (_("Task"), ("title", "details", "due", "hours", "assignee")),
        (_("About"), ("organisation", "team", "subject", "meeting")),
        (_("Record"), ("state", "owner", "tags")),
    )
    ordering = "due"
    natural_key = ("title", "organisation", "due")
    lifecycle = TASK
    board = "state"
    calendar = "due"
    scope = {"organisation": "organisation"}
    aliases = {"due": ("due date", "deadline"), "assignee": ("assigned to",), "title": ("subject",)}
    tones = {"state": TASK.tones}

    @computed(_("late"), "boolean", help=_("Open after its day."))
    def late(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        today = clock.today()
        return {r.pk: rules.is_late(r.due, r.is_open, today) for r in records}

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.task(record)


class DocumentEntity(Entity):
    model = Document
    help = _("A paper, plan or slide set about an organisation or a team: attached here, or a link to where it lies.")
    icon = "file-text"
    room = "organisations"
    list_display = ("title", "kind", "date", "organisation", "team", "link")
    list_filter = ("kind", "date", "organisation", "team", "tags")
    search_fields = ("title", "tags", "description")
    fieldsets = (
        (_("Document"), ("title", "kind", "date", "link", "description")),
        (_("About"), ("organisation", "team")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "-date"
    natural_key = ("title", "organisation")
    scope = {"organisation": "organisation"}
    aliases = {"title": ("name",)}
