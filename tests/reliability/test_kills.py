"""kill −9 of the whole server while several clients write: whatever was acknowledged is there, whole (issue 3, section 2).

Acknowledgements are written down by another process. The test is sharp: an `actions.create` that answers before its
commit, or an index written after it, makes it fail.
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.ground.installation import ROOT
from tests.reliability import card
from tests.reliability.served import Served

CLIENTS = 4
VERDICT = "from tests.reliability.verdict import judge; judge({path!r})"


def write_and_kill(served: Served, ledger: Path, round_: int, writes: int, kill_after: int) -> int:
    """Serve, let clients write, kill the server after about ``kill_after`` acknowledgements; returns how many came."""
    served.serve()
    before = told(ledger)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.ledger", str(ledger)], cwd=ROOT, stdin=subprocess.PIPE
    ) as book:
        assert book.stdin
        each = [str(served.port), served.token, served.cookie, str(writes // CLIENTS)]
        clients = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.reliability.writer", f"r{round_}w{n}", *each],
                cwd=ROOT, stdout=book.stdin, stderr=subprocess.PIPE, text=True,
            )
            for n in range(CLIENTS)
        ]  # fmt: skip
        until = time.monotonic() + 300
        while told(ledger) - before < kill_after and time.monotonic() < until:
            if all(client.poll() is not None for client in clients):
                break
            time.sleep(0.01)
        time.sleep(random.random() / 20)  # anywhere inside a request
        served.kill()
        errors = [client.communicate(timeout=60)[1] for client in clients]
        book.stdin.close()
        book.wait(30)
    assert not any(errors), "\n".join(errors)
    return told(ledger) - before


def told(ledger: Path) -> int:
    return ledger.read_bytes().count(b'"told"') if ledger.exists() else 0


def verdict(served: Served, ledger: Path) -> dict[str, Any]:
    said = served.installation.shell(VERDICT.format(path=str(ledger)))
    found: dict[str, Any] = json.loads(said.split("verdict ")[-1])
    return found


def test_what_was_acknowledged_survives_a_kill(installed: Served, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    count = write_and_kill(installed, ledger, 0, writes=60, kill_after=random.randint(15, 45))
    found = verdict(installed, ledger)
    assert not found["wrong"], found
    assert found["told"] == count >= 15


@pytest.mark.deep
def test_of_20_kills_during_1000_writes_none_loses_an_acknowledged_one(installed: Served, tmp_path: Path) -> None:
    repeats, writes = 20, 1000
    count, wrong, killed = 0, [], 0
    ledger = tmp_path / "ledger"  # one for all: what was acknowledged before an earlier kill must be there still
    while killed < repeats and not wrong:
        count += write_and_kill(installed, ledger, killed, writes, kill_after=random.randint(1, writes))
        wrong += verdict(installed, ledger)["wrong"]
        killed += 1
    card.record("acknowledged", "writes by page and API, the server killed meanwhile", count, len(wrong))
    card.record("kills", "server killed with all its processes, 4 clients writing", killed, bool(wrong))
    assert not wrong
