"""The portfolio is there: kept from an earlier run, or made now."""

from collections.abc import Callable
from datetime import date

from vincula.bench import writing
from vincula.bench.place import NotPossible
from vincula.bench.portfolio import sitting
from vincula.bench.portfolio.living import Living, Sizes
from vincula.kernel.people.models import User
from vincula.parties.models import Organisation
from vincula.portfolio.models import BoardMeeting, Service, Subscription


def ready(size: int, day: date, say: Callable[[str], None]) -> None:
    """Make it beside ``size`` organisations when it is not there. Raises NotPossible when it was begun and not ended."""
    if BoardMeeting.objects.filter(state="planned", items__isnull=False).exists():
        return
    if Service.objects.exists():
        raise NotPossible("the kept portfolio was not made to its end; take the database away, or use another --folder")
    make(Sizes(organisations=min(Sizes.organisations, size)), day, say)


def make(sizes: Sizes, day: date, say: Callable[[str], None]) -> None:
    """All of it; the organisations that subscribe are the last of those there, which no other scene looks at."""
    last = Organisation.objects.order_by("-pk")[: sizes.organisations]
    living = Living(sizes, day, list(User.objects.order_by("pk")), list(last))
    living.make()
    meeting = sitting.Sitting(living).make()
    living.keep.write(say)
    say(f"{sitting.fill(meeting):,} items on the next agenda")
    writing.settle()


def subscribers() -> list[int]:
    """Numbers of the organisations that subscribe."""
    return list(
        Subscription.objects.order_by("pk").values_list("organisation", flat=True).distinct().order_by("-organisation")
    )
