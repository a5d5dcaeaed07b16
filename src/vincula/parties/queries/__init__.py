"""Questions across rows; every one of them goes through the access door."""

from vincula.parties.queries.contact import (
    degrees,
    not_contacted_for,
    open_tasks,
    stale,
    together,
    vacant_roles,
    workplaces,
)
from vincula.parties.queries.know_how import Expert, experts_count, find_the_expert
from vincula.parties.queries.work import (
    FunctionRow,
    Overlap,
    WorkRow,
    fte_gaps,
    fte_held,
    functions,
    overlaps,
    team_sizes,
    workload,
)

__all__ = [
    "Expert", "FunctionRow", "Overlap", "WorkRow", "degrees", "experts_count", "find_the_expert", "fte_gaps", "fte_held",
    "functions", "not_contacted_for", "open_tasks", "overlaps", "stale", "team_sizes", "together", "vacant_roles",
    "workload", "workplaces",
]  # fmt: skip
