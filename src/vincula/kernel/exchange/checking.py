"""What each draft would do, decided with the same rules as the form's, but for many lines at once (X3).

Nothing is written here. A draft leaves with an outcome and, for a new or changed record, the plain values to set.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import reading, relations
from vincula.kernel.exchange import building, gates, values, writing
from vincula.kernel.exchange.drafts import Draft, look_up, meet
from vincula.kernel.exchange.guard import unguarded
from vincula.kernel.exchange.matching import Matcher
from vincula.kernel.exchange.related import Finder, Pending
from vincula.kernel.exchange.rules import Rules
from vincula.kernel.records import guarded, state

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity
    from vincula.kernel.entity.field import Field
    from vincula.kernel.exchange.profile import Profile


class Checker:
    """Decides drafts batch by batch; remembers over the whole file what may stand in it only once."""

    def __init__(
        self, entity: Entity, fields: dict[str, Field], who: Any, profile: Profile | None, options: dict[str, Any]
    ) -> None:
        self.entity, self.fields, self.who, self.profile = entity, fields, who, profile
        self.model = entity.model
        self.creates = bool(options.get("create_new")) or profile is None or profile.creates
        self.lifecycle = None if gates.taken(options, who) else entity.lifecycle
        self.builder = building.builder(self.model)
        self.audited = building.audited(self.model)
        blank = state.creation(state.of(self.builder.new(), with_many=False))
        self.blank = {name: new for name, (_old, new) in blank.items()}
        self.rules = Rules(self.model, fields)
        self.may_create = entity.may(who, "create")
        self.by_verbs = door.why_frozen(self.model)
        self.moved = {entity.lifecycle.field} if entity.lifecycle is not None else set()  # judged by ``gates``
        self.matcher = Matcher(entity, who, profile)
        self.finder = Finder(entity, who, fields)
        self.seen: dict[int, int] = {}  # {hash of a key: line << 32 | hash of what it says}: a file may be long
        self.many = [f.name for f in state.many(self.model)]
        self.worked_out = writing.derived_columns(self.model)

    def decided(self, drafts: list[Draft]) -> list[Draft]:
        """Decide every draft of one batch, but for likely doubles (see ``resembling``)."""
        open_drafts = [d for d in drafts if not d.outcome]
        if self.profile is not None:
            look_up(self.profile, open_drafts, self.who)
        self.finder.resolve(open_drafts)
        self.matcher.match(open_drafts)
        self.decide(drafts)
        return drafts

    def decide(self, drafts: Sequence[Draft]) -> None:
        """Decide drafts that know their record, if there is one."""
        open_drafts = [d for d in drafts if not d.outcome]
        self._once(open_drafts)
        self._as_exported([d for d in open_drafts if d.record is not None and d.cells and not d.outcome])
        lists = self._lists([d.record.pk for d in open_drafts if d.record is not None])
        changeable = self._changeable([d.record.pk for d in open_drafts if d.record is not None])
        for d in open_drafts:
            if not d.outcome:
                self._decide(d, lists, changeable)
        self._unique([d for d in open_drafts if d.outcome in ("create", "update")])

    def _once(self, drafts: Sequence[Draft]) -> None:
        """A record may stand in a file once; the same line again is left out, a different one is an error."""
        for d in drafts:
            keys: list[tuple[Any, ...]] = []
            if d.record is not None:
                keys.append(("id", d.record.pk))
            if d.source:
                keys.append(("ref", d.source.scheme, d.source.value))
            elif d.record is None and (natural := self.matcher.natural_key(d.values)):
                keys.append(("key", *natural))
            said = hash(repr(sorted(d.values.items()))) & 0xFFFFFFFF
            for key in keys:
                line, before = divmod(self.seen.setdefault(hash(key), d.line << 32 | said), 1 << 32)
                if line == d.line:
                    continue
                if d.row is not None and d.source is None and d.row.add:
                    d.say("warning", _("Line %(line)s is the same record; both add to it.") % {"line": line})
                elif before == said:
                    d.decide("skip", _("The same as line %(line)s.") % {"line": line})
                else:
                    d.decide("error", _("Line %(line)s is the same record with other values.") % {"line": line})
                break

    def _as_exported(self, drafts: Sequence[Draft]) -> None:
        """A cell that reads just as our export would write it changes nothing, whatever the export cannot express."""
        names = {name for d in drafts for name in d.cells}
        fields = [f for name, f in self.fields.items() if name in names]
        for d, row in zip(drafts, reading.read(self.entity, [d.record for d in drafts], fields, self.who), strict=True):
            for f in fields:
                if f.name in d.cells and _reads_as(d.cells[f.name], row[f.name], f):
                    d.values.pop(f.name, None)
                    d.messages = [m for m in d.messages if m["field"] != f.name]

    def _lists(self, ids: list[int]) -> dict[tuple[str, int], list[int]]:
        """Present ids of many relations: {(field, record): [ids]}."""
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for f in state.many(self.model):
            if f.name in self.fields and ids:
                here, there = f.m2m_column_name(), f.m2m_reverse_name()
                rows = writing.through(f)._base_manager.filter(**{f"{here}__in": ids})
                for mine, other in rows.order_by("pk").values_list(here, there):
                    found[f.name, mine].append(other)
        return found

    def _changeable(self, ids: list[int]) -> set[int]:
        rows = door.visible(self.model._base_manager.filter(pk__in=ids), self.who, "change")
        return set(rows.values_list("pk", flat=True))

    def _decide(self, d: Draft, lists: dict[tuple[str, int], list[int]], changeable: set[int]) -> None:
        if d.failed:
            return
        if d.record is None:
            self._decide_new(d)
        else:
            self._decide_known(d, lists)
            if d.outcome == "update" and d.record.pk not in changeable:
                d.decide("error", self.by_verbs or _("Your roles do not let you change this record."))

    def _decide_new(self, d: Draft) -> None:
        if not self.creates:
            d.label = d.label or str(d.values.get(_title_field(self.entity), ""))[:200]
            d.decide("proposal", _("Not in the register yet; proposed as new."))
            return
        if not self.may_create:
            d.decide("error", self.by_verbs or _("Your roles do not let you create a record here."))
            return
        record = self.builder.new()
        if getattr(self.who, "pk", None) is not None:
            record.owner_id = self.who.pk
        meet(self.profile, d, record)
        self._set(record, d.values)
        for f in self.rules.own_required:
            if d.values.get(f.name) in values.NOTHING:
                d.say("error", _("This field must be filled in."), f.name)
        if not self._clean(d, record, set(d.values), whole=True):
            return
        if not _guards_hold(d, record, None, self.moved):
            return
        if self.lifecycle is not None and (wrong := gates.against_new(self.lifecycle, record)):
            d.decide("error", " ".join(wrong), self.lifecycle.field)
            return
        d.label = self._label(d, record)
        there = record.__dict__
        attributes = self.builder.changed(record)
        new = {self.audited[a]: state.plain(there[a]) for a in attributes if a in self.audited}
        d.changes = state.creation(self.blank | new | self._listed(d))
        worked_out = {f.name: state.plain(there[f.attname]) for f in self.worked_out if f.attname in attributes}
        d.derived = state.creation(worked_out)
        d.changes |= self._pending(d, d.changes)
        d.decide("create")

    def _decide_known(self, d: Draft, lists: dict[tuple[str, int], list[int]]) -> None:
        record = d.record
        d.label = self.entity.title(record)[:200]
        before, derived = state.of(record, with_many=False), self._derived(record)
        held = guarded.held(record)
        given = dict(d.values)
        meet(self.profile, d, record)
        if d.row is not None:
            given = {name: value for name, value in given.items()
                     if name not in d.row.fill or self.fields[name].of(record) in values.NOTHING}  # fmt: skip
            for name in d.row.add & given.keys():
                given[name] = values.united(self.fields[name].of(record), given[name])
        d.values = given
        self._set(record, given)
        present = before | {n: sorted(lists.get((n, record.pk), [])) for n in self.many if n in given}
        if not self._clean(d, record, set(given)):
            return
        d.changes = self._changes(d, record, present)
        if not d.changes:
            d.decide("unchanged")
            return
        if not self._clean(d, record, set(self.fields) - set(given), whole=True) or not self._passes(d, record):
            return
        if not _guards_hold(d, record, held, self.moved):
            return
        d.changes = self._changes(d, record, present)
        d.derived = state.difference(derived, self._derived(record))
        if d.row_version is not None and d.row_version != record.version:
            d.decide("question", _("The record was changed after this file was exported; it is left as it is now."))
        else:
            d.decide("update")

    def _changes(self, d: Draft, record: Any, present: state.State) -> dict[str, list[Any]]:
        """What differs from how the record is; names of other lines travel as {"name": …}."""
        changes = state.difference(present, state.of(record, with_many=False) | self._listed(d))
        return changes | self._pending(d, changes)

    def _set(self, record: Any, given: dict[str, Any]) -> None:
        for name, value in given.items():
            f = self.fields[name]
            if f.custom:
                values.put(record, {name: value})
            elif name not in self.many and not isinstance(value, Pending):
                setattr(record, f.model_field.attname, value)

    def _clean(self, d: Draft, record: Any, names: set[str], *, whole: bool = False) -> bool:
        """The form's own checks, without those that ask the database once a row.

        Of the named fields only; ``whole`` asks the record itself too, and for what must be filled in.
        """
        try:
            self.rules.clean(record, names, whole=whole)
            if whole:
                for f in self.rules.needed:
                    if getattr(record, f.model_field.attname) is None and not isinstance(d.values.get(f.name), Pending):
                        raise ValidationError({f.name: _("This field must be filled in.")})
                record.clean()
        except ValidationError as error:
            for name, sentence in values.sentences(error):
                d.say("error", sentence, name)
            return False
        return True

    def _passes(self, d: Draft, record: Any) -> bool:
        """Whether the record may move to the state that the row gives it: by a move whose gate has nothing against it."""
        lifecycle = self.lifecycle
        if lifecycle is None or lifecycle.field not in d.changes:
            return True
        former, wanted = d.changes[lifecycle.field]
        before = copy.copy(record)
        setattr(before, lifecycle.field, former)
        wrong = gates.against_move(lifecycle, before, wanted)
        if wrong:
            d.decide("error", " ".join(wrong), lifecycle.field)
        return not wrong

    def _derived(self, record: Any) -> dict[str, Any]:
        return {f.name: state.plain(getattr(record, f.attname)) for f in self.worked_out}

    def _listed(self, d: Draft) -> dict[str, list[int]]:
        return {name: d.values[name] for name in self.many if name in d.values}

    def _pending(self, d: Draft, changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Names of records that may stand in other lines travel as {"name": …} until the file is read to its end."""
        return {
            name: [changes.get(name, [None])[0], {"name": value.name}]
            for name, value in d.values.items()
            if isinstance(value, Pending)
        }

    def _label(self, d: Draft, record: Any) -> str:
        try:
            return self.entity.title(record)[:200] or d.label
        except (models.ObjectDoesNotExist, AttributeError, ValueError):
            return d.label  # a title that needs relations that are not saved yet

    def _unique(self, drafts: Sequence[Draft]) -> None:
        """Values that only one record may have: against the register and within the file."""
        for names, condition in unique_sets(self.model):
            if condition is not None:
                continue  # the database says so when the dry run writes
            holders = self._holders(names, drafts)
            for d in drafts:
                key = _key(d.record or None, d.changes, names, self.model)
                if key is None or not set(names) & d.changes.keys():
                    continue
                there = holders.get(key, set()) - ({d.record.pk} if d.record is not None else set())
                line = self.seen.setdefault(hash(("unique", *names, *key)), d.line << 32) >> 32
                if there or line != d.line:
                    labels = ", ".join(str(_column(self.model, name).verbose_name) for name in names)
                    d.decide("error", _("Another record has the same %(fields)s.") % {"fields": labels}, names[0])

    def _holders(self, names: tuple[str, ...], drafts: Sequence[Draft]) -> dict[tuple[Any, ...], set[int]]:
        keys = {key for d in drafts if (key := _key(d.record or None, d.changes, names, self.model)) is not None}
        if not keys:
            return {}
        attributes = [_column(self.model, name).attname for name in names]
        firsts = list({key[0] for key in keys})
        holders: dict[tuple[Any, ...], set[int]] = defaultdict(set)
        for start in range(0, len(firsts), 400):
            some = firsts[start : start + 400]
            for *found, pk in self.model._base_manager.filter(**{f"{attributes[0]}__in": some}).values_list(
                *attributes, "pk"
            ):
                holders[tuple(state.plain(value) for value in found)].add(pk)
        return holders


def _title_field(entity: Entity) -> str:
    return next(iter([*entity.natural_key, *entity.search_fields]), "")


def unique_sets(model: type[models.Model]) -> list[tuple[tuple[str, ...], Any]]:
    """(fields, condition) of everything that the model declares unique by columns."""
    found: list[tuple[tuple[str, ...], Any]] = [
        ((f.name,), None) for f in model._meta.concrete_fields if f.unique and not f.primary_key
    ]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            found.append((tuple(constraint.fields), constraint.condition))
    return found


def _column(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _key(record: Any, changes: dict[str, list[Any]], names: tuple[str, ...], model: Any) -> tuple[Any, ...] | None:
    parts = []
    for name in names:
        if name in changes:
            value = changes[name][1]
        elif record is not None:
            value = state.plain(getattr(record, model._meta.get_field(name).attname))
        else:
            value = state.plain(model._meta.get_field(name).get_default())
        if value is None or isinstance(value, dict):
            return None
        parts.append(value)
    return tuple(parts)


def _guards_hold(d: Draft, record: Any, held: dict[str, Any] | None, moved: set[str]) -> bool:
    """Whether what only verbs set stays as it is; a relation to another line of the file is none of these."""
    try:
        guarded.refuse(record, held, d.values, without=moved)
    except ValidationError as error:
        for name, sentence in values.sentences(error):
            d.say("error", sentence, name)
    return not d.failed


def _reads_as(cell: Any, value: Any, f: Field) -> bool:
    if isinstance(cell, str):
        written = f.kind.to_text(value, f)
        if isinstance(f.kind, relations.Relation):
            return " ".join(unguarded(cell).split()) == " ".join(written.split())
        return unguarded(cell).replace("\r\n", "\n") == written.replace("\r\n", "\n")
    return bool(cell == f.kind.to_json(value, f))
