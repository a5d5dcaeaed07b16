"""A PostgreSQL of a test's own that can be stopped and started while programs run on it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.ground import postgres


@dataclass
class Cluster:
    """One server. ``stop`` ends it at once, as a machine that fails; ``start`` lets it recover."""

    url: str

    @property
    def place(self) -> Path:
        return Path(unquote(urlsplit(self.url).hostname or urlsplit(self.url).netloc.split("@")[1]))

    def control(self, *arguments: str) -> None:
        owner = os.stat(self.place)
        lent = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [f"{postgres.programs()}/pg_ctl", "-D", f"{self.place}/data", "-w", *arguments]
        done = subprocess.run(command, cwd=self.place, capture_output=True, text=True, **lent)  # type: ignore[call-overload]  # options of the one test
        assert not done.returncode, done.stdout + done.stderr

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")

    def start(self) -> None:
        options = " ".join(f"-c {option}" for option in postgres.QUICK)
        self.control("-o", f"{options} -c unix_socket_directories={self.place}", "-l", f"{self.place}/log", "start")


@contextmanager
def cluster() -> Iterator[Cluster]:
    with postgres.cluster() as url:
        yield Cluster(url)
