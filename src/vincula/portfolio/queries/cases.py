"""What business cases come to, from their rows."""

from collections.abc import Sequence
from typing import Any

from vincula.kernel.access import door
from vincula.kernel.money import CurrencyMismatchError, Money
from vincula.kernel.records.models import Record
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


def sees_every_line(user: Any, cases: Sequence[BusinessCase]) -> bool:
    """Whether ``user`` sees every line of these cases: a sum of some would mislead, one of all would tell the others."""
    models: tuple[type[Record], ...] = (BusinessCase, CostLine, IncomeLine)
    if any(door.withheld(user, model) for model in models):
        return False
    if door.sees_all(user, CostLine) and door.sees_all(user, IncomeLine):
        return True
    ids = [case.pk for case in cases]
    counted = [(model.objects.filter(case__in=ids, trashed_at=None).count(), model.objects.visible_to(user).filter(case__in=ids).count())
               for model in (CostLine, IncomeLine)]  # fmt: skip
    return all(there == seen for there, seen in counted)


def _worked(lines: list[case.CostLine], customers: dict[int, int], price: Money | None) -> case.Result | None:
    if price is None:
        return None
    try:
        return case.worked_out(lines, customers, price)
    except CurrencyMismatchError:  # nothing is converted silently: no figure
        return None
