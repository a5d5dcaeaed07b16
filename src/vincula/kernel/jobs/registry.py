"""Which functions jobs may run, and which of them the clock starts. Knows no database."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, TypeVar, overload

Function = Callable[..., Any]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Task:
    """A function that jobs may run; ``atomic`` says whether the job's mark is committed with its effects."""

    name: str
    function: Function
    atomic: bool


@dataclass(frozen=True)
class Tick:
    """One line of the clockwork: ``task`` is due every ``minutes``, or daily at a time of day in UTC."""

    name: str
    task: str
    minutes: int | None
    daily_at: time | None

    def slot(self, moment: datetime) -> str | None:
        """The tick that ``moment`` falls into, as text that never comes again; None when today's has not struck."""
        moment = moment.astimezone(UTC)
        if self.minutes:
            return str(int(moment.timestamp()) // (60 * self.minutes))
        assert self.daily_at is not None
        return moment.date().isoformat() if moment.time() >= self.daily_at else None


_tasks: dict[str, Task] = {}
_clockwork: dict[str, Tick] = {}


def name_of(function: Function) -> str:
    """The dotted name under which ``function`` is registered."""
    return f"{function.__module__}.{function.__qualname__}"


@overload
def task(function: F) -> F: ...
@overload
def task(*, atomic: bool = True) -> Callable[[F], F]: ...
def task(function: F | None = None, *, atomic: bool = True) -> F | Callable[[F], F]:
    """Register a module-level function for jobs: ``@task`` or ``@task(atomic=False)``.

    With ``atomic=False`` the function runs outside any transaction and commits as it goes: for work that talks to
    the network or lasts long (SQLite has one writer, and a transaction would hold it). Such a function must be
    able to run again after it was cut off.
    """

    def register(wrapped: F) -> F:
        name = name_of(wrapped)
        if "<" in name:
            raise ValueError(f"{name} cannot be a task: a worker could not import it.")
        _tasks[name] = Task(name, wrapped, atomic)
        return wrapped

    return register if function is None else register(function)


def find(name: str) -> Task:
    """The task called ``name``; its module is imported when need be. LookupError when there is none."""
    if name not in _tasks:
        try:
            importlib.import_module(name.rpartition(".")[0])
        except (ImportError, ValueError) as error:
            raise LookupError(f"There is no task {name}: {error}") from error
    if name not in _tasks:
        raise LookupError(f"{name} is not decorated with @task.")
    return _tasks[name]


def every(name: str, function: Function, *, minutes: int | None = None, daily_at: time | None = None) -> None:
    """Put a task on the clock: every ``minutes``, or daily at a time of day (UTC). Called in ``AppConfig.ready``.

    ValueError when not exactly one of the two is given, or the function is not a task.
    """
    if (minutes is None) == (daily_at is None) or minutes == 0:
        raise ValueError(f"{name}: say either minutes or daily_at.")
    _clockwork[name] = Tick(name, find(name_of(function)).name, minutes, daily_at)


def clockwork() -> list[Tick]:
    """All that is on the clock, by name."""
    return [_clockwork[name] for name in sorted(_clockwork)]
