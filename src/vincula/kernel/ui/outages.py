"""Tells what is wrong with the ground we stand on from what is wrong with us: the database gone or busy, the disk full."""

import errno
from collections.abc import Iterator
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError

UNAVAILABLE: Final = 503
FULL: Final = 507
RETRY_AFTER: Final = "10"  # seconds until a program should ask again
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE_FULL = 13
_SQLITE_AWAY = {5, 6, 8, 10, 14}  # busy, locked, read-only, input or output failed, cannot be opened
_POSTGRES_FULL = ("53100",)
# Connection lost; out of connections or memory; being stopped, started or switched over; waited too long for a lock.
_POSTGRES_AWAY = ("08", "53", "57P", "25006", "40P01", "40001", "55P03")


def status_of(error: BaseException | None) -> int:
    """503 when the same request may well succeed later, 507 when there is no room to write, else 0.

    Whatever raised it: views, sign-in and sessions all come here by the exception's chain of causes.
    """
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _FULL_DISK:
            return FULL
        if isinstance(one, OperationalError | InterfaceError):
            return _of_database(one)
        if isinstance(one, DatabaseError) and getattr(one.__cause__, "sqlstate", None):
            return _of_database(one, unknown=0)
    return 0


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _of_database(error: BaseException, unknown: int = UNAVAILABLE) -> int:
    """By the codes of the drivers; a connection that could not even be opened has none."""
    cause = error.__cause__ or error
    if state := getattr(cause, "sqlstate", None):
        if state in _POSTGRES_FULL:
            return FULL
        return UNAVAILABLE if state.startswith(_POSTGRES_AWAY) else 0
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        code &= 0xFF  # the rest tells more precisely where
        return FULL if code == _SQLITE_FULL else UNAVAILABLE if code in _SQLITE_AWAY else 0
    return unknown
