"""``./test [PATH…] [--deep]``: what is asked of the whole program, in which order, with the time each part took.

Static checks first, and beside them what many tests begin with is made (``prepared``). Then the tests on SQLite, and
beside them those that drive a browser and, when these are through, those on PostgreSQL: so two cores are always busy.
A path runs the tests there, on both databases. ``--deep`` adds the long ones; ``--deep --again`` asks once more what
failed in the last whole deep run, and makes the reliability card of both. Ends with «N passed, N failed» over all parts.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.ground import postgres, prepared
from tests.ground.installation import CHROMIUM
from tests.reliability import card

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)\b")
CLOSING = re.compile(r"^=*\s*(?:\d+ \w+(?:, )?)+ in [\d.]+s")
ROOM_IN_MEMORY = 2 * 1024**3
NOTHING_RUN = 5  # pytest's exit code when no test was chosen
KEPT = ROOT / ".pytest_cache" / "deep"  # of the last whole deep run: what it recorded, and what failed
IN_THE_BROWSER = ["tests/browser", "tests/stories"]  # conftest.py marks what stands there
CORES = os.cpu_count() or 2
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "imports": ["lint-imports"],
    "mypy": ["mypy"],
    "migrations": ["vincula", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"],
    "django": ["vincula", "django", "check", "--fail-level", "WARNING"],
}


@dataclass
class Tally:
    """What ran so far."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    parts: list[str] = field(default_factory=list)

    def add(self, name: str, seconds: float, passed: int, failed: int, skipped: int = 0) -> None:
        self.passed, self.failed, self.skipped = self.passed + passed, self.failed + failed, self.skipped + skipped
        verdict = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
        self.parts.append(f"{name:<22} {seconds:7.1f} s   {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./test", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="run the tests there only")
    parser.add_argument("--deep", action="store_true", help="add the long tests")
    parser.add_argument("--again", action="store_true", help="with --deep: what failed in the last whole deep run")
    options, more = parser.parse_known_args()  # what we do not know is pytest's: -k, -x, --lf …
    os.chdir(ROOT)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    for name in [name for name in os.environ if name.startswith("VINCULA_")] + [
        "DATABASE_URL",
        "DJANGO_SETTINGS_MODULE",
    ]:
        os.environ.pop(name, None)  # the developer's own installation is none of our business
    if options.deep:
        os.environ["VINCULA_DEEP"] = "1"
    elif not options.paths and not more:
        os.environ["VINCULA_SHORT"] = "1"  # see conftest.py
    whole = options.deep and not options.paths and not more
    again = whole and options.again
    if options.again and not (whole and (KEPT / "runs.json").exists()):
        raise SystemExit("test: --again asks what failed in the last whole run of ./test --deep in this folder")
    install_programs()
    work_in_memory()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="vincula-test-") as home:
        os.environ["VINCULA_HOME"] = home
        if whole:
            os.environ["VINCULA_CARD"] = str(Path(home) / "card.jsonl")
            if not again:
                shutil.rmtree(KEPT, ignore_errors=True)
        with postgres.cluster() as url:
            with ThreadPoolExecutor(1) as pool:
                made = pool.submit(prepared.make, Path(home) / "prepared", url)
                if not options.paths and not again:
                    static_checks(tally)
                made.result()
            run_tests(tally, url, options.paths, more, kept=KEPT if whole else None, again=again)
        if whole:
            make_card(Path(home) / "card.jsonl", f"{tally.passed} passed, {tally.failed} failed", again=again)
    print("\n" + "\n".join(tally.parts))
    if not tally.passed + tally.failed:
        raise SystemExit("test: no test was found there")
    print(f"\n{tally.passed} passed, {tally.failed} failed" + (f", {tally.skipped} skipped" if tally.skipped else ""))
    sys.exit(1 if tally.failed else 0)


def work_in_memory() -> None:
    """Homes and databases of tests in memory where there is room: they fsync as the real ones do, and need not."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_IN_MEMORY:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None


def install_programs() -> None:
    """PostgreSQL and Chromium from the system's packages, where we may; else say what to install, and fail."""
    lacking = []
    if postgres.programs() is None:
        lacking.append("postgresql")
    if not any(map(shutil.which, CHROMIUM)):
        lacking += ["chromium-headless-shell", "fonts-liberation"]
    if not lacking:
        return
    words = " ".join(lacking)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(f"test: install these first: {words} (Debian, Ubuntu: apt install {words})")
    print(f"test: installing {words} …", flush=True)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *lacking]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise SystemExit(f"test: {' '.join(command)} failed; install {words} yourself.\n{done.stdout}{done.stderr}")


def make_card(recorded: Path, verdict: str, *, again: bool) -> None:
    """The reliability card, and what the next ``--again`` begins with."""
    lines, told = KEPT / "card.jsonl", KEPT / "runs.json"
    runs = [card.Run(**one) for one in json.loads(told.read_text())] if again else []
    runs.append(card.run(verdict))
    KEPT.mkdir(parents=True, exist_ok=True)
    card.replace(lines, recorded)
    told.write_text(json.dumps([asdict(one) for one in runs]))
    card.write(lines, runs)


def static_checks(tally: Tally) -> None:
    """Each counts as one test."""

    def run(name: str) -> tuple[str, float, subprocess.CompletedProcess[str]]:
        began = time.monotonic()
        done = subprocess.run(CHECKS[name], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return name, time.monotonic() - began, done

    with ThreadPoolExecutor(2) as pool:
        for name, seconds, done in pool.map(run, CHECKS):
            print(f"── {name}: {'ok' if not done.returncode else 'FAILED'} ({seconds:.1f} s)", flush=True)
            if done.returncode:
                print((done.stdout + done.stderr).rstrip(), flush=True)
            tally.add(name, seconds, int(not done.returncode), int(bool(done.returncode)))


def run_tests(
    tally: Tally, url: str, paths: list[str], more: list[str], *, kept: Path | None = None, again: bool = False
) -> None:
    """The same tests on both databases; those of a browser once, in one process with one site of each kind.

    Each part notes what failed in a folder of its own in ``kept``; ``again`` runs that alone.
    """
    aside = (
        [] if paths else ["--ignore=tests/architecture", "--ignore=tests/ground"]
    )  # about no database, or about both
    os.environ["VINCULA_TEST_POSTGRES"] = url  # for tests that go from one database to the other

    def noted(part: str) -> list[str]:
        return [
            *(["-o", f"cache_dir={kept / part}"] if kept else []),
            *(["--last-failed", "--last-failed-no-failures=none"] if again else []),
            *more,
        ]

    def in_the_browser() -> None:
        pytest(tally, "tests in the browser", "0", ["-m", "browser", *noted("browser"), *(paths or IN_THE_BROWSER)])

    def on_sqlite() -> None:
        pytest(tally, "tests on SQLite", processes, ["-m", "not browser and not postgres", *noted("sqlite"), *paths])

    def on_postgresql() -> None:
        given = ["-m", "not browser", *aside, *noted("postgresql"), *paths]
        pytest(tally, "tests on PostgreSQL", processes, given, DATABASE_URL=url)

    # Each process costs seconds to begin, and every test waits now and then: two lanes of as many processes as there
    # are cores leave none of them idle, and the end of one lane is filled by the other.
    processes = str(min(8, CORES))
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(lambda: (in_the_browser(), on_postgresql()))
        on_sqlite()
        done.result()


def pytest(tally: Tally, name: str, processes: str, arguments: list[str], **environment: str) -> None:
    """Run pytest, show what it says when it is through, and count what it counted."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        processes,
        "--dist",
        "worksteal",
        "--durations=5",
        *arguments,
    ]
    closing, said = "", [f"\n── {name}\n"]
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if CLOSING.match(line):
                closing = line
    print("".join(said), end="", flush=True)
    counts = {word.rstrip("s") if word.startswith("error") else word: int(n) for n, word in COUNT.findall(closing)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if process.returncode not in (0, NOTHING_RUN):
        failed = max(1, failed)  # it broke before it could count
    tally.add(name, time.monotonic() - began, counts.get("passed", 0), failed, counts.get("skipped", 0))


if __name__ == "__main__":
    main()
