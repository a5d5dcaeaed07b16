"""A merge taken back: every row where it was, every value as it was, and what was edited since kept and named (X4).

Merges that touched the same rows are undone in the reverse order, so that each finds what it left.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from vincula.kernel import clock, events
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.duplicates.ledger import Ledger, insert_again, model_of, value_of
from vincula.kernel.duplicates.models import Merge, MergedRecord, Moved
from vincula.kernel.entity import registry
from vincula.kernel.records import derived, state
from vincula.kernel.records.models import Record

VERB = "merge undone"
AT_ONCE = 400
UNMERGED = events.declare(
    "duplicates.unmerged", "A merge was undone: entity, survivor, others, and the act in the trail."
)


@dataclass
class Undone:
    """How many rows went back, and what was kept because somebody edited it since: (record, field) in words."""

    rows: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)


def undo(merge: Merge, *, who: Any) -> Undone:
    """Take a merge back. Raises PermissionDenied, or ValidationError with what stands against it."""
    with transaction.atomic(), trail.together():
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        entity = registry.get(merge.entity)
        others = list(merge.others.values_list("object_id", flat=True))
        ids = sorted([merge.survivor_id, *others])
        held = {
            r.pk: r
            for r in entity.model._base_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        }
        _may(merge, held, who)
        done = Undone()
        moved: dict[type[models.Model], list[Moved]] = defaultdict(list)
        for row in merge.moved.order_by("id"):
            moved[model_of(row.model)].append(row)
        try:
            _put_back(entity.model, merge, moved, who, done)
        except IntegrityError as error:
            said = _("Something stands now where a row has to go back; nothing was undone.")
            raise ValidationError(said) from error
        merge.undone_at = clock.now()
        merge.save(update_fields=["undone_at"])
        MergedRecord.objects.filter(merge=merge).update(stands=False)
        events.publish(UNMERGED, entity=merge.entity, survivor=merge.survivor_id, others=others,
                       correlation=str(merge.correlation))  # fmt: skip
    return done


def later(merge: Merge) -> Merge | None:
    """The newest merge that stands and touched a row which this one touched too: it has to be undone first."""
    rows = Moved.objects.filter(
        models.Exists(Moved.objects.filter(merge=merge, model=models.OuterRef("model"), object_id=models.OuterRef("object_id"))),
        merge__undone_at=None, merge_id__gt=merge.pk,
    )  # fmt: skip
    newest = rows.order_by("-merge_id").values_list("merge_id", flat=True).first()
    return Merge.objects.get(pk=newest) if newest else None


def _may(merge: Merge, held: dict[int, Any], who: Any) -> None:
    if merge.undone_at is not None:
        raise ValidationError(_("This merge has been undone already."))
    survivor = held.get(merge.survivor_id)
    if survivor is None:
        raise ValidationError(_("The record is not there any more."))
    if later(merge) is not None:
        raise ValidationError(_("A later merge touched the same records; undo that one first."))
    if survivor.trashed_at is not None:
        raise ValidationError(_("The record lies in the trash; bring it back first."))
    door.require(who, "change", survivor)
    door.require(who, "delete", survivor)


def _put_back(
    model: type[Record], merge: Merge, moved: dict[type[models.Model], list[Moved]], who: Any, done: Undone
) -> None:
    """The survivor first: it gives up what only one may have. Then the others, then all that moved."""
    own = {row.object_id: row for row in moved.get(model, []) if _is_own(merge, row)}
    first = own.pop(str(merge.survivor_id), None)
    for some in ([first] if first else [], list(own.values())):
        _restore(model, some, who, done)
    for other, rows in moved.items():
        left = [r for r in rows if not (other is model and _is_own(merge, r))]
        _restore(other, left, who, done)
    _derive_again(model, [merge.survivor_id, *(int(pk) for pk in own)])


def _is_own(merge: Merge, row: Moved) -> bool:
    """Whether the row is one of the merged records themselves."""
    others = getattr(merge, "_others", None)
    if others is None:
        others = merge._others = {str(pk) for pk in merge.others.values_list("object_id", flat=True)}  # type: ignore[attr-defined]  # read once, kept on the object
    return row.object_id in others or row.object_id == str(merge.survivor_id)


def _restore(model: type[models.Model], rows: Sequence[Moved], who: Any, done: Undone) -> None:
    ledger = Ledger(who, VERB)
    many = {f.name for f in model._meta.many_to_many}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        pk: Any = model._meta.pk
        held = model._base_manager.select_for_update(of=("self",)).order_by("pk")
        found = {str(r.pk): r for r in held.filter(pk__in=[pk.to_python(r.object_id) for r in some])}
        for row in some:
            _restore_one(model, row, found.get(row.object_id), ledger, many, done)
    ledger.write()


def _restore_one(
    model: type[models.Model], row: Moved, present: Any, ledger: Ledger, many: set[str], done: Undone
) -> None:
    if row.after is None:  # it was deleted
        if present is None and insert_again(model, row.before or {}):
            done.rows += 1
    elif row.before is None:  # it was made
        if present is not None:
            model._base_manager.filter(pk=present.pk)._raw_delete(using=connection.alias)
    elif present is None:
        done.kept.append((str(model._meta.verbose_name), _("is not there any more")))
    else:
        values, kept = _values(model, row, present, many)
        done.kept += [(str(present), label) for label in kept]
        exact = _exact(row, present)
        for name in many & row.before.keys():
            ledger.tell(model, present.pk, name, row.after[name], row.before[name])
        if values or exact:
            ledger.change(present, values, version=exact)
            done.rows += 1


def _exact(row: Moved, present: Any) -> tuple[int, Any] | None:
    """The former version and time of a record that nobody touched since; None when somebody did."""
    if not row.versions or not isinstance(present, Record) or present.version != row.versions[1][0]:
        return None
    version, updated_at = row.versions[0]
    return version, datetime.datetime.fromisoformat(updated_at)


def _values(model: type[models.Model], row: Moved, present: Any, many: set[str]) -> tuple[dict[str, Any], list[str]]:
    """(columns to set, labels of what was edited since)."""
    values: dict[str, Any] = {}
    kept: list[str] = []
    told = {f.attname: f for f in model._meta.concrete_fields}
    for name, old in (row.before or {}).items():
        if name in many:
            continue
        new, now = (row.after or {})[name], state.plain(getattr(present, name))
        if now == old:
            continue
        if now == new:
            values[name] = value_of(model, name, old)
            continue
        back, left = taken_back(old, new, now)
        if back != now:
            values[name] = value_of(model, name, back)
        if left and (told[name].editable or name == "custom"):
            kept.append(str(told[name].verbose_name))
    return values, kept


def taken_back(old: Any, new: Any, now: Any) -> tuple[Any, bool]:
    """(``now`` without what the merge made of ``old``, whether something of it had to stay).

    Lists lose what the merge put in and get back what it left out; texts per language, own fields and references are
    taken back one by one; a single value that was edited since stays.
    """
    if isinstance(old, list) and isinstance(new, list) and isinstance(now, list):
        put_in, left_out = [v for v in new if v not in old], [v for v in old if v not in new]
        return [*(v for v in now if v not in put_in), *(v for v in left_out if v not in now)], False
    if isinstance(old, dict) and isinstance(new, dict) and isinstance(now, dict):
        return _dict_taken_back(old, new, now)
    return now, True


def _dict_taken_back(old: dict[str, Any], new: dict[str, Any], now: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    back, kept = dict(now), False
    for key in {k for k in (*old, *new) if old.get(k) != new.get(k)}:
        if now.get(key) == new.get(key):
            value: Any = old.get(key)
        elif key in now:
            value, stayed = taken_back(
                old.get(key, [] if isinstance(new.get(key), list) else None), new.get(key), now[key]
            )
            kept = kept or stayed
        else:
            value, kept = None, True
        if value in (None, [], ""):
            back.pop(key, None)
        else:
            back[key] = value
    order = list(now) + [k for k in old if k not in now]
    return {k: back[k] for k in order if k in back}, kept


def _derive_again(model: type[Record], ids: Sequence[int]) -> None:
    """What follows from other rows (a last interaction) follows again, now that they are back."""
    derived.write(list(model._base_manager.filter(pk__in=ids, trashed_at=None)))
