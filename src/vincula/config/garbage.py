"""How often Python looks for what points in circles, and what a worker holds of the machine's memory."""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import django

M_ARENA_MAX = -8  # of glibc's malloc.h


def seldom() -> None:
    """Leave out what the program consists of, and look rarely.

    A page makes and drops tens of thousands of small things, few of which point in circles: a tenth of the time went
    into looking through the program itself. What does is large, though, and waits for the 20,000th thing: so a page
    must not hold itself (see ``wsgi.Request``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def one_store() -> None:
    """Threads share one store of memory: each of their own would grow by itself and give little back.

    Asked of glibc in the worker: it reads its environment when a program starts, and a worker is forked. Other
    libraries have no such stores.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


@contextlib.contextmanager
def without_test_framework() -> Iterator[None]:
    """Load the program without Django's package for tests, which loads unittest and a server of its own: 4 MB.

    django-ninja wants one signal of it, which the package itself only passes on: meanwhile the package stands there
    empty, and its modules are found in it. Afterwards whoever imports it gets the whole.
    """
    name = "django.test"
    if name in sys.modules:
        yield
        return
    empty = sys.modules[name] = ModuleType(name)
    empty.__path__ = [str(Path(django.__file__).with_name("test"))]
    try:
        yield
    finally:
        del sys.modules[name]
