"""Inbox, mail and digest; never twice (requirement X9).

A room declares its ``kind`` of notification when it starts, and says ``notify`` in the transaction of what happened.
What a person reads is resolved when it is read: a record that may not be seen any more is neither shown nor counted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vincula.kernel.notify.kinds import Channel, kind, resolve_with

__all__ = ["Channel", "about", "kind", "notify", "resolve_with", "unread_count"]


def notify(
    *, users: Iterable[Any], kind: str, sentence: str, key: str, entity: str = "", object_id: int | None = None,
    params: Mapping[str, str | int] | None = None,
) -> int:  # fmt: skip
    """See ``sending.notify``."""
    from vincula.kernel.notify import sending  # models cannot be imported while the app registry is being filled

    return sending.notify(
        users=users, kind=kind, sentence=sentence, key=key, entity=entity, object_id=object_id, params=params
    )


def about(user: Any, kind: str, sentence: str, key: str, record: Any, **params: str) -> None:
    """Tell ``user`` of a record, if there is somebody and they may see it; the rest as ``notify``."""
    from vincula.kernel.access import door

    if user is not None and door.may(user, "view", record):
        notify(
            users=[user], kind=kind, sentence=sentence, key=key, entity=door.key(type(record)), object_id=record.pk,
            params=params,
        )  # fmt: skip


def unread_count(user: Any) -> int:
    """See ``queries.unread_count``."""
    from vincula.kernel.notify import queries

    return queries.unread_count(user)
