"""What business cases come to, from their rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from vincula.kernel.access import door
from vincula.kernel.money import CurrencyMismatchError
from vincula.kernel.records.models import Record
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine
from vincula.portfolio.rules import case


def result_of(record: BusinessCase) -> case.Result | None:
    """Cost, income, coverage, result and break-even of a stored case; None without a price or in two currencies."""
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
    try:
        return case.worked_out(lines, {each.year: each.customers for each in income}, record.price)
    except CurrencyMismatchError:  # nothing is converted silently: no figure
        return None


def withholds_lines(user: Any) -> bool:
    """Whether a field of a case or of its lines is kept from ``user``: then nothing is worked out for them."""
    models: tuple[type[Record], ...] = (BusinessCase, CostLine, IncomeLine)
    return any(door.withheld(user, model) for model in models)


def sees_every_line(user: Any, cases: Sequence[BusinessCase]) -> bool:
    """Whether ``user`` sees every line of these cases: a sum of some would mislead, one of all would tell the others."""
    if withholds_lines(user):
        return False
    if door.sees_all(user, CostLine) and door.sees_all(user, IncomeLine):
        return True
    ids = [case.pk for case in cases]
    counted = [(model.objects.filter(case__in=ids, trashed_at=None).count(), model.objects.visible_to(user).filter(case__in=ids).count())
               for model in (CostLine, IncomeLine)]  # fmt: skip
    return all(there == seen for there, seen in counted)


def results_of(cases: Sequence[BusinessCase], user: Any) -> dict[int, case.Result]:
    """{case: what it comes to} of those of which ``user`` sees every line; three statements, five for who sees some lines."""
    if not cases or withholds_lines(user):
        return {}
    ids = [one.pk for one in cases]
    lines: dict[type[Record], dict[int, list[Any]]] = {}
    for model in (CostLine, IncomeLine):
        rows = model.objects.filter(case__in=ids, trashed_at=None).order_by("pk")
        seen = (
            None
            if door.sees_all(user, model)
            else set(model.objects.visible_to(user).filter(case__in=ids).values_list("pk", flat=True))
        )
        lines[model] = {pk: [] for pk in ids}
        for row in rows:
            if seen is not None and row.pk not in seen:
                lines[model].pop(row.case_id, None)
            elif row.case_id in lines[model]:
                lines[model][row.case_id].append(row)
    found = {}
    for one in cases:
        if one.pk in lines[CostLine] and one.pk in lines[IncomeLine]:
            worked_out = result(one, lines[CostLine][one.pk], lines[IncomeLine][one.pk])
            if worked_out is not None:
                found[one.pk] = worked_out
    return found
