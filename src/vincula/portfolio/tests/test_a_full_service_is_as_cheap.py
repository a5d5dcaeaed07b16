"""A page asks as often for a service with much as for one with little (issue 4, budgets of statements)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vincula.kernel.entity import registry
from vincula.kernel.testing import cast
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def more(service: Any) -> None:
    """A case with figures, a pilot with a criterion and a customer, a need, an offering that is taken, a dependency."""
    case = make.business_case(service=service)
    make.cost_line(case=case)
    make.income_line(case=case)
    pilot = make.pilot(service=service)
    make.pilot_criterion(pilot=pilot)
    make.pilot_customer(pilot=pilot)
    make.need(service=service)
    make.subscription(offering=make.offering(service=service))
    make.dependency(service=service)
    make.status_report(service=service) if not service.status_reports.exists() else None
    make.decision(service=service)


def test_rows_cost_no_statements() -> None:
    service = make.service()
    more(service)
    client, url = cast.signed_in(cast.alice()), registry.get("portfolio.service").url(service)
    few = asked(client, url)
    for _n in range(3):
        more(service)
    cache.clear()
    assert asked(client, url) <= few
