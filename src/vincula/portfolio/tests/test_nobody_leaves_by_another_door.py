"""A service that ends lets its subscribers go by an end, a move or a waiver, and by nothing else (L9)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.portfolio import conditions
from vincula.portfolio.models import Subscription
from vincula.portfolio.rules import life
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage


@pytest.fixture
def taken() -> Subscription:
    """Of a service that is being shut down."""
    return make.subscription(offering=make.offering(service=at_stage("shutdown")))


def somebody_is_left(taken: Subscription) -> bool:
    return bool(conditions.against(["everybody_left"], Subscription.objects.get(pk=taken.pk).offering.service))


@pytest.mark.django_db
def test_neither_the_offering_nor_the_subscription_is_called_anothers(taken: Subscription, root: User) -> None:
    with pytest.raises(ValidationError, match="its offerings stay"):
        actions.change(taken.offering, who=root, service=make.service())
    with pytest.raises(ValidationError, match="end, move or waive"):
        actions.change(taken, who=root, offering=make.offering())
    assert somebody_is_left(taken)


@pytest.mark.django_db
def test_what_has_not_ended_yet_does_not_go_into_the_trash(taken: Subscription, root: User) -> None:
    actions.change(taken, who=root, until=clock.today() + timedelta(days=99))
    moving.move(taken, "end", who=SYSTEM)
    assert somebody_is_left(taken)
    with pytest.raises(ValidationError, match="end, move or waive"):
        actions.trash(taken, who=root)
    with clock.frozen(clock.now() + timedelta(days=99)):
        assert not somebody_is_left(taken)
        actions.trash(taken, who=root)


@pytest.mark.django_db
def test_a_move_within_the_service_leads_nowhere(taken: Subscription, root: User) -> None:
    actions.change(taken, who=root, moved_to=make.offering(service=taken.offering.service))
    moving.move(taken, "move", who=SYSTEM)
    assert somebody_is_left(taken)
    with pytest.raises(ValidationError, match="end, move or waive"):
        actions.trash(taken, who=root)


@given(
    state=st.sampled_from(["active", "ended", "moved", "waived"]), days=st.one_of(st.none(), st.integers(-3, 3)),
    stays=st.booleans(),
)  # fmt: skip
def test_settled_is_what_is_over(state: str, days: int | None, stays: bool) -> None:
    today = clock.today()
    until = None if days is None else today + timedelta(days=days)
    over = {
        "active": False,
        "ended": days is not None and days <= 0,
        "moved": True,
        "waived": True,
    }[state]
    assert life.is_settled(state, until, today, stays_here=stays) == (over and not stays)
