"""What the clock does: look for new pairs once a day, and for those that were put off."""

from datetime import time

from vincula.kernel import clock, events, jobs
from vincula.kernel.duplicates import merging, searching
from vincula.kernel.duplicates.models import Pair
from vincula.kernel.entity import registry


@jobs.task(atomic=False)
def search() -> None:
    """Bring the pairs of every entity up to date; cut off, it begins again where the last one ended."""
    Pair.objects.filter(state=Pair.State.LATER, until__lte=clock.today()).update(state=Pair.State.OPEN, until=None)
    for entity in registry.all():
        if entity.identity:
            searching.renew(entity)


@events.subscribe(merging.MERGED)
def follow(entity: str, survivor: int, others: list[int], correlation: str) -> None:
    """Rows that somebody else was writing at the moment of the merge, and that still point at the merged, follow."""
    merging.follow(correlation)


def register() -> None:
    """Called once when the program starts."""
    jobs.every("duplicates: look for new pairs", search, daily_at=time(2, 20))
