"""What a program can rely on: repeats, all-or-nothing, scopes, versions, moves (requirement X7)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from vincula.kernel import clock
from vincula.kernel.api.models import IdempotentAnswer
from vincula.kernel.people import tokens
from vincula.kernel.records import history
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation, Task
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
API = "/api/v1/organisations/"


def program(*scopes: str, who: Any = None) -> Client:
    """A program with a token of alice's (who may do everything) and these scopes."""
    _token, raw = tokens.issue(
        user=who or cast.alice(), name="test", scopes=scopes, expires_at=clock.now() + timedelta(days=1)
    )
    return Client(headers={"Authorization": f"Bearer {raw}"})


def send(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    return getattr(client, method)(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_repeated_request_gets_the_first_answer_and_the_work_is_done_once() -> None:
    client = program("write")
    first = send(client, "post", API, {"name": "Gent"}, **{"Idempotency-Key": "k1"})
    again = send(client, "post", API, {"name": "Gent"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (again["Idempotent-Replay"], again["ETag"]) == ("true", first["ETag"])
    assert Organisation.objects.count() == 1
    other = send(client, "post", API, {"name": "Brugge"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert Organisation.objects.count() == 1


def test_a_refused_request_may_be_repeated_with_the_same_key() -> None:
    client = program("write")
    assert send(client, "post", API, {"name": ""}, **{"Idempotency-Key": "k2"}).status_code == 422
    assert not IdempotentAnswer.objects.exists()
    assert send(client, "post", API, {"name": "Gent"}, **{"Idempotency-Key": "k2"}).status_code == 201


def test_keys_of_two_callers_do_not_meet() -> None:
    one, two = program("write"), program("write", who=cast.user("dora", ("*", "*", "all", [])))
    assert send(one, "post", API, {"name": "Gent"}, **{"Idempotency-Key": "k"}).status_code == 201
    assert send(two, "post", API, {"name": "Gent"}, **{"Idempotency-Key": "k"}).status_code == 201
    assert Organisation.objects.count() == 2


def test_a_bulk_request_is_done_wholly_or_not_at_all_and_taken_back_as_one() -> None:
    client, old = program("write"), factories.organisation(name="Old")
    items = [{"values": {"name": "New"}}, {"id": old.pk, "version": old.version, "values": {"name": "Older"}}]
    bad = send(client, "post", f"{API}bulk", {"items": [*items, {"id": old.pk + 99, "values": {"name": "x"}}]})
    assert bad.status_code == 404
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Old"]
    good = send(client, "post", f"{API}bulk", {"items": items})
    assert (good.json()["created"], good.json()["changed"]) == (1, 1)
    assert set(Organisation.objects.values_list("name", flat=True)) == {"New", "Older"}
    assert str(history.entries(old)[0].correlation) == good.json()["correlation"]
    stale = send(
        client, "post", f"{API}bulk", {"items": [{"id": old.pk, "version": old.version, "values": {"name": "z"}}]}
    )
    assert stale.status_code == 409


def test_scopes_only_narrow_what_the_user_may() -> None:
    org = factories.organisation()
    reader = program("read")
    assert reader.get(f"{API}{org.pk}").status_code == 200
    assert send(reader, "patch", f"{API}{org.pk}", {"name": "x"}).status_code == 403
    people_only = program("parties.person:read", who=cast.user("erin", ("*", "*", "all", [])))
    assert people_only.get(API).status_code == 403
    assert people_only.get("/api/v1/people/").status_code == 200
    assert people_only.get("/api/v1/search?q=x").status_code == 403
    poor = program("write", who=cast.user("frank", ("*", "view", "all", [])))
    assert send(poor, "patch", f"{API}{org.pk}", {"name": "x"}).status_code == 403


def test_a_revoked_token_and_a_bad_one_are_nobody_even_beside_a_session() -> None:
    alice = cast.alice()
    token, raw = tokens.issue(user=alice, name="t", scopes=["read"], expires_at=clock.now() + timedelta(days=1))
    client = cast.signed_in(alice)
    assert client.get(API).status_code == 200
    tokens.revoke(token)
    for sent in (raw, "vnc_" + "x" * 40, ""):
        answer = client.get(API, headers={"Authorization": f"Bearer {sent}"})
        assert answer.status_code == 401, sent
        assert answer["Content-Type"] == "application/problem+json"


def test_a_state_changes_by_moves_only_and_a_refusal_says_why() -> None:
    client, task = program("write"), factories.task()
    assert send(client, "patch", f"/api/v1/tasks/{task.pk}", {"state": "done"}).status_code == 422
    moved = send(client, "post", f"/api/v1/tasks/{task.pk}/moves/start", {})
    assert (moved.status_code, moved.json()["state"]) == (200, "doing")
    assert send(client, "post", f"/api/v1/tasks/{task.pk}/moves/start", {}).status_code == 422
    assert send(client, "post", f"/api/v1/tasks/{task.pk}/moves/nowhere", {}).status_code == 404
    assert Task.objects.get().state == "doing"


def test_fields_and_related_records_are_given_as_asked() -> None:
    client, parent = program("read"), factories.organisation(name="Parent")
    child = factories.organisation(name="Child", parent=parent, custom={})
    answer = client.get(f"{API}{child.pk}?fields=name,parent&expand=parent").json()
    assert set(answer) == {"id", "version", "url", "title", "name", "parent", "expanded"}
    assert answer["expanded"]["parent"]["name"] == "Parent"
    assert client.get(f"{API}{child.pk}?expand=name").status_code == 422


def test_the_description_is_openapi_and_declares_every_status_that_is_given() -> None:
    described = program("read").get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    patch = described["paths"][f"{API}{{pk}}"]["patch"]
    assert {"200", "400", "401", "403", "404", "409", "412", "415", "422"} <= set(patch["responses"])
    assert "Problem" in described["components"]["schemas"]
