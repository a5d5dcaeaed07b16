"""A version of a business case is written with all its lines at once: everything is saved or nothing, nothing typed is lost (L4)."""

from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel.testing import cast
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db


def typed(**more: str) -> dict[str, str]:
    """Two costs, of which the second stands some rows below the first, and two years of customers; the rest is empty."""
    rows = {f"costs-{n}-{name}": "" for n in range(8) for name in ("line", "amount_amount", "days")}
    rows |= {
        f"costs-{n}-{name}": value
        for n in range(8)
        for name, value in (("kind", "one-off"), ("year", "1"), ("amount_currency", "EUR"))
    }
    rows |= {f"income-{n}-year": str(n + 1) for n in range(5)} | {f"income-{n}-customers": "" for n in range(5)}
    return {
        **rows, "costs": "8", "income": "5", "name": "Base", "price_amount": "8100", "price_currency": "EUR", "assumptions": "",
        "costs-0-line": "Storage hardware", "costs-0-amount_amount": "120000",
        "costs-4-line": "Operation", "costs-4-kind": "recurring", "costs-4-year": "2", "costs-4-amount_amount": "40000", "costs-4-days": "45",
        "income-0-customers": "6", "income-1-customers": "12", **more,
    }  # fmt: skip


@pytest.fixture
def there() -> tuple[Any, Any, str]:
    service = make.service(name="Vault")
    return service, cast.signed_in(cast.alice()), reverse("portfolio:write-case", args=[service.pk])


def test_the_form_has_empty_rows_and_saves_the_case_with_its_lines(there: Any) -> None:
    service, client, address = there
    assert address in client.get(f"/services/{service.pk}/").content.decode()
    form = client.get(address).content.decode()
    assert form.count('name="costs-') == 8 * 6
    assert client.post(address, typed()).status_code == 302
    case = BusinessCase.objects.get()
    assert (case.number, case.name, case.price.minor) == (1, "Base", 810000)
    assert sorted(case.costs.values_list("line", "kind", "year", "amount_minor", "days")) == [
        ("Operation", "recurring", 2, 4000000, 45), ("Storage hardware", "one-off", 1, 12000000, None),
    ]  # fmt: skip
    assert sorted(case.income.values_list("year", "customers")) == [(1, 6), (2, 12)]
    assert client.post(address, typed()).status_code == 302
    assert sorted(BusinessCase.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("wrong", "row", "sentence"),
    [
        ({"costs-4-amount_amount": "much"}, "Costs, row 5", "Write an amount"),
        ({"costs-4-year": "99"}, "Costs, row 5", "20"),
        ({"costs-1-days": "3"}, "Costs, row 2", "required"),
        ({"income-1-year": "1"}, "Customers, row 2", "This year of the case is there already."),
        ({"price_amount": "", "costs-1-days": "3"}, "Price per customer and year</a>", "Costs, row 2: Line</a>"),
    ],
)
def test_what_is_wrong_stands_at_its_row_and_nothing_is_saved_nor_lost(
    there: Any, wrong: dict[str, str], row: str, sentence: str
) -> None:
    _service, client, address = there
    answer = client.post(address, typed(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert row in page
    assert sentence in page
    for kept in ("Storage hardware", "120000", "Operation", typed(**wrong)["costs-4-amount_amount"], 'value="12"'):
        assert kept in page
    assert not BusinessCase.objects.exists()
    assert not CostLine.objects.exists()
    assert not IncomeLine.objects.exists()


def test_more_rows_keep_what_was_typed_and_save_nothing(there: Any) -> None:
    _service, client, address = there
    page = client.post(address, typed(more="costs", **{"costs-4-amount_amount": "much"})).content.decode()
    assert page.count('-line"') >= 16
    assert 'name="costs-15-line"' in page
    for kept in ("Storage hardware", "Operation", "much", 'value="8100"', 'value="Base"'):
        assert kept in page
    assert not BusinessCase.objects.exists()


def test_whoever_may_not_add_lines_is_sent_to_no_such_form() -> None:
    service = make.service()
    bob = cast.user("bob", ("*", "view", "all", []), ("portfolio.businesscase", "create", "all", []))
    client, address = cast.signed_in(bob), reverse("portfolio:write-case", args=[service.pk])
    assert address not in client.get(f"/services/{service.pk}/").content.decode()
    assert client.post(address, typed()).status_code in (403, 404)
    carol = cast.signed_in(cast.user("carol", ("portfolio.businesscase", "*", "all", [])))
    assert carol.get(address).status_code == 404
    assert not BusinessCase.objects.exists()
