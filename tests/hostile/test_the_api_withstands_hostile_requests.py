"""Requests that somebody wrote by hand to break something, on every operation of the API (X9).

Each must be refused with a documented status, as a problem in words, and write nothing.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.hostile import described, world
from tests.hostile.described import PROBLEM, Operation
from tests.reliability import card
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.api.models import IdempotentAnswer
from vincula.kernel.entity import registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.models import Record
from vincula.kernel.testing import cast

pytestmark = pytest.mark.django_db
Request = tuple[str, str, Any, dict[str, str], set[int]]  # what it is, address, body, headers, statuses it may get

BODIES: list[tuple[str, bytes, set[int]]] = [
    ("no body", b"", {400, 415, 422}),
    ("half an object", b"{", {400}),
    ("a list", b"[]", {422}),
    ("a text", b'"x"', {422}),
    ("null", b"null", {422}),
    ("not UTF-8", b'{"tags": ["\xff\xfe"]}', {400}),
    ("UTF-16", '{"tags": []}'.encode("utf-16"), {400}),
    ("lists 5,000 deep", b"[" * 5000, {400}),
    ("closed lists 5,000 deep", b'{"tags": ' + b"[" * 5000 + b"]" * 5000 + b"}", {400}),
    ("objects 5,000 deep", b'{"tags": ' * 5000 + b"1" + b"}" * 5000, {400}),
    ("objects 100 deep", b'{"custom": ' * 100 + b"1" + b"}" * 100, {400}),
    ("a lone surrogate", b'{"tags": ["\\ud800"]}', {422}),
    ("a lone surrogate as a name", b'{"\\udfff": 1}', {422}),
    ("NUL", b'{"tags": ["a\\u0000b"]}', {422}),
    ("NUL as a name", b'{"\\u0000": 1}', {422}),
    ("70 bits", b'{"owner": 1180591620717411303424}', {422}),
    ("minus 70 bits", b'{"owner": -1180591620717411303424}', {422}),
    ("64 bits and one", b'{"owner": 9223372036854775808}', {422}),
    ("5,000 digits", b'{"owner": ' + b"9" * 5000 + b"}", {400, 422}),
    ("NaN", b'{"owner": NaN}', {400, 422}),
    ("Infinity", b'{"owner": -Infinity}', {400, 422}),
    ("a number past all", b'{"owner": 1e400}', {422}),
    ("the same name twice", b'{"tags": [], "tags": ["x"]}', {400}),
    ("201 tags", json.dumps({"tags": [f"t{n}" for n in range(201)]}).encode(), {422}),
    ("100,000 tags", json.dumps({"tags": ["t"] * 100_000}).encode(), {422}),
    ("a text of 200,000 characters", json.dumps({"tags": ["x" * 200_000]}).encode(), {422}),
    ("a list where a number belongs", b'{"owner": [1]}', {422}),
    ("an object where a list belongs", b'{"tags": {"__proto__": 1}}', {422}),
    *[
        (f"{name} is not to be set", json.dumps({name: value}).encode(), {422})
        for name, value in {
            "id": 1, "pk": 1, "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
            "trashed_at": None, "is_superuser": True, "name_folded": "x", "url": "https://example.org/", "_state": {},
            "__class__": "x", "owner_id": 1, "owner__is_superuser": True, "custom": {"nothing": 1}, "password": "x",
        }.items()
    ],
]  # fmt: skip
LARGE = [
    ("10 MB of text", b'{"tags": ["' + b"x" * 10_000_000 + b'"]}', {422}),
    ("10 MB of members", b'{"tags": [' + b'"t",' * 2_500_000 + b'"t"]}', {422}),
    ("13 MB", b'{"tags": ["' + b"x" * 13_000_000 + b'"]}', {413}),
]
TYPES = ("text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded",
         "multipart/form-data; boundary=x", "application/json5", "x" * 2000)  # fmt: skip


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


QUERIES = (
    "%ff=1", "q=%00", "q=%c3%28", "after=zzz", "after=" + "A" * 5000, "after=" + cursor(["name", ["x"]]),
    "after=" + cursor(["-id", [True]]), "after=" + cursor(["-id", [{"a": 1}]]), "after=" + cursor(["-id", [2**70]]),
    "after=" + cursor("[" * 100), "before=%F0%9F%92%A9", "limit=0", "limit=201", "limit=-1", "limit=1e9",
    "limit=9" + "9" * 30, "limit=NaN", "sort=nothing", "sort=owner__password", "sort=--id", "sort=%20",
    "fields=nothing", "fields=password", "expand=nothing", "expand=owner", "nothing=1", "owner=x", "owner=1180591620717411303424",
    "owner__password__contains=a", "created_at__from=yesterday", "created_at__from=99999-01-01",
    "updated_at__to=0001-01-01", "&".join(f"tags={'x' * 8}{n}" for n in range(6000)), "q=" + "x" * 501,
    "custom.nothing=1", "tags__regex=(a%2b)%2b%24",
)  # fmt: skip
MAY_BE_RIGHT = {"sort=%20", "created_at__from=99999-01-01", "updated_at__to=0001-01-01"}
PATHS = ("0", "-1", "1180591620717411303424", "9223372036854775808", "1e3", "1.5", "%20", "%00", "%ff", "１", "..%2fme",
         "x" * 5000, "1%0d%0aSet-Cookie:%20a=b", "None", "true", "[1]")  # fmt: skip


def asked_wrongly(here: world.World, asked: Operation, *, large: bool) -> Iterator[Request]:
    """Everything wrong that can be asked of one operation."""
    address = here.address(asked)
    body = b"{}" if asked.method in ("POST", "PATCH") else None
    if "requestBody" in asked.document:
        for what, wrong, statuses in [*BODIES, *(LARGE if large else ())]:
            yield what, address, wrong, {}, statuses
        for kind in TYPES:
            yield f"as {kind[:30]}", address, b"{}", {"Content-Type": kind}, {415}
    if asked.verb == "list":
        for query in QUERIES:
            statuses = {200, 400, 422} if query in MAY_BE_RIGHT else {400, 422}
            yield query[:50], f"{address}?{query}", None, {}, statuses
    if "{pk}" in asked.path:
        for pk in PATHS:
            yield f"/{pk[:30]}", here.address(asked, pk), body, {}, {400, 404, 422}
    yield "in pieces", address, body, {"Transfer-Encoding": "chunked", "Content-Length": ""}, {411}
    yield "of no length", address, body, {"Content-Length": "many"}, {400}
    yield "larger than anything", address, body, {"Content-Length": "999999999999"}, {413}
    for token in ("", "vnc_" + "x" * 40, "x" * 100_000, "vnc_\u00e9"):
        yield "with a wrong token", address, body, {"Authorization": f"Bearer {token}"}, {401, 403}
    yield "with no right scheme", address, body, {"Authorization": "Basic YTpi"}, {401, 403}
    if asked.verb in ("change", "trash", "move"):
        for tag in ("x", '"0"', 'W/"abc"', '"-1"', "9" * 5000, '"1", "2"'):
            yield f"If-Match {tag[:20]}", address, body, {"If-Match": tag}, {412}
    if asked.verb in ("create", "bulk"):
        for key in ("x" * 201, "caf\u00e9", "a\u0000b", "\u007f"):
            yield "with a strange Idempotency-Key", address, _valid(here, asked), {"Idempotency-Key": key}, {422}


def _valid(here: world.World, asked: Operation) -> Any:
    assert asked.entity
    return {"items": [{"values": here.body(asked.entity)}]} if asked.verb == "bulk" else here.body(asked.entity)


def wrongly_answered(asked: Operation, answer: Any, statuses: set[int]) -> str:
    """ "" when the answer is a documented refusal with one of ``statuses``; else what is wrong with it."""
    if answer.status_code not in statuses:
        return f"{answer.status_code} {answer.content[:200]!r} {described.origin(answer)}"
    if answer.status_code >= 400 and not answer.headers["Content-Type"].startswith(PROBLEM):
        return f"{answer.status_code} came as {answer.headers['Content-Type']}"
    undocumented = str(answer.status_code) not in asked.document["responses"]
    if undocumented and answer.status_code in (411, 413):  # of a request whose body nobody reads
        return ""
    return described.wrong(asked, answer)


def attacked(here: world.World, names: tuple[str, ...], *, large: bool) -> tuple[int, list[str]]:
    """Ask the operations wrongly: how many requests, and what was answered wrongly."""
    count, wrong = 0, []
    for asked in described.operations():
        if not asked.name.startswith(names):
            continue
        for what, address, body, headers, statuses in asked_wrongly(here, asked, large=large):
            with world.undone():
                answer = here.send(asked.method, address, body, dict(headers))
            count += 1
            if said := wrongly_answered(asked, answer, statuses):
                wrong.append(f"{asked.name}, {what}: {said}")
    return count, wrong


def test_what_is_asked_wrongly_is_refused_in_words() -> None:
    names = ("tasks_create", "tasks_change", "tasks_list", "tasks_read", "tasks_move")
    count, wrong = attacked(world.build("tasks"), names, large=False)
    assert not wrong, "\n".join(wrong)
    assert count > 100


@pytest.mark.deep
def test_every_operation_refuses_what_is_asked_wrongly(record_property: Any) -> None:
    here = world.build()
    count, wrong = attacked(here, ("",), large=False)
    more, wronger = attacked(here, ("organisations_",), large=True)
    card.record("cases", "requests made by hand to break an operation of the API", count + more, len(wrong + wronger))
    record_property("figures", f"{count + more} hostile requests, {len(wrong + wronger)} answered wrongly")
    assert not wrong + wronger, "\n".join(wrong + wronger)


def test_only_described_methods_exist_and_every_refusal_is_a_problem() -> None:
    here = world.build("tasks")
    known = {(o.method, o.path) for o in described.operations()}
    paths = {o.path: o for o in described.operations()}
    for path, asked in paths.items():
        if asked.entity is not None and asked.entity.slug != "tasks":
            continue
        address = path.replace("{pk}", str(here.pk(asked)) if asked.entity else "").replace("{key}", "start")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"):
            if (method, path) in known:
                continue
            answer = here.send(method, address, b"{}", {})
            assert (answer.status_code, answer.headers["Content-Type"]) == (405, PROBLEM), (method, path)
            assert answer.headers["Allow"]
    for address in ("/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/me", "/api/v1/tasks/1/nothing", "/api/v1/me/../x"):
        answer = here.send("GET", address, None, {})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM), address


def test_a_session_without_the_csrf_token_is_told_so_as_a_problem() -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.alice(), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/api/v1/tasks/", b"{}", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)


def test_a_key_used_for_another_body_is_refused_and_nothing_is_done_twice() -> None:
    here = world.build("tasks")
    for name in ("tasks_create", "tasks_bulk"):
        asked = described.operation(name)
        assert asked.entity
        body = _valid(here, asked)
        before = asked.entity.model._base_manager.count()
        first = here.send(asked.method, asked.path, body, {"Idempotency-Key": name})
        again = here.send(asked.method, asked.path, body, {"Idempotency-Key": name})
        other = here.send(asked.method, asked.path, json.dumps(body).encode() + b" ", {"Idempotency-Key": name})
        assert (first.content, first.status_code) == (again.content, again.status_code)
        assert other.status_code == 422
        assert described.wrong(asked, other) == ""
        assert asked.entity.model._base_manager.count() == before + 1
        assert IdempotentAnswer.objects.filter(key=name).count() == 1


def to_hide(entity: Entity) -> Iterator[tuple[str, bool]]:
    """(relation, whether it holds many) of every writable relation to another record."""
    for f in entity.columns.values():
        if f.editable and isinstance(f.kind, relations.Relation) and issubclass(f.related_model, Record):
            yield f.name, isinstance(f.kind, relations.Relations)


def test_a_record_one_may_not_see_answers_like_one_that_does_not_exist() -> None:
    asked, differing = asked_of_the_unseen({"tasks", "affiliations", "group-memberships"})
    assert not differing, "\n".join(map(str, differing))
    assert asked > 50


@pytest.mark.deep
def test_no_record_one_may_not_see_is_told_from_one_that_does_not_exist(record_property: Any) -> None:
    asked, differing = asked_of_the_unseen({entity.slug for entity in registry.all()})
    card.record(
        "leaks", "ids of unseen records in paths, filters and relation fields of the API", asked, len(differing)
    )
    record_property("figures", f"{asked} requests with ids of records that one may not see or that do not exist")
    assert not differing, "\n".join(map(str, differing))


def _without(pk: int, answer: Any) -> bytes:
    """What was answered, but for the number that was asked for; 22 is no part of 422."""
    text = answer.content.replace(b'"status": %d' % answer.status_code, b"")
    return re.sub(rb"(?<!\d)%d(?!\d)" % pk, b"", text)


def asked_of_the_unseen(slugs: set[str]) -> tuple[int, list[Any]]:
    """How many requests were sent about the entities, and where the answers to an unseen and to no record differ."""
    here = world.build()
    writes = [("*", action, "all", []) for action in ("create", "change", "delete")]
    bob = cast.user("bob", ("*", "view", "own", []), *writes)
    here.own(bob)
    here.client = world.program(bob)
    hidden = {entity.key: cast.make(entity, who=SYSTEM).pk for entity in registry.all()}
    nothing, asked, differing = 10**12, 0, []
    for entity in [one for one in registry.all() if one.slug in slugs]:
        api = f"/api/v1/{entity.slug}/"
        own = here.there[entity.key].pk
        pairs: list[tuple[str, str, Any]] = [
            ("GET", f"{api}{{}}", None), ("GET", f"{api}{{}}/history", None), ("PATCH", f"{api}{{}}", {"tags": []}),
            ("DELETE", f"{api}{{}}", None), ("POST", f"{api}{{}}/restore", None),
            ("POST", f"{api}bulk", {"items": [{"id": "{}", "values": {"tags": ["x"]}}]}),
        ]  # fmt: skip
        found = {("", method, url, json.dumps(body)): (hidden[entity.key], nothing) for method, url, body in pairs}
        for name, many in to_hide(entity):
            other = registry.for_model(entity.columns[name].related_model)
            assert other is not None
            value: Any = ["{}"] if many else "{}"
            both = (hidden[other.key], nothing)
            found[name, "PATCH", f"{api}{own}", json.dumps({name: value})] = both
            found[name, "POST", api, json.dumps(here.body(entity) | {name: value})] = both
            items = [{"id": own, "values": {name: value}}]
            found[name, "POST", f"{api}bulk", json.dumps({"items": items})] = both
            found[name, "GET", f"{api}?{name}={{}}", "null"] = both
        for (name, method, url, body), (unseen, missing) in found.items():
            answers = []
            for pk in (unseen, missing):
                sent = None if body == "null" else body.replace('"{}"', str(pk)).encode()
                with world.undone():
                    answer = here.send(method, url.replace("{}", str(pk)), sent, {})
                answers.append((answer.status_code, _without(pk, answer)))
            asked += 2
            if answers[0] != answers[1] or answers[0][0] < 400:
                differing.append((entity.key, name, method, url, answers))
    return asked, differing
