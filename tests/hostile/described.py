"""The API as it describes itself: its operations, what each may answer, and whether an answer is one of these."""

import json
import re
import traceback
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema_rs

from vincula.kernel.api import interface
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity

PROBLEM = "application/problem+json"
_REFERENCE = re.compile(r"#/components/schemas/(\w+)")


@dataclass(frozen=True)
class Operation:
    """One method of one path. ``document`` is what the description says of it."""

    method: str
    path: str
    document: dict[str, Any] = field(repr=False, hash=False, compare=False)

    @property
    def name(self) -> str:
        return str(self.document["operationId"])

    @property
    def entity(self) -> Entity | None:
        """The entity it is about; None for ``me`` and ``search``."""
        return registry.by_slug(self.path.removeprefix("/api/v1/").split("/")[0])

    @property
    def verb(self) -> str:
        """What it does, the same word for every entity: list, create, read, change, trash, restore, move, bulk …"""
        return self.name.rpartition("_")[2]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, as a program gets it."""
    described: dict[str, Any] = json.loads(json.dumps(interface.build().get_openapi_schema()))
    return described


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation there is."""
    return tuple(
        Operation(method.upper(), path, told)
        for path, methods in document()["paths"].items()
        for method, told in methods.items()
    )


def operation(name: str) -> Operation:
    return next(o for o in operations() if o.name == name)


@cache
def _validator(place: str) -> Any:
    """A validator of the schema at ``place`` (path/method/status) of the document."""
    path, method, status = place.split("|")
    told = document()["paths"][path][method]["responses"][status]["content"]
    schema = next(iter(told.values()))["schema"]
    parts = {name: document()["components"]["schemas"][name] for name in named(schema, set())}
    return jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": parts}}, validate_formats=True)


def named(schema: Any, found: set[str]) -> set[str]:
    """The components that a schema refers to, and those that they refer to."""
    for name in set(_REFERENCE.findall(json.dumps(schema))) - found:
        found.add(name)
        named(document()["components"]["schemas"][name], found)
    return found


def wrong(asked: Operation, answer: Any) -> str:
    """What is wrong with an answer: undocumented, of another type, of another shape; "" when nothing is."""
    status, kind = str(answer.status_code), answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code >= 500:
        return f"{status} is a failure of ours"
    told = asked.document["responses"].get(status)
    if told is None:
        return f"{status} is not documented: {answer.content[:200]!r}"
    if not told.get("content"):
        return "" if not answer.content else f"{status} is documented without a body, and has one"
    if kind not in told["content"]:
        return f"{status} came as {kind or 'nothing'}, documented is {', '.join(told['content'])}"
    if not kind.endswith("json"):
        return ""  # a file, of a type that is described
    try:
        body = json.loads(answer.content, parse_constant=_no_constant)
    except ValueError as error:
        return f"{status} is no JSON: {error}"
    validator = _validator(f"{asked.path}|{asked.method.lower()}|{status}")
    for found in validator.iter_errors(body):
        return f"{status}: {'.'.join(map(str, found.instance_path))}: {found.message[:300]}"
    return ""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def origin(answer: Any) -> str:
    """Which exception, raised where, made a 500."""
    raised = getattr(answer, "exc_info", None)
    if not raised:
        return ""
    last = traceback.extract_tb(raised[2])[-1]
    return f" ({raised[0].__name__}: {str(raised[1])[:200]}, {last.filename.rpartition('/')[2]}:{last.lineno})"
