"""Giving the next number."""

from django.db import connection
from django.db.models import F
from django.db.transaction import TransactionManagementError

from vincula.kernel.numbering.models import Counter


def next_number(series: str, year: int) -> int:
    """The next number of ``series`` in ``year``, from 1, without gaps: it belongs to the caller's transaction.

    The UPDATE locks the counter until that transaction ends, so the next caller waits, and a rollback gives the
    number back. TransactionManagementError outside a transaction: there a failure afterwards would leave a gap.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A number is given inside the transaction that uses it.")
    mine = Counter.objects.filter(series=series, year=year)
    if not mine.update(last=F("last") + 1):
        Counter.objects.bulk_create([Counter(series=series, year=year)], ignore_conflicts=True)
        mine.update(last=F("last") + 1)
    return mine.get().last
