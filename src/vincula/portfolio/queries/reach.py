"""How far services reach: organisations subscribed of those eligible (formula 9)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from vincula.kernel import clock
from vincula.kernel.access import door, gathered
from vincula.kernel.access.among import among
from vincula.parties.models import Organisation, OrganisationRelation
from vincula.parties.models.dated import holding
from vincula.portfolio.models import Offering, Subscription
from vincula.portfolio.rules import life

KEPT, KEPT_FOR = "portfolio:customers", 30  # seconds


@dataclass(frozen=True)
class Reach:
    """Organisations with an active subscription, organisations that could have one, and the share in %."""

    subscribed: int = 0
    eligible: int = 0

    @property
    def share(self) -> Decimal | None:
        return life.penetration(self.subscribed, self.eligible)


def customers(user: Any) -> QuerySet[Organisation]:
    """Organisations that are customers of ours today."""
    held = OrganisationRelation.objects.filter(holding(), kind="customer", trashed_at=None)
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(user).filter(
        pk__in=held.values("organisation_id"), active=True
    )
    return rows


def running(prefix: str = "") -> Q:
    """Subscriptions that are active today."""
    return Q(**{f"{prefix}state": "active"}) & holding(clock.today(), prefix)


def reach_of(services: Sequence[int], user: Any, *, shown: bool = False) -> dict[int, Reach]:
    """{service: reach}, of organisations that ``user`` may see: one statement, whatever the number of services.

    An organisation is eligible when it is a customer and one of the service's offerings admits its tariff category;
    an offering that names no category admits every customer, and so does a service without offerings. ``shown``: it is
    looked at, and nothing is decided by it.
    """
    if not services:
        return {}
    told = gathered.gather(
        "reach", user, lambda ids: parts(ids, user, shown=shown), f"{shown}", ids=tuple(services)
    )  # fmt: skip
    return worked_out(told, services, user if shown else None)


def worked_out(told: Mapping[str, list[Any]], services: Sequence[int], shown_to: Any = None) -> dict[int, Reach]:
    """{service: reach} from what ``parts`` brought for the same reader."""
    by_category = Counter(dict(_everybody() if _is_kept(shown_to) else told["who could"]))
    subscribed = dict(told["subscribed"])
    admitted: dict[int, list[list[str]]] = defaultdict(list)
    for service, categories in told["admitted"]:
        admitted[service].append(categories)
    found = {}
    for pk in services:
        lists = admitted[pk]
        if not lists or not all(lists):
            eligible = by_category.total()
        else:
            eligible = sum(by_category[category] for category in {c for categories in lists for c in categories})
        found[pk] = Reach(subscribed.get(pk, 0), eligible)
    return found


def parts(ids: tuple[int, ...], user: Any, *, shown: bool = False) -> list[gathered.Part]:
    """What is asked for it, as parts of a larger question; ``shown``: for a page of ``user``, who is told to
    ``worked_out`` then."""
    taken = Subscription.objects.visible_to(user).filter(running(), among(ids, "offering__service")).order_by()
    offered = Offering.objects.filter(among(ids, "service"), trashed_at=None)
    counted = taken.values("offering__service").annotate(n=Count("organisation", distinct=True))
    return [
        gathered.values("subscribed", counted, "offering__service", "n"),
        gathered.values("admitted", offered, "service_id", "eligible_categories"),
        *([] if shown and _is_kept(user) else [gathered.values("who could", _counted(user), "tariff_category", "n")]),
    ]


def _counted(user: Any) -> QuerySet[Any]:
    return customers(user).order_by().values("tariff_category").annotate(n=Count("pk"))


def _is_kept(user: Any) -> bool:
    """Only the count of all customers is kept: of those that somebody may see it would outlive a right."""
    return user is not None and door.sees_all(user, Organisation)


def _everybody() -> list[tuple[str, int]]:
    """(category, customers of ours today), for pages: the same for every service, and it grows with the organisations.

    Kept for half a minute; saving an organisation or what it is to us forgets it (derive.py). Where several processes
    write, the others may lag that long. What boards decide by is counted anew (``reach_of``).
    """

    def count() -> list[tuple[str, int]]:
        return list(_counted(door.SYSTEM).values_list("tariff_category", "n"))

    found: list[tuple[str, int]] = cache.get_or_set(f"{KEPT}:{clock.today()}", count, KEPT_FOR) or []
    return found


def forget() -> None:
    """Count the customers anew: somebody became one, or is none any more. Now, and once others can see it."""
    key = f"{KEPT}:{clock.today()}"
    cache.delete(key)
    transaction.on_commit(lambda: cache.delete(key))
