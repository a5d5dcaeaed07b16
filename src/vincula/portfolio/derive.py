"""What follows from a saved record of this room, in the same transaction."""

from collections.abc import Sequence

from vincula.kernel.records.models import Record
from vincula.portfolio.actions import agenda, orders, phases
from vincula.portfolio.models import Order, Service, StatusReport


def write(records: Sequence[Record]) -> None:
    """A new service gets its first run and deliverables; ideas, needs and reports reach the next agenda."""
    model = type(records[0])
    if model is Service:
        services = [r for r in records if isinstance(r, Service)]
        phases.begin(services)
        agenda.saved(services)
    elif model is StatusReport:
        agenda.saved([r.service for r in records if isinstance(r, StatusReport)])
    elif model is Order:
        orders.follow([r for r in records if isinstance(r, Order)])


def remove(model: type[Record], ids: Sequence[int]) -> None:
    """Nothing is kept beside records of this room."""
