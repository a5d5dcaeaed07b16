"""The figures as a table, as JSON, and as the section of docs/measured.md, which nobody types."""

import json
from collections.abc import Sequence
from pathlib import Path

from vincula.bench.figures import Figure, Run, from_dict

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "benchmarks" / "results"
DOCUMENT = ROOT / "docs" / "measured.md"
BEGIN, END = "<!-- bench: written by vincula bench --write-docs -->", "<!-- bench: end -->"
READS = ("list", "deep", "filter", "organisation", "search", "api")
GROWTH = 1.5


def table(run: Run) -> str:
    """The run as text for a terminal."""
    b = run.value("b")
    lines = [f"{run.size:,} organisations on {run.database}; {run.machine}; {run.made}", ""]
    lines.append(f"{'':60}{'p50':>9} {'p95':>8} {'cpu':>8} {'limit':>9} {'in B':>6} {'SQL':>4}")
    for f in run.figures:
        lines.append(
            f"{f.label:60}{_number(f.value):>9} {_number(f.p95):>8} {_number(f.cpu):>8} {_limit(f):>9}"
            f" {_number(f.value / b) if b and f.unit == 'ms' and f.key != 'b' else '':>6} {_number(f.statements):>4} {f.verdict}"
        )
    if run.void:
        lines += [
            "",
            f"VOID: B took {b:.1f} ms, more than 5; this machine is too busy for these figures to mean anything.",
        ]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.1f}"


def _limit(f: Figure) -> str:
    return "" if f.limit is None else f"{'≤' if f.sense == 'most' else '≥'} {_number(f.limit)}"


def keep(run: Run, *, part: bool = False) -> Path:
    """Store the run for the document; ``part``: only some of it was asked, and what was stored of the rest stays."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{run.database.split()[0].lower()}-{run.size}.json"
    if part and path.exists():
        before, new = from_dict(json.loads(path.read_text())), {f.key: f for f in run.figures}
        run.figures = [*(f for f in before.figures if f.key not in new), *new.values()]
        run.made = ", ".join(dict.fromkeys((*before.made.split(", "), run.made)))
    path.write_text(json.dumps(run.as_dict(), ensure_ascii=False, indent=1) + "\n")
    return path


def write_docs() -> None:
    """Renew the section of the document from the runs that are stored."""
    runs = [from_dict(json.loads(path.read_text())) for path in sorted(RESULTS.glob("*.json"))]
    runs.sort(key=lambda r: (r.database, r.size))
    text = DOCUMENT.read_text()
    section = f"{BEGIN}\n{document(runs)}\n{END}"
    if BEGIN in text:
        before, _begin, rest = text.partition(BEGIN)
        text = f"{before}{section}{rest.partition(END)[2]}"
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    DOCUMENT.write_text(text)


def document(runs: Sequence[Run]) -> str:
    """Figures by run, in columns; below them growth, and what falls short."""
    keys = list(dict.fromkeys(f.key for run in runs for f in run.figures))
    labels = {f.key: f for run in runs for f in run.figures}
    by_run = [{f.key: f for f in run.figures} for run in runs]
    head = " | ".join(f"{run.database.split()[0]} {run.size:,}{' (void)' if run.void else ''}" for run in runs)
    lines = ["## Speed", "", _method(runs), "", f"| | limit | {head} |", "|---|---|" + "---|" * len(runs)]
    for key in keys:
        one = labels[key]
        cells = " | ".join(_cell(found.get(key)) for found in by_run)
        lines.append(
            f"| {one.label}, {one.unit} | {_limit(one)} | {cells} |"
            if one.unit
            else f"| {one.label} | {_limit(one)} | {cells} |"
        )
    return "\n".join([*lines, "", *growth(runs)])


def _cell(f: Figure | None) -> str:
    if f is None:
        return ""
    told = _number(f.value) + (f" ({_number(f.p95)})" if f.p95 is not None else "")
    return f"**{told}**" if f.holds is False else told


def _method(runs: Sequence[Run]) -> str:
    machines = "; ".join(dict.fromkeys(f"{run.machine}, {run.made}" for run in runs))
    return (
        f"Measured by `vincula bench` ({machines}). Milliseconds are medians over HTTP on loopback, whole pages with session,"
        " rights and audit, one granian worker, p95 in brackets; bold falls short of its limit. B is benchmarks/baseline.py,"
        " served the same way on the same database; a run whose B takes more than 5 ms is void. Per organisation there are"
        " 3 people, 5 interactions, 2 tasks, relations, contact roles, history and search documents; 40 % of the names are"
        " Cyrillic. A million are ten times the same hundred thousand under other numbers. Where the label names nobody, an"
        " administrator asks; the country role sees two countries. The portfolio beside them: 500 services, 20,000"
        " deliverables, 300 organisations with 40 subscriptions each, five years of a board that meets every month; its"
        " pages are asked by turns with B, each page of a kind in its turn."
    )


def growth(runs: Sequence[Run]) -> list[str]:
    """How much slower each read became from the smallest to the largest run of a database."""
    lines = []
    for database in dict.fromkeys(run.database for run in runs):
        of = [run for run in runs if run.database == database]
        if len(of) < 2:
            continue
        first, last = of[0], of[-1]
        told = []
        for key in [k for read in READS for k in (read, f"{read}.role")]:
            if first.value(key) and last.value(key):
                times = last.value(key) / first.value(key)
                told.append(f"{'**' if times > GROWTH else ''}{key} {times:.2f}{'**' if times > GROWTH else ''}")
        if told:
            words = ", ".join(told)
            lines.append(f"Growth from {first.size:,} to {last.size:,} on {database} (limit {GROWTH}): {words}.")
    return lines
