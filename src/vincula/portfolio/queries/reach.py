"""How far services reach: organisations subscribed of those eligible (formula 9)."""

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from vincula.kernel import clock
from vincula.kernel.access import door, gathered, scopes
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
    grants = _grants(shown_to)
    by_category = Counter(dict(told["who could"] if grants is None else _kept(grants, shown_to)))
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
        *(
            []
            if shown and _grants(user) is not None
            else [gathered.values("who could", _counted(user), "tariff_category", "n")]
        ),
    ]


def _counted(user: Any) -> QuerySet[Any]:
    return customers(user).order_by().values("tariff_category").annotate(n=Count("pk"))


def _grants(user: Any) -> str | None:
    """By what the count for ``user`` is kept; None where it is not.

    Only where the organisations that somebody sees follow from their grants and from the organisations themselves: all
    of them, or those of a country, say. A changed grant is another key; a saved organisation forgets every count. Those
    of the teams that somebody works in would outlive a right.
    """
    if user is None:
        return None
    if door.sees_all(user, Organisation):
        return "all"
    lines = door.applying(user, Organisation, "view") if user.is_active else []
    if not lines or not all((scope := scopes.get(line.scope)) and scope.wide for line in lines):
        return None
    told = json.dumps(sorted((line.scope, json.dumps(line.value)) for line in lines))
    return hashlib.sha256(told.encode()).hexdigest()


def _kept(grants: str, user: Any) -> list[tuple[str, int]]:
    """(category, customers of ours today that ``user`` sees), for pages: the same for every service, and it grows with
    the organisations.

    Kept for half a minute; saving an organisation or what it is to us forgets it (derive.py). Where several processes
    write, the others may lag that long. What boards decide by is counted anew (``reach_of``).
    """

    def count() -> list[tuple[str, int]]:
        return list(_counted(user).values_list("tariff_category", "n"))

    found: list[tuple[str, int]] = cache.get_or_set(_key(grants), count, KEPT_FOR) or []
    return found


def _key(grants: str) -> str:
    since = cache.get_or_set(KEPT, lambda: uuid.uuid4().hex, None)
    return f"{KEPT}:{since}:{clock.today()}:{grants}"


def forget() -> None:
    """Count the customers anew: somebody became one, or is none any more. Now, and once others can see it."""
    cache.delete(KEPT)
    transaction.on_commit(lambda: cache.delete(KEPT))
