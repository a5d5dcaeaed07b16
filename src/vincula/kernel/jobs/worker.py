"""The worker process: django-q2's cluster, and its one schedule."""

from django.db import transaction

from vincula.kernel import clock

SWEEP = "vincula.sweep"


def install() -> None:
    """Make sure the sweep is scheduled exactly once, whatever number of workers starts."""
    from django_q.models import Schedule

    with transaction.atomic():
        ids = list(Schedule.objects.select_for_update().filter(name=SWEEP).order_by("pk").values_list("pk", flat=True))
        Schedule.objects.filter(pk__in=ids[1:]).delete()
        values = {"func": "vincula.kernel.jobs.outbox.sweep", "schedule_type": Schedule.MINUTES, "minutes": 1}
        values["kwargs"] = "q_options={'save': False}"
        if ids:
            Schedule.objects.filter(pk=ids[0]).update(**values, repeats=-1)
        else:
            Schedule.objects.create(name=SWEEP, next_run=clock.now(), repeats=-1, **values)


def serve() -> None:
    """Run a worker until SIGTERM or SIGINT; it finishes the job in hand. This is ``vincula worker``.

    Two workers that install the schedule in the same moment only sweep twice, which does no harm. SystemExit(1)
    when the cluster died by itself, so that whoever supervises starts another.
    """
    from django_q.cluster import Cluster

    install()
    cluster = Cluster()
    cluster.start()
    if cluster.sentinel is not None:
        cluster.sentinel.join()
        if cluster.sentinel.exitcode:
            raise SystemExit(1)
