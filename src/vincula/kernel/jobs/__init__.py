"""Work after the answer: the transactional outbox and the clockwork.

``enqueue`` is part of the caller's transaction: no commit, no job. ``task`` names a function that jobs may run,
``every`` puts one on the clock. How a job is done exactly once is told in ``outbox``.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from vincula.kernel.jobs.registry import every, task

__all__ = ["drain", "enqueue", "every", "task"]


def enqueue(task: Callable[..., Any] | str, /, *, key: str, delay: timedelta | None = None, **payload: Any) -> bool:
    """See ``outbox.enqueue``."""
    from vincula.kernel.jobs import outbox  # models cannot be imported while the app registry is being filled

    return outbox.enqueue(task, key=key, delay=delay, **payload)


def drain(limit: int = 1000) -> int:
    """See ``outbox.drain``."""
    from vincula.kernel.jobs import outbox

    return outbox.drain(limit)
