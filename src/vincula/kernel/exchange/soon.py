"""Commits of what may be lost: what a check notes as it goes on need not lie on the disk before the next line is read (X3).

A power cut may take back the last of it, never a part of one, and never anything that is committed later. A check that
was cut off is asked for again, from the beginning; what an import writes for good is committed as everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def soon() -> Iterator[None]:
    """A transaction whose end does not wait for the disk. Inside another, which waits or does not, it is a part of it."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _run("SET LOCAL synchronous_commit TO OFF")
            yield
    else:
        (usual,) = _run("PRAGMA synchronous")
        _run("PRAGMA synchronous = NORMAL")  # in the mode WAL nothing is damaged by it
        try:
            with transaction.atomic():
                yield
        finally:
            _run(f"PRAGMA synchronous = {int(usual)}")


def _run(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: tuple[int, ...] = cursor.fetchone() if cursor.description else ()
        return found
