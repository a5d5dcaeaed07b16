"""Take an import back: new records go, changed ones get their former values (X3).

What somebody edited since is kept, field by field, and named.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from vincula.kernel.audit import trail
from vincula.kernel.entity import registry
from vincula.kernel.exchange import gates, preparing, values, waiting, writing
from vincula.kernel.exchange.models import ImportLine, ImportRun, KeptReference
from vincula.kernel.records import actions, derived, guarded, state
from vincula.kernel.records.models import Record

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONCE = 400


@dataclass
class Undone:
    """How many records went and got their former values back; sentences about what was kept."""

    deleted: int = 0
    restored: int = 0
    kept: list[str] = field(default_factory=list)


def undo(run: ImportRun, who: Any) -> Undone:
    """Take back all that the run wrote. Call inside a transaction."""
    done = Undone()
    with trail.together(), waiting.quiet(), guarded.taken_back():
        written = ImportLine.objects.filter(run=run).exclude(version=0).select_related("run").order_by("id")
        by_model: dict[str, list[ImportLine]] = defaultdict(list)
        for line in written:
            by_model[line.entity].append(line)
        order = sorted(by_model, key=lambda name: name == run.entity)  # links first, then the records they join
        for name in order:
            model = apps.get_model(name)
            _restore(model, preparing.merged([line for line in by_model[name] if line.outcome == "update"]), who, done)
        for name in order:
            model = apps.get_model(name)
            _delete(model, [line for line in by_model[name] if line.outcome == "create"], who, done)
        KeptReference.objects.filter(tied_by=run).update(tied_at=None, tied_by=None)
        KeptReference.objects.filter(run=run).delete()
    return done


def _some(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


def _restore(model: Any, lines: list[ImportLine], who: Any, done: Undone) -> None:
    """Records that nobody edited since get their former version and time back; others field by field."""
    for some in _some(lines):
        records = model._base_manager.select_for_update(of=("self",)).in_bulk([line.object_id for line in some])
        exact, partly = [], []
        for line in some:
            record = records.get(line.object_id)
            if record is None:
                done.kept.append(_("“%(name)s” is not there any more.") % {"name": line.label})
            elif _is_guarded(line, record, done):
                continue
            elif _keeps_state(line, record, who, done):
                partly.append((line, record))
            elif record.version == line.version:
                exact.append((line, record))
            else:
                partly.append((line, record))
        _put_back(model, exact, who)
        _put_back_in_part(model, partly, who, done)
        done.restored += len(exact)


def _is_guarded(line: ImportLine, record: Any, done: Undone) -> bool:
    """Whether what only verbs set, or what is in use by now, stands between the record and its former values."""
    model = type(record)
    entity = registry.find(line.entity)
    own = {entity.lifecycle.field} if entity is not None and entity.lifecycle is not None else set()
    if not set(guarded.fields(model)) - own:
        return False
    many = {f.name for f in state.many(model)}
    back, held = copy.copy(record), guarded.held(record)
    values.put(back, {name: old for name, old in line.before.items() if name not in many})
    try:
        guarded.refuse(back, held, without=own)
        back.clean()
    except ValidationError as error:
        said = " ".join(sentence for _name, sentence in values.sentences(error))
        done.kept.append(_("%(record)s: %(field)s") % {"record": line.label, "field": said})
        return True
    return False


def _keeps_state(line: ImportLine, record: Any, who: Any, done: Undone) -> bool:
    """Whether a gate stands between the record and its former state: then it keeps the present one, and that is told."""
    entity = registry.find(line.entity)
    lifecycle = entity.lifecycle if entity is not None else None
    if lifecycle is None or lifecycle.field not in line.before or gates.taken(line.run.options, who):
        return False
    former = line.before[lifecycle.field]
    if getattr(record, lifecycle.field) == former or getattr(record, lifecycle.field) != line.values[lifecycle.field]:
        return False  # there already, or moved on since: kept and named as every later edit is
    wrong = gates.against_going_back(lifecycle, record, former)
    if wrong:
        done.kept.append(_("%(record)s: %(field)s") % {"record": line.label, "field": " ".join(wrong)})
        line.before = {name: old for name, old in line.before.items() if name != lifecycle.field}
    return bool(wrong)


def _put_back(model: Any, pairs: list[tuple[ImportLine, Any]], who: Any) -> None:
    if not pairs:
        return
    many = {f.name: f for f in state.many(model)}
    groups: dict[tuple[str, ...], list[tuple[Any, int]]] = defaultdict(list)
    entries = []
    names = writing.told(model)
    for line, record in pairs:
        changes = {name: [line.values.get(name), old] for name, old in line.before.items()
                   if name in names or name.startswith("custom.")}  # fmt: skip
        values.put(record, {name: old for name, old in line.before.items() if name not in many})
        for name in set(line.before) & set(many):
            getattr(record, name).set(line.before[name] or [])
        was, record.version, record.updated_at = record.version, line.base_version, line.base_updated_at
        groups[writing.columns_of(model, line.before)].append((record, was))
        entries.append(trail.entry(who=who, verb="import undone", entity=line.entity, object_id=record.pk,
                                   changes=changes, version=record.version))  # fmt: skip
    for columns, rows in groups.items():
        writing.ready_columns(model, columns, rows)()
    trail.write_many(entries)
    for some in _some(pairs):
        derived.write([record for _line, record in some])


def _put_back_in_part(model: Any, pairs: list[tuple[ImportLine, Any]], who: Any, done: Undone) -> None:
    entity = registry.find(model._meta.label_lower)
    records, changes, lists = [], [], []
    many = {f.name for f in state.many(model)}
    worked_out = {f.name: f for f in writing.derived_columns(model)}
    for line, record in pairs:
        present_state = state.of(record)
        back = {}
        for name, old in line.before.items():
            if name in worked_out:
                continue  # follows from the others
            present = (
                (present_state.get("custom") or {}).get(name[7:])
                if name.startswith("custom.")
                else present_state.get(name)
            )
            if present == line.values.get(name):
                back[name] = old
            else:
                done.kept.append(_("%(record)s: %(field)s") % {"record": line.label, "field": _label(entity, name)})
        if back:
            was = {name: getattr(record, f.attname) for name, f in worked_out.items()}
            values.put(record, {name: old for name, old in back.items() if name not in many})
            with suppress(ValidationError):
                record.clean()
            follows = {
                name: [was[name], now]
                for name, f in worked_out.items()
                if (now := getattr(record, f.attname)) != was[name]
            }
            records.append(record)
            changes.append({name: [line.values.get(name), old] for name, old in back.items()} | follows)
            lists.append({name: list(old or []) for name, old in back.items() if name in many})
    if records:
        writing.update(records, changes, lists, who=who, verb="import undone")
        done.restored += len(records)


def _label(entity: Entity | None, name: str) -> str:
    found = entity.field(name) if entity else None
    return str(found.label) if found else name


def _delete(model: Any, lines: list[ImportLine], who: Any, done: Undone) -> None:
    """Delete what the import made, unless it was edited since or somebody built on it."""
    ids: dict[int, ImportLine] = {}
    for some in _some(lines):
        there = dict(
            model._base_manager.filter(pk__in=[line.object_id for line in some]).values_list("pk", _version(model))
        )
        for line in some:
            if line.object_id not in there:
                continue
            if issubclass(model, Record) and there[line.object_id] != line.version:
                done.kept.append(_("“%(name)s” was edited since and is kept.") % {"name": line.label})
            else:
                ids[line.object_id] = line
    if set(guarded.fields(model)):
        for record in model._base_manager.filter(pk__in=list(ids)):
            if against := actions.AGAINST_TRASHING(record=record):
                said = " ".join(str(sentence) for sentence in against)
                done.kept.append(_("%(record)s: %(field)s") % {"record": ids.pop(record.pk).label, "field": said})
    if issubclass(model, Record):
        for some in _some(list(ids)):  # what is derived lets go of the records first
            derived.remove(model, some)
    used = _used(model, set(ids))
    if used and issubclass(model, Record):
        derived.write(list(model._base_manager.filter(pk__in=used)))
    for pk in used:
        done.kept.append(_("“%(name)s” is used by other records and is kept.") % {"name": ids[pk].label})
    gone = [pk for pk in ids if pk not in used]
    entries = []
    for pk in gone:
        changes = {name: [value, None] for name, value in ids[pk].values.items()}
        entries.append(
            trail.entry(who=who, verb="import undone", entity=model._meta.label_lower, object_id=pk, changes=changes)
        )
    if issubclass(model, Record):
        trail.write_many(entries)
    _remove_rows(model, gone)
    done.deleted += len(gone) if not any(line.extra for line in lines) else 0


def _version(model: Any) -> str:
    return "version" if issubclass(model, Record) else "pk"


def _references_to(model: Any) -> list[tuple[Any, str]]:
    """(model, column attribute) of every foreign key that points to the model."""
    return [
        (relation.related_model, relation.field.attname)
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]


def _used(model: Any, ids: set[int]) -> set[int]:
    """Of ``ids``, those that rows outside the import point to; their own lists of relations go with them."""
    own = {writing.through(f) for f in state.many(model)}
    used: set[int] = set()
    todo = set(ids)
    while todo:
        new: set[int] = set()
        for other, attribute in _references_to(model):
            if other in own:
                continue
            for some in _some(sorted(todo)):
                rows = other._base_manager.filter(**{f"{attribute}__in": some})
                if other is model:
                    for pk, target in rows.values_list("pk", attribute):
                        if pk not in ids or pk in used:
                            new.add(target)
                else:
                    new.update(rows.values_list(attribute, flat=True))
        new -= used
        used |= new
        todo = set(ids) - used if new else set()
    return used


def _remove_rows(model: Any, ids: list[int]) -> None:
    """Delete the rows themselves; relations among them are loosened first, so that no order is needed."""
    own = {writing.through(f): f.m2m_column_name() for f in state.many(model)}
    loosen = {f.attname: None for f in model._meta.concrete_fields if f.related_model is model and f.null}
    for some in _some(ids):
        for through, column in own.items():
            through._base_manager.filter(**{f"{column}__in": some}).delete()
        if loosen:
            model._base_manager.filter(pk__in=some).update(**loosen)
    for some in _some(ids):
        rows = model._base_manager.filter(pk__in=some)
        rows._raw_delete(using=connection.alias)
