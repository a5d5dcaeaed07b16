"""A job's effect and its mark are one: done once, whatever happens to workers (X9, X11)."""

import os
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from vincula.kernel import clock, jobs
from vincula.kernel.jobs import outbox, registry
from vincula.kernel.jobs.models import Job
from vincula.kernel.jobs.tests import chores


def only(key: str) -> Job:
    return Job.objects.get(key=key)


@pytest.mark.django_db
def test_a_job_runs_with_its_payload_and_is_marked_done() -> None:
    assert jobs.enqueue(chores.note, key="a", trace="x")
    assert chores.traces("x") == 0
    assert jobs.drain() == 1
    assert chores.traces("x") == 1
    assert only("a").done_at is not None
    assert jobs.drain() == 0


@pytest.mark.django_db
def test_the_same_key_is_nothing_new_even_after_it_was_done() -> None:
    assert jobs.enqueue(chores.note, key="a", trace="x")
    assert not jobs.enqueue(chores.note, key="a", trace="x")
    jobs.drain()
    assert not jobs.enqueue(chores.note, key="a", trace="x")
    assert jobs.drain() == 0
    assert chores.traces("x") == 1


@pytest.mark.django_db(transaction=True)
def test_without_commit_there_is_no_job_and_no_message() -> None:
    from django_q.models import OrmQ

    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue(chores.note, key="a", trace="x")
        assert OrmQ.objects.count() == 1
        raise RuntimeError
    assert not Job.objects.exists()
    assert not OrmQ.objects.exists()


@pytest.mark.django_db
def test_a_failed_job_leaves_no_effect_and_is_tried_again_later() -> None:
    jobs.enqueue(chores.note_and_fail, key="a", trace="x")
    assert outbox.run(only("a").pk) == "failed"
    job = only("a")
    assert chores.traces("x") == 0
    assert job.error == "ValueError: the disk is full"
    assert job.due_at > clock.now() + timedelta(seconds=20)
    assert outbox.run(job.pk) == "skipped"


@pytest.mark.django_db
def test_after_the_last_attempt_the_job_is_given_up_and_can_be_seen_and_retried() -> None:
    jobs.enqueue(chores.note_and_fail, key="a", trace="x")
    for _attempt in range(outbox.MAX_ATTEMPTS):
        Job.objects.filter(key="a").update(due_at=clock.now())
        outcome = outbox.run(only("a").pk)
    assert outcome == "given up"
    assert [job.key for job in Job.objects.given_up()] == ["a"]
    assert outbox.retry(only("a"))
    assert not Job.objects.given_up().exists()


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_job_is_done_once_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs.enqueue(chores.note_and_die, key="a", trace="x")
    with pytest.raises(chores.Killed):
        outbox.run(only("a").pk)
    assert chores.traces("x") == 0
    assert outbox.run(only("a").pk) == "skipped"  # the lease of the dead worker still holds
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        monkeypatch.setitem(chores.killers, "deadly", False)
        assert outbox.sweep() >= 1
        assert outbox.run(only("a").pk) == "done"
        assert outbox.run(only("a").pk) == "skipped"
    assert chores.traces("x") == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a forked child cannot share an in-memory database")
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_with_sigkill_leaves_nothing_and_the_job_is_done_once_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs.enqueue(chores.note_and_really_die, key="a", trace="x")
    connection.close()
    child = os.fork()
    if not child:
        outbox.run(only("a").pk)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert chores.traces("x") == 0
    assert only("a").lease is not None
    monkeypatch.setitem(chores.killers, "deadly", False)
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.run(only("a").pk) == "done"
    assert chores.traces("x") == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="an in-memory database has one connection")
@pytest.mark.django_db(transaction=True)
def test_eight_threads_that_run_the_same_job_have_one_effect() -> None:
    jobs.enqueue(chores.note, key="a", trace="x")
    job_id = only("a").pk
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def work() -> None:
        try:
            barrier.wait()
            outcomes.append(outbox.run(job_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["skipped"] * 7]
    assert chores.traces("x") == 1


@pytest.mark.django_db
def test_a_worker_slower_than_its_lease_rolls_its_effects_back(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.enqueue(chores.note, key="a", trace="x")

    def note_while_another_takes_over(trace: str) -> None:
        chores.leave_trace(trace)
        Job.objects.filter(key="a").update(lease="00000000-0000-0000-0000-000000000001")

    monkeypatch.setattr(chores, "leave_trace", chores.leave_trace)
    task = registry.Task("t", note_while_another_takes_over, atomic=True)
    monkeypatch.setattr(registry, "find", lambda name: task)
    assert outbox.run(only("a").pk) == "skipped"
    assert chores.traces("x") == 0


@pytest.mark.django_db
def test_a_task_outside_transactions_keeps_what_it_committed() -> None:
    jobs.enqueue(chores.note_outside, key="a", trace="x")
    assert outbox.run(only("a").pk) == "failed"
    assert chores.traces("x") == 1


@pytest.mark.django_db
def test_only_registered_functions_and_sound_keys_are_accepted() -> None:
    with pytest.raises(LookupError):
        jobs.enqueue(chores.undecorated, key="a")
    with pytest.raises(LookupError):
        jobs.enqueue("os.system", key="a", command="true")
    with pytest.raises(ValueError, match="key"):
        jobs.enqueue(chores.note, key="k" * 201, trace="x")
    with pytest.raises(ValueError, match="cannot be a task"):
        jobs.task(lambda: None)
