"""A client that asks as a browser does, and how long the answers take."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode

from vincula.bench.serving import Served

CSRF = "b" * 32


class Unexpected(Exception):
    """An answer that says that the figure would be about something else."""


@dataclass
class Timed:
    """Milliseconds of each answer, and processor milliseconds of the worker for one on average."""

    took: list[float] = field(default_factory=list)
    cpu: float = 0.0
    size: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.took)

    @property
    def p95(self) -> float:
        return sorted(self.took)[max(0, round(0.95 * len(self.took)) - 1)]


@dataclass
class Client:
    """One connection, kept open, with the cookie of one person."""

    served: Served
    session: str = ""
    language: str = "en"
    token: str = ""
    connection: http.client.HTTPConnection | None = None

    def headers(self) -> dict[str, str]:
        found = {
            "Host": f"localhost:{self.served.port}",
            "Accept-Language": self.language,
            "Accept-Encoding": "identity",
        }
        if self.session:
            found["Cookie"] = f"vincula={self.session}; csrftoken={CSRF}; vincula_language={self.language}"
        if self.token:
            found["Authorization"] = f"Bearer {self.token}"
        return found

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """(status, body, milliseconds from sending to the last byte)."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=120)
        headers, body = self.headers(), None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": CSRF})
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{self.served.port}",
            }
        began = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", path, body=body, headers=headers)
        answer = self.connection.getresponse()
        said = answer.read()
        return answer.status, said, (time.perf_counter() - began) * 1000

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()


Ask = tuple[str, dict[str, str] | None]
"""An address, and the form to send there if it is not only read."""


def timed(client: Client, asks: Iterator[Ask], runs: int, *, expect: int = 200, warm: int = 5) -> Timed:
    """Ask ``runs`` times after ``warm`` times. Raises Unexpected for another status than ``expect``."""
    found = Timed()
    began = 0.0
    for n in range(-warm, runs):
        if n == 0:
            began = client.served.cpu()
        path, form = next(asks)
        status, body, took = client.ask(path, form)
        if status != expect:
            raise Unexpected(f"{path} answered {status}: {body[:400].decode(errors='replace')}")
        if n >= 0:
            found.took.append(took)
            found.size = max(found.size, len(body))
    found.cpu = (client.served.cpu() - began) * 1000 / runs
    return found


def side_by_side(one: Client, path: str, other: Client, asks: Iterator[Ask], runs: int) -> tuple[Timed, Timed]:
    """Two pages by turns, so that what disturbs the machine disturbs both."""
    first, second = Timed(), Timed()
    for n in range(-5, runs):
        for client, found, ask in ((one, first, path), (other, second, next(asks)[0])):
            before = client.served.cpu() if n >= 0 else 0.0
            status, body, took = client.ask(ask)
            if status != 200:
                raise Unexpected(f"{ask} answered {status}")
            if n >= 0:
                found.took.append(took)
                found.cpu += (client.served.cpu() - before) * 1000 / runs
                found.size = max(found.size, len(body))
    return first, second


def per_second(make: Callable[[], Client], path: str, *, clients: int, seconds: float) -> float:
    """Answers per second when several clients ask at once without a pause."""
    counts = [0] * clients
    until = time.perf_counter() + seconds

    def work(n: int) -> None:
        client = make()
        while time.perf_counter() < until:
            status, _body, _took = client.ask(path)
            if status != 200:
                break
            counts[n] += 1
        client.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def pages(*paths: str) -> Iterator[Ask]:
    """The same addresses again and again."""
    return cycle([(path, None) for path in paths])
