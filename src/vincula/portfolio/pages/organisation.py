"""What the portfolio says on the page of an organisation: the services that it takes, and what it asked for (L8, M6)."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.models import Need, Offering, Service, Subscription
from vincula.portfolio.queries.seen import seen_ids


def register() -> None:
    """Put the sections in place."""
    for panel in (
        places.Panel("services", gettext_lazy("Services"), "parties.organisation", template="portfolio/services_of.html",
                     context=services),
        places.Panel("needs", gettext_lazy("Needs"), "parties.organisation", template="portfolio/needs_of.html",
                     context=needs, width="side"),
    ):  # fmt: skip
        places.PANELS.put(panel)


def services(request: HttpRequest, record: Record) -> Context | None:
    """Subscriptions of the organisation, those that run first."""
    rows = (
        Subscription.objects.visible_to(request.user)
        .filter(organisation_id=record.pk)
        .select_related("offering__service")
    )
    listed = sorted(rows, key=lambda s: (s.state != "active", s.offering.service.name_folded))
    services_seen = seen_ids(request.user, Service, [s.offering.service_id for s in listed])
    offerings_seen = seen_ids(request.user, Offering, [s.offering_id for s in listed])
    may_order = door.may(request.user, "create", Subscription)
    if not listed and not may_order:
        return None
    entity, service = registry.get("portfolio.subscription"), registry.get("portfolio.service")
    return {
        "rows": [
            {"service": s.offering.service.name if s.offering.service_id in services_seen else sentences.hidden_service(),
             "service_url": service.url(s.offering.service) if s.offering.service_id in services_seen else "",
             "offering": s.offering.name if s.offering_id in offerings_seen else "—",
             "url": entity.url(s), "state": s.get_state_display(), "tone": "good" if s.state == "active" else "none",
             "since": shown.format_date(s.since) if s.since else "", "quantity": shown.format_number(s.quantity)}
            for s in listed[:30]
        ],
        "more": max(0, len(listed) - 30),
        "new": f"{reverse('entity:new', args=['orders'])}?organisation={record.pk}" if may_order else "",
    }  # fmt: skip


def needs(request: HttpRequest, record: Record) -> Context | None:
    """What it asked for, the heaviest first, and what became of it."""
    rows = list(
        Need.objects.visible_to(request.user).filter(organisation_id=record.pk).exclude(state="declined")
        .select_related("service").order_by("-weight", "-created_at")[:6]
    )  # fmt: skip
    if not rows:
        return None
    entity = registry.get("portfolio.need")
    seen = seen_ids(request.user, Service, [n.service_id for n in rows if n.service_id])
    lines: list[dict[str, Any]] = [
        {
            "key": n.get_state_display(),
            "value": n.title,
            "url": entity.url(n),
            "note": str(n.service) if n.service_id in seen else "",
        }
        for n in rows
    ]
    return {"lines": lines}
