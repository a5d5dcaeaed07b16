"""Rows that stand for several tests: made once, and gone when the last of them is through."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def rows(blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a file or class, for a fixture of that scope which makes something costly.

    Each test still has a transaction of its own inside it and leaves no trace for the next. ``blocker`` is
    pytest-django's ``django_db_blocker``; the fixture asks for ``django_db_setup`` too.
    """
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
