"""How far services reach: organisations subscribed of those eligible (formula 9)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from vincula.kernel import clock
from vincula.parties.models import Organisation, OrganisationRelation
from vincula.parties.models.dated import holding
from vincula.portfolio.models import Offering, Subscription
from vincula.portfolio.rules import life


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


def reach_of(services: Sequence[int], user: Any) -> dict[int, Reach]:
    """{service: reach}, of organisations that ``user`` may see: three statements, whatever the number of services.

    An organisation is eligible when it is a customer and one of the service's offerings admits its tariff category;
    an offering that names no category admits every customer, and so does a service without offerings.
    """
    if not services:
        return {}
    subscribed = {
        row["offering__service"]: row["n"]
        for row in Subscription.objects.visible_to(user).filter(running(), offering__service__in=services).order_by()
        .values("offering__service").annotate(n=Count("organisation", distinct=True))
    }  # fmt: skip
    admitted: dict[int, list[list[str]]] = defaultdict(list)
    offered = Offering.objects.filter(service__in=services, trashed_at=None)
    for service, categories in offered.values_list("service_id", "eligible_categories"):
        admitted[service].append(categories)
    by_category = Counter(
        {row["tariff_category"]: row["n"] for row in customers(user).order_by().values("tariff_category").annotate(n=Count("pk"))}
    )  # fmt: skip
    found = {}
    for pk in services:
        lists = admitted.get(pk, [])
        if not lists or not all(lists):
            eligible = by_category.total()
        else:
            eligible = sum(by_category[category] for category in {c for categories in lists for c in categories})
        found[pk] = Reach(subscribed.get(pk, 0), eligible)
    return found
