"""The reliability card: what the long tests counted, on one page, ``docs/reliability.md``.

A deep test says ``card.record("kills", "server killed while it was written to", 20, bad=0)``: 20 were done, none went
wrong. ``./test --deep`` names the file that collects the lines in ``VINCULA_CARD`` and writes the page at its end. Which
lines there should be is read from the calls in the source, so what a run did not reach is named, not left out.

Such a run takes two hours, and one test that is red should not cost two more: what is recorded is kept with the test
that recorded it, and ``./test --deep --again`` asks what failed once more. Its lines take the place of theirs, and the
page tells both runs.
"""

import ast
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
SECTIONS = {
    "acknowledged": "What somebody was told is saved, and looked for afterwards",
    "kills": "Programs killed with kill −9",
    "cuts": "Simulated power cuts, full disks, databases gone",
    "races": "Several at once on real connections",
    "cases": "Hostile and random input",
    "leaks": "Attempts to see or do what one may not",
    "lost": "Data compared before and after",
}


def record(section: str, line: str, count: int, bad: int = 0, note: str = "") -> None:
    """Add ``count`` things done, ``bad`` of which went wrong, to a line of the card; the same line adds up.

    ``section`` and ``line`` are written out in the call, so that the source tells which lines there are. ValueError
    for a section that the card does not have. Does nothing outside a deep run. One write of a short line to a file
    opened for appending: several processes may do it at once.
    """
    if section not in SECTIONS:
        raise ValueError(f"The card has no section {section}; it has {', '.join(SECTIONS)}.")
    if not (path := os.environ.get("VINCULA_CARD")):
        return
    database = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    entry = {"section": section, "line": line, "count": count, "bad": bad, "note": note, "database": database,
             "test": os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]}  # fmt: skip
    handle = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.write(handle, (json.dumps(entry, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(handle)


@dataclass
class Line:
    """What all processes of a run recorded of one thing."""

    count: int = 0
    bad: int = 0
    notes: list[str] = field(default_factory=list)
    databases: set[str] = field(default_factory=set)


def expected(root: Path = ROOT) -> dict[tuple[str, str], str]:
    """Section and line of every ``card.record`` in the tests, with the file it stands in.

    ValueError for a call that does not write both out: its line could not be missed.
    """
    found = {}
    for path in sorted([*(root / "tests").rglob("*.py"), *(root / "src").rglob("tests/**/*.py")]):
        text = path.read_text(encoding="utf-8")
        if "card.record(" not in text or path.name in ("card.py", "test_card.py"):
            continue  # what tests the card counts nothing
        name = path.relative_to(root).as_posix()
        for call in calls(ast.parse(text)):
            given = [a.value for a in call.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if len(given) != 2:
                raise ValueError(f"{name}, line {call.lineno}: write section and line of the card out, as texts.")
            found[given[0], given[1]] = name
    return found


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("card.record"):
            yield node


def read(path: Path) -> dict[tuple[str, str], Line]:
    """The lines recorded, added up."""
    lines: dict[tuple[str, str], Line] = {}
    for entry in map(json.loads, path.read_text(encoding="utf-8").splitlines() if path.exists() else ()):
        line = lines.setdefault((entry["section"], entry["line"]), Line())
        line.count += entry["count"]
        line.bad += entry["bad"]
        line.databases.add(entry["database"])
        if entry["note"] and entry["note"] not in line.notes:
            line.notes.append(entry["note"])
    return lines


def replace(path: Path, again: Path) -> None:
    """What tests recorded ``again`` takes the place of what they recorded in ``path`` before."""

    def entries(file: Path) -> list[dict[str, object]]:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    newer = entries(again)
    asked = {(entry["test"], entry["database"]) for entry in newer}
    every = [*(e for e in entries(path) if (e["test"], e["database"]) not in asked), *newer]
    path.write_text("".join([json.dumps(e, ensure_ascii=False) + "\n" for e in every]), encoding="utf-8")


@dataclass(frozen=True)
class Run:
    """A run of the deep tests: when and at which commit, and what it counted."""

    when: str
    verdict: str


def run(verdict: str) -> Run:
    """One that ended now."""
    return Run(f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, at {commit()}", verdict)


def write(path: Path, runs: Sequence[Run], page: Path = PAGE) -> None:
    """Make the page from the lines in ``path``. ``runs``: the whole one, and those that asked again what had failed."""
    page.write_text(text(read(path), expected(), runs), encoding="utf-8")


def text(lines: dict[tuple[str, str], Line], known: dict[tuple[str, str], str], runs: Sequence[Run]) -> str:
    """The page as Markdown."""
    whole, *again = runs
    bad = sum(line.bad for line in lines.values())
    missed = sorted(key for key in known if key not in lines)
    said = [
        "# Reliability card",
        "",
        "Made by `./test --deep`, never by hand. Each line is a test; «bad» counts what was lost, doubled, leaked, or"
        " answered wrongly.",
        "",
        f"- **When** {whole.when}",
        f"- **Machine** {machine()}",
        f"- **Run** {whole.verdict}; {len(lines)} of {len(known.keys() | lines.keys())} lines reached, {bad} bad",
        *(f"- **What had failed, asked again** {one.when}: {one.verdict}" for one in again),
        "",
    ]
    for section, meaning in SECTIONS.items():
        here = sorted((line, found) for (where, line), found in lines.items() if where == section)
        said += [f"## {section.capitalize()}", "", f"{meaning}.", ""]
        if here:
            said += ["| what | count | bad | on | note |", "|---|---:|---:|---|---|"]
            said += [row(name, found) for name, found in here]
        said += [f"- **Not reached by this run:** {name}" for where, name in missed if where == section]
        if not here and not any(where == section for where, _ in missed):
            said.append("No test counts anything here yet.")
        said.append("")
    return "\n".join(said)


def row(name: str, line: Line) -> str:
    cells = [name, f"{line.count:,}", f"**{line.bad:,}**" if line.bad else "0", ", ".join(sorted(line.databases))]
    return f"| {' | '.join([*cells, '; '.join(line.notes)])} |".replace("\n", " ")


def commit() -> str:
    """The commit tested, and whether more than that stood in the folder. A folder without git says so."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip() if not done.returncode else ""

    head = git("rev-parse", "--short=12", "HEAD")
    if not head:
        return "an unknown commit"
    return f"commit `{head}`" + (" with changes not committed" if git("status", "--porcelain") else "")


def machine() -> str:
    """Cores, memory, system and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}, Python {platform.python_version()}"
