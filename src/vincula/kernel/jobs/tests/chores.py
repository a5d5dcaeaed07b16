"""Tasks that only tests run."""

import os
import signal
from typing import Any

from vincula.kernel import clock
from vincula.kernel.jobs.models import Job
from vincula.kernel.jobs.registry import task


class Killed(BaseException):
    """Stands for SIGKILL where a process cannot really be killed."""


def leave_trace(trace: str) -> None:
    """An effect in the database that can be counted."""
    Job.objects.create(key=f"trace:{trace}:{os.urandom(8).hex()}", task="trace", done_at=clock.now())


def traces(trace: str) -> int:
    return Job.objects.filter(key__startswith=f"trace:{trace}:").count()


@task
def note(trace: str) -> None:
    leave_trace(trace)


@task
def note_and_fail(trace: str) -> None:
    leave_trace(trace)
    raise ValueError("the disk is full")


killers: dict[str, Any] = {"deadly": True}


@task
def note_and_die(trace: str) -> None:
    leave_trace(trace)
    if killers["deadly"]:
        raise Killed


@task
def note_and_really_die(trace: str) -> None:
    leave_trace(trace)
    if killers["deadly"]:
        os.kill(os.getpid(), signal.SIGKILL)


@task(atomic=False)
def note_outside(trace: str) -> None:
    leave_trace(trace)
    raise ValueError("after the commit")


def undecorated() -> None:
    """Not a task."""


@task
def tick() -> None:
    """Something the clock starts."""


heard: list[dict[str, Any]] = []


def hear(**payload: Any) -> None:
    """A subscriber."""
    heard.append(payload)
