"""Workers killed in a job, several workers on one database: each job is done once (issue 3, section 2)."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.ground.installation import ROOT
from tests.reliability import card
from tests.reliability.served import Served


def killed(served: Served, kills: int) -> dict[str, Any]:
    settings = {"DJANGO_SETTINGS_MODULE": "vincula.config.settings", "VINCULA_TEST_INSTANCE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.killed_worker", str(kills)],
        cwd=ROOT, env=served.installation.environment | settings, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert not done.returncode, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.split("verdict ")[-1])
    return found


def test_jobs_whose_worker_is_killed_are_done_once(installed: Served) -> None:
    found = killed(installed, 3)
    assert not found["wrong"]
    assert found["kills"] >= 1


@pytest.mark.deep
def test_jobs_whose_workers_are_killed_100_times_are_done_once(installed: Served) -> None:
    found = killed(installed, 100)
    card.record("kills", "workers killed in a job", found["kills"], len(found["wrong"]), "each job had its effect once")
    card.record("acknowledged", "jobs noted for workers that are killed", found["jobs"], len(found["wrong"]))
    assert not found["wrong"]
    assert found["kills"] >= 90
