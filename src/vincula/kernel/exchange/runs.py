"""An import from the file to its undo: brought → mapped → checked → applied → undone (X3).

Each step may be run again after it was cut off. Steps run as jobs for the wizard and directly for the command.
"""

from __future__ import annotations

import uuid
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vincula.kernel import clock, jobs
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import applying, asking, gates, parts, preparing, staging, undoing, waiting
from vincula.kernel.exchange import mapping as mappings
from vincula.kernel.exchange import profile as profiles
from vincula.kernel.exchange.limits import Unreadable
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.exchange.soon import soon
from vincula.kernel.exchange.table import Table, open_table

log = structlog.get_logger(__name__)
State = ImportRun.State
SILENT = timedelta(minutes=3)  # without a sign of life whoever worked at a run is taken for dead
QUEUED = timedelta(minutes=30)  # a check may wait so long for a worker, or for the outbox to send another


class Stopped(Exception):
    """The person asked to stop."""


class _RolledBack(Exception):
    """Ends a dry run."""


def begin(path: Path, name: str, *, who: Any, entity: Entity | None = None, profile: str = "") -> ImportRun:
    """Take a file in: recognise it, propose a mapping. Raises Unreadable, PermissionDenied, LookupError."""
    table = open_table(path, name)
    sample = [row for _line, row in table.sample()]
    found = profiles.get(profile) if profile else profiles.recognise(name, sample, entity.key if entity else None)
    if profile and found is None:
        raise LookupError(profile)
    if found is not None and entity is not None and found.entity != entity.key:
        raise Unreadable(
            _("The profile “%(profile)s” does not bring %(entity)s."), profile=found.label, entity=entity.plural
        )
    entity = registry.get(found.entity) if found is not None else entity or likely(table, who)
    _may_import(entity, who)
    run = ImportRun(
        who_id=getattr(who, "pk", None), entity=entity.key, profile=found.key if found else "", name=name[:200],
        size=path.stat().st_size, form=table.format, encoding=table.encoding, delimiter=table.delimiter,
        headers=list(table.headers), mapping={} if found else mappings.proposed(entity, table.headers, who),
    )  # fmt: skip
    with path.open("rb") as content:
        run.file.save(name, File(content), save=False)
    run.save()
    return run


def reread(run: ImportRun, who: Any, *, entity: Entity | None, encoding: str, delimiter: str) -> None:
    """Read the file otherwise than it was recognised. Raises Unreadable, PermissionDenied."""
    table = open_table(Path(run.file.path), run.name, encoding=encoding or None, delimiter=delimiter or None)
    sample = [row for _line, row in table.sample()]
    entity = entity or registry.get(run.entity)
    found = profiles.recognise(run.name, sample, entity.key)
    run.entity, run.profile = entity.key, found.key if found else ""
    _check_rights(run, who)
    run.encoding, run.delimiter, run.headers = table.encoding, table.delimiter, list(table.headers)
    run.mapping = {} if found else mappings.proposed(entity, table.headers, who)
    run.state, run.message, run.counts = State.UPLOADED, "", {}
    run.save()


def likely(table: Table, who: Any) -> Entity:
    """The entity that recognises most of the headers, among those the person may import. Raises Unreadable."""
    best, most = None, 0
    for entity in registry.all():
        if entity.may(who, "import"):
            found = set(mappings.guess(entity, table.headers).values()) - set(mappings.OWN)
            if len(found) > most:
                best, most = entity, len(found)
    if best is None:
        raise Unreadable(_("No column of the file is known here. Say what the file brings, then map its columns."))
    return best


def use(
    run: ImportRun, *, mapping: dict[str, str] | None = None, options: dict[str, Any] | None = None,
    answers: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Take a person's choices over; remembers the mapping. Raises Unreadable for one that cannot be used."""
    entity = registry.get(run.entity)
    if mapping is not None and not run.profile:
        run.mapping = {header: name for header, name in mapping.items() if name and header in run.headers}
        mappings.remember(entity, run.headers, run.mapping, run.who)
    run.options = {**run.options, **(options or {})}
    if taken := asking.taken(run, run.who, answers or {}):
        run.options[asking.ANSWERS] = taken
    if not run.profile and (problems := mappings.problems(entity, run.mapping)):
        raise Unreadable(" ".join(problems))
    run.save(update_fields=["mapping", "options"])


def check(run: ImportRun, who: Any, *, rehearse: bool = True) -> None:
    """Decide every line and write them in a transaction that is rolled back; the run is then checked, or failed.

    Without ``rehearse`` a file that is written in one transaction is not written twice: what the register refuses is
    found when it is applied, and nothing remains either.
    """
    _enter(run, State.MAPPED, total=0)
    try:
        _check_rights(run, who)
        with preparing.seldom_tidied():
            counts = dict(staging.stage(run, who, lambda done: _tell(run, done)))
            problem = _rehearse(run, who, counts, always=rehearse)
    except (Unreadable, PermissionDenied, Stopped) as error:
        _leave(run, error)
        return
    run.counts = {**counts, "error": counts.get("error", 0) + problem}
    run.state, run.checked_at, run.total = State.CHECKED, clock.now(), counts.get("read", 0)
    run.save()


def _may_import(entity: Entity, who: Any) -> None:
    """PermissionDenied unless ``who`` may import here; what only verbs write comes from no file, and that is said."""
    if not entity.may(who, "import"):
        said = _("Your roles do not let you import %(entity)s.") % {"entity": entity.plural}
        raise PermissionDenied(door.why_frozen(entity.model) or said)


def _check_rights(run: ImportRun, who: Any) -> None:
    entity = registry.get(run.entity)
    _may_import(entity, who)
    if run.options.get(gates.OPTION) and not gates.may_bring(who):
        raise PermissionDenied(_("Only administrators may bring states as they are."))
    asking.check_rights(run, who)


def _rehearse(run: ImportRun, who: Any, counts: dict[str, int], *, always: bool) -> int:
    """The real run, rolled back. Lines the register refuses become errors; returns how many."""
    total = preparing.waiting_lines(run).count()
    pace = applying.Pace()
    ties = parts.waiting(run).exists() or ImportLine.objects.filter(run=run).exclude(relations=[]).exists()
    whole = total <= pace.most
    if counts.get("error") or not (total or ties) or (whole and not always):
        return 0
    try:
        with trail.together(run.correlation), waiting.quiet():
            source = _batches(run, who, pace, rehearse=not ties)
            more = True
            while more:
                spool, more = applying.spooled(source, pace.size, lambda _lines: _tell(run, run.done))
                pace.start()
                with closing(spool):
                    counts.update(_rolled_back(run, who, spool, whole=whole))
                pace.told(spool.lines)
    except preparing.Refused as refused:
        return _refuse(run, refused, counts)
    return 0


def _batches(run: ImportRun, who: Any, pace: applying.Pace, *, rehearse: bool) -> Any:
    most = min(preparing.NEW_AT_ONCE, pace.most)
    return preparing.batches(run, registry.get(run.entity), who, rehearse=rehearse, most=most)


def _rolled_back(run: ImportRun, who: Any, ready: preparing.Spool, *, whole: bool) -> dict[str, int]:
    """Write and take it back; relations between lines can be tried only when all of them are there."""
    found: dict[str, int] = {}
    try:
        with applying.roomy(), transaction.atomic():
            applying.write(run, who, ready, mark=whole)
            if whole:
                found = _finish(run, who)
            raise _RolledBack
    except _RolledBack:
        return found


def _finish(run: ImportRun, who: Any) -> dict[str, int]:
    """What needs all rows to be there: relations between them, and records that belong to them. Returns counts."""
    counts = applying.finish(run, who)
    with trail.together(run.correlation):
        parts.write(run, who)
    return counts


def _refuse(run: ImportRun, refused: preparing.Refused, counts: dict[str, int]) -> int:
    for number, field, sentence in refused.reasons:
        for line in ImportLine.objects.filter(run=run, line=number, extra=False):
            counts[line.outcome] = counts.get(line.outcome, 0) - 1
            line.outcome = "error"
            line.messages = [*line.messages, {"field": field, "message": sentence, "severity": "error"}]
            line.save(update_fields=["outcome", "messages"])
    return len(refused.reasons)


def apply(run: ImportRun, who: Any) -> None:
    """Write what was checked, all or nothing. A run that was cut off goes on where it stopped."""
    if run.state not in (State.CHECKED, State.APPLYING) or run.counts.get("error"):
        return
    _enter(run, State.APPLYING, total=preparing.waiting_lines(run).count())
    try:
        _check_rights(run, who)
        _write_pieces(run, who)
    except (preparing.Refused, PermissionDenied, Stopped) as error:
        _take_back(run, who, error)
    except applying.TakenOver:
        run.refresh_from_db()


def _write_pieces(run: ImportRun, who: Any) -> None:
    """Make ready, then write: in one transaction when it may be, else piece by piece. Raises Refused, TakenOver."""
    pace, done, more = applying.Pace(), 0, True
    with waiting.quiet(), trail.together(run.correlation), preparing.seldom_tidied():
        source = _batches(run, who, pace, rehearse=False)
        while more:
            spool, more = applying.spooled(source, pace.size, partial(_tell_from, run, done))
            pace.start()
            try:
                with closing(spool), applying.roomy(), transaction.atomic():
                    there = ImportRun.objects.select_for_update().get(pk=run.pk)  # never two workers at the same lines
                    if there.state != State.APPLYING:
                        raise applying.TakenOver
                    applying.write(run, who, spool)
                    if not more:
                        _complete(run, who, _finish(run, who))
            except IntegrityError as error:  # a rule that the database asks about at the end
                run.state, run.applied_at = State.APPLYING, None
                raise preparing.Refused([(0, "", applying.violation(registry.get(run.entity), error))]) from error
            pace.told(spool.lines)
            done += spool.lines


def _complete(run: ImportRun, who: Any, written: dict[str, int]) -> None:
    """The run is applied: said in the transaction that writes its last lines."""
    run.counts = {**run.counts, **written}
    run.state, run.applied_at, run.done = State.APPLIED, clock.now(), run.total
    run.save()
    changes = {
        "file": [None, run.name], "created": [None, run.counts.get("create", 0)],
        "updated": [None, run.counts.get("update", 0)],
    }  # fmt: skip
    if gates.taken(run.options, who):
        changes[gates.OPTION] = [None, True]
    changes |= {each["key"]: [None, each["value"]] for each in asking.told(run, who)}
    trail.write(who=who, verb="imported", entity=run.entity, object_id=None, changes=changes)


def _take_back(run: ImportRun, who: Any, error: Exception) -> None:
    """Half an import is none: what earlier pieces wrote is undone."""
    with transaction.atomic():
        undoing.undo(run, who)
        ImportLine.objects.filter(run=run, extra=True).delete()
        ImportLine.objects.filter(run=run, outcome="create").update(version=0, object_id=None)
        ImportLine.objects.filter(run=run).update(version=0)
    if isinstance(error, preparing.Refused):
        _refuse(run, error, run.counts)
        run.counts["error"] = run.counts.get("error", 0) + len(error.reasons)
    _leave(run, error)


def undo(run: ImportRun, who: Any) -> None:
    """Take the whole import back; what was edited since is kept and named."""
    if run.state not in (State.APPLIED, State.UNDOING):
        return
    _check_rights(run, who)
    _enter(run, State.UNDOING, total=run.total)
    with transaction.atomic():
        done = undoing.undo(run, who)
        trail.write(
            who=who, verb="import undone", entity=run.entity, object_id=None, changes={"file": [run.name, None]}
        )
        run.counts = {**run.counts, "deleted": done.deleted, "restored": done.restored, "kept_edits": done.kept[:200]}
        run.state, run.undone_at = State.UNDONE, clock.now()
        run.save()


def stop(run: ImportRun) -> None:
    """Ask a running import to stop; it does so at the next batch, and leaves nothing behind."""
    ImportRun.objects.filter(pk=run.pk).update(stop=True)


def _enter(run: ImportRun, state: str, *, total: int) -> None:
    run.state, run.done, run.total, run.message, run.beat_at = state, 0, total, "", clock.now()
    run.save(update_fields=["state", "done", "total", "message", "beat_at"])


def _tell(run: ImportRun, done: int) -> None:
    """Progress, outside any transaction of the import; and the place where a wish to stop is heard."""
    run.done = done
    with soon():
        ImportRun.objects.filter(pk=run.pk).update(done=done, beat_at=clock.now())
    if ImportRun.objects.filter(pk=run.pk, stop=True).exists():
        raise Stopped


def _tell_from(run: ImportRun, begun: int, done: int) -> None:
    _tell(run, begun + done)


def _leave(run: ImportRun, error: Exception) -> None:
    run.state = State.STOPPED if isinstance(error, Stopped) else State.FAILED
    run.message = _("Stopped; nothing was written.") if isinstance(error, Stopped) else str(error)
    run.stop = False
    run.save()


@jobs.task(atomic=False)
def check_later(run_id: int) -> None:
    """Job: check a run."""
    run = ImportRun.objects.select_related("who").get(pk=run_id)
    if run.state == State.MAPPED:
        check(run, run.who)


@jobs.task(atomic=False)
def apply_later(run_id: int) -> None:
    """Job: apply a run."""
    run = ImportRun.objects.select_related("who").get(pk=run_id)
    apply(run, run.who)


@jobs.task(atomic=False)
def undo_later(run_id: int) -> None:
    """Job: undo a run."""
    run = ImportRun.objects.select_related("who").get(pk=run_id)
    undo(run, run.who)


@jobs.task(atomic=False)
def resume() -> int:
    """Mend what was cut off (a power cut, a killed process): half an import is completed or taken back, an undo goes on,
    a check that stopped may be asked for again. Returns how many runs were mended. Safe in any number of workers."""
    mended = 0
    now = clock.now()
    for run in ImportRun.objects.filter(state__in=ImportRun.RUNNING, beat_at__lt=now - SILENT).exclude(file=""):
        mine = ImportRun.objects.filter(pk=run.pk, state=run.state, beat_at=run.beat_at)
        if (run.state == State.MAPPED and run.beat_at > now - QUEUED) or not mine.update(beat_at=now):
            continue
        log.warning("import was cut off", run=run.pk, state=run.state)
        if run.state == State.APPLYING:
            apply(run, run.who)
        elif run.state == State.UNDOING:
            undo(run, run.who)
        else:
            _leave(run, Stopped())
        mended += 1
    return mended


STEPS: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "check": (check_later, State.MAPPED, (State.UPLOADED, State.CHECKED, State.FAILED, State.STOPPED)),
    "apply": (apply_later, State.APPLYING, (State.CHECKED,)),
    "undo": (undo_later, State.UNDOING, (State.APPLIED,)),
}


def send(run: ImportRun, step: str) -> bool:
    """Have a worker do ``check``, ``apply`` or ``undo``. False when the run is not at that point (any more)."""
    task, state, expected = STEPS[step]
    with transaction.atomic():
        ready = ImportRun.objects.filter(pk=run.pk, state__in=expected).exclude(file="")  # "" is forgotten
        if not ready.update(state=state, done=0, stop=False, message="", beat_at=clock.now()):
            return False
        jobs.enqueue(task, key=f"exchange:{step}:{run.pk}:{uuid.uuid4().hex}", run_id=run.pk)
    run.refresh_from_db()
    return True
