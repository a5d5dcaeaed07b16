"""Two or more records become one: one transaction, one act in the trail, all of it undoable (requirement X4).

The survivor keeps its number and takes the values that were chosen; everything that pointed at the others points at it;
the others lie in the trash, from where only the undo of the merge brings them back, and their addresses lead here.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from vincula.kernel import events
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.duplicates import choosing, moving
from vincula.kernel.duplicates.ledger import Ledger, columns
from vincula.kernel.duplicates.models import Merge, MergedRecord, Pair
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records import actions, state
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record

MOST = 20  # records of one merge
TOOK_IN, WENT_INTO, POINTS = "took in", "merged into", "points at the merged"
MERGED = events.declare("duplicates.merged", "Records became one: entity, survivor, others, and the act in the trail.")
APART = ("id", "version", "updated_at", "created_at")


@dataclass
class Preview:
    """What a merge would do: choices of values, what moves, what is settled."""

    choices: list[choosing.Choice]
    moves: moving.Moves


def preview(
    entity: Entity, survivor: Record, others: Sequence[Record], *, who: Any, picks: Mapping[str, str]
) -> Preview:
    """Nothing is written. Raises ValidationError for picks that mean nothing."""
    found = choosing.choices(entity, survivor, others, picks, who)
    moves = moving.Moves(Ledger(who, POINTS))
    moving.collect(moves, entity.model, survivor.pk, [r.pk for r in others])
    return Preview(found, moves)


def merge(
    survivor: Record, others: Sequence[Record], *, who: Any, picks: Mapping[str, str] | None = None,
    versions: Mapping[int, int] | None = None,
) -> Merge:  # fmt: skip
    """Merge ``others`` into ``survivor``; ``versions`` {number: the version that was looked at}.

    Raises records.Conflict when one of them was changed since, PermissionDenied, ValidationError.
    """
    model = type(survivor)
    entity = registry.for_model(model)
    ids = [r.pk for r in others]
    if entity is None or not entity.identity:
        raise ValidationError(_("Records of this kind cannot be merged."))
    if not ids or survivor.pk in ids or len(set(ids)) != len(ids) or len(ids) >= MOST:
        raise ValidationError(_("Choose two or more different records, %(n)s at most.") % {"n": MOST})
    with transaction.atomic(), trail.together(uuid.uuid4()) as correlation:
        kept, gone = _held(model, survivor.pk, ids, versions or {}, who)
        was = {r.pk: (columns(r), r.version, r.updated_at) for r in (kept, *gone)}
        act = Merge.objects.create(
            entity=entity.key, survivor_id=kept.pk, who_id=getattr(who, "pk", None), correlation=correlation
        )
        values = choosing.result(choosing.choices(entity, kept, gone, picks or {}, who), kept)
        ledger = _write(act, kept, gone, values, who)
        _remember(ledger, was, model, [kept.pk, *ids])
        _carry_decisions(ledger, entity.key, kept.pk, ids)
        ledger.keep(act)
        MergedRecord.objects.bulk_create([MergedRecord(merge=act, entity=entity.key, object_id=pk) for pk in ids])
        events.publish(MERGED, entity=entity.key, survivor=kept.pk, others=ids, correlation=str(correlation))
    survivor.refresh_from_db()
    return act


def _held(
    model: type[Record], survivor: int, others: Sequence[int], versions: Mapping[int, int], who: Any
) -> tuple[Any, list[Any]]:
    """The records as they are now, their rows held in one order; asked for rights and versions."""
    wanted = sorted([survivor, *others])
    rows = model._base_manager.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",))
    found: dict[int, Any] = {r.pk: r for r in rows}
    if len(found) < len(wanted) or door.visible_ids(who, model, wanted) != set(wanted):
        raise ObjectDoesNotExist
    for pk in wanted:
        if pk in versions and found[pk].version != versions[pk]:
            raise actions.Conflict(found[pk], versions[pk], {})
    door.require(who, "change", found[survivor])
    for pk in others:
        door.require(who, "delete", found[pk])
    return found[survivor], [found[pk] for pk in others]


def _write(act: Merge, kept: Any, gone: Sequence[Any], values: dict[str, Any], who: Any) -> Ledger:
    model = type(kept)
    moves = moving.Moves(Ledger(who, POINTS), lock=True)
    ledger = moves.ledger
    moving.collect(moves, model, kept.pk, [r.pk for r in gone])
    relations = {f.attname for f in model._meta.concrete_fields if f.is_relation}
    tied = {n: v for n, v in values.items() if n in relations}
    for record in gone:
        if taken := {n: None for n, v in tied.items() if v == getattr(record, n) and model._meta.get_field(n).unique}:  # type: ignore[union-attr]  # columns only, which have it
            ledger.change(record, taken)
    ledger.write()
    for record in gone:
        actions.trash(record, who=who, verb=WENT_INTO)
    if tied:  # a relation that the chooser may not see moves along: it lay on one of these records before
        hidden = Ledger(who, TOOK_IN)
        hidden.change(model._base_manager.get(pk=kept.pk), tied)
        hidden.write()
    plain = {n: v for n, v in values.items() if n not in relations}
    now = model._base_manager.get(pk=kept.pk)
    door.require(who, "change", now)
    if plain:
        actions.change(now, who=who, verb=TOOK_IN, **plain)
    if not values:
        now = _touched(now, who)
    _refuse_circles(model, kept.pk)
    return ledger


def _touched(record: Any, who: Any) -> Any:
    """A survivor of which nothing changed is told all the same, and gets a new version: more hangs on it now."""
    ledger = Ledger(who, TOOK_IN)
    ledger.change(record, {})
    ledger.write()
    trail.write(who=who, verb=TOOK_IN, entity=record._meta.label_lower, object_id=record.pk, version=record.version)
    return record


def _refuse_circles(model: type[Record], pk: int) -> None:
    """Parents and successors never lead back to where they start."""
    for f in model._meta.concrete_fields:
        if f.related_model is not model:
            continue
        seen: set[int] = set()
        at = model._base_manager.filter(pk=pk).values_list(f.attname, flat=True).first()
        while at is not None and at not in seen:
            if at == pk:
                raise ValidationError(
                    {f.name: _("The record would lead back to itself through “%(field)s”; choose another value there.")
                     % {"field": f.verbose_name}}
                )  # fmt: skip
            seen.add(at)
            at = model._base_manager.filter(pk=at).values_list(f.attname, flat=True).first()


def _remember(
    ledger: Ledger, was: Mapping[int, tuple[dict[str, Any], int, Any]], model: type[Record], ids: Sequence[int]
) -> None:
    """The merged records' own columns, before and after all that happened to them here."""
    folded = {f.attname for f in model._meta.concrete_fields if isinstance(f, FoldedField)}
    for record in model._base_manager.filter(pk__in=ids):
        before, version, updated_at = was[record.pk]
        after = columns(record)
        names = [n for n in after if n not in APART and n not in folded and before[n] != after[n]]
        key = (model, record.pk)
        ledger.before[key] = {n: before[n] for n in names}
        ledger.after[key] = {n: after[n] for n in names}
        ledger.versions[key] = [
            [version, state.plain(updated_at)], [record.version, state.plain(record.updated_at)]
        ]  # fmt: skip


def _carry_decisions(ledger: Ledger, entity: str, survivor: int, others: Sequence[int]) -> None:
    """What was decided not to be the same as one of the others is not the same as the survivor."""
    merged = {survivor, *others}
    rows = Pair.objects.filter(
        Q(left_id__in=others) | Q(right_id__in=others), entity=entity, state=Pair.State.DIFFERENT
    )
    for pair in rows.order_by("pk"):
        third = pair.right_id if pair.left_id in merged else pair.left_id
        if third in merged:
            continue
        left, right = sorted((survivor, third))
        made, new = Pair.objects.get_or_create(
            entity=entity, left_id=left, right_id=right,
            defaults={"score": pair.score, "state": pair.state, "decided_by_id": pair.decided_by_id,
                      "decided_at": pair.decided_at},
        )  # fmt: skip
        if new:
            ledger.made(made)


def follow(correlation: str) -> int:
    """Move rows that came to point at the merged while the merge was written; returns how many did."""
    with transaction.atomic(), trail.together(uuid.UUID(correlation)):
        act = Merge.objects.select_for_update().filter(correlation=correlation, undone_at=None).first()
        entity = registry.find(act.entity) if act else None
        if act is None or entity is None:
            return 0
        moves = moving.Moves(Ledger(act.who, POINTS), lock=True)
        moving.collect(moves, entity.model, act.survivor_id, list(act.others.values_list("object_id", flat=True)))
        moves.ledger.write()
        moves.ledger.keep(act)
        return len(moves.rows)


def survivor_of(entity: str, pk: int) -> int | None:
    """The number of the record that took this one in, at the end of the chain; None when nothing did."""
    at, seen = pk, {pk}
    while True:
        row = MergedRecord.objects.filter(entity=entity, object_id=at, stands=True).select_related("merge").first()
        if row is None or row.merge.survivor_id in seen:
            return None if at == pk else at
        at = row.merge.survivor_id
        seen.add(at)


def standing(entity: str) -> models.QuerySet[MergedRecord, Any]:
    """Numbers of the records of an entity that others took in."""
    return MergedRecord.objects.filter(entity=entity, stands=True).values("object_id")


def taken_in(entity: str, pk: int) -> list[int]:
    """Numbers of the records that this one took in, also through others: their history belongs to it."""
    found: list[int] = []
    wanted = [pk]
    while wanted:
        rows = MergedRecord.objects.filter(merge__entity=entity, merge__survivor_id__in=wanted, stands=True)
        wanted = [n for n in rows.values_list("object_id", flat=True) if n not in found and n != pk]
        found += wanted
    return found


def what_stands_against_restoring(record: Any) -> list[str]:
    """The answer to the trash: what was merged comes back by the undo of its merge only."""
    merged = MergedRecord.objects.filter(entity=record._meta.label_lower, object_id=record.pk, stands=True)
    if not merged.exists():
        return []
    return [_("It was merged into another record; undo that merge to bring it back.")]


def of_record(entity: str, pk: int) -> models.QuerySet[Merge]:
    """Merges of which the record is the survivor, newest first; those undone too."""
    return Merge.objects.filter(entity=entity, survivor_id=pk).select_related("who").order_by("-id")
