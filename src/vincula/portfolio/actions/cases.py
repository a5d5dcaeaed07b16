"""A business case goes on in versions: the next one begins with the lines of the one before (L4)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vincula.kernel.audit import trail
from vincula.kernel.records import actions
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine
from vincula.portfolio.queries.cases import sees_every_line


def next_version(*, case: BusinessCase, who: Any) -> BusinessCase:
    """A copy with the next number and all its lines, to change what differs. Asks for the rights to create each;
    ValidationError when ``who`` does not see every line."""
    if not sees_every_line(who, [case]):
        raise ValidationError(_("Your roles do not show you every line of this case; it cannot be copied."))
    with transaction.atomic(), trail.together():
        actions.locked(case.service)  # of two at once the second counts the first
        last = BusinessCase.objects.filter(service=case.service_id, trashed_at=None).aggregate(n=Max("number"))["n"]
        copy = actions.create(
            BusinessCase, who=who, verb="copied", service=case.service, number=(last or 0) + 1, price=case.price,
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
