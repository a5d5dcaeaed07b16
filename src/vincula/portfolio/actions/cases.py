"""A business case goes on in versions: the next one begins with the lines of the one before (L4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vincula.kernel.audit import trail
from vincula.kernel.records import actions
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine, Service
from vincula.portfolio.queries.cases import sees_every_line


def _next_number(service: Service) -> int:
    """Of the next version; the service is held, so that of two at once the second counts the first."""
    actions.locked(service)
    last = BusinessCase.objects.filter(service=service, trashed_at=None).aggregate(n=Max("number"))["n"]
    return (last or 0) + 1


def next_version(*, case: BusinessCase, who: Any) -> BusinessCase:
    """A copy with the next number and all its lines, to change what differs. Asks for the rights to create each;
    ValidationError when ``who`` does not see every line."""
    if not sees_every_line(who, [case]):
        raise ValidationError(_("Your roles do not show you every line of this case; it cannot be copied."))
    with transaction.atomic(), trail.together():
        number = _next_number(case.service)
        copy = actions.create(
            BusinessCase, who=who, verb="copied", service=case.service, number=number, price=case.price,
            assumptions=case.assumptions,
        )  # fmt: skip
        for cost in case.costs.filter(trashed_at=None).order_by("pk"):
            actions.create(
                CostLine, who=who, verb="copied", case=copy, line=cost.line, kind=cost.kind, year=cost.year,
                amount=cost.amount, days=cost.days,
            )  # fmt: skip
        for income in case.income.filter(trashed_at=None).order_by("pk"):
            actions.create(IncomeLine, who=who, verb="copied", case=copy, year=income.year, customers=income.customers)
    return copy


class LineRefused(Exception):
    """A line of a case cannot be saved: ``at`` is ("costs" | "income", its place in the list), ``error`` says why."""

    def __init__(self, at: tuple[str, int], error: ValidationError) -> None:
        super().__init__(str(error))
        self.at, self.error = at, error


def write_version(
    *, service: Service, case: Mapping[str, Any], costs: Sequence[Mapping[str, Any]], income: Sequence[Mapping[str, Any]], who: Any
) -> BusinessCase:  # fmt: skip
    """The next version of the case of ``service`` with all its lines, or nothing: the values of the case and of each
    line. Asks for the rights to create each. ValidationError for the case, LineRefused for a line."""
    with transaction.atomic(), trail.together():
        number = _next_number(service)
        made: BusinessCase = actions.create(BusinessCase, who=who, service=service, number=number, **case)
        for model, what, lines in ((CostLine, "costs", costs), (IncomeLine, "income", income)):
            for n, line in enumerate(lines):
                try:
                    actions.create(model, who=who, case=made, **line)
                except ValidationError as error:
                    raise LineRefused((what, n), error) from None
    return made
