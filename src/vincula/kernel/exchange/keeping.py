"""How long imports are kept: the file and its lines hold other people's data, so they go after a while (X3, X10).

What stays is the run itself: who brought which file, when, and how many records came of it.
"""

from __future__ import annotations

from datetime import timedelta

from vincula.kernel import clock, jobs
from vincula.kernel.exchange.models import ImportLine, ImportRun

DAYS = 90


@jobs.task(atomic=False)
def forget() -> int:
    """Delete the files and lines of runs older than ``DAYS``; such a run cannot be undone any more."""
    old = ImportRun.objects.filter(created_at__lt=clock.now() - timedelta(days=DAYS)).exclude(file="")
    forgotten = 0
    for run in old.exclude(state__in=ImportRun.RUNNING)[:100]:
        ImportLine.objects.filter(run=run).delete()
        run.file.delete(save=False)
        ImportRun.objects.filter(pk=run.pk).update(file="")
        forgotten += 1
    return forgotten
