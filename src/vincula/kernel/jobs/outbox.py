"""How a job is done exactly once.

- ``enqueue`` writes two rows in the caller's transaction: the ``Job`` and django-q2's message "run this job". The
  broker is a table of the same database, so both are committed or neither; the worker polls it every 2 s.
- ``run`` takes a lease by one compare-and-set UPDATE, then runs the function and marks the job done in one
  transaction. The mark asks for the lease again: a worker that lost it (killed, or slower than its lease) rolls
  its effects back. So effects and mark are committed together, once, on both databases; messages may be doubled,
  delayed or lost without harm.
- What fails is tried again with growing pauses, and given up after ``MAX_ATTEMPTS``: then it stays in the table
  with its error, and is logged as an error.
- ``sweep``, every minute, sends a message for what is due (delayed, failed, or left behind by a dead worker) and
  strikes the clockwork: a tick is a job whose key names the tick, so any number of workers do it once.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django_q.tasks import async_task

from vincula.kernel import clock
from vincula.kernel.jobs import registry
from vincula.kernel.jobs.models import Job

LEASE = timedelta(minutes=11)  # longer than django-q2 lets a task run, or long jobs would be begun twice
MAX_ATTEMPTS = 8
PAUSE = timedelta(seconds=30)  # doubled by every failure
LONGEST_PAUSE = timedelta(hours=2)
MESSAGE_LIFE = timedelta(minutes=15)  # a message older than this is taken for lost
KEEP_TICKS = timedelta(days=30)
SWEEP_BATCH = 500

log = structlog.get_logger(__name__)
push: Callable[..., Any] = async_task


class LostLease(Exception):
    """Somebody else has taken the job over; what was done here must be rolled back."""


def enqueue(task: Callable[..., Any] | str, /, *, key: str, delay: timedelta | None = None, **payload: Any) -> bool:
    """Note in the caller's transaction that ``task(**payload)`` is to be done; at once, or after ``delay``.

    ``payload`` must be JSON. False when a job with this ``key`` is already there, done or not: nothing new then.
    LookupError when the task is not registered, ValueError for a key of more than 200 characters.
    """
    if not key or len(key) > 200:
        raise ValueError(f"A job needs a key of 1 to 200 characters, not {len(key)}.")
    name = registry.find(task if isinstance(task, str) else registry.name_of(task)).name
    due = clock.now() + (delay or timedelta(0))
    job = Job(key=key, task=name, payload=payload, due_at=due, queued_at=None if delay else clock.now())
    with transaction.atomic():
        Job.objects.bulk_create([job], ignore_conflicts=True)
        if not Job.objects.filter(pk=job.pk).exists():
            return False
        if not delay:
            _send(job.pk)
    return True


def _send(job_id: uuid.UUID) -> None:
    """Put a message for the worker; ``save=False`` because the Job keeps the result."""
    push("vincula.kernel.jobs.outbox.run", str(job_id), save=False)


def run(job_id: uuid.UUID | str) -> str:
    """Do one job if it is ready. Never raises for what the job does.

    Returns "done", "failed" (will be tried again), "given up", or "skipped" (not ready, or taken by another).
    """
    lease = uuid.uuid4()
    now = clock.now()
    taken = (
        Job.objects.ready()
        .filter(pk=job_id, attempts__lt=MAX_ATTEMPTS)
        .update(lease=lease, lease_until=now + LEASE, attempts=F("attempts") + 1)
    )
    if not taken:
        return _bury(job_id)
    job = Job.objects.get(pk=job_id)
    try:
        task = registry.find(job.task)
        if task.atomic:
            with transaction.atomic():
                task.function(**job.payload)
                _mark_done(job, lease)
        else:
            task.function(**job.payload)
            _mark_done(job, lease)
    except LostLease:
        log.warning("job lost its lease", job=str(job))
        return "skipped"
    except Exception as error:
        return _fail(job, lease, error)
    return "done"


def _mark_done(job: Job, lease: uuid.UUID) -> None:
    mine = Job.objects.open().filter(pk=job.pk, lease=lease)
    if not mine.update(done_at=clock.now(), lease=None, lease_until=None, error=""):
        raise LostLease


def _fail(job: Job, lease: uuid.UUID, error: Exception) -> str:
    """Record the error; plan the next attempt, or give up."""
    now = clock.now()
    text = f"{type(error).__name__}: {error}"[:4000].replace("\0", "")
    log.warning("job failed", job=str(job), attempt=job.attempts, exc_info=error)
    mine = Job.objects.open().filter(pk=job.pk, lease=lease)
    if job.attempts >= MAX_ATTEMPTS:
        mine.update(gave_up_at=now, error=text, lease=None, lease_until=None)
        log.error("job given up", job=str(job), error=text)
        return "given up"
    pause = min(PAUSE * 2 ** (job.attempts - 1), LONGEST_PAUSE)
    mine.update(due_at=now + pause, queued_at=None, error=text, lease=None, lease_until=None)
    return "failed"


def _bury(job_id: uuid.UUID | str) -> str:
    """Give up a job that took its worker down with it each time; else there is nothing to do."""
    text = "The worker was killed each time this job ran."
    if Job.objects.ready().filter(pk=job_id, attempts__gte=MAX_ATTEMPTS).update(gave_up_at=clock.now(), error=text):
        log.error("job given up", job=str(job_id), error=text)
        return "given up"
    return "skipped"


def retry(job: Job) -> bool:
    """Try a job again that was given up. False when it was not."""
    with transaction.atomic():
        given_up = Job.objects.given_up().filter(pk=job.pk, done_at=None)
        now = clock.now()
        if not given_up.update(gave_up_at=None, attempts=0, due_at=now, queued_at=now, lease=None, lease_until=None):
            return False
        _send(job.pk)
    return True


def strike() -> int:
    """Enqueue what the clock says; returns how many ticks were new."""
    now = clock.now()
    new = 0
    for tick in registry.clockwork():
        slot = tick.slot(now)
        if slot is not None:
            new += enqueue(tick.task, key=f"clock:{tick.name}:{slot}")
    return new


def sweep() -> int:
    """Strike the clockwork, send messages for jobs that are due and have none, forget old ticks.

    Returns how many messages were sent. Safe in any number of workers at once.
    """
    strike()
    now = clock.now()
    unsent = Q(queued_at=None) | Q(queued_at__lt=now - MESSAGE_LIFE) | Q(lease_until__lte=now)
    sent = 0
    for job in Job.objects.ready().filter(unsent).order_by("due_at").only("pk", "queued_at")[:SWEEP_BATCH]:
        with transaction.atomic():
            if Job.objects.ready().filter(pk=job.pk, queued_at=job.queued_at).update(queued_at=now):
                _send(job.pk)
                sent += 1
    Job.objects.filter(key__startswith="clock:", done_at__lt=now - KEEP_TICKS).delete()
    return sent


def drain(limit: int = 1000) -> int:
    """For tests and commands: do here and now whatever is ready, and what that enqueues. Returns how many ran.

    RuntimeError after ``limit`` jobs: something enqueues itself for ever.
    """
    ran = 0
    while ids := list(Job.objects.ready().order_by("due_at", "created_at").values_list("pk", flat=True)[:100]):
        for job_id in ids:
            if ran >= limit:
                raise RuntimeError(f"More than {limit} jobs: does one enqueue itself?")
            run(job_id)
            ran += 1
    return ran
