"""What happened with an organisation, a person or a team: several tables in one stream, in one statement."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from vincula.kernel import clock
from vincula.kernel.records.models import Record
from vincula.parties.models import Document, Interaction, Meeting, Organisation, Person, Task
from vincula.parties.queries.unions import Part, Row, newest, part, together

Sources = Mapping[str, tuple[QuerySet[Any], str]]


def happened(record: Record, user: Any, before: datetime | None, limit: int) -> dict[str, list[Row]]:
    """{interactions, meetings, tasks, documents: at most ``limit`` rows each, older than ``before``, newest first}.

    Asked once per page: each source of the stream takes its part.
    """
    kept: dict[Any, dict[str, list[Row]]] = record.__dict__.setdefault("_happened", {})
    key = (user.pk, before, limit)
    if key not in kept:
        kept[key] = _read(record, user, before or clock.now(), limit)
    return kept[key]


def _read(record: Record, user: Any, before: datetime, limit: int) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {"interactions": [], "meetings": [], "tasks": [], "documents": []}
    values = {"pk": record.pk, "before": before}
    if account := getattr(record, "user_id", None):  # the tasks of a person are those of their account
        values["account"] = account

    def parts(pk: int, before: datetime, account: int = 0) -> list[Part]:
        return [
            _COLUMNS[what](newest(rows.filter(**{f"{at}__lt": before}), f"-{at}", limit))
            for what, (rows, at) in _rows(type(record), pk, account, user).items()
        ]

    name = f"what happened: {record._meta.label_lower}, {limit}"
    for row in sorted(together(name, user, parts, **values), key=lambda r: (r.at, r.pk), reverse=True):
        found[row.what].append(row)
    return found


def _rows(model: type[Record], pk: int, account: int, user: Any) -> Sources:
    """Which rows belong to the record, and the moment by which they stand in the stream."""
    by: dict[str, dict[str, Any]]
    if issubclass(model, Organisation):
        by = {name: {"organisation": pk} for name in ("interactions", "meetings", "tasks", "documents")}
    elif issubclass(model, Person):
        by = {"interactions": {"participants": pk}, "meetings": {"attendees": pk}}
        if account:
            by["tasks"] = {"assignee": account}
    else:
        by = {name: {"team": pk} for name in ("meetings", "tasks", "documents")}
    sources: dict[str, tuple[type[Record], str]] = {
        "interactions": (Interaction, "at"), "meetings": (Meeting, "at"), "tasks": (Task, "completed_at"),
        "documents": (Document, "created_at"),
    }  # fmt: skip
    found = {}
    for name, condition in by.items():
        source, at = sources[name]
        found[name] = (source.objects.visible_to(user).filter(**condition), at)
    return found


_COLUMNS: dict[str, Callable[[QuerySet[Any]], Part]] = {
    "interactions": lambda rows: part(rows, "interactions", title="subject", note="kind", more="notes", at="at",
                                      who="owner__name"),
    "meetings": lambda rows: part(rows, "meetings", title="title", note="place", more="minutes", at="at", who="owner__name"),
    "tasks": lambda rows: part(rows, "tasks", title="title", note="state", more="details", at="completed_at",
                               who="assignee__name"),
    "documents": lambda rows: part(rows, "documents", title="title", note="kind", more="description", at="created_at",
                                   who="owner__name"),
}  # fmt: skip
