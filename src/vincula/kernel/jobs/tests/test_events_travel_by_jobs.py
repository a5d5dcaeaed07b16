"""A subscriber is told once, after the commit, and only of what was committed."""

from collections import defaultdict
from typing import Any

import pytest
from django.db import transaction

from vincula.kernel import events, jobs
from vincula.kernel.jobs.models import Job
from vincula.kernel.jobs.tests import chores

NAME = "test.thing.happened"


@pytest.fixture(autouse=True)
def own_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_declared", {})
    monkeypatch.setattr(events, "_subscribers", defaultdict(list))
    events.declare(NAME, "A thing happened in a test.")
    chores.heard.clear()


def told() -> list[dict[str, Any]]:
    return chores.heard


@pytest.mark.django_db
def test_a_subscriber_is_told_by_a_job_once() -> None:
    events.subscribe(NAME)(chores.hear)
    events.publish(NAME, record=7)
    assert told() == []
    jobs.drain()
    jobs.drain()
    assert told() == [{"record": 7}]


@pytest.mark.django_db
def test_what_was_rolled_back_is_not_told() -> None:
    events.subscribe(NAME)(chores.hear)
    with pytest.raises(RuntimeError), transaction.atomic():
        events.publish(NAME, record=7)
        raise RuntimeError
    jobs.drain()
    assert told() == []


@pytest.mark.django_db
def test_who_does_not_subscribe_any_more_is_not_told_and_the_job_says_so() -> None:
    events.subscribe(NAME)(chores.hear)
    events.publish(NAME, record=7)
    events._subscribers.clear()
    jobs.drain()
    assert told() == []
    assert "does not subscribe" in Job.objects.get().error
