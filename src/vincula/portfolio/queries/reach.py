"""How far services reach: organisations subscribed of those eligible (formula 9)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from vincula.kernel import clock
from vincula.kernel.access import gathered
from vincula.kernel.access.among import among
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
    """{service: reach}, of organisations that ``user`` may see: one statement, whatever the number of services.

    An organisation is eligible when it is a customer and one of the service's offerings admits its tariff category;
    an offering that names no category admits every customer, and so does a service without offerings.
    """
    if not services:
        return {}
    return worked_out(gathered.gather("reach", user, lambda ids: parts(ids, user), ids=tuple(services)), services)


def worked_out(told: Mapping[str, list[Any]], services: Sequence[int]) -> dict[int, Reach]:
    """{service: reach} from what ``parts`` brought."""
    subscribed, by_category = dict(told["subscribed"]), Counter(dict(told["who could"]))
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


def parts(ids: tuple[int, ...], user: Any) -> list[gathered.Part]:
    """What is asked for it, as parts of a larger question."""
    taken = Subscription.objects.visible_to(user).filter(running(), among(ids, "offering__service")).order_by()
    offered = Offering.objects.filter(among(ids, "service"), trashed_at=None)
    asked = customers(user).order_by().values("tariff_category").annotate(n=Count("pk"))
    counted = taken.values("offering__service").annotate(n=Count("organisation", distinct=True))
    return [
        gathered.values("subscribed", counted, "offering__service", "n"),
        gathered.values("admitted", offered, "service_id", "eligible_categories"),
        gathered.values("who could", asked, "tariff_category", "n"),
    ]
