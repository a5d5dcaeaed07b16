"""Read the whole file, decide every line, keep the result as rows: the database is locked only for moments (X3)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.translation import gettext as _

from vincula.kernel.entity import registry
from vincula.kernel.exchange import asking, missing, resembling
from vincula.kernel.exchange import mapping as mappings
from vincula.kernel.exchange.checking import Checker
from vincula.kernel.exchange.drafts import Draft, Reading, fail
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.exchange.parts import Parts
from vincula.kernel.exchange.related import Pending
from vincula.kernel.exchange.soon import soon
from vincula.kernel.exchange.table import Table, open_table
from vincula.kernel.folding import fold
from vincula.kernel.records import bulk

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

BATCH = 500
Progress = Callable[[int], None]


def table_of(run: ImportRun) -> Table:
    """The file of a run, opened as it was recognised (or as the person said)."""
    return open_table(Path(run.file.path), run.name, encoding=run.encoding or None, delimiter=run.delimiter or None)


def _count(run: ImportRun, table: Table) -> None:
    """About how many rows the file has, so that progress can say how far it is: where that is not quickly told it is
    read once more. Raises Unreadable."""
    run.total = table.about if table.about is not None else sum(1 for _row in table)
    run.save(update_fields=["total"])


def reading_of(run: ImportRun, entity: Entity) -> Reading:
    """How the rows of the run are read. An empty cell empties the field only in a file that we wrote ourselves."""
    profile = asking.answered(run)
    blanks = run.options.get("blanks") or ("clear" if "version" in run.mapping.values() else "keep")
    return Reading(entity, mappings.importable(entity), profile, dict(run.mapping), blanks == "clear")


def stage(run: ImportRun, who: Any, tell: Progress) -> Counter[str]:
    """Write one ImportLine per line of the file; returns how many of each outcome. Raises Unreadable.

    ``tell`` is called with the number of lines read after each batch, and may raise to stop.
    """
    entity = registry.get(run.entity)
    reading = reading_of(run, entity)
    checker = Checker(entity, reading.fields, who, reading.profile, run.options)
    counts: Counter[str] = Counter()
    own = [f.name for f in entity.model._meta.concrete_fields if f.related_model is entity.model]
    looped: set[str] = set()
    keys: set[tuple[str, str]] = set()
    waiting: list[int] = []
    parts = Parts(who)
    table = table_of(run)
    _count(run, table)
    ImportLine.objects.filter(run=run).delete()
    decided = map(checker.decided, _batches(reading.drafts(table)))
    known = bool(run.options.get("allow_duplicates"))
    for drafts in resembling.asked(entity, decided, who, known=known, lines=run.total):
        fail(drafts)
        belonging = parts.check(drafts)
        for d in drafts:
            counts["read"] += 1
            counts[d.outcome] += 1
            counts["proposed"] += any(m["severity"] == "proposal" for m in d.messages)
            counts["warnings"] += any(m["severity"] == "warning" for m in d.messages)
            if d.source:
                keys.add((d.source.scheme, d.source.value))
            looped.update(name for name in own if name in d.changes)
            if any(isinstance(value, Pending) for value in d.values.values()):
                waiting.append(d.line)
        counts.update(f"parts_{part.outcome}" for _entity, part in belonging)
        lines = [_line(run, d, run.entity) for d in drafts]
        lines += [_line(run, part, of, extra=True) for of, part in belonging]
        kept = bulk.packed(ImportLine, COLUMNS, lines)
        with soon():
            kept()
        tell(counts["read"])
    run.options = {**run.options, "names_lines": bool(waiting), "looped": sorted(looped)}
    if waiting:
        _settle_names(run, waiting, counts)
    counts["outside"] = _pointing_outside(run, keys)
    if reading.profile is not None and reading.profile.whole:
        counts["missing"] = missing.note(run, reading.profile.whole, keys, who)
    return counts


def _batches(drafts: Iterator[Draft]) -> Iterable[list[Draft]]:
    while some := list(itertools.islice(drafts, BATCH)):
        yield some


COLUMNS = (
    "run_id", "line", "entity", "extra", "outcome", "label", "object_id", "values", "before", "base_version",
    "base_updated_at", "version", "messages", "source", "relations",
)  # fmt: skip
_encode = DjangoJSONEncoder().encode


def _line(run: ImportRun, d: Draft, entity: str, *, extra: bool = False) -> tuple[Any, ...]:
    """The row of one ImportLine, as the database takes it."""
    changes = d.changes | d.derived if d.outcome in ("create", "update") else {}
    return (
        run.pk,
        d.line,
        entity,
        extra,
        d.outcome,
        d.label or _title_of(registry.get(entity), d),
        d.record.pk if d.record is not None else d.resembles,
        _encode({name: new for name, (_old, new) in changes.items()}),
        _encode({name: old for name, (old, _new) in changes.items()}) if d.outcome == "update" else "{}",
        d.record.version if d.record is not None else 0,
        connection.ops.adapt_datetimefield_value(d.record.updated_at) if d.record is not None else None,
        0,
        _encode(d.messages) if d.messages else "[]",
        _encode([d.source.scheme, d.source.value, d.source.label]) if d.source else "[]",
        _encode([[r.kind, r.target.scheme, r.target.value, r.target.label] for r in d.relations])
        if d.relations
        else "[]",
    )


def _title_of(entity: Entity, d: Draft) -> str:
    """What the line calls the record, when it was not looked at any further."""
    for name in (*entity.search_fields[:1], *entity.natural_key):
        if isinstance(value := d.values.get(name), str) and value:
            return value[:200]
    return ""


def _titles(run: ImportRun) -> dict[str, list[int]]:
    """{folded name: lines} of the records that the file brings or knows."""
    titles: dict[str, list[int]] = {}
    named = ImportLine.objects.filter(run=run, outcome__in=("create", "update", "unchanged", "around")).exclude(
        label=""
    )
    for label, line in named.order_by("id").values_list("label", "line").iterator(2_000):
        titles.setdefault(fold(label), []).append(line)
    return titles


def _settle_names(run: ImportRun, waiting: list[int], counts: Counter[str]) -> None:
    """Names that stood for records of the same file become lines; what is still unknown is an error."""
    titles = _titles(run)
    relations = {f.name for f in registry.get(run.entity).model._meta.concrete_fields if f.is_relation}
    for number in waiting:
        line = ImportLine.objects.filter(run=run, line=number, outcome__in=("create", "update")).first()
        if line is None:
            continue
        names = {n: v["name"] for n, v in line.values.items() if n in relations and isinstance(v, dict)}
        for name, wanted in names.items():
            there = [number for number in titles.get(fold(wanted), []) if number != line.line]
            if len(there) == 1:
                line.values[name] = {"line": there[0]}
                continue
            message = (_("“%(name)s” stands in several lines of this file.") if there else
                       _("There is no such record: “%(name)s”.")) % {"name": wanted[:100]}  # fmt: skip
            counts[line.outcome] -= 1
            counts["error"] += 1
            line.outcome = "error"
            line.messages.append({"field": name, "message": message, "severity": "error"})
            break
        line.save()


def _pointing_outside(run: ImportRun, keys: set[tuple[str, str]]) -> int:
    """Relations of the file whose other end does not stand in it."""
    told = ImportLine.objects.filter(run=run).exclude(relations=[]).values_list("relations", flat=True)
    return sum(1 for every in told for _kind, scheme, value, _label in every if (scheme, value) not in keys)
