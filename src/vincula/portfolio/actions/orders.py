"""An order that becomes active makes its subscription (L8)."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.records import actions
from vincula.portfolio.models import Order, Subscription


def follow(orders: Sequence[Order]) -> None:
    """Called in the save of orders: an active one without a subscription gets it, from today or the day wanted."""
    for order in orders:
        if order.state != "active" or order.subscription_id is not None or order.trashed_at is not None:
            continue
        there = Subscription.objects.filter(
            organisation=order.organisation, offering=order.offering, state="active", trashed_at=None
        ).first()
        if there is not None and Order.objects.filter(subscription=there).exists():
            raise ValidationError(_("The organisation has an active subscription to this offering already."))
        if there is None:
            today = clock.today()
            there = actions.create(
                Subscription, who=door.SYSTEM, verb="ordered", organisation=order.organisation, offering=order.offering,
                quantity=order.quantity, since=max(order.wanted_from or today, today), owner=order.owner,
            )  # fmt: skip
        Order.objects.filter(pk=order.pk).update(subscription=there)
        order.subscription = there
