"""Write and seal the trail.

Entries are written in the transaction of what they tell. Writers never queue for the chain: a job seals batches later,
so a seal covers every entry that was committed a minute ago, and a change of any sealed row breaks every later seal.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry, AuditSeal

_correlation: ContextVar[uuid.UUID | None] = ContextVar("audit_correlation", default=None)
_acting: ContextVar[int | None] = ContextVar("audit_acting", default=None)
GENESIS = "0" * 64
SEALING_LOCK = 0x56C1C  # any number that nobody else uses as an advisory lock


@contextmanager
def together(correlation: uuid.UUID | None = None) -> Iterator[uuid.UUID]:
    """Everything written inside belongs to one act (a bulk edit, an import) and can be undone as one."""
    mark = _correlation.set(correlation or _correlation.get() or uuid.uuid4())
    try:
        yield _correlation.get()  # type: ignore[misc]  # just set
    finally:
        _correlation.reset(mark)


@contextmanager
def by(who: Any) -> Iterator[None]:
    """What the program writes inside, with its own rights, is told as the act of ``who``: a chair decides, not the program.

    Without a person the one around it stays.
    """
    mark = _acting.set(getattr(who, "pk", None) or _acting.get())
    try:
        yield
    finally:
        _acting.reset(mark)


_canonical = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(changes: Any) -> str:
    """Changes as the one JSON text that is digested."""
    return _canonical.encode(changes)


def digest_of(changes: Any) -> str:
    """SHA-256 of the changes in canonical JSON; it stays when the changes are erased."""
    return hashlib.sha256(canonical(changes).encode("utf-8", "surrogatepass")).hexdigest()


def entry(
    *, who: Any, verb: str, entity: str, object_id: int | None, changes: dict[str, Any] | None = None, version: int = 0
) -> AuditEntry:
    """An unsaved entry (for bulk writing); ``who`` None or SYSTEM means the program itself, or whom it acts for (``by``)."""
    changes = json.loads(json.dumps(changes or {}, cls=DjangoJSONEncoder))
    return AuditEntry(
        who_id=getattr(who, "pk", None) or _acting.get(),
        verb=verb,
        entity=entity,
        object_id=object_id,
        version=version,
        changes=changes,
        digest=digest_of(changes),
        correlation=_correlation.get() or uuid.uuid4(),
    )


def write(**told: Any) -> AuditEntry:
    """Write one entry in the caller's transaction; arguments as for ``entry``."""
    new = entry(**told)
    new.save(force_insert=True)
    return new


def write_many(entries: Iterable[AuditEntry]) -> None:
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def _line(e: AuditEntry) -> bytes:
    return (
        f"{e.pk}|{e.at.isoformat()}|{e.who_id}|{e.verb}|{e.entity}|{e.object_id}|{e.correlation}|{e.digest}\n".encode()
    )


def seal(*, older_than: timedelta = timedelta(minutes=1), batch: int = 900) -> int:
    """Seal the next batch of entries; returns how many. Run by the clockwork until it returns 0."""
    with transaction.atomic():
        _one_at_a_time()
        last = AuditSeal.objects.order_by("-pk").first()
        entries = list(AuditEntry.objects.filter(seal=None, at__lt=clock.now() - older_than).order_by("pk")[:batch])
        if not entries:
            return 0
        previous = last.digest if last else GENESIS
        chain = hashlib.sha256(previous.encode())
        for e in entries:
            chain.update(_line(e))
        new = AuditSeal.objects.create(count=len(entries), previous=previous, digest=chain.hexdigest())
        AuditEntry.objects.filter(pk__in=[e.pk for e in entries]).update(seal=new)
        return len(entries)


def _one_at_a_time() -> None:
    """Until the transaction ends nobody else seals: two who both saw the same last seal would break the chain.

    Locking its row would not do: who waited for it is given that row, and not the one written meanwhile. SQLite has one
    writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])


def verify() -> list[str]:
    """Recompute every seal and digest; returns what is wrong in plain words, empty when the trail is whole."""
    wrong, previous = [], GENESIS
    for one in AuditSeal.objects.order_by("pk").iterator():
        chain = hashlib.sha256(previous.encode())
        count = 0
        for e in AuditEntry.objects.filter(seal=one).order_by("pk").iterator():
            count += 1
            chain.update(_line(e))
            if e.changes is not None and digest_of(e.changes) != e.digest:
                wrong.append(f"Entry {e.pk}: its changes are not those that were written.")
        if one.previous != previous or chain.hexdigest() != one.digest or count != one.count:
            wrong.append(f"Seal {one.pk}: entries were altered, removed or put in.")
        previous = one.digest
    return wrong
