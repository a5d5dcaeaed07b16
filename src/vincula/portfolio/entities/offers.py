"""Offerings, orders, subscriptions, usage."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity.declaration import Entity
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.lifecycles import ORDER, SUBSCRIPTION
from vincula.portfolio.models import Offering, Order, Subscription, Usage


class OfferingEntity(Entity):
    model = Offering
    help = _("A plan under which a service can be taken: for whom, at what price, with what levels.")
    icon = "tag"
    list_display = ("name", "service", "audience", "price_model", "price", "since", "until")
    list_filter = ("service", "price_model", "eligible_categories", "since", "until", "tags")
    search_fields = ("name", "names", "code", "audience", "audiences", "description")
    fieldsets = (
        (_("Offering"), ("service", "name", "code", "names", "description", "audience", "audiences")),
        (_("Who may order it"), ("eligible_categories", "since", "until")),
        (_("Price and levels"), ("price_model", "price", "unit", "levels")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "name"
    natural_key = ("service", "name")
    related = (("portfolio.subscription", "offering"), ("portfolio.order", "offering"))


class OrderEntity(Entity):
    model = Order
    help = _("An organisation asks for an offering: requested, eligible, approved, provisioned, active.")
    icon = "clipboard-list"
    list_display = ("organisation", "offering", "state", "requested_on", "wanted_from", "contact", "quantity")
    list_filter = ("state", "organisation", "offering", "requested_on", "wanted_from")
    search_fields = ("note",)
    fieldsets = (
        (_("The order"), ("organisation", "offering", "contact", "quantity")),
        (_("When"), ("requested_on", "wanted_from", "note")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "-requested_on"
    natural_key = ("organisation", "offering", "requested_on")
    lifecycle = ORDER
    board = "state"
    scope = {"organisation": "organisation"}
    tones = {"state": ORDER.tones}

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.order(record)

    def title(self, record: Any) -> str:
        return f"{record.organisation} · {shown.format_date(record.requested_on)}"

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("organisation")


class SubscriptionEntity(Entity):
    model = Subscription
    help = _("An organisation takes an offering, from one day to another.")
    icon = "bookmark"
    list_display = ("organisation", "offering", "state", "since", "until", "quantity")
    list_filter = ("state", "organisation", "offering", "since", "until", "tags")
    search_fields = ("waiver",)
    fieldsets = (
        (_("Subscription"), ("organisation", "offering", "quantity", "since", "until")),
        (_("When the service ends"), ("moved_to", "waiver", "waived_on")),
        (_("Record"), ("owner", "tags", "references")),
    )
    ordering = "-since"
    natural_key = ("organisation", "offering", "since")
    lifecycle = SUBSCRIPTION
    board = "state"
    related = (("portfolio.usage", "subscription"),)
    scope = {"organisation": "organisation"}
    tones = {"state": SUBSCRIPTION.tones}

    def title(self, record: Any) -> str:
        return f"{record.organisation} · {shown.format_date(record.since)}"

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("organisation")


class UsageEntity(Entity):
    model = Usage
    help = _("How much of a subscription was used in a period.")
    icon = "chart-bar"
    list_display = ("subscription", "metric", "since", "until", "value")
    list_filter = ("subscription", "metric", "since", "until")
    search_fields = ("metric",)
    fieldsets = ((_("Usage"), ("subscription", "metric", "since", "until", "value")),)
    ordering = "-since"
    natural_key = ("subscription", "metric", "since", "until")
    scope = {"organisation": "subscription__organisation"}

    def title(self, record: Any) -> str:
        return f"{record.metric}, {shown.format_date(record.since)} – {shown.format_date(record.until)}"
