"""Who may see and change the files of a record: whoever may see and change the record."""

from collections.abc import Callable
from typing import Any, Literal

Action = Literal["view", "change"]
Guard = Callable[[Any, Action, str, int], bool]
"""(user, action, entity key, record id) → whether the user may."""


def by_record(user: Any, action: Action, entity: str, object_id: int) -> bool:
    """The usual guard: the entity's own record through the access door. What cannot be seen cannot be changed."""
    from vincula.kernel.access import door  # the door and the registry hold models
    from vincula.kernel.entity import registry

    declared = registry.find(entity)
    if declared is None:
        return False
    record = door.visible(declared.model._base_manager.filter(pk=object_id), user).first()
    return record is not None and (action == "view" or door.may(user, action, record))


_guards: list[Guard] = [by_record]


def guard_with(guard: Guard) -> Guard:
    """Replace the guard."""
    _guards[:] = [guard]
    return guard


def allows(user: Any, action: Action, entity: str, object_id: int) -> bool:
    """Ask the guard in force; nobody who is not signed in, and inactive, gets through."""
    return bool(user.is_authenticated and user.is_active) and _guards[0](user, action, entity, object_id)
