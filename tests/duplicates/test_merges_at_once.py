"""Merges against edits and other merges on real connections: each is done wholly or not at all (issue 3, line 2)."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection

from tests.reliability import card
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.duplicates import merging
from vincula.kernel.duplicates.models import Merge, MergedRecord
from vincula.kernel.records import actions
from vincula.parties.models import Affiliation, Person
from vincula.parties.tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
EXPECTED = (actions.Conflict, ValidationError, PermissionDenied, ObjectDoesNotExist)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gave or raised; all begin together."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n: int) -> None:
        gate.wait()
        try:
            found[n] = acts[n]()
        except EXPECTED as error:
            found[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def read(pk: int) -> Person:
    return Person.objects.get(pk=pk)


def test_two_who_merge_crosswise_do_it_once() -> None:
    for _n in range(5):
        one, two = factories.person(), factories.person()
        factories.affiliation(person=two)
        found = at_once(
            lambda a=one, b=two: merging.merge(read(a.pk), [read(b.pk)], who=SYSTEM),
            lambda a=one, b=two: merging.merge(read(b.pk), [read(a.pk)], who=SYSTEM),
        )
        done = [f for f in found if isinstance(f, Merge)]
        assert len(done) == 1, found
        assert all(isinstance(f, Merge | Exception) for f in found)
        left = Person.objects.get(pk__in=(one.pk, two.pk), trashed_at=None)
        assert left.affiliations.count() == 1
        assert MergedRecord.objects.filter(object_id__in=(one.pk, two.pk), stands=True).count() == 1
    card.record("races", "two merges of the same records crosswise", 5)


def test_an_edit_and_a_merge_lose_nothing() -> None:
    for n in range(5):
        one, two = factories.person(), factories.person()
        held = factories.affiliation(person=two)
        found = at_once(
            lambda a=one, b=two: merging.merge(read(a.pk), [read(b.pk)], who=SYSTEM),
            lambda a=one, n=n: actions.change(read(a.pk), who=SYSTEM, notes=f"Note {n}"),
            lambda h=held, n=n: actions.change(Affiliation.objects.get(pk=h.pk), who=SYSTEM, job_title=f"Job {n}"),
        )
        assert isinstance(found[0], Merge | actions.Conflict), found
        one.refresh_from_db()
        held.refresh_from_db()
        if isinstance(found[0], Merge):
            assert held.person_id == one.pk
        for result, stored in ((found[1], one.notes == f"Note {n}"), (found[2], held.job_title == f"Job {n}")):
            assert stored or isinstance(result, actions.Conflict), found  # what was acknowledged is there
    card.record("races", "a merge, an edit of the survivor and one of a moved row at once", 5)
