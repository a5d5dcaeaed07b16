"""A second process shares long work: whatever becomes of it, the same comes out (X3, X4)."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from vincula.kernel import beside
from vincula.kernel.beside import Beside

HERE = os.getpid()
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_possible", lambda: True)


def elsewhere() -> bool:
    return os.getpid() != HERE


def shared(work: Callable[[Any], Any], given: list[Any], *, ahead: int = 1) -> list[Any]:
    with Beside(work, count=beside.WORTH, ahead=ahead) as other:
        assert other.there
        return list(other.map(given))


@pytest.mark.parametrize("ahead", [1, 2])
def test_answers_come_in_order_and_from_both_processes(ahead: int) -> None:
    def work(n: int) -> tuple[int, bool]:
        time.sleep(0.01)
        return n * n, elsewhere()

    found = shared(work, list(range(12)), ahead=ahead)
    assert [square for square, _where in found] == [n * n for n in range(12)]
    assert {where for _square, where in found} == {True, False}


def test_what_the_other_process_fails_at_is_done_here() -> None:
    def work(n: int) -> int:
        if elsewhere():
            raise RuntimeError
        return n

    assert shared(work, list(range(7))) == list(range(7))


def test_when_the_other_process_dies_all_is_done_here() -> None:
    def work(n: int) -> int:
        if elsewhere() and n > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    assert shared(work, list(range(7)), ahead=2) == list(range(7))


def test_an_error_is_raised_as_if_there_were_one_process() -> None:
    def work(n: int) -> int:
        if n == 3:
            raise ValueError("three")
        return n

    with pytest.raises(ValueError, match="three"):
        shared(work, list(range(7)))


def test_neither_process_waits_for_the_other_to_read() -> None:
    """Questions and answers of megabytes, which no pipe holds."""
    given = [bytes([n]) * 3_000_000 if n % 2 else bytes([n]) * 400_000 for n in range(6)]
    assert shared(lambda text: text * 2, given, ahead=2) == [text * 2 for text in given]


def test_short_work_forks_nothing() -> None:
    with Beside(lambda n: (n, elsewhere()), count=beside.WORTH - 1) as other:
        assert list(other.map([1, 2])) == [(1, False), (2, False)]
