"""The database gone and back, and two machines on one database (issue 3, section 2; only PostgreSQL can be either)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ground.installation import Installation
from tests.reliability import card, nodes
from tests.reliability.served import Answer, Served

pytestmark = [pytest.mark.deep, pytest.mark.postgres]
GONE_FOR = 30
ENQUEUE = """
from vincula.kernel import jobs
from vincula.kernel.jobs.tests import chores
for n in range({count}):
    assert jobs.enqueue(chores.note, key=f"{name} {{n}}", trace=f"{name} {{n}}")
"""
EFFECTS = """
from vincula.kernel.jobs.models import Job
from vincula.kernel.jobs.tests import chores
jobs = Job.objects.filter(key__startswith="{name} ")
print("effects", jobs.exclude(done_at=None).count(), *sorted({{chores.traces(job.key) for job in jobs}}))
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[nodes.Cluster]:
    """A server of this test's own, which nobody else misses when it is stopped."""
    with nodes.cluster() as one:
        yield one


@pytest.fixture
def node(own: nodes.Cluster, tmp_path: Path) -> Iterator[Served]:
    """The first machine: its database is made and filled."""
    one = Served(Installation(tmp_path / "one", own.url))
    one.installation.run("migrate")
    try:
        yield one.prepare()
    finally:
        one.stop()


def until(true: Callable[[], bool], seconds: float) -> float:
    """Seconds until ``true`` says so; fails after ``seconds``."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.25)
    return time.monotonic() - began


def done(node: Served, name: str, count: int) -> bool:
    return node.installation.shell(EFFECTS.format(name=name)).split("effects ")[-1].split() == [str(count), "1"]


def test_a_database_gone_for_30_seconds_is_said_and_all_goes_on_by_itself(own: nodes.Cluster, node: Served) -> None:
    node.serve()
    node.begin("worker")
    asks: dict[str, Callable[[], Answer]] = {
        "page": lambda: node.page("/organisations/"),
        "saved page": lambda: node.page("/organisations/new/", {"name": "Gone", "kind": "other", "country": "BE"}),
        "api": lambda: node.api("GET", "organisations/"),
        "saved by api": lambda: node.api("POST", "organisations/", {"name": "Gone", "kind": "other", "country": "BE"}),
        "health": lambda: node.get("/healthz"),
    }
    assert {ask().status for name, ask in asks.items() if "saved" not in name} == {200}
    node.installation.shell(ENQUEUE.format(name="before", count=3))
    own.stop()
    answers: list[tuple[str, Answer]] = []
    stopped = time.monotonic()
    while time.monotonic() - stopped < GONE_FOR:
        answers += [(name, ask()) for name, ask in asks.items()]
        time.sleep(1)
    own.start()
    back = until(lambda: node.page("/organisations/").status == 200, 30)
    node.installation.shell(ENQUEUE.format(name="after", count=3))
    wrong = [f"{name}: {a.status}" for name, a in answers if a.status != 503]
    wrong += [f"{name}: no Retry-After" for name, a in answers if name != "health" and "retry-after" not in a.headers]
    wrong += [
        f"{name}: {a.headers['content-type']}" for name, a in answers
        if "api" in name and a.headers["content-type"] != "application/problem+json"
    ]  # fmt: skip
    assert b"The database does not answer" in next(a.body for name, a in answers if name == "page")
    there = node.api("GET", "organisations/").json()["items"]
    wrong += [f"{len(there)} records were saved though nobody was told so"] if there else []
    until(lambda: done(node, "before", 3) and done(node, "after", 3), 90)
    card.record("cuts", "requests while the database was gone for 30 s", len(answers), len(wrong),
                f"503 with Retry-After; pages again {back:.1f} s after it was back; worker went on by itself")  # fmt: skip
    assert not wrong, Counter(wrong)


def test_two_machines_on_one_database_work_as_one(own: nodes.Cluster, node: Served, tmp_path: Path) -> None:
    other = Served(Installation(tmp_path / "two", own.url), node.token, node.cookie)
    other.installation.home.mkdir()
    (other.installation.home / "secret.key").write_text((node.installation.home / "secret.key").read_text())
    try:
        for one in (node, other):
            one.serve()
            one.begin("worker")
        node.installation.shell(ENQUEUE.format(name="shared", count=100))
        until(lambda: done(node, "shared", 100), 120)
        made = node.api("POST", "organisations/", {"name": "Ghent", "kind": "other", "country": "BE"}).json()
        seen = other.api(
            "PATCH", f"organisations/{made['id']}", {"city": "Gent"}, **{"If-Match": f'"{made["version"]}"'}
        )
        assert seen.status == 200
        assert node.page(f"/organisations/{made['id']}/").status == 200
        assert other.page("/organisations/").status == 200
        node.installation.shell(
            "from django.contrib.sessions.models import Session; Session.objects.all().delete()\n"
            "from vincula.kernel.people.models import ApiToken, User; from vincula.kernel.people import tokens\n"
            "tokens.revoke_all(user=User.objects.get(is_superuser=True))"
        )
        refused = [one.page("/organisations/").status for one in (node, other)]
        refused += [one.api("GET", "organisations/").status for one in (node, other)]
    finally:
        other.stop()
    wrong = [status for status in refused if status not in (302, 401)]
    card.record("lost", "jobs of two workers, sessions and tokens ended for two servers", 104, len(wrong))
    assert refused == [302, 302, 401, 401]
