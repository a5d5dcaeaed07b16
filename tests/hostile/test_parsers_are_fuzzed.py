"""Coverage-guided fuzzing (atheris) of everything that reads text or files of strangers: only declared errors come out.

Each target runs in a process of its own, as long as ``SECONDS`` says; ``targets`` says what each asks.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import targets
from tests.reliability import card

SECONDS = 30
ROOT = Path(__file__).resolve().parents[2]
DONE = re.compile(r"stat::number_of_executed_units: (\d+)")


@pytest.mark.deep
@pytest.mark.parametrize("name", targets.TARGETS)
def test_only_declared_errors_come_out_of(name: str, tmp_path: Path, record_property: Any) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this machine")
    # Through a shell: what a process inherits as its peak of memory is that of the process which started it, and ours
    # may have made files of gigabytes before; libFuzzer would take that for the target's.
    command = [
        "/bin/sh",
        "-c",
        '"$@"; exit $?',
        "sh",
        sys.executable,
        "-m",
        "tests.hostile.targets",
        name,
        str(SECONDS),
        str(tmp_path),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS * 4 + 120, errors="replace"
    )
    told = done.stdout + done.stderr
    runs = sum(int(found) for found in DONE.findall(told))
    card.record("cases", "inputs made by coverage-guided fuzzing of parsers", runs, int(done.returncode != 0))
    record_property("figures", f"{name}: {runs} inputs in {SECONDS} s")
    assert done.returncode == 0, told[-6000:]
    assert runs > 100


@pytest.mark.parametrize("name", targets.TARGETS)
def test_every_target_reads_its_seeds(name: str) -> None:
    """The short form: what the long one begins with, cut off and bent a little."""
    target = targets.TARGETS[name]()
    for seed in targets.SEEDS[name]:
        for cut in range(0, len(seed), max(len(seed) // 12, 1)):
            target(seed[:cut])
            target(seed[cut:] + b"\0")
            target(seed[:cut] + b"\xff" + seed[cut + 1 :])
        target(seed * 20)
