"""Does jobs in workers that are killed in the middle, until each is done. Runs inside the installation, a test instance.

Prints how many jobs were done, how often a worker was killed, and what is wrong: jobs not done, effects not had once.
"""

import json
import random
import sys
from datetime import timedelta
from typing import Any

import django

from tests.reliability.dying import killed


def main(kills: str) -> None:
    """Jobs are killed up to ``kills`` times in all, each less often than it may be tried."""
    django.setup()
    from django.db import connection

    from vincula.kernel import clock, jobs
    from vincula.kernel.jobs import outbox
    from vincula.kernel.jobs.models import Job
    from vincula.kernel.jobs.tests import chores

    wanted, luck, done = int(kills), random.Random(kills), 0
    keys = [f"kill {n}" for n in range(max(3, wanted // 2))]
    for key in keys:
        jobs.enqueue(chores.note, key=key, trace=key)
    now = clock.now()
    while open_ := list(Job.objects.filter(key__in=keys).open().values_list("pk", "attempts")):
        now += outbox.LEASE + timedelta(seconds=1)  # whoever was killed has lost the job by then
        for pk, attempts in open_:
            connection.close()
            deadly = done < wanted and attempts < outbox.MAX_ATTEMPTS - 1

            def work(pk: Any = pk, now: Any = now) -> None:
                with clock.frozen(now):
                    outbox.run(pk)

            done += killed(work, luck.randint(1, 12) if deadly else 0)
    wrong = [f"{key}: had {chores.traces(key)} times" for key in keys if chores.traces(key) != 1]
    wrong += [str(job) for job in Job.objects.filter(key__in=keys, done_at=None)]
    print("verdict " + json.dumps({"jobs": len(keys), "kills": done, "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1])
