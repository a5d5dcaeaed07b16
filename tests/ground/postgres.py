"""A PostgreSQL of the test run's own: made in a moment, reached by a socket only, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OLDEST = 15
QUICK = (  # nothing here has to survive a power cut
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "shared_buffers=128MB", "listen_addresses=", "max_connections=60", "autovacuum=off", "log_min_messages=fatal",
)  # fmt: skip


def programs() -> Path | None:
    """The folder with ``initdb`` of the newest PostgreSQL that we run on, wherever the system put it."""
    places = [Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt"), Path("/usr/pgsql")]
    found = [path.parent for place in places for path in place.glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    known = sorted((version, folder) for folder in found if (version := version_of(folder)) >= OLDEST)
    return known[-1][1] if known else None


def version_of(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    words = said.stdout.split()
    return int(words[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz")) if len(words) > 2 else 0


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server and yield its ``DATABASE_URL``; stop it and remove everything in the end.

    PostgreSQL refuses to run as root, so root lends it to ``postgres`` or ``nobody``.
    """
    folder = programs()
    assert folder, "PostgreSQL is not installed"
    place = Path(
        tempfile.mkdtemp(prefix="vincula-pg-", dir="/tmp")
    )  # short: the path of a socket has 107 bytes at most
    lent = {}
    if os.geteuid() == 0:
        names = {user.pw_name for user in pwd.getpwall()}
        user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(place, user.pw_uid, user.pw_gid)
        lent = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = place / "data"

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, **lent)
        if done.returncode:
            raise SystemExit(f"test: {command[0]} failed.\n{done.stdout}{done.stderr}")

    try:
        run(f"{folder}/initdb", "-D", str(data), "-U", "vincula", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = " ".join(f"-c {option}" for option in QUICK) + f" -c unix_socket_directories={place}"
        run(f"{folder}/pg_ctl", "-D", str(data), "-o", options, "-l", str(place / "log"), "-w", "start")
        try:
            run(f"{folder}/createdb", "-h", str(place), "-U", "vincula", "vincula")
            yield f"postgres://vincula@{quote(str(place), safe='')}/vincula"
        finally:
            run(f"{folder}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)
