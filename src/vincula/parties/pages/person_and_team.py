"""Sections of the pages of people and teams."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context, Panel
from vincula.kernel.privacy.pages import tab as privacy_tab
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.parties import rules, sentences
from vincula.parties.models import Person, Task, Team
from vincula.parties.queries.person_and_team import around_person, around_team, still
from vincula.parties.queries.unions import Row

PERSON, TEAM = "parties.person", "parties.team"


def register() -> None:
    """Put the sections in place."""
    for key, title, entity, context, width in (
        ("work", gettext_lazy("Works for"), PERSON, affiliations, "main"),
        ("roles", gettext_lazy("Contact roles"), PERSON, roles, "side"),
        ("functions", gettext_lazy("Functions"), PERSON, functions, "side"),
        ("teams", gettext_lazy("Teams"), PERSON, teams, "side"),
        ("expertise", gettext_lazy("Knows about"), PERSON, expertise, "side"),
        ("members", gettext_lazy("Members"), TEAM, members, "main"),
        ("served", gettext_lazy("Organisations served"), TEAM, served, "side"),
        ("dates", gettext_lazy("Next meetings"), TEAM, meetings, "side"),
    ):
        places.PANELS.put(Panel(key, title, entity, template="parties/lines.html", context=context, width=width))  # type: ignore[arg-type]  # the width is one of the two
    places.TABS.put(
        places.Tab("privacy", gettext_lazy("Privacy"), PERSON, template="privacy/tab.html", context=privacy_tab.context)
    )
    places.PANELS.put(
        Panel("tasks", gettext_lazy("Open tasks"), TEAM, template="parties/team_tasks.html", context=tasks)
    )


def _lines(rows: list[dict[str, Any]], width: str = "minmax(0,1fr)") -> Context | None:
    return {"lines": rows, "width": width} if rows else None


def _period(row: Row) -> str:
    """Since when, or from when to when."""
    if row.until is not None and not still(row):
        return _("until %(date)s") % {"date": shown.format_date(row.until)}
    return _("since %(year)s") % {"year": row.since.year} if row.since else ""


def _of(request: HttpRequest, record: Record, what: str) -> list[Row]:
    if isinstance(record, Person):
        rows = around_person(record, request.user).get(what, [])
    else:
        assert isinstance(record, Team)
        rows = around_team(record, request.user).get(what, [])
    return sorted(rows, key=lambda row: (not still(row) if row.until else False, row.title))


def affiliations(request: HttpRequest, record: Record) -> Context | None:
    """Where the person works, and worked."""
    entity = registry.get("parties.organisation")
    return _lines([
        {"key": row.title, "value": row.note or "", "note": _period(row), "url": entity.url(row.other or 0)}
        for row in _of(request, record, "affiliation")
    ])  # fmt: skip


def roles(request: HttpRequest, record: Record) -> Context | None:
    """What the person is there for."""
    entity = registry.get("parties.organisation")
    return _lines([
        {"key": sentences.role_name(row.note), "value": row.title, "note": _period(row), "url": entity.url(row.other or 0)}
        for row in _of(request, record, "role")
    ], "7rem")  # fmt: skip


def functions(request: HttpRequest, record: Record) -> Context | None:
    """What the person does here, with which part of the time."""
    entity = registry.get("parties.function")
    return _lines([
        {"key": row.title, "value": _("%(n)s FTE") % {"n": shown.format_number(float(row.note))}, "note": _period(row),
         "url": entity.url(row.other or 0)}
        for row in _of(request, record, "function")
    ])  # fmt: skip


def teams(request: HttpRequest, record: Record) -> Context | None:
    """The teams of the person."""
    entity = registry.get(TEAM)
    return _lines([
        {"key": row.title, "value": _share(row.note), "note": _period(row), "url": entity.url(row.other or 0)}
        for row in _of(request, record, "team")
    ])  # fmt: skip


def _share(text: str) -> str:
    return shown.percent(float(text)) if text else _("no share said")


def expertise(request: HttpRequest, record: Record) -> Context | None:
    """What the person knows, the best first."""
    rows = sorted(_of(request, record, "expertise"), key=lambda row: (-int(row.note), row.title))
    find = reverse("parties:expert")
    return _lines([
        {"key": row.title, "value": _("level %(n)s of 5") % {"n": row.note}, "url": f"{find}?q={row.title}",
         "note": shown.format_date(row.since) if row.since else _("never confirmed")}
        for row in rows
    ])  # fmt: skip


def members(request: HttpRequest, record: Record) -> Context | None:
    """Who is in the team, the leader first."""
    assert isinstance(record, Team)
    entity = registry.get(PERSON)
    rows = sorted(_of(request, record, "member"), key=lambda row: (row.other != record.leader_id, row.title))
    return _lines([
        {"key": row.title, "value": _("%(function)s, leads it") % {"function": row.note} if row.other == record.leader_id and row.note
         else _("leads it") if row.other == record.leader_id else row.note, "note": _share(row.more), "url": entity.url(row.other or 0)}
        for row in rows
    ])  # fmt: skip


def served(request: HttpRequest, record: Record) -> Context | None:
    """Organisations that the team serves."""
    entity = registry.get("parties.organisation")
    return _lines([
        {"key": row.title, "value": row.note, "url": entity.url(row.pk)} for row in _of(request, record, "organisation")
    ])  # fmt: skip


def meetings(request: HttpRequest, record: Record) -> Context | None:
    """When the team meets next."""
    entity = registry.get("parties.meeting")
    rows = sorted(_of(request, record, "meeting"), key=lambda row: row.at)
    return _lines([
        {"key": shown.format_date(row.at, "short"), "value": row.title, "note": row.note, "url": entity.url(row.pk)} for row in rows
    ], "4.4rem")  # fmt: skip


def tasks(request: HttpRequest, record: Record) -> Context | None:
    """Open tasks of the team, the latest first."""
    entity, today = registry.get("parties.task"), clock.today()
    rows = sorted(_of(request, record, "task"), key=lambda row: (row.since is None, row.since, row.pk))
    if not rows:
        return None
    return {
        "tasks": [
            {"title": row.title, "who": row.more, "due": row.since, "late": rules.is_late(row.since, True, today),
             "doing": row.note == "doing", "url": entity.url(row.pk), "done": reverse("parties:task-done", args=[row.pk]),
             "put_off": reverse("parties:task-put-off", args=[row.pk])}
            for row in rows
        ],
        "back": request.get_full_path(),
        "may_change": door.may(request.user, "change", Task),
    }  # fmt: skip
