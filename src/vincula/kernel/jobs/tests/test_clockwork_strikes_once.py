"""What the clock starts is started once per tick, by however many workers (X9)."""

from datetime import UTC, datetime, time, timedelta

import pytest

from vincula.kernel import clock, jobs
from vincula.kernel.jobs import outbox, registry, worker
from vincula.kernel.jobs.models import Job
from vincula.kernel.jobs.tests import chores

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_clockwork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_clockwork", {})


@pytest.mark.django_db
def test_a_tick_of_ten_minutes_comes_once_in_ten_minutes() -> None:
    registry.every("ten", chores.tick, minutes=10)
    counts = []
    for minutes in (0, 1, 9, 10, 11, 20):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            counts.append(outbox.strike() + outbox.strike())
    assert counts == [1, 0, 0, 1, 0, 1]


@pytest.mark.django_db
def test_a_daily_tick_comes_after_its_time_once_a_day_and_late_rather_than_never() -> None:
    registry.every("nightly", chores.tick, daily_at=time(3, 0))
    counts = []
    for hours in (-10, -9, 0, 1, 14, 15, 40):
        with clock.frozen(NOON + timedelta(hours=hours)):
            counts.append(outbox.strike())
    assert counts == [0, 1, 0, 0, 0, 1, 1]


@pytest.mark.django_db
def test_sweep_sends_a_delayed_job_when_it_is_due_and_only_once() -> None:
    with clock.frozen(NOON):
        jobs.enqueue(chores.note, key="later", delay=timedelta(hours=1), trace="x")
        assert outbox.sweep() == 0
        assert jobs.drain() == 0
    with clock.frozen(NOON + timedelta(minutes=61)):
        assert outbox.sweep() == 1
        assert outbox.sweep() == 0
        assert jobs.drain() == 1


@pytest.mark.django_db
def test_old_ticks_are_forgotten_and_other_keys_are_kept() -> None:
    registry.every("ten", chores.tick, minutes=10)
    with clock.frozen(NOON):
        outbox.strike()
        jobs.enqueue(chores.note, key="kept", trace="x")
        jobs.drain()
    registry._clockwork.clear()
    with clock.frozen(NOON + timedelta(days=31)):
        outbox.sweep()
    assert set(Job.objects.filter(task__endswith="note").values_list("key", flat=True)) == {"kept"}
    assert not Job.objects.filter(key__startswith="clock:").exists()


@pytest.mark.django_db
def test_the_sweep_is_scheduled_once_however_often_a_worker_starts() -> None:
    from django_q.models import Schedule

    Schedule.objects.create(name=worker.SWEEP, func="old.name", schedule_type=Schedule.MINUTES, minutes=5)
    Schedule.objects.create(name=worker.SWEEP, func="old.name", schedule_type=Schedule.MINUTES, minutes=5)
    worker.install()
    worker.install()
    schedule = Schedule.objects.get(name=worker.SWEEP)
    assert (schedule.func, schedule.minutes) == ("vincula.kernel.jobs.outbox.sweep", 1)


def test_a_tick_says_either_minutes_or_a_time_of_day() -> None:
    with pytest.raises(ValueError, match="either"):
        registry.every("x", chores.note)
    with pytest.raises(ValueError, match="either"):
        registry.every("x", chores.note, minutes=1, daily_at=time(1))
