"""A start that cannot be says why in one sentence; one that can serves, and stops when asked (requirement X11)."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.db import connections

from tests.ground import prepared
from tests.ground.installation import ROOT, Installation, free_port
from vincula.config import database
from vincula.config.env import Misconfigured


def sentence(said: str) -> str:
    """What the program said, which must be one line for the operator and no traceback."""
    lines = [line for line in said.splitlines() if line.strip()]
    assert len(lines) == 1, said
    assert lines[0].startswith("vincula: ")
    return lines[0]


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = sentence(Installation(tmp_path).run("start", "--port", str(port), code=1))
    assert f"port {port} on 127.0.0.1 is taken" in said


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = sentence(Installation(tmp_path / "file/home").run("migrate", code=1))
    assert f"cannot write to {tmp_path / 'file/home'}" in said


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgres://vincula:hush-hush@127.0.0.1:{free_port()}/vincula"
    said = sentence(Installation(tmp_path, url).run("migrate", code=1))
    assert "cannot be reached" in said
    assert "hush-hush" not in said


def test_a_database_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "vincula.sqlite3").write_text("no database at all, but a letter to somebody" * 50)
    assert "cannot be opened" in sentence(Installation(tmp_path).run("migrate", code=1))


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    assert "must start with postgres://" in sentence(Installation(tmp_path, "mysql://x/y").run("migrate", code=1))


def test_a_database_newer_than_the_program_is_left_alone(tmp_path: Path) -> None:
    installation = prepared.installation(tmp_path)
    installation.shell(
        "from django.db import connection\n"
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "MigrationRecorder(connection).record_applied('people', '9999_from_the_future')"
    )
    assert "newer than this program (it has people.9999_from_the_future)" in sentence(
        installation.run("start", "--port", str(free_port()), code=1)
    )


@pytest.mark.postgres
@pytest.mark.django_db
def test_an_old_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].__dict__, "pg_version", 140011)
    with pytest.raises(Misconfigured, match="needs PostgreSQL 15 or newer, but the server is PostgreSQL 14"):
        database.check_reachable()


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def workers(parent: int) -> set[int]:
    """The worker that ``start`` looks after."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True).stdout
    return {int(line.split()[0]) for line in listed.splitlines() if line.endswith(" worker")}


def test_start_serves_minds_its_worker_and_stops_when_asked(tmp_path: Path) -> None:
    installation, port = Installation(tmp_path), free_port()
    process = installation.start("start", "--port", str(port))
    try:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "ready" in line:
                break
        assert f"ready at http://localhost:{port}" in said
        assert "admin@localhost" in said
        assert "a long sentence for tests" not in said  # given by the operator, who knows it
        assert status(port) == 200

        until = time.monotonic() + 30
        while not (first := workers(process.pid)) and time.monotonic() < until:
            time.sleep(0.2)
        assert len(first) == 1
        time.sleep(3)  # one that dies sooner than that is given time
        os.kill(next(iter(first)), signal.SIGKILL)
        while not (second := workers(process.pid) - first) and time.monotonic() < until:
            time.sleep(0.2)
        assert len(second) == 1
        assert status(port) == 200

        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not workers(process.pid)
        with pytest.raises(OSError, match=r"refused|reset"):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    finally:
        process.kill()
        process.communicate()


def test_run_says_which_python_it_needs(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    (tmp_path / "python3").chmod(0o755)
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "run")], env={"PATH": str(tmp_path)}, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1
    assert re.fullmatch(r"vincula: needs Python 3\.11 or newer, found Python 3\.9\.2; .*\n", done.stderr)
