"""What the portfolio says on the page of an organisation: the services that it takes, and what it asked for (L8, M6)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door, gathered
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.models import Need, Offering, Service, Subscription

SERVICES, NEEDS = 30, 6  # shown at most


class Taken(NamedTuple):
    """A subscription with what it names."""

    pk: int
    state: str
    since: date | None
    quantity: Any
    offering__name: str
    offering__service_id: int
    offering__service__name: str
    offering__service__name_folded: str


class Asked(NamedTuple):
    """A need with what became of it."""

    pk: int
    state: str
    title: str
    weight: int
    created_at: datetime
    service_id: int | None
    service__name: str | None


def register() -> None:
    """Put the sections in place."""
    for panel in (
        places.Panel("services", gettext_lazy("Services"), "parties.organisation", template="portfolio/services_of.html",
                     context=services),
        places.Panel("needs", gettext_lazy("Needs"), "parties.organisation", template="portfolio/needs_of.html",
                     context=needs, width="side"),
    ):  # fmt: skip
        places.PANELS.put(panel)


def _read(record: Record, user: Any) -> Mapping[str, list[Any]]:
    """What both sections show, in one statement, read once for a record object and reader."""
    kept: dict[Any, Mapping[str, list[Any]]] = record.__dict__.setdefault("_portfolio", {})

    def parts(pk: int) -> list[gathered.Part]:
        taken = Subscription.objects.visible_to(user).filter(organisation_id=pk)
        asked = Need.objects.visible_to(user).filter(organisation_id=pk).exclude(state="declined")
        named = {
            "services": taken.filter(door.leading_to("offering__service", Service, user)),
            "offerings": taken.filter(door.leading_to("offering", Offering, user)),
            "answers": asked.filter(door.leading_to("service", Service, user)),
        }
        models = {"services": Service, "offerings": Offering, "answers": Service}
        return [
            gathered.values("taken", taken, *Taken._fields),
            gathered.values("asked", asked.order_by("-weight", "-created_at")[:NEEDS], *Asked._fields),
            *(
                gathered.values(what, rows, "pk")
                for what, rows in named.items()
                if not door.sees_all(user, models[what])
            ),
        ]

    if user.pk not in kept:
        kept[user.pk] = gathered.gather("services and needs of an organisation", user, parts, pk=record.pk)
    return kept[user.pk]


def _named(told: Mapping[str, list[Any]], what: str, user: Any, model: type[Record]) -> Callable[[int], bool]:
    """Whether a row may name what it leads to; for who sees all of a kind also what lies in the trash."""
    if door.sees_all(user, model):
        return lambda pk: True
    there = {pk for (pk,) in told[what]}
    return lambda pk: pk in there


def services(request: HttpRequest, record: Record) -> Context | None:
    """Subscriptions of the organisation, those that run first."""
    told, user = _read(record, request.user), request.user
    listed = [Taken(*row) for row in told["taken"]]
    listed.sort(key=lambda s: (s.state != "active", s.offering__service__name_folded, s.pk))
    service_named, offering_named = _named(told, "services", user, Service), _named(told, "offerings", user, Offering)
    may_order = door.may(user, "create", Subscription)
    if not listed and not may_order:
        return None
    entity, service = registry.get("portfolio.subscription").path, registry.get("portfolio.service").path
    states = {value: str(label) for value, label in Subscription._meta.get_field("state").flatchoices}
    return {
        "rows": [
            {"service": s.offering__service__name if service_named(s.pk) else sentences.hidden_service(),
             "service_url": f"{service}{s.offering__service_id}/" if service_named(s.pk) else "",
             "offering": s.offering__name if offering_named(s.pk) else "—",
             "url": f"{entity}{s.pk}/", "state": states[s.state], "tone": "good" if s.state == "active" else "none",
             "since": shown.format_date(s.since) if s.since else "", "quantity": shown.format_number(s.quantity)}
            for s in listed[:SERVICES]
        ],
        "more": max(0, len(listed) - SERVICES),
        "new": f"{reverse('entity:new', args=['orders'])}?organisation={record.pk}" if may_order else "",
    }  # fmt: skip


def needs(request: HttpRequest, record: Record) -> Context | None:
    """What it asked for, the heaviest first, and what became of it."""
    told = _read(record, request.user)
    rows = sorted((Asked(*row) for row in told["asked"]), key=lambda n: (n.weight, n.created_at), reverse=True)
    if not rows:
        return None
    entity, named = registry.get("portfolio.need"), _named(told, "answers", request.user, Service)
    states = {value: str(label) for value, label in Need._meta.get_field("state").flatchoices}
    lines: list[dict[str, Any]] = [
        {"key": states[n.state], "value": n.title, "url": entity.url(n.pk),
         "note": n.service__name or "" if n.service_id and named(n.pk) else ""}
        for n in rows
    ]  # fmt: skip
    return {"lines": lines}
