"""Child processes that read or write what others made, with bounded memory and time: both ends of them.

A child is one of our scripts, run with ``-I -S``: it knows neither Django nor the database, has an empty environment,
limits itself (``limit``) before it touches anything foreign, and talks through its standard output alone. Nothing here
imports more than the standard library, for children load it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import IO, Any


def limit(*, seconds: int, memory: int = 0, data: int = 0, files: int = 3, alone: bool = True) -> None:
    """Child: no more memory (bytes) and time of the processor than that, no writing, at most ``files`` open files.

    ``memory`` bounds all addresses. Engines that reserve far more than they use (V8: 64 GiB) take ``data`` instead, what
    they may really write to. ``alone`` forbids threads and children of its own.
    """
    wanted = {
        "RLIMIT_AS": memory or None, "RLIMIT_DATA": data or None, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0 if alone else None, "RLIMIT_NOFILE": files,
    }  # fmt: skip
    for name, most in wanted.items():
        which = getattr(resource, name, None)  # systems differ in what they can limit
        if which is not None and most is not None:
            resource.setrlimit(which, (most, most))


def command(script: str, settings: dict[str, Any]) -> list[str]:
    """Parent: how the child is run; it finds ``settings`` as JSON in its first argument."""
    return [sys.executable, "-I", "-S", script, json.dumps(settings)]


def start(script: str, settings: dict[str, Any], stdin: IO[bytes]) -> subprocess.Popen[bytes]:
    """Parent: a child that reads ``stdin`` and whose output is read while it works. ``end`` it."""
    return subprocess.Popen(
        command(script, settings), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT, bufsize=0
    )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> None:
    """Parent: whatever it is doing, it ends now."""
    process.kill()
    if process.stdout is not None:
        process.stdout.close()
    process.wait()


def answer(script: str, settings: dict[str, Any], given: bytes, *, seconds: float) -> bytes | None:
    """Parent: all that the child says about ``given``; None when it took longer or was ended by its limits."""
    try:
        done = subprocess.run(
            command(script, settings), input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
            timeout=seconds, check=False, cwd="/",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


ENVIRONMENT = {"LANG": "C.UTF-8"}  # nothing of ours: no key, no address of the database
