"""For tests of work that two processes share: a second one is there, and told of (see ``kernel.beside``)."""

import os

import pytest

from vincula.kernel import beside


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The other processes that were asked for help; small work is worth one."""
    forked: list[int] = []
    fork = os.fork

    def told() -> int:
        pid = fork()
        if pid:
            forked.append(pid)
        return pid

    monkeypatch.setattr(os, "fork", told)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    monkeypatch.setattr(beside, "WORTH", 10)
    return forked
