"""``vincula start``: everything between a fresh home and a page in the browser, then server and worker side by side."""

import contextlib
import ctypes
import fcntl
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from vincula.config.env import Misconfigured, env

STOP_WITHIN = 15.0  # seconds that a request or job may still take when the program is asked to stop
RESTART_AFTER = 3.0  # seconds before a worker that died is started again: a broken one must not burn the machine
THREADS = min(8, 2 * (os.cpu_count() or 1))  # a request waits for the database half of its time
PDEATHSIG = 1


def check_port(bind: str, port: int) -> None:
    """Raise Misconfigured when somebody else serves there already."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OverflowError:
        raise Misconfigured(f"{port} is not a port; choose one between 1 and 65535.") from None
    except PermissionError:
        raise Misconfigured(
            f"port {port} needs more rights than you have; choose one above 1023 with --port."
        ) from None
    except OSError as error:
        raise Misconfigured(f"port {port} on {bind} is taken ({error.strerror}); choose another with --port.") from None


@contextmanager
def home_in_use(*, alone: bool = False) -> Iterator[None]:
    """Programs that serve share the home; ``restore`` wants it ``alone``. Raises Misconfigured when it cannot be."""
    with (env.home / ".in-use").open("w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            what = "Vincula is running on" if alone else "a restore is going on in"
            raise Misconfigured(f"{what} {env.home}; stop it or wait for it first.") from None
        yield


def make_administrator() -> None:
    """At the first start only: an account that may do everything. Its password is printed once, unless it was given."""
    from django.core.exceptions import ValidationError

    from vincula.kernel.people.models import User

    if User.objects.filter(is_superuser=True).exists():
        return
    email = os.environ.get("VINCULA_ADMIN_EMAIL", "admin@localhost")
    given = os.environ.get("VINCULA_ADMIN_PASSWORD")
    password = given or secrets.token_urlsafe(12)
    try:
        User.objects.create_superuser(email=email, password=password, name="Administrator")
    except ValidationError as error:
        raise Misconfigured(f"the administrator {email} could not be made: {' '.join(error.messages)}") from None
    shown = "as given in VINCULA_ADMIN_PASSWORD" if given else password
    line = "─" * 64
    print(f"{line}\n  Administrator   {email}\n  Password        {shown}\n{line}", flush=True)
    if not given:
        print("  This password is not shown again; change it after signing in.\n", flush=True)


def begin() -> None:
    """What rooms begin with (standard phase models, for example), where it is not there yet."""
    from vincula.kernel.contributions import BEGINNINGS

    for make in BEGINNINGS:
        make()


def serve(bind: str, port: int) -> None:
    """Run the web server until it is asked to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with home_in_use():
        Granian(
            "vincula.config.wsgi:application",
            address=bind,
            port=port,
            interface=Interfaces.WSGI,
            workers=int(os.environ.get("VINCULA_WEB_PROCESSES", "1")),
            blocking_threads=THREADS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=int(STOP_WITHIN) - 5,
            log_level=LogLevels.warning,
        ).serve()


def work() -> None:
    """Run the worker for jobs until it is asked to stop."""
    from vincula.kernel.jobs.worker import serve

    with home_in_use():
        serve()


def die_with_parent() -> None:
    """In a child on Linux: stop when the supervisor is killed, so that nothing goes on unseen."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)


class Child:
    """A program beside us, in a session of its own: Ctrl-C reaches us only, and we stop it in order."""

    def __init__(self, *arguments: str) -> None:
        self.command = [sys.executable, "-m", "vincula.config.cli", *arguments]
        self.start()

    def start(self) -> None:
        """Start, or start again: what a killed predecessor left running in its session goes first."""
        if predecessor := getattr(self, "process", None):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(predecessor.pid, signal.SIGKILL)
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=die_with_parent)
        self.started = time.monotonic()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self, until: float) -> None:
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stopped(Exception):
    """Somebody asked the program to stop."""


def supervise(bind: str, port: int, ready: Callable[[], Any]) -> int:
    """Server and one worker until a signal; a worker that dies is started again. Returns the exit code."""

    def stop(number: int, _frame: Any) -> None:
        raise Stopped(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children: list[Child] = []
    code = 0
    try:
        server = Child("serve", "--port", str(port), "--bind", bind)
        children.append(server)
        if answers(bind, port, server):
            ready()
        worker = Child("worker")  # second: the first page should not wait for it
        children.append(worker)
        while not server.ended():
            time.sleep(0.5)
            if worker.ended() and time.monotonic() - worker.started > RESTART_AFTER:
                print(f"vincula: the worker ended ({worker.process.returncode}) and is started again.", file=sys.stderr)
                worker.start()
        code = server.process.returncode or 1
        print(f"vincula: the server ended ({server.process.returncode}).", file=sys.stderr)
    except Stopped:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in children:
            if not child.ended():
                child.process.terminate()
        until = time.monotonic() + STOP_WITHIN
        for child in children:
            child.stop(until)
    return code


def answers(bind: str, port: int, server: Child) -> bool:
    """Wait until a page comes (whatever it says: the program is loaded then); False when the server ended instead."""
    host = {"": "127.0.0.1", "::": "::1"}.get(bind.replace("0.0.0.0", ""), bind)  # noqa: S104 (compared, not bound)
    while not server.ended():
        connection = http.client.HTTPConnection(host, port, timeout=STOP_WITHIN)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
            connection.getresponse()
            return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    return False
