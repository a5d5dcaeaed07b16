"""Home: what is due, who waits, what is ahead, who was not contacted; every line can be done or put off."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vincula.cockpit import queries
from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.notify import queries as inbox
from vincula.kernel.pages.single import telling
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import url_or_none
from vincula.parties import queries as parties
from vincula.parties import rules
from vincula.parties.models import Organisation, Task

DAYS = (30, 60, 90, 180)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My day."""
    user: Any = request.user
    days = _days(request)
    tasks, meetings, waiting = queries.due(user), queries.ahead(user), queries.waits_for_others(user)
    silent, n_silent = queries.silent(user, days)
    stale, n_stale = queries.stale(user)
    names = queries.labels(user, [*tasks, *waiting], meetings)
    today = timezone.localtime(clock.now()).date()
    late = sum(rules.is_late(task.due, True, today) for task in tasks)
    now = sum(task.due == today for task in tasks)
    unread, _next = inbox.inbox(user, unread_only=True, limit=5)
    context = {
        "today": today,
        "standfirst": standfirst(late, now, meetings, n_silent, days),
        "tasks": [_task(one, names, today) for one in tasks],
        "waiting": [_task(one, names, today, who=str(one.assignee or "")) for one in waiting],
        "meetings": [_meeting(one, names) for one in meetings],
        "silent": _silent(silent, user), "n_silent": n_silent, "days": days,
        "choices": [{"label": shown.format_number(n), "url": f"?silent={n}", "current": n == days} for n in DAYS],
        "silent_list": f"{reverse('entity:list', args=['organisations'])}?{urlencode(_silence(days, user))}",
        "stale": [_stale(one, today) for one in stale], "n_stale": n_stale,
        "changes": queries.changed(user),
        "duplicates": [{"key": telling.capital(plural), "value": shown.format_number(n),
                        "url": f"{reverse('duplicates:review')}?of={slug}"} for plural, slug, n in queries.duplicates(user)],
        "unread": unread, "inbox": url_or_none("notify:inbox"),
        "may_change": door.may(user, "change", Task), "may_review": door.may(user, "change", Organisation),
        "new_task": reverse("entity:new", args=["tasks"]) if door.may(user, "create", Task) else "",
        "anything": queries.sees(user), "first_day": _first_day(user),
    }  # fmt: skip
    return render(request, "cockpit/home.html", context)


def _first_day(user: Any) -> list[dict[str, str]]:
    """What to begin with while there is no organisation at all; [] afterwards, or for who may create none."""
    if Organisation.objects.exists() or not door.may(user, "create", Organisation):
        return []
    return [
        {"label": _("Import a file"), "url": reverse("exchange:new"), "kind": "go"},
        {"label": _("Create an organisation"), "url": reverse("entity:new", args=["organisations"])},
    ]


def _silence(days: int, user: Any) -> dict[str, Any]:
    """The filters of the list that shows the same organisations as the section does."""
    return {"silent_days__from": days, "steward": user.pk, "active": "true", "kind__not": "business_unit",
            "sort": "last_interaction_at"}  # fmt: skip


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("silent", "")
    return int(asked) if asked in {str(n) for n in DAYS} else 90


def standfirst(late: int, now: int, meetings: list[Any], silent: int, days: int) -> str:
    """What presses, what is next, who waits to hear from us."""
    told = []
    if late:
        told.append(ngettext("%(n)s task is late.", "%(n)s tasks are late.", late) % {"n": late})
    if now:
        told.append(ngettext("%(n)s task is due today.", "%(n)s tasks are due today.", now) % {"n": now})
    if not late and not now:
        told.append(_("Nothing is late and nothing is due today."))
    if meetings:
        at = meetings[0].at
        told.append(_("Next is “%(title)s”, %(date)s at %(time)s.") % {
            "title": meetings[0].title, "date": shown.format_date(at), "time": shown.format_time(at)})  # fmt: skip
    if silent:
        told.append(ngettext(
            "%(n)s organisation in your care has not been contacted for %(days)s days.",
            "%(n)s organisations in your care have not been contacted for %(days)s days.", silent,
        ) % {"n": silent, "days": days})  # fmt: skip
    return " ".join(told)


def _task(task: Task, names: Any, today: Any, who: str = "") -> dict[str, Any]:
    place = names.get(Organisation, task.organisation_id)
    return {
        "title": task.title, "url": registry.get("parties.task").url(task), "due": task.due, "who": who,
        "late": rules.is_late(task.due, True, today), "doing": task.state == "doing",
        "place": place.label if place else "", "place_url": place.url if place else "",
        "done": reverse("parties:task-done", args=[task.pk]), "put_off": reverse("parties:task-put-off", args=[task.pk]),
    }  # fmt: skip


def _meeting(meeting: Any, names: Any) -> dict[str, Any]:
    place = names.get(Organisation, meeting.organisation_id)
    return {"at": meeting.at, "title": meeting.title, "url": registry.get("parties.meeting").url(meeting),
            "where": meeting.place, "place": place.label if place else "", "agenda": bool(meeting.agenda or meeting.has_items)}  # fmt: skip


def _silent(organisations: list[Organisation], user: Any) -> list[dict[str, Any]]:
    entity, now = registry.get("parties.organisation"), clock.now()
    degrees = parties.degrees([o.pk for o in organisations], user)
    return [
        {"name": o.name, "url": entity.url(o), "days": rules.silent_days(o.last_interaction_at, now),
         "at": o.last_interaction_at, "degree": rules.DEGREES.index(degrees[o.pk]), "log": f"{entity.url(o)}#recent"}
        for o in organisations
    ]  # fmt: skip


def _stale(organisation: Organisation, today: Any) -> dict[str, Any]:
    return {
        "name": organisation.name, "url": registry.get("parties.organisation").url(organisation),
        "date": organisation.review_date, "days": (today - organisation.review_date).days,
        "act": reverse("parties:reviewed", args=[organisation.pk]),
    }  # fmt: skip
