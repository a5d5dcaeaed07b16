"""Several at once, on real connections: one wins, the others are told, nothing is doubled (X5, X7; issue 2, line 5)."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.models import Affiliation, Function, Organisation
from vincula.parties.tests import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(work: Callable[[int], Any], many: int) -> list[Any]:
    """What ``work(0)``, ``work(1)`` … returned or raised, all begun at the same moment."""
    gate, found = threading.Barrier(many), [None] * many

    def one(number: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(30)
            found[number] = work(number)
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_of_two_who_edit_the_same_version_one_wins_and_the_other_is_told() -> None:
    record = factories.organisation(name="Before")
    for _round in range(5):
        record.refresh_from_db()
        version, entries = record.version, AuditEntry.objects.count()

        def edit(number: int, version: int = version) -> Any:
            mine = Organisation.objects.get(pk=record.pk)
            return actions.change(mine, who=SYSTEM, expected_version=version, name=f"By {number} of {version}")

        found = at_once(edit, 2)
        won = [one for one in found if isinstance(one, Organisation)]
        lost = [one for one in found if isinstance(one, actions.Conflict)]
        assert (len(won), len(lost)) == (1, 1), found
        record.refresh_from_db()
        assert (record.name, record.version) == (won[0].name, won[0].version)
        assert lost[0].current.name == record.name, "who lost is shown what won"
        assert AuditEntry.objects.count() == entries + 1


def test_edits_of_eight_without_a_version_all_stand_in_the_trail_one_after_the_other() -> None:
    record = factories.organisation(name="Before")
    found = at_once(lambda n: actions.change(Organisation.objects.get(pk=record.pk), who=SYSTEM, name=f"By {n}"), 8)
    assert not [one for one in found if isinstance(one, Exception)], found
    told = [e.changes["name"] for e in AuditEntry.objects.filter(object_id=record.pk, verb="edited").order_by("id")]
    assert len(told) == 8
    assert [before for before, _after in told] == ["Before", *(after for _before, after in told[:-1])]
    record.refresh_from_db()
    assert record.name == told[-1][1]


def test_the_same_request_twice_at_once_makes_one_record() -> None:
    alice = cast.alice()
    clients = [cast.signed_in(alice) for _ in range(4)]
    body = json.dumps({"name": "Once", "kind": "other", "country": "BE"})

    def post(number: int) -> Any:
        return clients[number].post(
            "/api/v1/organisations/", body, content_type="application/json", headers={"Idempotency-Key": "the-same-key"}
        )

    answers = at_once(post, 4)
    assert Organisation.objects.filter(name="Once").count() == 1, answers
    assert {answer.status_code for answer in answers} <= {201, 409}, [a.content for a in answers]
    assert 201 in {answer.status_code for answer in answers}
    ids = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(ids) == 1
    again = post(0)
    assert (again.status_code, again.json()["id"]) == (201, ids.pop())


def test_of_eight_who_create_the_same_one_does() -> None:
    found = at_once(lambda n: factories.function(code="TCA", name=f"Function {n}"), 8)
    assert [isinstance(one, Function) for one in found].count(True) == 1, found
    assert all(isinstance(one, Function | ValidationError) for one in found), found
    assert Function.objects.filter(code="TCA").count() == 1
    person, organisation = factories.person(), factories.organisation()
    found = at_once(lambda n: factories.affiliation(person=person, organisation=organisation), 8)
    assert [isinstance(one, Affiliation) for one in found].count(True) == 1, found
    assert Affiliation.objects.filter(person=person).count() == 1


def test_of_eight_programs_that_create_the_same_seven_are_told_why() -> None:
    alice = cast.alice()
    clients: list[Client] = [cast.signed_in(alice) for _ in range(8)]
    body = json.dumps({"name": "Technical customer advice", "code": "TCA"})
    answers = at_once(lambda n: clients[n].post("/api/v1/functions/", body, content_type="application/json"), 8)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 7}, [a.content for a in answers]
    assert Function.objects.filter(code="TCA").count() == 1
