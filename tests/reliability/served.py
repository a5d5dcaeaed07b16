"""A served installation that may be killed: its own process group, its own home and database, a token and a session."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.ground.installation import ROOT, Installation, free_port

PREPARE = """
from datetime import timedelta
from django.test import Client
from vincula.config.start import make_administrator
make_administrator()
from vincula.kernel import clock
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User
admin = User.objects.get(is_superuser=True)
_, raw = tokens.issue(user=admin, name="test", scopes=["write"], expires_at=clock.now() + timedelta(days=1))
client = Client()
client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
print("given", raw, client.cookies["vincula"].value)
"""
CSRF = "c" * 32


@dataclass
class Answer:
    """What came back, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """``vincula serve`` and ``vincula worker`` on one home. ``token`` and ``cookie`` are the administrator's."""

    installation: Installation
    token: str = ""
    cookie: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def prepare(self) -> "Served":
        """Make administrator, token and session."""
        said = self.installation.shell(PREPARE).split("given ")[-1].split()
        self.token, self.cookie = said[0], said[1]
        return self

    def begin(self, *arguments: str, name: str = "") -> subprocess.Popen[bytes]:
        """Start ``vincula …`` in a group of its own; what it says goes to a file of the home."""
        name = name or arguments[0]
        with (self.installation.home / f"{name}.log").open("ab") as said:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "vincula.config.cli", *arguments],
                cwd=ROOT,
                env=self.installation.environment | self.environment,
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self.running[name]

    def serve(self) -> None:
        """Start the server, on a new port, and wait until it answers."""
        self.port = free_port()
        process = self.begin("serve", "--port", str(self.port))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert process.poll() is None, self.said("serve")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/healthz").status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server did not answer:\n{self.said('serve')}")

    def kill(self, name: str = "serve") -> None:
        """kill −9 for the program and all it started, at once."""
        process = self.running.pop(name, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def said(self, name: str) -> str:
        return (self.installation.home / f"{name}.log").read_text(errors="replace")[-4000:]

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask the API with the token; ``body`` goes as JSON."""
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        return self.ask(method, f"/api/v1/{path}", None if body is None else json.dumps(body).encode(), given)

    def page(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Ask for a page as the person signed in; ``form`` is posted."""
        given = {"Cookie": f"vincula={self.cookie}; csrftoken={CSRF}", "Accept": "text/html", **headers}
        if form is None:
            return self.ask("GET", path, None, given)
        given |= {"X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(form).encode(), given)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], timeout: float = 30) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{self.port}", **headers})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()
