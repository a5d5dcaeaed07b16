"""Pages about our own unit: workload and functions, overlaps, find the expert (requirements L11, E9)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.ui import format as shown
from vincula.parties import queries
from vincula.parties.models import Expertise, Function, Subject, Task

FULL = 100  # % of the coming weeks


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of this room, as tabs."""
    pages = (
        ("workload", _("Workload"), reverse("parties:workload")),
        ("functions", _("Functions"), reverse("entity:list", args=["functions"])),
        ("teams", _("Teams"), reverse("entity:list", args=["teams"])),
        ("expert", _("Find the expert"), reverse("parties:expert")),
        ("overlaps", _("Overlaps"), reverse("parties:overlaps")),
        ("subjects", _("Subjects"), reverse("entity:list", args=["subjects"])),
    )
    return [{"label": label, "url": url, "current": key == current} for key, label, url in pages]


@require_safe
def workload(request: HttpRequest) -> HttpResponse:
    """Functions with need and held; people with open work against their time (L11)."""
    door.require(request.user, "view", Function)
    functions, people = queries.functions(request.user), queries.workload(request.user)
    missing = sum((row.gap for row in functions if row.gap > 0), start=0)
    over = [row for row in people if row.load is not None and row.load > FULL]
    person, function = registry.get("parties.person"), registry.get("parties.function")
    context = {
        "tabs": tabs("workload"),
        "standfirst": _standfirst(missing, over),
        "functions": [{"row": row, "url": function.url(row.function),
                       "share": float(100 * row.held / row.needed) if row.needed else 100.0,
                       "holders": [{"name": h.person.name, "fte": h.fte, "url": person.url(h.person)} for h in row.holdings]}
                      for row in functions],
        "needed": sum((row.needed for row in functions), start=0),
        "held": sum((row.held for row in functions), start=0),
        "missing": missing,
        "people": [{"row": row, "url": person.url(row.person), "tone": _tone(row.load)} for row in people],
        "weeks": queries.work.WEEKS,
        "unestimated": queries.work.UNESTIMATED,
        "task_list": reverse("entity:list", args=["tasks"]) if door.may(request.user, "view", Task) else "",
    }  # fmt: skip
    return render(request, "parties/workload.html", context)


def _tone(load: Any) -> str:
    return "" if load is None or load <= 80 else "warn" if load <= FULL else "bad"


def _standfirst(missing: Any, over: list[Any]) -> str:
    gap = (
        _("%(fte)s FTE are needed and not held.") % {"fte": shown.format_number(missing)}
        if missing
        else _("Every function is held.")
    )
    many = ngettext(
        "%(n)s person has more open work than time in the coming four weeks.",
        "%(n)s people have more open work than time in the coming four weeks.", len(over),
    ) % {"n": len(over)}  # fmt: skip
    nobody = _("Nobody has more open work than time in the coming four weeks.")
    return f"{gap} {many if over else nobody}"


@require_safe
def expert(request: HttpRequest) -> HttpResponse:
    """Who knows something of what the words name, the surest first (E9)."""
    door.require(request.user, "view", Expertise)
    sought = request.GET.get("q", "").strip()[:200]
    found = queries.find_the_expert(sought, request.user) if sought else []
    places = queries.workplaces([one.person.pk for one in found], request.user)
    person = registry.get("parties.person")
    context = {
        "tabs": tabs("expert"),
        "sought": sought,
        "found": [
            {"one": one, "url": person.url(one.person),
             "where": ", ".join(places.get(one.person.pk, {}).values())}
            for one in found
        ],
        "subjects": _known_subjects(request.user),
        "standfirst": _found(sought, len(found)),
    }  # fmt: skip
    return render(request, "parties/expert.html", context)


def _known_subjects(user: Any) -> list[Subject]:
    """Subjects that somebody is known to know."""
    known = Expertise.objects.visible_to(user).values("subject")
    return list(Subject.objects.visible_to(user).filter(pk__in=known).order_by("name_folded")[:40])


def _found(sought: str, n: int) -> str:
    if not sought:
        return _("Ranked by level, by how lately it was confirmed, and by evidence.")
    if not n:
        return _("Nobody is known to know “%(words)s”.") % {"words": sought}
    return ngettext("%(n)s person knows about “%(words)s”.", "%(n)s people know about “%(words)s”.", n) % {
        "n": n, "words": sought,
    }  # fmt: skip


@require_safe
def overlaps(request: HttpRequest) -> HttpResponse:
    """Where two live tasks or teams work on the same organisation and subject (E9)."""
    door.require(request.user, "view", Task)
    found = queries.overlaps(request.user)
    organisation, subject = registry.get("parties.organisation"), registry.get("parties.subject")
    task, team = registry.get("parties.task"), registry.get("parties.team")
    rows = [
        {
            "organisation": o.organisation.name, "organisation_url": organisation.url(o.organisation),
            "subject": o.subject.name, "subject_url": subject.url(o.subject),
            "items": [
                *({"kind": _("Team"), "title": t.name, "url": team.url(t), "who": ""} for t in o.teams),
                *({"kind": _("Task"), "title": t.title, "url": task.url(t), "who": names.get(t.assignee_id, "")} for t in o.tasks),
            ],
        }
        for names in [_assignees(found)] for o in found
    ]  # fmt: skip
    said = ngettext(
        "At %(n)s place two or more tasks or teams work on the same thing.",
        "At %(n)s places two or more tasks or teams work on the same thing.", len(rows),
    ) % {"n": len(rows)}  # fmt: skip
    context = {"tabs": tabs("overlaps"), "rows": rows, "standfirst": said if rows else ""}
    return render(request, "parties/overlaps.html", context)


def _assignees(found: list[queries.Overlap]) -> dict[int | None, str]:
    from django.contrib.auth import get_user_model

    ids = {t.assignee_id for o in found for t in o.tasks if t.assignee_id}
    return {u.pk: str(u) for u in get_user_model()._default_manager.filter(pk__in=ids)}
