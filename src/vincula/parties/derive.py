"""What is kept beside records of this room, in the transaction of each save: last interactions, resolved links."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, Q

from vincula.kernel import clock
from vincula.kernel.folding import fold
from vincula.kernel.records import derived
from vincula.kernel.records.models import Record
from vincula.parties import rules
from vincula.parties.models import Interaction, Organisation, OrganisationLink, Task


def write(records: Sequence[Record]) -> None:
    """After a save of ``records`` (all of one model)."""
    first = records[0]
    if isinstance(first, Interaction):
        was = {getattr(r, "organisation_was", None) for r in records}
        renew_last_interaction({getattr(r, "organisation_id", None) for r in records} | was)
    elif isinstance(first, Organisation):
        _arrived(records)
    elif isinstance(first, OrganisationLink):
        _find_targets(records)
    elif isinstance(first, Task):
        doers = {getattr(r, "assignee_id", None) for r in records}
        transaction.on_commit(lambda: cache.delete_many([late_key(pk) for pk in doers]))


def prepare(records: Sequence[Record], fresh: bool) -> list[derived.Step]:
    """As ``write``, for a transaction that comes later: an organisation without a reference is waited for by nobody."""
    if isinstance(records[0], Organisation):
        return derived.later(write, [r for r in records if r.references])
    return derived.later(write, records) if isinstance(records[0], Interaction | OrganisationLink | Task) else []


def remove(model: type[Record], ids: Sequence[int]) -> None:
    """Before ``ids`` are deleted, or after they went into the trash."""
    if model is Interaction:
        touched = set(Interaction._base_manager.filter(pk__in=ids).values_list("organisation_id", flat=True))
        renew_last_interaction(touched, without=ids)
    elif model is Organisation:
        for few in _parts(ids):
            OrganisationLink._base_manager.filter(target_id__in=few).exclude(reference_value="").update(target=None)


def late_key(user: int | None) -> str:
    """Under which the rail keeps how many tasks of a user are late."""
    return f"parties.late:{user}"


def renew_last_interaction(organisations: Iterable[int | None], *, without: Sequence[int] = ()) -> None:
    """Set ``last_interaction_at`` anew. It is no edit: version and history stay."""
    wanted = sorted(pk for pk in set(organisations) if pk is not None)
    for few in _parts(wanted):
        rows = Interaction._base_manager.filter(
            organisation_id__in=few, trashed_at=None, kind__in=rules.CONTACT, at__lte=clock.now()
        )
        if without:
            rows = rows.exclude(pk__in=list(without)[:900])
        latest = dict(rows.order_by().values_list("organisation_id").annotate(latest=Max("at")))
        _store(few, latest)


def _store(ids: Sequence[int], latest: dict[int, Any]) -> None:
    stored = dict(Organisation._base_manager.filter(pk__in=ids).values_list("pk", "last_interaction_at"))
    differing = [pk for pk, at in stored.items() if at != latest.get(pk)]
    changed = [Organisation(pk=pk, last_interaction_at=latest.get(pk)) for pk in differing]
    Organisation._base_manager.bulk_update(changed, ["last_interaction_at"], batch_size=200)


def _arrived(organisations: Sequence[Record]) -> None:
    """Links that waited for one of these organisations find it."""
    waiting: dict[tuple[str, str], int] = {}
    for organisation in organisations:
        for scheme, values in (organisation.references or {}).items():
            waiting.update({(scheme, fold(value)): organisation.pk for value in values})
    if not waiting:
        return
    for few in _parts(sorted(waiting)):
        wanted = Q()
        for scheme in {s for s, _value in few}:
            wanted |= Q(reference_scheme=scheme, target=None) & _one_of(
                [v for s, v in few if s == scheme], organisations
            )
        for link in OrganisationLink._base_manager.filter(wanted):
            pk = waiting.get((link.reference_scheme, fold(link.reference_value)))
            if pk is not None and pk != link.source_id:
                OrganisationLink._base_manager.filter(pk=link.pk).update(target_id=pk)


def _one_of(folded: Sequence[str], organisations: Sequence[Record]) -> Q:
    """The references as they are written, since the column is not folded."""
    values = {v for o in organisations for listed in (o.references or {}).values() for v in listed}
    return Q(reference_value__in=[v for v in values if fold(v) in set(folded)])


def _find_targets(links: Sequence[Record]) -> None:
    """Links that name an organisation which is here already find it."""
    from vincula.kernel.records.models import IndexValue

    open_ones = [k for k in links if isinstance(k, OrganisationLink) and k.target_id is None and k.reference_value]
    for few in _parts(open_ones):
        rows = IndexValue.objects.filter(
            entity="parties.organisation",
            field__in={f"references.{k.reference_scheme}" for k in few},
            value__in=[fold(k.reference_value) for k in few],
        ).values_list("field", "value", "object_id")
        there = {(field, value): pk for field, value, pk in rows}
        here = set(
            Organisation._base_manager.filter(pk__in=there.values(), trashed_at=None).values_list("pk", flat=True)
        )
        for link in few:
            pk = there.get((f"references.{link.reference_scheme}", fold(link.reference_value)))
            if pk in here and pk != link.source_id:
                OrganisationLink._base_manager.filter(pk=link.pk).update(target_id=pk)
                link.target_id = pk


def _parts(items: Sequence[Any], size: int = 300) -> Iterable[Sequence[Any]]:
    """``items`` in parts: SQLite takes 999 parameters a statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
