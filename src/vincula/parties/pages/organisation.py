"""The organisation's page as far as this room's data reach (interface.md, "Organisation cockpit")."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.parties import rules, sentences
from vincula.parties.models import (
    Affiliation,
    ContactRole,
    Document,
    Meeting,
    Organisation,
    OrganisationLink,
    OrganisationRelation,
    Task,
)
from vincula.parties.queries.around import Around, around, contacts_between, last_contact

YEAR = 365
BACKWARDS = {
    "part_of": gettext_lazy("has as a part"), "parent_of": gettext_lazy("is part of"), "successor": gettext_lazy("succeeded"),
    "predecessor": gettext_lazy("was succeeded by"), "member_of": gettext_lazy("has as a member"),
    "related": gettext_lazy("is related to"),
}  # fmt: skip


def register() -> None:
    """Put the page, its head and its margin in place."""
    places.override("parties.organisation", page)
    places.HEADS.put(places.HeadSource("parties.organisation", head))
    places.NARROWINGS.put(places.Narrowing("parties.contactrole", "person", "organisation", works_there))


def works_there(people: QuerySet[Any], organisation: int, user: Any) -> QuerySet[Any]:
    """Who is or was affiliated with the organisation, as far as ``user`` sees: others can hold no contact role there."""
    held = Affiliation.objects.visible_to(user).filter(organisation_id=organisation)
    return people.filter(pk__in=held.values("person_id"))


def page(request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]) -> HttpResponse:
    """The overview: timeline and work in the middle; people, roles, dates and structure at the side."""
    assert isinstance(record, Organisation)
    found = around(record, request.user)
    context = {
        **base_context,
        "around": found,
        "roles": roles(request, record, found),
        "held": _held(found),
        "dates": dates(found),
        "tasks": [_task(row) for row in found.tasks],
        "people": people(found),
        "team": team(found),
        "structure": structure(base_context["row"], found),
        "groups": [
            {"key": row.title, "value": row.note, "url": registry.get("parties.group").url(row.other or 0)}
            for row in found.groups
        ],
        "documents": [_document(row) for row in found.documents],
        "new": _new(request, record),
        "may_change_tasks": door.may(request.user, "change", Task),
    }
    return render(request, "parties/organisation.html", context)


def head(request: HttpRequest, record: Record) -> places.Head:
    """What it is to us, and four to six figures, each with what it is compared with."""
    assert isinstance(record, Organisation)
    found = around(record, request.user)
    added = places.Head(facts=_relations(found), figures=figures(record, found, request.user))
    if record.tariff_category:
        added.facts.append(_("tariff %(category)s") % {"category": record.tariff_category})
    if record.trashed_at is None and registry.get("parties.meeting").may(request.user, "create"):
        query = urlencode({"organisation": record.pk, "return": request.get_full_path()})
        added.moves.append({"label": _("Plan a meeting"), "url": f"{reverse('entity:new', args=['meetings'])}?{query}"})
    return added


def _relations(found: Around) -> list[str]:
    """ "Customer since 1995", one fact for each relation of today."""
    today, facts = clock.today(), []
    names = dict(OrganisationRelation.Kind.choices)
    for row in found.relations:
        if rules.overlap(row.since, row.until, today, today):
            word = str(names.get(row.title, row.title))
            facts.append(
                _("%(relation)s since %(year)s") % {"relation": word, "year": row.since.year} if row.since else word
            )
    return facts


def figures(record: Organisation, found: Around, user: Any) -> list[dict[str, Any]]:
    """Contact, silence, tasks, roles, review; never a figure without its comparison."""
    now = clock.now()
    this, before = contacts_between(found, YEAR, 0), contacts_between(found, 2 * YEAR, YEAR)
    latest = last_contact(record, user)
    degree, silent = rules.degree_of_contact(this + before, latest, now), rules.silent_days(latest, now)
    expected, vacant = _held(found)
    return [
        {"label": _("Contacts in 12 months"), "value": shown.format_number(this),
         "note": _("%(degree)s; %(n)s in the 12 months before") % {"degree": dict(sentences.DEGREES)[degree], "n": before}},
        {"label": _("Last contact"), "value": "—" if silent is None else shown.format_number(silent),
         "unit": ngettext("day ago", "days ago", silent) if silent is not None else "", "note": _rhythm(this, silent),
         "tone": "warn" if silent is not None and silent > 90 else ""},
        {"label": _("Open tasks"), "value": shown.format_number(len(found.tasks)),
         "note": sentences.late_tasks(found.late) or _("none is late"), "tone": "bad" if found.late else ""},
        {"label": _("Contact roles"), "value": shown.format_number(expected - vacant),
         "unit": _("of %(n)s") % {"n": expected}, "note": _vacant(found) or _("every expected role is held"),
         "tone": "warn" if vacant else ""},
        {"label": _("Next meeting"), "value": shown.format_date(found.meetings[0].at, "short") if found.meetings else "—",
         "note": found.meetings[0].title if found.meetings else _("none is planned")},
        _review(record),
    ]  # fmt: skip


def _rhythm(contacts: int, silent: int | None) -> str:
    """What is usual between two contacts, beside how long it is now."""
    if silent is None:
        return _("nobody was in contact yet")
    if contacts < 2:
        return _("too few to know a rhythm")
    usual = round(YEAR / contacts)
    return ngettext("usually every day", "usually every %(n)s days", usual) % {"n": usual}


def _vacant(found: Around) -> str:
    if not found.vacant:
        return ""
    return _("vacant: %(roles)s") % {"roles": ", ".join(sentences.role_name(v.role) for v in found.vacant[:2])}


def _held(found: Around) -> tuple[int, int]:
    """(roles expected or held today, of which vacant)."""
    today = clock.today()
    held = {row.note for row in found.roles if rules.overlap(row.since, row.until, today, today)}
    return len(held) + len(found.vacant), len(found.vacant)


def _review(record: Organisation) -> dict[str, Any]:
    today = clock.today()
    if record.review_date is None:
        return {"label": _("Record"), "value": "—", "note": _("no review is planned")}
    days = (record.review_date - today).days
    if days < 0:
        note = ngettext("review %(n)s day overdue", "review %(n)s days overdue", -days) % {"n": -days}
        return {"label": _("Record"), "value": _("stale"), "note": note, "tone": "warn"}
    note = _("next review on %(date)s") % {"date": shown.format_date(record.review_date)}
    return {"label": _("Record"), "value": _("fresh"), "note": note, "tone": "good"}


def roles(request: HttpRequest, record: Organisation, found: Around) -> list[dict[str, Any]]:
    """Held roles, then vacant ones with a reason and the place to fill them."""
    today, lines = clock.today(), []
    order = {role: n for n, (role, _label) in enumerate(ContactRole.Role.choices)}
    new = registry.get("parties.contactrole").may(request.user, "create")
    for row in sorted(found.roles, key=lambda r: order.get(r.note, 99)):
        if rules.overlap(row.since, row.until, today, today):
            hand_over = reverse("parties:hand-over", args=[row.pk]) if new else ""
            lines.append({"key": sentences.role_name(row.note), "value": row.title, "more": row.more, "vacant": False,
                          "url": registry.get("parties.person").url(row.other or 0), "act": hand_over,
                          "word": _("Hand over")})  # fmt: skip
    for one in found.vacant:
        told = {"date": shown.format_date(one.since), "person": one.last}
        value = _("vacant since %(date)s") % told if one.since else _("vacant")
        query = urlencode(
            {"organisation": record.pk, "role": one.role, "since": today.isoformat(), "return": request.get_full_path()}
        )
        lines.append({"key": sentences.role_name(one.role), "value": value, "vacant": True,
                      "more": _("%(person)s held it last.") % told if one.last else _("Nobody has held it yet."),
                      "act": f"{reverse('entity:new', args=['contact-roles'])}?{query}" if new else "",
                      "word": _("Fill"), "url": ""})  # fmt: skip
    return lines


def dates(found: Around) -> list[dict[str, Any]]:
    """Meetings and due tasks of the next weeks, the nearest first."""
    horizon = clock.today() + timedelta(days=60)
    lines = [
        (row.at.date(), {"key": shown.format_date(row.at, "short"), "value": row.title, "note": row.note,
                         "url": registry.get("parties.meeting").url(row.pk)})
        for row in found.meetings
    ]  # fmt: skip
    lines += [
        (row.since, {"key": shown.format_date(row.since, "short"), "value": row.title, "note": _("task"), "url": registry.get("parties.task").url(row.pk)})
        for row in found.tasks if row.since and clock.today() <= row.since <= horizon
    ]  # fmt: skip
    return [line for _day, line in sorted(lines, key=lambda pair: pair[0])][:7]


def _task(row: Any) -> dict[str, Any]:
    late = rules.is_late(row.since, True, clock.today())
    return {
        "pk": row.pk, "title": row.title, "who": row.more, "due": row.since, "late": late, "doing": row.note == "doing",
        "url": registry.get("parties.task").url(row.pk), "done": reverse("parties:task-done", args=[row.pk]),
        "put_off": reverse("parties:task-put-off", args=[row.pk]),
    }  # fmt: skip


def people(found: Around) -> list[dict[str, Any]]:
    """Some of its people, with what they do."""
    entity = registry.get("parties.person")
    seen: dict[int, dict[str, Any]] = {}
    for row in found.people:
        line = seen.setdefault(
            row.other or 0, {"name": row.title, "native": row.more, "job": "", "url": entity.url(row.other or 0)}
        )
        line["job"] = line["job"] or row.note
    return list(seen.values())


def team(found: Around) -> list[dict[str, Any]]:
    """Who of ours serves it, by team."""
    entity = registry.get("parties.person")
    teams: dict[str, list[dict[str, Any]]] = {}
    for row in found.team:
        teams.setdefault(row.note, []).append({"name": row.title, "does": row.more, "url": entity.url(row.other or 0)})
    return [{"name": name, "members": members} for name, members in teams.items()]


def structure(row: dict[str, Any], found: Around) -> list[dict[str, Any]]:
    """Parent, parts, ties to others."""
    entity = registry.get("parties.organisation")
    lines = []
    for name, word in (("parent", _("Part of")), ("successor", _("Succeeded by"))):
        if row.get(name):
            lines.append({"key": word, "value": row[name].label, "url": row[name].url})
    for one in found.children:
        lines.append({"key": _("Part"), "value": one.title, "url": entity.url(one.pk)})
    for one in found.links:
        words = (
            BACKWARDS.get(one.note, one.note)
            if one.what == "link here"
            else dict(OrganisationLink.Kind.choices).get(one.note, one.note)
        )
        lines.append({"key": words, "value": one.title or one.more, "url": entity.url(one.other) if one.other else "",
                      "note": "" if one.other else _("not in the register")})  # fmt: skip
    return lines


def _document(row: Any) -> dict[str, Any]:
    return {"key": shown.format_date(row.since), "value": row.title, "note": dict(Document.Kind.choices).get(row.note, row.note),
            "url": registry.get("parties.document").url(row.pk)}  # fmt: skip


def _new(request: HttpRequest, record: Organisation) -> dict[str, str]:
    """Addresses that create something of this organisation, for who may."""
    query = urlencode({"organisation": record.pk, "return": request.get_full_path()})
    wanted = {"affiliation": Affiliation, "task": Task, "meeting": Meeting, "document": Document}
    return {
        name: f"{reverse('entity:new', args=[registry.get(door.key(model)).slug])}?{query}"
        for name, model in wanted.items()
        if door.may(request.user, "create", model)
    }
