"""What merges keep of a person: records that were taken in, and values that an undo would bring back (X10)."""

from typing import Any

from django.apps import apps
from django.db.models import Q

from vincula.kernel.duplicates.models import Merge, MergedRecord, Moved, Pair
from vincula.kernel.privacy import linked, stances
from vincula.kernel.privacy.traces import Trace
from vincula.kernel.records.models import Record


def declare() -> None:
    """Called once when the program starts."""
    stances.relation("duplicates.pair.decided_by", stances.STAYS)
    stances.relation("duplicates.merge.who", stances.STAYS)
    for model in (MergedRecord, Moved, Pair, Merge):
        stances.holder(model)
    linked.SAME.put(same)
    stances.KEEPERS.put(stances.Keeper("merges", erase))


def same(record: Record) -> list[Record]:
    """Records that were merged with this one, directly or by way of others: the same person."""
    key, found, todo = record._meta.label_lower, {record.pk}, {record.pk}
    while todo:
        merges = Merge.objects.filter(entity=key, undone_at=None).filter(
            Q(survivor_id__in=todo) | Q(others__entity=key, others__object_id__in=todo)
        )
        pks = list(merges.values_list("pk", flat=True))
        others = MergedRecord.objects.filter(merge_id__in=pks, entity=key).values_list("object_id", flat=True)
        todo = ({*others, *merges.values_list("survivor_id", flat=True)}) - found
        found |= todo
    return list(type(record)._base_manager.filter(pk__in=found - {record.pk}).order_by("pk"))


def erase(trace: Trace) -> int:
    """Merges of the person can no longer be taken back; rows that other merges moved lose what was personal."""
    gone = 0
    for key, ids in trace.rows.items():
        if stances.subject_of(key):
            named = Q(survivor_id__in=ids) | Q(others__entity=key, others__object_id__in=ids)
            pks = list(Merge.objects.filter(entity=key).filter(named).values_list("pk", flat=True))
            gone += Merge.objects.filter(pk__in=pks).delete()[0]
            gone += Pair.objects.filter(entity=key).filter(Q(left_id__in=ids) | Q(right_id__in=ids)).delete()[0]
        rows = Moved.objects.filter(model=key, object_id__in=[str(pk) for pk in ids])
        gone += sum(_empty(row) for row in rows)
    return gone


def _empty(row: Moved) -> int:
    stance = stances.stance(apps.get_model(row.model))
    personal = set(stance.treated("erase", "name", "text")) if stance else set()
    row.before, row.after = _without(row.before, personal), _without(row.after, personal)
    row.save(update_fields=["before", "after"])
    return 1


def _without(values: Any, personal: set[str]) -> Any:
    if not isinstance(values, dict):
        return values
    return {name: None if name in personal or name.startswith("custom.") else value for name, value in values.items()}
