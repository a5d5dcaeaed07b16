"""The business case: cost, income by scenario, coverage, break-even (formula 8; requirement L4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vincula.kernel.money import Money
from vincula.portfolio.rules.scoring import HUNDREDTH, percent, rounded


@dataclass(frozen=True)
class CostLine:
    """``amount`` is spent in ``year`` (1 = the first year of the case)."""

    kind: Literal["one-off", "recurring"]
    year: int
    amount: Money


@dataclass(frozen=True)
class Result:
    """What a case comes to; ``coverage`` in %, ``break_even`` per unit; None where there is no figure."""

    cost: Money
    income: Money
    units: Decimal
    coverage: Decimal | None
    result: Money
    break_even: Decimal | None


def cost(lines: Iterable[CostLine], currency: str) -> Money:
    """The sum of all lines. CurrencyMismatchError when one is in another currency: nothing is converted silently."""
    return Money.total((line.amount for line in lines), currency)


def cost_by_year(lines: Iterable[CostLine], currency: str) -> dict[int, Money]:
    """{year: cost}, years in order."""
    found: dict[int, Money] = {}
    for line in sorted(lines, key=lambda one: one.year):
        found[line.year] = found.get(line.year, Money(0, currency)) + line.amount
    return found


def worked_out(lines: Sequence[CostLine], customers: Mapping[int, Decimal | int], price: Money) -> Result:
    """The case at ``price`` per customer and year, with ``customers`` {year: how many pay in it}.

    J2_costs.csv with 6, 12, 18 customers at 6,000: cost 291,000, income 216,000, coverage 74.2 %, result −75,000;
    at 8,100: income 291,600, coverage 100.2 %, result +600; break-even price 291,000 ÷ 36 = 8,083.33.
    Without customers there is no break-even price, and without cost no coverage: no figure, never 0.
    """
    spent = cost(lines, price.currency)
    units = sum((Decimal(n) for n in customers.values()), Decimal(0))
    income = price * units
    return Result(
        cost=spent,
        income=income,
        units=units,
        coverage=percent(income.amount, spent.amount) if spent else None,
        result=income - spent,
        break_even=rounded(spent.amount / units, HUNDREDTH) if units > 0 else None,
    )
