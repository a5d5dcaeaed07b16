"""Several at once, on real connections: one wins, the others are told, nothing is doubled (X5, X7; issue 2, line 5)."""

import json
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests.reliability import card, chaos
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.access.models import Role
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.pages.settings import role_actions
from vincula.kernel.records import actions, history
from vincula.kernel.testing import cast
from vincula.kernel.testing.racing import at_once
from vincula.parties.models import Affiliation, Function, Organisation
from vincula.parties.tests import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


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


def test_an_undo_never_takes_a_later_edit_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who undoes compares with what is there; an edit that comes between the comparison and the writing must stand."""
    record = factories.organisation(name="Before")
    actions.change(record, who=SYSTEM, name="Mistaken")
    entry = history.entries(record).first()
    assert entry is not None
    compared, look = threading.Event(), history._earlier_values

    def slowly(*given: Any) -> Any:
        found = look(*given)
        compared.set()
        pause.wait(0.5)  # the other one has half a second to come between
        return found

    pause = threading.Event()
    monkeypatch.setattr(history, "_earlier_values", slowly)

    def both(number: int) -> Any:
        mine = Organisation.objects.get(pk=record.pk)
        if number:
            return history.undo_entry(entry, mine, who=SYSTEM)
        compared.wait(5)
        return actions.change(mine, who=SYSTEM, name="Later")

    found = at_once(both, 2)
    assert not [one for one in found if isinstance(one, Exception)], found
    record.refresh_from_db()
    assert record.name == "Later"
    assert not list(chaos.broken_chain(record.pk, record))


def test_of_four_who_seal_the_trail_at_once_none_breaks_its_chain() -> None:
    for n in range(20):
        factories.organisation(name=f"Number {n}")
    found = at_once(lambda n: trail.seal(older_than=timedelta(0), batch=3 + n), 4)
    assert not [one for one in found if isinstance(one, Exception)], found
    assert trail.verify() == []
    assert sum(found) >= 3


def test_two_bulk_edits_in_opposite_order_wait_for_each_other_and_both_are_told() -> None:
    ids = [factories.organisation(name=f"Number {n}").pk for n in range(12)]
    actors = chaos.everybody(range(2), ids, Path())

    def edit(number: int) -> None:
        rows = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "version"))
        order = ids if number else ids[::-1]
        entity = chaos.registry.get(chaos.ENTITY)
        picked = chaos.Selection(entity, {pk: rows[pk] for pk in order})
        change = chaos.bulk._changer({"region": f"by {number}"}, [], [], SYSTEM)
        chaos.bulk.run(entity, picked, change, who=SYSTEM, keep=True)

    for _ in range(3):
        found = at_once(edit, 2)
        assert found == [None, None]
    assert not list(chaos.wrong(ids, actors))


def test_of_two_who_change_a_role_at_once_none_overwrites_the_other() -> None:
    administrator = cast.user("root", is_superuser=True)
    role = Role.objects.create(name="Support")

    def rename(number: int) -> Any:
        mine = Role.objects.get(pk=role.pk)
        return role_actions.rename(
            role=mine, who=administrator, version=role.version, name=f"Support {number}", description=""
        )

    found = at_once(rename, 4)
    assert [isinstance(one, Role) for one in found].count(True) == 1, found
    assert all(isinstance(one, Role | role_actions.StaleError) for one in found), found
    role.refresh_from_db()
    assert [one.name for one in found if isinstance(one, Role)] == [role.name]


def chaotic(rounds: int, threads: int, times: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """What was done, and what went wrong: refusals in words are right, everything else is not."""
    done: Counter[str] = Counter()
    wrong: list[str] = []
    for round_ in range(rounds):
        ids = [factories.organisation(name=f"Round {round_} number {n}").pk for n in range(6)]
        actors = chaos.everybody(range(round_ * 100, round_ * 100 + threads), ids, folder)
        found = at_once(lambda n, actors=actors: actors[n].act(times), threads)
        wrong += [f"{type(one).__name__}: {one}" for one in found if isinstance(one, Exception)]
        wrong += chaos.wrong(ids, actors)
        done.update(sum((actor.done for actor in actors), Counter()))
    return done, wrong


def test_everybody_does_everything_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    done, wrong = chaotic(1, 4, 10, tmp_path)
    assert not wrong, wrong
    assert sum(done.values()) == 40


@pytest.mark.deep
def test_everybody_does_everything_at_once_for_long_and_nothing_is_lost(tmp_path: Path) -> None:
    done, wrong = chaotic(4, 8, 40, tmp_path)
    refused = sum(count for name, count in done.items() if name.endswith("refused"))
    note = f"edit, bulk edit, import, numbering, undo, trash, merge, unmerge; {refused} refused in words"
    card.record("races", "acts of eight on the same six records", sum(done.values()), len(wrong), note)
    assert not wrong, wrong[:20]
