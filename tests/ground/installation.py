"""An installation of its own for a test: a home, a database, and the program run as an operator runs it."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The first is the same without windows, and takes a third less.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """``vincula`` in the home ``home``, on SQLite unless ``database_url`` says otherwise."""

    home: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("VINCULA_") and key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        mine = {"VINCULA_HOME": str(self.home), "VINCULA_ADMIN_PASSWORD": "a long sentence for tests"}
        return {**kept, **mine, **({"DATABASE_URL": self.database_url} if self.database_url else {})}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``vincula …`` and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "vincula.config.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run ``vincula …``; returns all it said. Fails unless it ends with ``code``."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=300)
        assert process.returncode == code, f"vincula {' '.join(arguments)} ended with {process.returncode}:\n{said}"
        return said

    def shell(self, program: str) -> str:
        return self.run("django", "shell", "--no-imports", "--command", program)

    def hash(self) -> str:
        return self.run("dump", "--hash").strip()
