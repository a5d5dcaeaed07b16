"""Meetings and interactions: agenda with its outcomes, and the step from what was said to a task."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.parties.models import AgendaItem, Interaction, Meeting, Person, Task


def register() -> None:
    """Put sections, moves and row actions in place."""
    places.PANELS.put(
        places.Panel("items", gettext_lazy("Agenda"), "parties.meeting", template="parties/agenda.html", context=agenda)
    )
    places.HEADS.put(places.HeadSource("parties.interaction", interaction_head))
    places.HEADS.put(places.HeadSource("parties.meeting", meeting_head))
    for action in (
        places.RowAction("done", gettext_lazy("Done"), "parties.task", _done, icon="check", post=True),
        places.RowAction("log", gettext_lazy("Log an interaction"), "parties.organisation", _log, icon="message"),
        places.RowAction("hand-over", gettext_lazy("Hand over"), "parties.contactrole", _hand_over, icon="users"),
    ):
        places.ROW_ACTIONS.put(action)


def agenda(request: HttpRequest, record: Record) -> Context | None:
    """The points of a meeting in their order, each with who presents it and the way to a task."""
    assert isinstance(record, Meeting)
    rows = list(AgendaItem.objects.visible_to(request.user).filter(meeting=record).order_by("position", "pk"))
    seen = (
        dict(Person.objects.visible_to(request.user).filter(agenda_items__in=rows).values_list("pk", "name"))
        if rows
        else {}
    )
    may_add = door.may(request.user, "create", AgendaItem)
    if not rows and not may_add:
        return None
    entity = registry.get("parties.agendaitem")
    about = {"meeting": record.pk, "organisation": record.organisation_id or "", "team": record.team_id or ""}
    task = reverse("entity:new", args=["tasks"]) if door.may(request.user, "create", Task) else ""
    back = request.get_full_path()
    return {
        "items": [
            {"n": n, "title": row.title, "url": entity.url(row), "who": seen.get(row.presenter_id or 0, ""),
             "minutes": row.minutes, "outcome": row.outcome,
             "task": f"{task}?{urlencode({**about, 'title': row.title, 'return': back})}" if task else ""}
            for n, row in enumerate(rows, 1)
        ],
        "new": f"{reverse('entity:new', args=[entity.slug])}?"
               f"{urlencode({'meeting': record.pk, 'position': len(rows) + 1, 'return': back})}" if may_add else "",
    }  # fmt: skip


def meeting_head(request: HttpRequest, record: Record) -> places.Head:
    """When it is, to the minute: what one looks for first."""
    assert isinstance(record, Meeting)
    facts = [shown.format_datetime(record.at)]
    if record.until is not None and shown.format_date(record.until) == shown.format_date(record.at):
        facts = [_("%(day)s, %(begin)s to %(end)s") % {
            "day": shown.format_date(record.at), "begin": shown.format_time(record.at), "end": shown.format_time(record.until)
        }]  # fmt: skip
    return places.Head(facts=[*facts, record.place])


def interaction_head(request: HttpRequest, record: Record) -> places.Head:
    """A next step becomes a task."""
    assert isinstance(record, Interaction)
    added = places.Head(facts=[shown.format_datetime(record.at)])
    if record.next_step and record.trashed_at is None and door.may(request.user, "create", Task):
        query = urlencode({
            "title": record.next_step[:200], "organisation": record.organisation_id or "", "return": request.get_full_path()
        })  # fmt: skip
        added.moves.append(
            {"label": _("Make the next step a task"), "url": f"{reverse('entity:new', args=['tasks'])}?{query}"}
        )
    return added


def _done(record: Record, user: object) -> str:
    assert isinstance(record, Task)
    allowed = record.is_open and door.may(user, "change", Task)
    return reverse("parties:task-done", args=[record.pk]) if allowed else ""


def _log(record: Record, user: object) -> str:
    if not door.may(user, "create", Interaction):
        return ""
    return f"{registry.get('parties.organisation').url(record)}#recent"


def _hand_over(record: Record, user: object) -> str:
    return reverse("parties:hand-over", args=[record.pk]) if door.may(user, "change", type(record)) else ""
