"""The count of all customers is kept for pages, and never outlives what it counts (formula 9)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.access.models import Grant
from vincula.kernel.entity import registry
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.models import OrganisationRelation
from vincula.parties.tests import factories as parties
from vincula.portfolio import queries
from vincula.portfolio.queries import reach
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

pytestmark = pytest.mark.django_db


def customer(**values: Any) -> Any:
    found = parties.organisation(**values)
    parties.relation(organisation=found, kind="customer")
    return found


def eligible(service: Any, who: Any) -> str:
    """What the page says of how many could use it."""
    page = cast.signed_in(who).get(registry.get("portfolio.service").url(service)).content.decode()
    return page[page.index('<p class="stand">') :].partition("</p>")[0]


def test_whatever_makes_or_unmakes_a_customer_is_seen_on_the_next_page() -> None:
    service, alice, first = at_stage("operation"), cast.alice(), customer()
    assert "0 of 1 organisation" in eligible(service, alice)
    second = customer()
    assert "0 of 2 organisations" in eligible(service, alice)
    actions.change(first, who=SYSTEM, active=False)
    assert "0 of 1 organisation" in eligible(service, alice)
    tie = OrganisationRelation.objects.get(organisation=second)
    actions.trash(tie, who=SYSTEM)
    assert "0 of 0 organisations" in eligible(service, alice)
    actions.restore(tie, who=SYSTEM)
    assert "0 of 1 organisation" in eligible(service, alice)
    actions.trash(second, who=SYSTEM)
    assert "0 of 0 organisations" in eligible(service, alice)


def test_who_does_not_see_all_is_never_told_the_count_of_all() -> None:
    service, alice = at_stage("operation"), cast.alice()
    customer(country="BE")
    customer(country="LU")
    bob = cast.user(
        "bob", ("portfolio.service", "view", "all", []), ("parties.organisation", "view", "country", ["BE"])
    )
    assert "0 of 2 organisations" in eligible(service, alice)
    assert "0 of 1 organisation" in eligible(service, bob)


def reader(name: str, *scopes: tuple[str, Any]) -> Any:
    """Who sees all services, and organisations as far as ``scopes`` reach."""
    grants = [("parties.organisation", "view", scope, value) for scope, value in scopes]
    return cast.user(name, ("portfolio.service", "view", "all", []), *grants)


def test_readers_of_countries_are_told_the_customers_of_theirs_and_of_no_other() -> None:
    """The count is kept for each set of grants; whoever asks after whom."""
    service = at_stage("operation")
    first, *_others = [customer(country=country) for country in ("BE", "BE", "LU", "NL")]
    belgian, both = reader("belgian", ("country", ["BE"])), reader("both", ("country", ["BE"]), ("country", ["LU"]))
    dutch, nobody = reader("dutch", ("country", ["NL"])), reader("nobody")
    alice = cast.alice()
    told = {belgian: "0 of 2 ", both: "0 of 3 ", dutch: "0 of 1 ", nobody: "0 of 0 ", alice: "0 of 4 "}
    for _again in range(2):
        for who, says in told.items():
            assert says in eligible(service, who), who
    actions.change(first, who=SYSTEM, country="NL")
    told = {belgian: "0 of 1 ", both: "0 of 2 ", dutch: "0 of 2 ", nobody: "0 of 0 ", alice: "0 of 4 "}
    for who, says in told.items():
        assert says in eligible(service, who), who
    Grant.objects.filter(role__assignments__user=belgian).exclude(value=[]).update(value=["NL"])
    assert "0 of 2 " in eligible(service, belgian)
    Grant.objects.filter(role__assignments__user=dutch, entity="parties.organisation").delete()
    assert "0 of 0 " in eligible(service, dutch)


def test_what_hangs_on_more_than_grants_is_counted_each_time() -> None:
    """Who leaves a team, or hands a record on, is not told of it a moment longer."""
    service, one = at_stage("operation"), customer(country="BE")
    steward = reader("steward", ("country", ["LU"]), ("stewarded", []))
    other = reader("other", ("country", ["LU"]), ("stewarded", []))
    assert "0 of 0 " in eligible(service, steward)
    type(one)._base_manager.update(steward=steward)  # past the door that forgets
    assert "0 of 1 " in eligible(service, steward)
    assert "0 of 0 " in eligible(service, other)


def test_what_boards_decide_by_is_counted_anew() -> None:
    service = at_stage("operation")
    customer()
    cache.set(reach._key("all"), [("", 99)])
    assert queries.reach_of([service.pk], SYSTEM)[service.pk].eligible == 1


def test_lists_and_programs_are_told_the_same_count() -> None:
    service = at_stage("operation")
    taken = make.subscription(offering=make.offering(service=service))
    alice, address = cast.signed_in(cast.alice()), f"/api/v1/services/{service.pk}"

    def share() -> Any:
        return alice.get(address).json()["penetration"]

    relation = parties.relation(organisation=taken.organisation, kind="customer")
    assert float(share()) == 100.0
    other = parties.relation(kind="customer")
    assert float(share()) == 50.0
    actions.trash(other.organisation, who=SYSTEM)
    assert float(share()) == 100.0
    actions.restore(other.organisation, who=SYSTEM)
    assert float(share()) == 50.0
    actions.change(relation, who=SYSTEM, until=clock.today() - timedelta(days=1))
    assert float(share()) == 100.0
