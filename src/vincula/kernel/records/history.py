"""What a record was: its history, its state at a moment or version, and taking an edit back (requirement X5)."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.utils.translation import gettext as _

from vincula.kernel.access import gathered
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.records import actions, state
from vincula.kernel.records.models import Record

SEALS = ("correlation", "digest", "seal")  # of entries: what no reader asks for


def entries(record: models.Model, *others: int) -> models.QuerySet[AuditEntry]:
    """Audit entries of one record, and of ``others`` that it took in, newest first. Ask the door for the record before."""
    if others:
        rows = AuditEntry.objects.filter(entity=record._meta.label_lower, object_id__in=[record.pk, *others])
        return rows.order_by("-id")
    return entries_of(record._meta.label_lower, record.pk)


def entries_of(entity: str, pk: int) -> models.QuerySet[AuditEntry]:
    """Audit entries of the record ``pk`` of an entity, newest first. Ask the door for the record before."""
    return AuditEntry.objects.filter(entity=entity, object_id=pk).order_by("-id")


def latest(record: models.Model, user: Any, limit: int, before: datetime.datetime | None = None) -> list[AuditEntry]:
    """The ``limit`` latest entries (strictly older than ``before``), newest first, each with its ``who``, for a page of
    ``user``: the statement is put together once."""
    label, when = record._meta.label_lower, {} if before is None else {"before": before}

    def parts(pk: int, **when: Any) -> list[gathered.Part]:
        rows = entries_of(label, pk)
        rows = rows.filter(at__lt=when["before"]) if when else rows
        return [
            gathered.records("entries", rows.order_by("-at", "-id")[:limit], "who__name", "who__email", without=SEALS)
        ]

    told = gathered.gather("latest entries", user, parts, f"{label} {limit}", pk=record.pk, **when)
    people: dict[int, Any] = {}
    for entry in told["entries"]:
        if entry.who_id is not None:
            name, email = entry.told["who__name"], entry.told["who__email"]
            entry.who = people.setdefault(entry.who_id, get_user_model()(pk=entry.who_id, name=name, email=email))
    return sorted(told["entries"], key=lambda e: (e.at, e.pk), reverse=True)


def as_of(record: Record, at: datetime.datetime) -> state.State | None:
    """The record's state at ``at``; None when it did not exist yet."""
    return _roll_back(record, lambda e: e.at > at)


def at_version(record: Record, version: int) -> state.State | None:
    """The state that carried ``version``; None when it is not known."""
    if record.version == version:
        return state.of(record)
    if not entries(record).filter(version=version).exists():
        return None
    return _roll_back(record, lambda e: e.version > version)


def _roll_back(record: Record, later: Any) -> state.State | None:
    now = state.of(record)
    for e in entries(record).select_related("who"):
        if not later(e):
            return now
        if e.changes is None:
            return None
        now = state.rolled_back(now, e.changes)
    return None if not entries(record).exists() else now if _began_filled(now) else None


def _began_filled(now: state.State) -> bool:
    """A record made outside the save door has no creation entry: what remains is its first known state."""
    return any(not state.empty(v) for k, v in now.items() if k != "owner")


@dataclass
class Undone:
    """What an undo did: fields taken back, and those kept because somebody changed them later."""

    records: int = 0
    fields: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def undo_entry(entry: AuditEntry, record: Record, *, who: Any) -> Undone:
    """Take one edit of ``record`` back, field by field; a field edited again since keeps its later value."""
    with transaction.atomic():  # held from the comparison to the writing, or an edit in between would be lost
        record.__dict__.update(actions.locked(record).__dict__)
        return _undo(entry, record, who)


def _undo(entry: AuditEntry, record: Record, who: Any) -> Undone:
    done = Undone()
    if not entry.changes:
        return done
    if "trashed_at" in entry.changes:
        into_trash = entry.changes["trashed_at"][1] is not None
        (actions.restore if into_trash else actions.trash)(record, who=who, verb="undid")
        done.records = 1
        return done
    if all(old is None for old, _new in entry.changes.values()) and entry.verb == "created":
        actions.trash(record, who=who, verb="undid")
        done.records = 1
        return done
    values = _earlier_values(entry, record, done)
    if values:
        actions.change(record, who=who, verb="undid", **values)
        done.records = 1
    return done


def _earlier_values(entry: AuditEntry, record: Record, done: Undone) -> dict[str, Any]:
    now = state.of(record)
    values: dict[str, Any] = {}
    for name, (old, new) in (entry.changes or {}).items():
        present = (now.get("custom") or {}).get(name[7:]) if name.startswith("custom.") else now.get(name)
        if present != new:
            done.kept.append(name)
            continue
        done.fields.append(name)
        if name.startswith("custom."):
            values.setdefault("custom", {})[name[7:]] = old
        else:
            values.update([_assignable(type(record), name, old)])
    return values


def _assignable(model: type[models.Model], name: str, plain: Any) -> tuple[str, Any]:
    """(attribute, value) that sets a plain value on a record."""
    try:
        f = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name, plain
    if isinstance(f, models.ManyToManyField):
        return name, plain or []
    if isinstance(f, models.ForeignKey):
        return f.attname, plain
    if not isinstance(f, models.Field):
        return name, plain
    return name, f.get_default() if plain is None and not f.null else f.to_python(plain)


def undo_together(correlation: uuid.UUID, *, who: Any, models_by_entity: dict[str, type[Record]]) -> Undone:
    """Take back everything that was done as one act (a bulk edit), newest first, in one transaction."""
    total = Undone()
    with transaction.atomic(), trail.together():
        for entry in AuditEntry.objects.filter(correlation=correlation).order_by("-id"):
            model = models_by_entity.get(entry.entity)
            record = model._base_manager.filter(pk=entry.object_id).first() if model else None
            if record is None:
                continue
            part = undo_entry(entry, record, who=who)
            total.records += part.records
            total.fields += part.fields
            total.kept += [_("%(record)s: %(field)s") % {"record": record, "field": name} for name in part.kept]
    return total
