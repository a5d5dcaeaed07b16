"""Requests that schemathesis draws from the description, and the same requests brought nearer to what exists.

Random numbers name no record, so most of what is drawn ends at 404 or 422. Every request is therefore sent twice: as it
was drawn, and *grounded*: the numbers in it replaced by those of records that are there.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.hostile import described
from tests.hostile.described import Operation
from tests.hostile.world import World, undone

QUICK = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@cache
def _schema(subject: str) -> Any:
    """The part of the description below ``subject`` as schemathesis knows it; who asks is our business, not its."""
    document = deepcopy(described.document())
    document["paths"] = {path: told for path, told in document["paths"].items() if path.startswith(subject)}
    named = described.named(document["paths"], set())
    document["components"]["schemas"] = {name: document["components"]["schemas"][name] for name in named}
    document["components"].pop("securitySchemes", None)
    for methods in document["paths"].values():
        for told in methods.values():
            told.pop("security", None)
    return schemathesis.openapi.from_dict(document)


def drawn(asked: Operation, mode: GenerationMode, count: int, number: int) -> list[Any]:
    """Up to ``count`` cases for an operation; ``number`` decides which."""
    found: list[Any] = []

    @seed(number)
    @settings(QUICK, max_examples=count)
    @given(_schema("/".join(asked.path.split("/")[:4]))[asked.path][asked.method].as_strategy(generation_mode=mode))
    def draw(case: Any) -> None:
        found.append(case)

    with suppress(Unsatisfiable):  # nothing to break: an operation without parameters and body
        draw()
    return found


def requests(
    here: World, asked: Operation, case: Any, chance: random.Random
) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """(address, body, headers) of a case: as it was drawn, then grounded."""
    path = asked.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(_text(value), safe="", errors="surrogatepass"))
    query = {k: v for k, v in (case.query or {}).items() if v is not None}
    body = None if isinstance(case.body, schemathesis.core.NotSet) else case.body
    headers = {k: v for k, v in (case.headers or {}).items() if k.lower() not in ("authorization", "content-length")}
    yield path + _query(query), body, headers
    if asked.entity is None:
        return
    yield here.address(asked) + _query(query), grounded(here, asked, deepcopy(body), chance), headers


def grounded(here: World, asked: Operation, body: Any, chance: random.Random) -> Any:
    """The body with numbers of records that exist, and now and then what makes the rest of it valid."""
    entity = asked.entity
    if entity is None or not isinstance(body, dict):
        return body
    if asked.verb == "bulk":
        items = body.get("items")
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict):
                continue
            if item.get("id"):
                item["id"] = here.there[entity.key].pk
            item.pop("version", None)
            if chance.random() < 0.7:
                item["values"] = here.body(entity)
        return body
    if asked.verb == "merge":
        return {**body, "others": [here.others[entity.key]], "versions": {}}
    for name in list(body):
        one = here.ids(entity, name)
        if one is not None and body[name] is not None:
            body[name] = [one] if isinstance(body[name], list) else one
    body.pop("version", None)
    if chance.random() < 0.7:  # one drawn member among right ones: it is reached, not refused with its neighbours
        kept = chance.choice(list(body)) if body else ""
        body = here.body(entity) | ({kept: body[kept]} if kept else {})
    return body


class Tally:
    """How many requests were sent, with which answers, and what was wrong."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: dict[str, str] = {}

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())

    def send(self, here: World, asked: Operation, url: str, body: Any, headers: dict[str, str]) -> Any:
        """Send it, roll back what it did, and judge the answer."""
        data = body if body is None or isinstance(body, bytes) else _json(body)
        with undone():
            answer = here.send(asked.method, url, data, dict(headers))
        self.statuses[answer.status_code] += 1
        if said := described.wrong(asked, answer):
            told = f"{asked.name}: {said[:160]}{described.origin(answer)}"
            self.wrong.setdefault(told, f"{url[:300]} {str(data)[:600]} {headers}")
        return answer


def fuzz(here: World, asked: Operation, count: int, number: int) -> Tally:
    """Send about ``count`` requests: two thirds drawn to fit the description, one third to break it."""
    tally, chance = Tally(), random.Random(number)
    for mode, share in ((GenerationMode.POSITIVE, 3), (GenerationMode.NEGATIVE, 6)):
        for case in drawn(asked, mode, max(count // share, 1), number):
            for url, body, headers in requests(here, asked, case, chance):
                tally.send(here, asked, url, body, headers)
    return tally


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _query(query: dict[str, Any]) -> str:
    return "?" + urlencode(query, doseq=True, errors="surrogatepass") if query else ""


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
