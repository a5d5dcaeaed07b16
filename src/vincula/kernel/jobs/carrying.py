"""How events travel: one job per subscriber, in the transaction of what happened."""

import uuid
from typing import Any

from django.utils.module_loading import import_string

from vincula.kernel import events
from vincula.kernel.jobs import enqueue
from vincula.kernel.jobs.registry import task


def carry(subscriber: events.Subscriber, name: str, payload: dict[str, Any]) -> None:
    """Note that ``subscriber`` is to be told of event ``name``; told once, after the commit."""
    dotted = f"{subscriber.__module__}.{subscriber.__name__}"
    enqueue(tell, key=f"event:{name}:{uuid.uuid4()}"[:200], subscriber=dotted, name=name, payload=payload)


@task
def tell(subscriber: str, name: str, payload: dict[str, Any]) -> None:
    """Call one subscriber. LookupError when it does not subscribe any more: then somebody should look."""
    function = import_string(subscriber)
    if subscriber not in events.declared().get(name, ("", []))[1]:
        raise LookupError(f"{subscriber} does not subscribe to {name}.")
    function(**payload)
