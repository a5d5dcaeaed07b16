"""The save door: every write of a record goes through here (requirements X5, X6; architecture: one action = one
transaction + one audit record + events). Rights are asked here too, so that no page, import or API call can forget.
"""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from vincula.kernel import clock, events
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.questions import Question
from vincula.kernel.records import derived, guarded, state
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record, next_version

R = TypeVar("R", bound=Record)
AGAINST_RESTORING = Question("records.what_stands_against_restoring", "Why a record may not leave the trash by itself.")
AGAINST_TRASHING = Question("records.what_stands_against_trashing", "Why a record may not be put in the trash.")
SAVED = events.declare("records.saved", "A record was created, changed, put in the trash, restored or deleted.")


class Conflict(Exception):
    """Somebody else saved the record since it was read. Carries the record as it is now and what was wanted."""

    def __init__(self, current: Record, base_version: int, wanted: dict[str, Any]) -> None:
        super().__init__(_("Somebody else changed this record while you were editing it."))
        self.current, self.base_version, self.wanted = current, base_version, wanted


def create(model: type[R], *, who: Any, verb: str = "created", **values: Any) -> R:
    """A new record. Raises ValidationError, or PermissionDenied when it would lie outside the roles of ``who``."""
    door.require(who, "create", model)
    lists = _take_many(model, values)
    with transaction.atomic():
        record = model(**values)
        if record.owner_id is None and getattr(who, "pk", None) is not None:
            record.owner = who
        _see_relations(record, {f.name for f in _relations(model)}, lists, who)
        if who is not door.SYSTEM:
            guarded.refuse(record, None, values)
        _clean(record, who)
        _guarded_save(record)
        for name, ids in lists.items():
            getattr(record, name).set(ids)
        _within(record, who, "create")
        changes = state.creation(state.of(record, with_many=False) | {n: sorted(_ids(i)) for n, i in lists.items()})
        _tell(record, who, verb, changes)
        derived.write([record], fresh=True)
    return record


def change(record: R, *, who: Any, verb: str = "edited", expected_version: int | None = None, **values: Any) -> R:
    """Set ``values`` on the record (``custom`` merges by key). Returns it fresh; nothing is written when nothing differs.

    Raises Conflict when ``expected_version`` is not the present one, ValidationError, PermissionDenied.
    """
    model = type(record)
    lists = _take_many(model, values)
    with transaction.atomic():
        current = locked(record)
        if expected_version is not None and current.version != expected_version:
            raise Conflict(current, expected_version, {**values, **lists})
        door.require(who, "change", current)
        before = state.of(current, with_many=bool(lists))
        held = guarded.held(current)
        if "custom" in values:
            merged = {**current.custom, **(values.pop("custom") or {})}
            current.custom = {k: v for k, v in merged.items() if v not in (None, "", [])}
        for name, value in values.items():
            setattr(current, name, value)
        _see_relations(current, set(values), lists, who, before)
        _clean(current, who)
        guarded.refuse(current, held)
        after = state.of(current, with_many=False) | {n: sorted(_ids(i)) for n, i in lists.items()}
        changes = state.difference({n: before[n] for n in before if n in after}, after)
        if changes:
            _write_columns(current)
            for name, ids in lists.items():
                getattr(current, name).set(ids)
            _within(current, who, "change")
            _tell(current, who, verb, changes)
            derived.write([current])
    record.__dict__.update(current.__dict__)
    return record


def trash(record: R, *, who: Any, verb: str = "put in the trash") -> R:
    """Take the record out of every list; it can be restored."""
    with transaction.atomic():
        current = locked(record)
        door.require(who, "delete", current)
        if current.trashed_at is None:
            if against := AGAINST_TRASHING(record=current):
                raise ValidationError([str(sentence) for sentence in against])
            current.trashed_at = clock.now()
            _write_columns(current)
            _tell(current, who, verb, {"trashed_at": [None, state.plain(current.trashed_at)]})
            derived.remove(type(record), [current.pk])
    record.__dict__.update(current.__dict__)
    return record


def restore(record: R, *, who: Any, verb: str = "restored") -> R:
    """Bring a record back from the trash."""
    with transaction.atomic():
        current = locked(record)
        door.require(who, "delete", current)
        if current.trashed_at is not None:
            if against := AGAINST_RESTORING(record=current):
                raise ValidationError([str(sentence) for sentence in against])
            since, current.trashed_at = state.plain(current.trashed_at), None
            _clean(current, who)
            _write_columns(current)
            _tell(current, who, verb, {"trashed_at": [since, None]})
            derived.write([current])
    record.__dict__.update(current.__dict__)
    return record


def locked(record: R) -> R:
    """The record as it is now, its row locked until the transaction ends (SQLite locks the whole database)."""
    return type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)


def _take_many(model: type[Record], values: dict[str, Any]) -> dict[str, list[int]]:
    names = {f.name for f in state.many(model)}
    return {name: _ids(values.pop(name)) for name in list(values) if name in names}


def _ids(items: Any) -> list[int]:
    return [getattr(i, "pk", i) for i in (items or ())]


def _relations(model: type[models.Model]) -> list[models.ForeignKey]:
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey) and issubclass(f.related_model, Record)
    ]


def _see_relations(
    record: Record, names: set[str], lists: dict[str, list[int]], who: Any, before: state.State | None = None
) -> None:
    """Refuse a relation to a record that ``who`` may not see, in the words used for one that does not exist."""
    wrong: dict[str, str] = {}
    for f in _relations(type(record)):
        new = getattr(record, f.attname)
        if new is None or not (f.name in names or f.attname in names) or (before and before[f.name] == new):
            continue
        if not door.visible_ids(who, f.related_model, [new]):
            wrong[f.name] = _("There is no such record.")
    for m in state.many(type(record)):
        if issubclass(m.related_model, Record) and m.name in lists:
            added = set(lists[m.name]) - set((before or {}).get(m.name) or ())
            if added - door.visible_ids(who, m.related_model, added):
                wrong[m.name] = _("There is no such record.")
    if wrong:
        raise ValidationError(wrong)


def _clean(record: Record, who: Any) -> None:
    """The model's own checks. That something is there once already is told in words of its own only to who may see it."""
    try:
        record.full_clean()
    except ValidationError as error:
        hidden = {c.get_violation_error_message() for c in record._meta.constraints if _hidden_twin(record, c, who)}
        if not hidden:
            raise
        said = error.message_dict
        neutral = _("With these values this cannot be saved.")
        raise ValidationError(
            {name: [neutral if text in hidden else text for text in texts] for name, texts in said.items()}
        ) from None


def _hidden_twin(record: Record, constraint: models.BaseConstraint, who: Any) -> bool:
    """Whether a record that ``who`` may not see, and none that they may, has what the constraint wants to be unique."""
    if not isinstance(constraint, models.UniqueConstraint) or not constraint.fields:
        return False
    columns = {f.name: f.attname for f in record._meta.concrete_fields}
    same = {name: getattr(record, columns[name]) for name in constraint.fields}
    rows = type(record)._base_manager.filter(**same).exclude(pk=record.pk)
    if constraint.condition is not None:
        rows = rows.filter(constraint.condition)
    return rows.exists() and not door.visible(rows, who).exists()


def _within(record: Record, who: Any, action: door.Action) -> None:
    """Nobody writes a record out of their own reach."""
    if not door.may(who, action, record):
        raise PermissionDenied(_("With your roles this record would lie outside what you may change."))


def _guarded_save(record: Record) -> None:
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as error:  # a race that full_clean could not see
        record.pk = None
        raise ValidationError(_("Another record with the same values was saved at this moment.")) from error


def _write_columns(record: Record) -> None:
    """UPDATE … WHERE version = the one read: a compare-and-set, also where row locks do not exist."""
    was, record.version = record.version, next_version(record.version)
    record.updated_at = clock.now()
    columns: dict[str, Any] = {}
    for f in record._meta.concrete_fields:
        if not f.primary_key:
            columns[f.attname] = f.pre_save(record, False) if isinstance(f, FoldedField) else getattr(record, f.attname)
    try:
        with transaction.atomic():
            hit = type(record)._base_manager.filter(pk=record.pk, version=was).update(**columns)
    except IntegrityError as error:
        raise ValidationError(_("Another record with the same values was saved at this moment.")) from error
    if not hit:
        raise Conflict(type(record)._base_manager.get(pk=record.pk), was, {})


def _tell(record: Record, who: Any, verb: str, changes: dict[str, list[Any]]) -> None:
    entity = record._meta.label_lower
    trail.write(who=who, verb=verb, entity=entity, object_id=record.pk, changes=changes, version=record.version)
    events.publish(SAVED, entity=entity, object_id=record.pk, verb=verb, fields=list(changes))
