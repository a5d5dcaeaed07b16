"""What business cases come to, from their rows."""

from collections.abc import Sequence

from vincula.kernel.money import CurrencyMismatchError, Money
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine
from vincula.portfolio.rules import case


def result_of(record: BusinessCase) -> case.Result | None:
    """Cost, income, coverage, result and break-even of a stored case; None without a price or in two currencies."""
    return results_of([record])[record.pk]


def results_of(records: Sequence[BusinessCase]) -> dict[int, case.Result | None]:
    """The same for many cases, in two statements: {case: result}."""
    ids = [record.pk for record in records]
    lines: dict[int, list[case.CostLine]] = {pk: [] for pk in ids}
    for row in CostLine.objects.filter(case__in=ids, trashed_at=None) if ids else ():
        if row.amount is not None:
            lines[row.case_id].append(
                case.CostLine(row.kind, row.year, row.amount)  # type: ignore[arg-type]  # its choices are these two words
            )
    customers: dict[int, dict[int, int]] = {pk: {} for pk in ids}
    for each in IncomeLine.objects.filter(case__in=ids, trashed_at=None) if ids else ():
        customers[each.case_id][each.year] = each.customers
    return {record.pk: _worked(lines[record.pk], customers[record.pk], record.price) for record in records}


def _worked(lines: list[case.CostLine], customers: dict[int, int], price: Money | None) -> case.Result | None:
    if price is None:
        return None
    try:
        return case.worked_out(lines, customers, price)
    except CurrencyMismatchError:  # nothing is converted silently: no figure
        return None
