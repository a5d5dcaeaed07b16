"""The command: make what is missing, measure, tell."""

import argparse
import json
import os
import platform
import resource
from collections.abc import Callable
from pathlib import Path

from vincula.bench.place import NotPossible, Place, place

SIZES = (10_000, 100_000, 1_000_000)


def options(sub: argparse.ArgumentParser) -> None:
    """What ``vincula bench`` can be told."""
    sub.add_argument("--size", type=int, default=SIZES[0], help="organisations: 10000, 100000 or 1000000")
    sub.add_argument("--keep", action="store_true", help="keep the data, and use what an earlier run kept")
    sub.add_argument(
        "--folder", type=Path, help="where --keep puts its homes (default: vincula-bench in the temporary files)"
    )
    sub.add_argument(
        "--only",
        default="",
        help="comma-separated: list, deep, filter, organisation, search, create, api, portfolio, …",
    )
    sub.add_argument("--runs", type=int, default=40, help="how often each page is asked (default 40)")
    sub.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    sub.add_argument("--write-docs", action="store_true", help="put the figures into docs/measured.md")
    sub.add_argument("--make-only", action="store_true", help="make the data and measure nothing")


def run(given: argparse.Namespace, prepare: Callable[[], None]) -> int:
    """Run the bench; ``prepare`` migrates and collects once Django may be set up. Returns the exit code."""
    try:
        with place(given.size, keep=given.keep, folder=given.folder) as where:
            return _run(given, where, prepare)
    except NotPossible as error:
        raise SystemExit(f"vincula: the bench cannot run here: {error}.") from None


def _run(given: argparse.Namespace, where: Place, prepare: Callable[[], None]) -> int:
    import django

    django.setup()
    prepare()
    from vincula.bench import report
    from vincula.bench.figures import Run
    from vincula.bench.measuring import Scenes
    from vincula.bench.people import askers, readers
    from vincula.bench.portfolio import made as portfolio
    from vincula.bench.portfolio import scenes as of_portfolio
    from vincula.kernel import clock

    ready(given.size)
    portfolio.ready(given.size, clock.today(), _say)
    if given.make_only:
        return 0
    only = frozenset(name for name in given.only.split(",") if name)
    scenes = Scenes(where, given.size, given.runs, _say, only=only)
    scenes.run(askers())
    of_portfolio.run(scenes, readers())
    made = Run(given.size, database(), machine(), clock.today().isoformat(), scenes.figures)
    print("\n" + report.table(made))
    if given.json:
        given.json.write_text(json.dumps(made.as_dict(), ensure_ascii=False, indent=1) + "\n")
    if given.write_docs:
        report.keep(made, part=bool(only))
        report.write_docs()
    return 3 if made.void else 0


def ready(size: int) -> None:
    """The data stand: kept from an earlier run, or made now."""
    from vincula.bench.making import Maker
    from vincula.kernel import clock
    from vincula.parties.models import Organisation

    there = Organisation._base_manager.filter(pk=size).exists()
    if not there and Organisation._base_manager.exists():
        raise NotPossible("the kept database was not made to its end; take it away, or use another --folder")
    if not there:
        Maker(size, clock.today()).make(_say)


def _say(text: str) -> None:
    print(text, flush=True)


def database() -> str:
    """The database and its version."""
    from django.db import connection

    if connection.vendor == "postgresql":
        version = connection.pg_version  # type: ignore[attr-defined]  # only PostgreSQL's connection has it
        return f"PostgreSQL {version // 10000}"
    import sqlite3

    return f"SQLite {sqlite3.sqlite_version}"


def machine() -> str:
    """Cores, memory, system, Python."""
    pages = os.sysconf("SC_PHYS_PAGES") * resource.getpagesize()
    return f"{os.cpu_count()} cores, {pages / 2**30:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
