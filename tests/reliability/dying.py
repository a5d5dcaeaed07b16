"""A process that is killed at a chosen moment of its work with the database: before or after a statement or a commit."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def dying(kill_at: int) -> Iterator[None]:
    """kill −9 for this process at the ``kill_at``-th moment inside; 0 lets it live."""
    from django.db import connection

    left, commit = kill_at, connection._commit

    def moment() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        moment()
        done = execute(sql, params, many, context)
        moment()
        return done

    def committing() -> None:
        moment()
        commit()
        moment()

    connection._commit = committing  # type: ignore[method-assign]  # put in its place for the test
    try:
        with connection.execute_wrapper(listen):
            yield
    finally:
        connection._commit = commit  # type: ignore[method-assign]  # put in its place for the test


def killed(work: Callable[[], object], kill_at: int) -> bool:
    """Fork, do ``work`` there, and say whether the process was killed. No connection may be open before.

    RuntimeError when it ended in another way than by itself or by the kill.
    """
    child = os.fork()
    if not child:
        try:
            with dying(kill_at):
                work()
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the child failed")
    return os.WIFSIGNALED(status)
