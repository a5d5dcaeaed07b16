"""Reminders come once for each date, and only to who may see what they are about."""

from datetime import UTC, datetime, timedelta

import pytest

from vincula.kernel import clock
from vincula.kernel.notify.models import Notification
from vincula.parties import jobs
from vincula.parties.models import Organisation, Task
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def test_a_due_task_and_a_record_to_review_are_told_once_for_each_date(alice):
    with clock.frozen(NOON):
        task = factories.task(assignee=alice, due=NOON.date() + timedelta(days=1))
        factories.task(assignee=alice, due=NOON.date() + timedelta(days=2))
        factories.task(assignee=alice, due=NOON.date(), state="done")
        factories.organisation(steward=alice, review_date=NOON.date())
        jobs.remind()
        jobs.remind()
    kinds = sorted(Notification.objects.filter(user=alice).values_list("kind", flat=True))
    assert kinds == [jobs.REVIEW_DUE, jobs.TASK_DUE]
    with clock.frozen(NOON + timedelta(days=2)):
        jobs.remind()
    assert Notification.objects.filter(user=alice, object_id=task.pk, kind=jobs.TASK_DUE).count() == 2  # now it is late
    Task.objects.filter(pk=task.pk).update(due=NOON.date() + timedelta(days=9))
    with clock.frozen(NOON + timedelta(days=9)):
        jobs.remind()
    assert Notification.objects.filter(user=alice, object_id=task.pk, kind=jobs.TASK_DUE).count() == 3


def test_nobody_is_told_of_what_lies_beyond_the_own_reach(bob):
    with clock.frozen(NOON):
        task = factories.task(organisation=factories.organisation(country="LU"))
        Task.objects.filter(pk=task.pk).update(assignee=bob, due=NOON.date())
        hidden = factories.organisation(country="LU", review_date=NOON.date())
        Organisation.objects.filter(pk=hidden.pk).update(steward=bob)
        jobs.remind()
    assert not Notification.objects.filter(user=bob).exists()
