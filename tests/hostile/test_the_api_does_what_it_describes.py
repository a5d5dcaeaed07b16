"""Every operation, asked rightly, does its work, and its answer is what the description says (X7)."""

from typing import Any

import pytest

from tests.ground import short
from tests.hostile import described, world
from tests.hostile.described import Operation
from vincula.kernel.entity import registry
from vincula.kernel.papers import declaration
from vincula.kernel.records.models import Record
from vincula.portfolio.tests.programs import RIGHT

pytestmark = pytest.mark.django_db


def rightly(here: world.World, asked: Operation) -> Any:
    """The answer to a request that is right in every part."""
    entity, sent = asked.entity, dict[str, Any]()
    if entity is None:
        return here.ask(asked, query="?q=University" if asked.name.endswith("search") else "")
    if right := RIGHT.get((entity.key, asked.verb)):
        pk, told = right(here.who)
        return here.ask(asked, pk=pk, body=told)
    body = here.body(entity)
    if asked.verb == "bulk":
        sent["body"] = {"items": [{"id": here.there[entity.key].pk, "values": {"tags": ["seen"]}}]}
    elif asked.verb == "change":
        sent["body"] = body
    elif asked.verb in ("merge", "unmerge"):
        sent["body"] = {"others": [here.others[entity.key]]}
        if asked.verb == "unmerge":
            merging = described.operation(asked.name.replace("_unmerge", "_merge"))
            here.merge = here.ask(merging, **sent).json()["merge"]
            del sent["body"]
    elif asked.verb in ("make", "bytes"):
        sent["body"] = {"paper": declaration.of(entity.key)[0].key, "form": "docx"}
        if asked.verb == "bytes":
            here.file = here.ask(described.operation(asked.name.replace("_bytes", "_make")), **sent).json()["file"]
            del sent["body"]
    elif asked.verb == "create":
        twin: Record = here.there[entity.key]
        type(twin)._base_manager.filter(pk=twin.pk).update(trashed_at=twin.updated_at)  # makes room where one may be
        sent["body"] = body
    return here.ask(asked, **sent)


def test_every_operation_succeeds_when_it_is_asked_rightly(record_property: Any) -> None:
    """In the short run those of the entities that tell for the others, and what rooms add to theirs."""
    entities = [e for e in registry.all() if short.tells(e)]
    here = world.build(*(entity.slug for entity in entities))
    never, wrongly = [], []
    told = short.tell_for_the_others()
    chosen = [
        o for o in described.operations()
        if o.entity is None or (short.is_deep() and o.entity in entities) or o.entity.key in told or (o.entity.key, o.verb) in RIGHT
    ]  # fmt: skip
    for asked in chosen:
        with world.undone():
            answer = rightly(here, asked)
        if not 200 <= answer.status_code < 300:
            never.append(f"{asked.name}: {answer.status_code} {answer.content[:300]!r}")
        elif said := described.wrong(asked, answer):
            wrongly.append(f"{asked.name}: {said}")
    assert not never + wrongly, "\n".join(never + wrongly)
    record_property("figures", f"{len(chosen)} operations of the API reached 2xx")
