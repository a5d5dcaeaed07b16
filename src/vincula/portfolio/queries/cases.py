"""What business cases come to, from their rows."""

from collections.abc import Iterable

from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine
from vincula.portfolio.rules import case


def result_of(record: BusinessCase) -> case.Result | None:
    """Cost, income, coverage, result and break-even of a stored case; None without a price."""
    return result(record, record.costs.filter(trashed_at=None), record.income.filter(trashed_at=None))


def result(record: BusinessCase, costs: Iterable[CostLine], income: Iterable[IncomeLine]) -> case.Result | None:
    """The same from lines that were read already."""
    if record.price is None:
        return None
    lines = [
        case.CostLine(row.kind, row.year, row.amount)  # type: ignore[arg-type]  # its choices are these two words
        for row in costs
        if row.amount is not None
    ]
    return case.worked_out(lines, {each.year: each.customers for each in income}, record.price)
