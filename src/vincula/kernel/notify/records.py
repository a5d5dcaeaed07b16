"""Notifications name records as their reader may see them: through the registry and the access door."""

from typing import Any

from vincula.kernel.entity import reading, registry


def named(user: Any, entity: str, ids: list[int]) -> dict[int, tuple[str, str]]:
    """{id: (title, address)} of the records that ``user`` may see; the others do not exist."""
    declared = registry.find(entity)
    if declared is None:
        return {}
    labels = reading.Labels(user)
    labels.want(declared.model, ids)
    found = [labels.get(declared.model, pk) for pk in ids]
    return {ref.pk: (ref.label, ref.url) for ref in found if ref is not None}
