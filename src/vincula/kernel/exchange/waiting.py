"""Relations whose two ends are named by references: tied when both are here, kept until then (X3).

An end may arrive by another import, by hand or through the API: ``on_saved`` is called for every record that is saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Q

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.exchange import profile as profiles
from vincula.kernel.exchange import values, writing
from vincula.kernel.exchange.models import ImportLine, ImportRun, KeptReference
from vincula.kernel.exchange.profile import Reference, Tie
from vincula.kernel.records import derived, state
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.models import IndexValue, Record

AT_ONCE = 400
Key = tuple[str, str]
_quiet: ContextVar[bool] = ContextVar("exchange_waiting_quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Inside an import relations are tied once at the end, not after each batch."""
    mark = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(mark)


def keep(run: ImportRun, who: Any) -> dict[str, int]:
    """Note every relation that the file tells, tie those whose ends are here. Returns counts for the report:

    ``tied`` newly made, ``kept`` pointing to what neither file nor register has, ``waiting`` between lines of the file
    of which one was left out.
    """
    told, keys = _told(run)
    if not told:
        return {"tied": 0, "kept": 0, "waiting": 0}
    for start in range(0, len(told), AT_ONCE):
        KeptReference.objects.bulk_create(told[start : start + AT_ONCE], ignore_conflicts=True, batch_size=50)
    ends = _ends(run.entity, {_target(k) for k in told} | {_source(k) for k in told}, who)
    tied = _tie(run.entity, _untied(run.entity, keys), ends, who, run)
    return {
        "tied": tied,
        "kept": sum(1 for k in told if _target(k) not in keys and _target(k) not in ends),
        "waiting": sum(1 for k in told if _target(k) in keys and not (_target(k) in ends and _source(k) in ends)),
    }


def _source(k: KeptReference) -> Key:
    return k.source_scheme, k.source_value


def _target(k: KeptReference) -> Key:
    return k.target_scheme, k.target_value


def _told(run: ImportRun) -> tuple[list[KeptReference], set[Key]]:
    """The relations of the file as unsaved rows, and the names of everything that stands in it."""
    told, keys = [], set[Key]()
    lines = (
        ImportLine.objects.filter(run=run, extra=False).exclude(source=[]).exclude(outcome__in=("error", "question"))
    )
    for source, relations in lines.values_list("source", "relations"):
        keys.add((source[0], source[1]))
        for kind, scheme, value, label in relations:
            told.append(
                KeptReference(
                    entity=run.entity, profile=run.profile, kind=kind, run=run,
                    source_scheme=source[0], source_value=source[1][:250], source_label=source[2][:300],
                    target_scheme=scheme, target_value=value[:250], target_label=label[:300],
                )
            )  # fmt: skip
    return told, keys


def _ends(entity: str, keys: Iterable[Key], who: Any) -> dict[Key, int]:
    """{name: record} for the names whose record is here, seen by ``who``, and only one."""
    by_scheme: dict[str, dict[str, str]] = defaultdict(dict)
    for scheme, value in keys:
        by_scheme[scheme][sortable(value)] = value
    holders: dict[Key, set[int]] = defaultdict(set)
    for scheme, texts in by_scheme.items():
        every = list(texts)
        for start in range(0, len(every), AT_ONCE):
            rows = IndexValue.objects.filter(
                entity=entity, field=f"references.{scheme}", value__in=every[start : start + AT_ONCE]
            )
            for value, pk in rows.values_list("value", "object_id"):
                holders[scheme, texts[value]].add(pk)
    ids = list({pk for found in holders.values() for pk in found})
    model = registry.get(entity).model
    visible: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        visible |= door.visible_ids(who, model, ids[start : start + AT_ONCE])
    return {key: next(iter(found)) for key, found in holders.items() if len(found) == 1 and found <= visible}


def _untied(entity: str, keys: Iterable[Key]) -> list[KeptReference]:
    """Relations that wait and have one of ``keys`` at either end."""
    by_scheme: dict[str, list[str]] = defaultdict(list)
    for scheme, value in keys:
        by_scheme[scheme].append(value)
    found: dict[int, KeptReference] = {}
    for scheme, every in by_scheme.items():
        for start in range(0, len(every), AT_ONCE):
            some = every[start : start + AT_ONCE]
            near = Q(source_scheme=scheme, source_value__in=some)
            far = Q(target_scheme=scheme, target_value__in=some)
            for condition in (near, far):
                for k in KeptReference.objects.filter(condition, entity=entity, tied_at=None):
                    found[k.pk] = k
    return [found[pk] for pk in sorted(found)]


def _tie(entity: str, kept: Sequence[KeptReference], ends: dict[Key, int], who: Any, run: ImportRun | None) -> int:
    """Ask the profile what each relation means here, and write that. Returns how many now have both ends.

    A relation whose target is missing is shown to the profile once, by the run that brought it.
    """
    done = 0
    by_profile: dict[str, list[KeptReference]] = defaultdict(list)
    for k in kept:
        if _source(k) in ends and (_target(k) in ends or (run is not None and k.run_id == run.pk)):
            by_profile[k.profile].append(k)
    for name, ready in by_profile.items():
        profile = profiles.get(name)
        if profile is None:
            continue
        tied = profile.tie([_as_tie(k, ends) for k in ready], who)
        _write_links(run, tied.links, who)
        for model, wanted in tied.changes.items():
            change_fields(run, model, wanted, who)
        whole = [k.pk for k in ready if _target(k) in ends]
        for start in range(0, len(whole), AT_ONCE):
            some = whole[start : start + AT_ONCE]
            KeptReference.objects.filter(pk__in=some).update(tied_at=clock.now(), tied_by=run)
        done += len(whole)
    return done


def _as_tie(k: KeptReference, ends: dict[Key, int]) -> Tie:
    return Tie(k.kind, ends[_source(k)], ends.get(_target(k)), Reference(*_target(k), k.target_label))


def _write_links(run: ImportRun | None, links: Sequence[Any], who: Any) -> None:
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for link in links:
        by_model[type(link)].append(link)
    for model, made in by_model.items():
        if issubclass(model, Record):
            writing.insert(model, made, [{} for _link in made], who=who, verb="imported")
        else:
            model._base_manager.bulk_create(made)
        if run is not None:
            ImportLine.objects.bulk_create(
                [ImportLine(run=run, line=0, extra=True, entity=model._meta.label_lower, outcome="create",
                            label=str(model._meta.verbose_name)[:200], object_id=link.pk, version=getattr(link, "version", 1))
                 for link in made], batch_size=50,
            )  # fmt: skip


def change_fields(run: ImportRun | None, model: Any, wanted: dict[int, dict[str, Any]], who: Any) -> None:
    """Set fields of records afterwards; the lines of the run learn of it, so that an undo takes it back as well."""
    ids = list(wanted)
    for start in range(0, len(ids), AT_ONCE):
        found = model._base_manager.select_for_update(of=("self",)).in_bulk(ids[start : start + AT_ONCE])
        records, changes, was = [], [], []
        for pk, record in found.items():
            before = state.of(record, with_many=False)
            was.append((record.version, record.updated_at))
            values.put(record, wanted[pk])
            after = state.of(record, with_many=False)
            records.append(record)
            changes.append(state.difference(before, after))
        changed = [i for i, change in enumerate(changes) if change]
        writing.update([records[i] for i in changed], [changes[i] for i in changed], [{} for _i in changed],
                       who=who, verb="imported")  # fmt: skip
        if run is not None:
            _tell_lines(run, model, [(records[i], changes[i], was[i]) for i in changed])


def _tell_lines(run: ImportRun, model: Any, changed: list[tuple[Any, dict[str, list[Any]], tuple[int, Any]]]) -> None:
    entity = model._meta.label_lower
    rows = ImportLine.objects.filter(run=run, entity=entity, object_id__in=[r.pk for r, _c, _w in changed])
    lines = {line.object_id: line for line in rows.filter(outcome__in=("create", "update"))}
    new = []
    for record, change, (version, updated_at) in changed:
        line = lines.get(record.pk)
        if line is None:
            line = ImportLine(run=run, line=0, extra=True, entity=entity, outcome="update", label=str(record)[:200],
                              object_id=record.pk, base_version=version, base_updated_at=updated_at)  # fmt: skip
            new.append(line)
        line.values.update({name: now for name, (_old, now) in change.items()})
        if line.outcome == "update":
            line.before = {**{name: old for name, (old, _now) in change.items()}, **line.before}
        line.version = record.version
    ImportLine.objects.bulk_create(new, batch_size=50)
    known = [line for line in lines.values() if line.pk]
    ImportLine.objects.bulk_update(known, ["values", "before", "version"], batch_size=50)


def on_saved(records: Sequence[Record]) -> None:
    """A record that somebody waits for has arrived: tie it."""
    if _quiet.get() or not records:
        return
    entity = records[0]._meta.label_lower
    if registry.find(entity) is None:
        return
    keys = {(scheme, value) for record in records for scheme, vs in (record.references or {}).items() for value in vs}
    if not keys or not (kept := _untied(entity, keys)):
        return
    ends = _ends(entity, {_source(k) for k in kept} | {_target(k) for k in kept}, door.SYSTEM)
    with quiet():
        _tie(entity, kept, ends, door.SYSTEM, None)


def prepare(records: Sequence[Record], fresh: bool) -> list[derived.Step]:
    """As ``on_saved``, for a transaction that comes later, and which is quiet if this is."""
    return [] if _quiet.get() else derived.later(on_saved, [r for r in records if r.references])


def on_removed(model: type[Record], ids: Sequence[int]) -> None:
    """Nothing to do: what was tied goes with the record, and what waits goes on waiting."""
