"""What people agreed to, as of a day: the last line of the log for each purpose."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Min, OuterRef, Q, Subquery

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.privacy.models import ConsentRow, Purpose

GIVEN = ConsentRow.Decision.GIVEN
_logs: dict[str, tuple[type[ConsentRow], str]] = {}


def log(model: type[ConsentRow], person: str) -> None:
    """Declare the room's log: its model, and the field that says whose consent it is."""
    related = model._meta.get_field(person).related_model
    assert isinstance(related, type)
    _logs[related._meta.label_lower] = (model, person)


def log_of(key: str) -> tuple[type[ConsentRow], str] | None:
    """(model, field) of the log for the subject with this key."""
    return _logs.get(key)


def lines(key: str, pk: int) -> list[Any]:
    """The log of one person, newest first."""
    found = _logs.get(key)
    if found is None:
        return []
    model, person = found
    rows = model._base_manager.filter(**{f"{person}_id": pk}, trashed_at=None)
    return list(rows.select_related("purpose").order_by("-on", "-pk"))


def current(key: str, ids: Sequence[int], day: date | None = None) -> dict[int, dict[int, Any]]:
    """{person: {purpose: the line that holds on ``day`` (today)}} of several people, in one statement per 500."""
    found = _logs.get(key)
    if found is None:
        return {}
    model, person = found
    state: dict[int, dict[int, Any]] = {}
    for start in range(0, len(ids), 500):
        rows = model._base_manager.filter(
            **{f"{person}_id__in": ids[start : start + 500]}, trashed_at=None, on__lte=day or clock.today()
        )
        for row in rows.select_related("purpose").order_by("on", "pk"):
            state.setdefault(getattr(row, f"{person}_id"), {})[row.purpose_id] = row
    return state


def agreed(key: str, codes: Iterable[str] | None, day: date | None = None, user: Any = SYSTEM) -> Q:
    """Q on the subject's model: people whose last line of one of these purposes, up to ``day``, gives consent.

    ``codes`` None: of any purpose. Only lines that ``user`` may see are asked: a filter tells no more than the log.
    """
    found = _logs.get(key)
    if found is None:
        return Q(pk__in=())
    model, person = found
    last = model._base_manager.filter(
        **{f"{person}_id": OuterRef(f"{person}_id")}, purpose_id=OuterRef("purpose_id"), trashed_at=None,
        on__lte=day or clock.today(),
    ).order_by("-on", "-pk")  # fmt: skip
    holding = model.objects.visible_to(user).filter(decision=GIVEN, pk=Subquery(last.values("pk")[:1]))
    if codes is not None:
        holding = holding.filter(purpose__code__in=list(codes))
    return Q(pk__in=holding.values(f"{person}_id"))


def has(key: str, pk: int, code: str, day: date | None = None) -> bool:
    """Whether one person agrees to one purpose on ``day``: what a campaign asks before it writes."""
    model = _logs[key][0]._meta.get_field(_logs[key][1]).related_model
    assert isinstance(model, type)
    assert issubclass(model, models.Model)
    return bool(model._base_manager.filter(agreed(key, [code], day), pk=pk).exists())


def purposes() -> list[Purpose]:
    """What people are asked for, by name."""
    return list(Purpose._base_manager.filter(trashed_at=None).order_by("name_folded", "pk"))


def recorded_by(key: str, ids: Sequence[int]) -> dict[int, str]:
    """Who wrote each of these lines down, from the trail."""
    first = AuditEntry.objects.filter(entity=key, object_id__in=list(ids)).values("object_id").annotate(first=Min("pk"))
    entries = AuditEntry.objects.filter(pk__in=[row["first"] for row in first]).select_related("who")
    return {e.object_id: str(e.who) if e.who_id else "Vincula" for e in entries if e.object_id is not None}


def shown(key: str, ids: Sequence[int], user: Any) -> dict[int, list[str]]:
    """{person: codes of the purposes they agree to today}, from the lines that ``user`` may see."""
    found = _logs.get(key)
    if found is None:
        return {}
    state = current(key, ids)
    seen = door.visible_ids(user, found[0], {row.pk for rows in state.values() for row in rows.values()})
    return {
        pk: sorted(row.purpose.code for row in rows.values() if row.decision == GIVEN and row.pk in seen)
        for pk, rows in state.items()
    }
