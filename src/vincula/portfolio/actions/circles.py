"""Dependencies never form a circle: not by hand, by a file that holds both halves, nor by two who save at once."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from vincula.portfolio.models import Dependency, PhaseModel
from vincula.portfolio.rules import life


def refuse(dependencies: Sequence[Dependency]) -> None:
    """Called in the save of dependencies. One at a time gets past the lock, and sees what those before it saved."""
    PhaseModel._base_manager.order_by("pk").select_for_update().first()  # one row that is always there stands for all
    edges = list(Dependency._base_manager.filter(trashed_at=None).values_list("pk", "service_id", "needs_id"))
    for one in dependencies:
        others = [(service, needs) for pk, service, needs in edges if pk != one.pk]
        if one.trashed_at is None and (said := life.no_circle(others, (one.service_id, one.needs_id))):
            raise ValidationError({"needs": said})
