"""Programs that serve, one worker each, and what they take of the machine."""

import hashlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vincula.bench.place import NotPossible, Place

BASELINE = Path(__file__).resolve().parents[3] / "benchmarks" / "baseline.py"
BASELINE_SHA256 = "1ec18f07faa08f56ec727fe0e432bdae8ef23f229f7592cb70ff6f2bbfa09879"
PATIENCE = 60.0  # seconds until a server must answer


@dataclass
class Served:
    """A server: where it answers, which process does the work, how long it took until the first answer."""

    port: int
    pid: int
    cold: float

    def memory(self) -> tuple[float, float]:
        """(now, most) megabytes of memory that belong to the worker: RSS, what it maps of the database file included."""
        said = Path(f"/proc/{self.pid}/status").read_text()
        now, most = (int(re.search(rf"{k}:\s+(\d+) kB", said)[1]) / 1024 for k in ("VmRSS", "VmHWM"))  # type: ignore[index]  # the kernel writes both
        return now, most

    def file_memory(self) -> float:
        """Megabytes of it that are pages of files (programs, the mapped database): the system takes them back at need."""
        found = re.search(r"RssFile:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0

    def cpu(self) -> float:
        """Seconds of processor that the worker has used."""
        spent = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                spent += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
                continue
        return spent / 1e9


@contextmanager
def house(place: Place) -> Iterator[Served]:
    """The program itself, as ``vincula serve`` runs it."""
    port = _free_port()
    command = [sys.executable, "-m", "vincula.config.cli", "serve", "--port", str(port)]
    with _running(command, {**place.environment, "VINCULA_WEB_PROCESSES": "1"}, port, "/healthz") as served:
        yield served


@contextmanager
def baseline(place: Place) -> Iterator[Served]:
    """B, served the same way."""
    check_pinned()
    port = _free_port()
    threads = str(min(8, 2 * (os.cpu_count() or 1)))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
               "--blocking-threads", threads, "--no-ws", "--log-level", "warning", "baseline:application"]  # fmt: skip
    environment = {**place.environment, "PYTHONPATH": str(BASELINE.parent)}
    if not place.database:
        environment["BASELINE_SQLITE"] = str(place.home / "vincula.sqlite3")
    with _running(command, environment, port, "/") as served:
        yield served


def check_pinned() -> None:
    """Raise NotPossible unless the baseline is the one that the ratios are about."""
    if not BASELINE.exists():
        raise NotPossible(f"{BASELINE} is not there; the bench runs in a clone of the repository")
    if hashlib.sha256(BASELINE.read_bytes()).hexdigest() != BASELINE_SHA256:
        raise NotPossible("benchmarks/baseline.py is not the pinned one; ratios to it would mean something else")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], port: int, path: str) -> Iterator[Served]:
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=dict(environment), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait(process, port, path)
        cold = time.monotonic() - began
        yield Served(port, _worker(process.pid), cold)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stderr:
            process.stderr.close()


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            said = process.stderr.read().decode(errors="replace")[-800:] if process.stderr else ""
            raise NotPossible(f"the server ended ({process.returncode}): {said}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{port}"})
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        finally:
            connection.close()
    raise NotPossible("the server did not answer")


def _worker(parent: int) -> int:
    """The process that answers: granian's child, else the process itself."""
    children = [int(c) for t in Path(f"/proc/{parent}/task").iterdir() for c in (t / "children").read_text().split()]
    if len(children) > 1:  # multiprocessing keeps a helper beside the worker, which is small
        children.sort(key=lambda pid: -int(Path(f"/proc/{pid}/statm").read_text().split()[1]))
    return children[0] if children else parent
