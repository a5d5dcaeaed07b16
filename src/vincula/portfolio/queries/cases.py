"""What a business case comes to, from its rows."""

from vincula.portfolio.models import BusinessCase
from vincula.portfolio.rules import case


def result_of(record: BusinessCase) -> case.Result | None:
    """Cost, income, coverage, result and break-even of a stored case; None without a price."""
    if record.price is None:
        return None
    lines = [
        case.CostLine(row.kind, row.year, row.amount)  # type: ignore[arg-type]  # its choices are these two words
        for row in record.costs.filter(trashed_at=None)
        if row.amount is not None
    ]
    customers = {row.year: row.customers for row in record.income.filter(trashed_at=None)}
    return case.worked_out(lines, customers, record.price)
