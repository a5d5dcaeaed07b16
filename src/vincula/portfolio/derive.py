"""What follows from a saved record of this room, in the same transaction."""

from collections.abc import Sequence

from django.db.models import Q

from vincula.kernel.records import derived
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation, OrganisationRelation
from vincula.portfolio.actions import agenda, circles, orders, phases
from vincula.portfolio.models import BoardItem, Deliverable, Dependency, Need, Order, PhaseRun, Service, StatusReport
from vincula.portfolio.queries import reach


def write(records: Sequence[Record]) -> None:
    """A new service gets its first run and deliverables; ideas, needs and reports reach the next agenda."""
    model = type(records[0])
    if model is Service:
        services = [r for r in records if isinstance(r, Service)]
        phases.begin(services)
        agenda.saved(services)
    elif model in (StatusReport, Need):
        told = {r.service for r in records if isinstance(r, StatusReport | Need) and r.service is not None}
        agenda.saved(sorted(told, key=lambda service: service.pk))
    elif model is Dependency:
        circles.refuse([r for r in records if isinstance(r, Dependency)])
    elif model is Order:
        orders.follow([r for r in records if isinstance(r, Order)])
    elif model in (Organisation, OrganisationRelation):
        reach.forget()


def prepare(records: Sequence[Record], fresh: bool) -> list[derived.Step]:
    """As ``write``, for a transaction that comes later: of organisations nothing is needed but that they were saved."""
    if isinstance(records[0], Organisation | OrganisationRelation):
        return [reach.forget]
    concerned = isinstance(records[0], Service | StatusReport | Need | Dependency | Order)
    return derived.later(write, records) if concerned else []


def remove(model: type[Record], ids: Sequence[int]) -> None:
    """Services that are deleted (an import is undone) let go of what began with them; in the trash they keep it."""
    if model in (Organisation, OrganisationRelation):
        reach.forget()
    if model is not Service:
        return
    brought = PhaseRun._base_manager.filter(brought=True, until=None, trashed_at=None)
    untouched = Q(stage="idea") | Q(pk__in=brought.values("service"))
    gone = Service._base_manager.filter(untouched, pk__in=list(ids), trashed_at=None, decisions=None).values("pk")
    Deliverable._base_manager.filter(service__in=gone, state="todo", content={}, waived_by=None).delete()
    BoardItem._base_manager.filter(service__in=gone, votes=None, decision=None).exclude(source="").delete()
    PhaseRun._base_manager.filter(service__in=gone, decision=None).delete()
