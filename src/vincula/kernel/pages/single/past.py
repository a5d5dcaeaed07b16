"""History of a record: a table of what was done, taking one change back, the record on a day, two days compared (X5)."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.duplicates import merging, undoing
from vincula.kernel.duplicates.models import Merge
from vincula.kernel.entity import reading
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.single import overview, telling, thread
from vincula.kernel.pages.single.finding import LARGEST, address, find, way_back
from vincula.kernel.records import actions, history, state
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown_as
from vincula.kernel.ui.toasts import toast

PER_PAGE = 50
MERGING = (merging.TOOK_IN, merging.WENT_INTO, merging.POINTS, undoing.VERB)  # undone as a whole


@require_safe
def page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The history has its place as a tab; this address leads there and keeps the filter."""
    record = find(request, entity, pk, or_trashed=True)
    query = {k: v for k, v in request.GET.items() if k != "tab"}
    return redirect(address("record", entity, record, tab="history", **query))


def shown(request: HttpRequest, entity: Entity, record: Record, rights: dict[str, bool]) -> dict[str, Any]:
    """What ``single/history.html`` needs."""
    teller = telling.Teller(entity, request.user)
    merged = merging.taken_in(entity.key, record.pk) if entity.identity else []
    people = _people(record, merged)
    who, name = request.GET.get("who", ""), request.GET.get("field", "")
    entries = history.entries(record, *merged).select_related("who")
    if who in {str(each.pk) for each in people}:
        entries = entries.filter(who_id=int(who))
    elif who == "program":
        entries = entries.filter(who=None)
    known = {each.name: telling.capital(str(each.label)) for each in overview.fields_shown(entity)}
    if name in known:
        entries = entries.filter(changes__has_key=name)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    listed = list(entries[: PER_PAGE + 1])
    lines = teller.lines(listed[:PER_PAGE])
    _tell_of_merges(entity, record, lines, rights)
    for line in lines:
        if line.about or line.entry.verb in MERGING:
            continue
        if record.trashed_at is None and telling.may_undo(request.user, line.entry, **rights):
            line.undo = address("undo", entity, record, line.entry.pk)
    base = {"tab": "history", "who": who, "field": name}
    return {
        "lines": lines,
        "people": people,
        "known": known,
        "who": who,
        "field": name,
        "older": f"?{urlencode({**base, 'before': listed[PER_PAGE - 1].pk})}" if len(listed) > PER_PAGE else "",
        "as_of_url": address("as_of", entity, record),
    }


def _tell_of_merges(entity: Entity, record: Record, lines: list[telling.Line], rights: dict[str, bool]) -> None:
    """Say which lines are of a record that was taken in, and offer the undo of a merge where it began."""
    others = {line.entry.object_id for line in lines} - {record.pk}
    titles = (
        {pk: entity.title(r) for pk, r in entity.model._base_manager.in_bulk(list(others)).items()} if others else {}
    )
    acts = [line.entry.correlation for line in lines if line.entry.verb == merging.TOOK_IN]
    standing = (
        dict(Merge.objects.filter(correlation__in=acts, undone_at=None).values_list("correlation", "pk"))
        if acts
        else {}
    )
    for line in lines:
        if line.entry.object_id != record.pk:
            line.about = titles.get(line.entry.object_id, "")
        elif line.entry.correlation in standing and rights["change"] and rights["delete"] and record.trashed_at is None:
            line.undo = reverse("entity:unmerge", args=[entity.slug, standing[line.entry.correlation]])


def _people(record: Record, merged: list[int]) -> list[Any]:
    ids = history.entries(record, *merged).order_by().values_list("who_id", flat=True).distinct()
    return list(get_user_model()._default_manager.filter(pk__in=ids).order_by("name"))


@require_POST
def undo(request: HttpRequest, entity: Entity, pk: int, entry: int) -> HttpResponse:
    """Take one change of this record back; fields that were edited again since keep their later value, and it is said."""
    record = find(request, entity, pk, or_trashed=True)
    back = address("record", entity, record, tab="history")
    found = get_object_or_404(history.entries(record).exclude(verb__in=MERGING), pk=min(entry, LARGEST))
    try:
        with transaction.atomic():
            done = _undo(found, record, request.user)
    except ValidationError as error:
        toast(request, _("It was not taken back: %(why)s") % {"why": " ".join(error.messages)}, tone="bad")
        return redirect(way_back(request, back))
    except actions.Conflict:
        toast(
            request, _("Somebody saved this record at the same moment; nothing was taken back. Try again."), tone="bad"
        )
        return redirect(way_back(request, back))
    toast(request, _said(entity, request.user, record, done, found), tone="good" if done.records else "warn")
    if record.trashed_at is not None:
        return redirect(address("record", entity, record))
    return redirect(way_back(request, back))


def _undo(entry: AuditEntry, record: Record, user: Any) -> history.Undone:
    name = next(iter(entry.changes or {}), "")
    if not name.startswith("link."):
        return history.undo_entry(entry, record, who=user)
    from vincula.kernel.access import door

    door.require(user, "change", record)
    old, new = (entry.changes or {})[name]
    kind = name.removeprefix("link.")
    if new is not None:
        thread.remove(new, kind, record, user)
    else:
        thread.restore(old, kind, record, user)
    return history.Undone(records=1, fields=[name])


def _said(entity: Entity, user: Any, record: Record, done: history.Undone, entry: AuditEntry) -> str:
    """What an undo did, in words."""
    teller = telling.Teller(entity, user)
    kept = ", ".join(teller.label(name) for name in done.kept)
    when = shown_as.format_datetime(entry.at)
    if not done.records and kept:
        return _("Nothing was taken back: %(fields)s changed again since, and the later values stay.") % {
            "fields": kept
        }
    if not done.records:
        return _("There was nothing to take back.")
    if kept:
        said = _(
            "The change of %(when)s is taken back, except %(fields)s: changed again since, and the later values stay."
        )
        return said % {"when": when, "fields": kept}
    return _("The change of %(when)s is taken back.") % {"when": when}


@require_safe
def as_of(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The record as it was at ``at`` (a day, or a moment); with ``with`` also what differs from then."""
    record = find(request, entity, pk, or_trashed=True)
    at, other = _moment(request.GET.get("at", "")), _moment(request.GET.get("with", ""))
    teller = telling.Teller(entity, request.user)
    context: dict[str, Any] = {
        "entity": entity, "record": record, "title": entity.title(record), "at": at, "other": other, "problem": "",
        "record_url": address("record", entity, record), "history_url": address("record", entity, record, tab="history"),
        "asked_at": request.GET.get("at", "")[:16], "asked_with": request.GET.get("with", "")[:16],
    }  # fmt: skip
    if at is None and request.GET.get("at"):
        context["problem"] = _("This is not a day: write it as 2026-03-31, or with a time as 2026-03-31T14:30.")
    then = history.as_of(record, at) if at else None
    if at and then is None:
        first = history.entries(record).order_by("id").first()
        since = shown_as.format_datetime(first.at) if first else shown_as.format_datetime(record.created_at)
        context["problem"] = _("The record is known from %(since)s on; before that there is nothing to show.") % {
            "since": since
        }
    if then is not None:
        context["then"] = _as_sections(entity, teller, then)
        context["then_title"] = str(then.get(reading.titled_by(entity, record)) or entity.title(record))
        context["then_trashed"] = then.get("trashed_at")
        later = history.as_of(record, other) if other else state.of(record)
        if later is not None:
            told = teller.differences(_without_trash(state.difference(then, later)))
            context["differences"] = [one for one in told if one.before or one.after]
        elif other:
            context["problem"] = _("On the second day the record was not known yet.")
    return render(request, "single/as_of.html", context)


def _without_trash(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: pair for name, pair in changes.items() if name != "trashed_at"}


def _as_sections(entity: Entity, teller: telling.Teller, then: state.State) -> list[dict[str, Any]]:
    titled = [(title, list(names)) for title, names in entity.fieldsets]
    own = [f"custom.{key}" for key in then.get("custom") or {}]
    if own:
        titled.append((_("Own fields"), own))
    texts = teller.values(then, [n for _title, names in titled for n in names])
    found = []
    for title, names in titled:
        lines = [{"label": teller.label(n), "text": texts.get(n, "")} for n in names if texts.get(n)]
        if lines:
            found.append({"title": title, "lines": lines})
    return found


def _moment(raw: str) -> datetime.datetime | None:
    """A moment from a form; a day means its end, where the reader lives."""
    raw = raw.strip()
    try:
        moment = datetime.datetime.fromisoformat(raw)
        if len(raw) <= 10:
            moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
        moment = timezone.make_aware(moment) if moment.tzinfo is None else moment
        return min(moment.astimezone(datetime.UTC), clock.now())
    except (ValueError, OverflowError):
        return None
