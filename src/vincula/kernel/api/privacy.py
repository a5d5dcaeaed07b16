"""What the API keeps of a person: answers that are repeated for a day (requirement X10)."""

import json
from typing import Any

from vincula.kernel.api.models import IdempotentAnswer
from vincula.kernel.entity import registry
from vincula.kernel.privacy import stances
from vincula.kernel.privacy.traces import Trace, replaced

ALIKE = 3  # names that an answer must share with the columns of an entity to be taken for one of its records


def declare() -> None:
    """Called once when the program starts."""
    stances.relation("api.idempotentanswer.user", stances.GOES)
    stances.passing(IdempotentAnswer._meta.label_lower)
    stances.KEEPERS.put(stances.Keeper("kept answers", erase))


def erase(trace: Trace) -> int:
    """Empty kept answers that show an erased record. The request is still known: it is not done a second time."""
    gone = 0
    for answer in IdempotentAnswer.objects.exclude(body="").iterator(chunk_size=200):
        try:
            told: Any = json.loads(answer.body)
        except ValueError:
            continue
        if _shows(told, trace) or replaced(told, trace.passing) != told:
            IdempotentAnswer.objects.filter(pk=answer.pk).update(body="{}")
            gone += 1
    return gone


def _shows(told: Any, trace: Trace) -> bool:
    """Whether somewhere in the answer stands a record of the trace: its number, with the names of its columns."""
    if isinstance(told, list):
        return any(_shows(each, trace) for each in told)
    if not isinstance(told, dict):
        return False
    for rows in (trace.rows, trace.near):
        for key, ids in rows.items():
            entity = registry.find(key)
            if entity and told.get("id") in ids and len(told.keys() & entity.columns.keys()) >= ALIKE:
                return True
    return any(_shows(each, trace) for each in told.values())
