"""What a deliverable says, as parts of a paper: its sections as prose and tables, with what their figures come to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.papers import prose
from vincula.kernel.papers.tree import Block, Column, Facts, Figure, Heading, Note, Paragraph, Runs, Table
from vincula.kernel.ui import format as shown
from vincula.portfolio import content, sentences
from vincula.portfolio.lifecycles import DELIVERABLE
from vincula.portfolio.papers.told import Told
from vincula.portfolio.rules import scoring

WIDE = {"text": 2.2, "number": 1.5, "date": 1.4, "yes": 0.9}
ADDED = ("money", "days", "hours", "users", "estimate")  # columns whose sum says something
STATES = dict(DELIVERABLE.choices)
FIELDS = (
    "name",
    "names",
    "track",
    "function",
    "assignee",
    "due",
    "state",
    "content_kind",
    "threshold",
    "content",
    "waiver",
)


def papers(listed: Sequence[Told], level: int, empty: str) -> list[Block]:
    """Each deliverable that says something with a heading, who wrote it, how far it is, its content; then the others."""
    if not listed:
        return [Paragraph((empty,))]
    there = [told for told in listed if _says_something(told)]
    blocks = [block for each in there for block in (Heading(each.name(), level), *paper(each, level + 1))]
    return [*blocks, *_unwritten([told for told in listed if told not in there])]


def _says_something(told: Told) -> bool:
    return bool(told.text("waiver")) or any(
        not content.is_empty(v) for v in (told.values.get("content") or {}).values()
    )


def _unwritten(listed: Sequence[Told]) -> list[Block]:
    if not listed:
        return []
    heads = (
        Column(_("Deliverable"), 3),
        Column(_("Function"), 2.4),
        Column(_("Done by"), 1.8),
        Column(_("State"), 1.6),
        Column(_("Due"), 1.4),
    )
    cells = tuple((each.cell("name", each.name()), *(runs for _name, runs in _head(each))) for each in listed)
    return [slim(Table(_("Nothing is written yet"), heads, cells, ""))]


def slim(table: Table) -> Table:
    """The table without the columns in which no row says anything; the first one stays."""
    told = [n for n in range(len(table.columns)) if not n or any(row[n] for row in table.rows)]
    rows = tuple(tuple(row[n] for n in told) for row in table.rows)
    total = tuple(table.total[n] for n in told) if table.total else ()
    return replace(table, columns=tuple(table.columns[n] for n in told), rows=rows, total=total)


def paper(told: Told, level: int) -> list[Block]:
    """One deliverable without its name; headings of its sections stand at ``level``."""
    said = tuple(row for row in _head(told) if row[1])
    blocks: list[Block] = [Facts(said)] if said else []
    if waiver := told.text("waiver"):
        blocks.append(Note((_("Waived: "), told.figure("waiver", waiver)), "warn"))
    return [*blocks, *sections(told, level)]


def _head(told: Told) -> list[tuple[str, Runs]]:
    """Function, who, until when, state; of what a board saw only the last two were kept in words."""
    return [
        (_("Function"), told.cell("function") if told.texts else ()),
        (_("Done by"), told.cell("assignee") if told.texts else ()),
        (_("State"), told.cell("state", str(STATES.get(told.values.get("state", ""), "")))),
        (_("Due"), told.day_cell("due")),
    ]


def sections(told: Told, level: int) -> list[Block]:
    """What is written, section by section; empty ones are left out."""
    kind = content.of(str(told.values.get("content_kind", "text")))
    written = told.values.get("content") or {}
    filled = [s for s in kind.sections if not content.is_empty(written.get(s.key))]
    blocks: list[Block] = []
    for section in filled:
        value = written[section.key]
        if len(kind.sections) > 1 and not section.columns:
            blocks.append(Heading(str(section.label), level))
        if not section.columns:
            blocks += _below(prose.blocks(str(value)), level)
            continue
        rows = [(n, row) for n, row in enumerate(value) if not content.is_empty([row])]
        blocks.append(_table(told, section, rows))
        blocks += _score(told, section, [row for _n, row in rows])
    return blocks + (_options(told, written) if kind.key == "options" else [])


def prose_of(told: Told, name: str, level: int = 2) -> list[Block]:
    """A rich text of a row as parts; [] without one."""
    value = told.values.get(name)
    return _below(prose.blocks(str(value)), level) if value else []


def _below(blocks: Sequence[Block], level: int) -> list[Block]:
    """Headings that somebody typed stand below ours."""
    return [Heading(b.text, min(3, max(b.level, level + 1))) if isinstance(b, Heading) else b for b in blocks]


def _table(told: Told, section: content.Section, rows: list[tuple[int, Mapping[str, Any]]]) -> Table:
    path = f"content.{section.key}"
    used = [c for c in section.columns if any(row.get(c.key) not in (None, "") for _n, row in rows)] or list(
        section.columns[:1]
    )
    cells = tuple(tuple(_cell(told, f"{path}.{n}.{c.key}", c, row.get(c.key)) for c in used) for n, row in rows)
    heads = tuple(Column(str(c.label), WIDE[c.kind], c.kind == "number") for c in used)
    return Table(str(section.label), heads, cells, "", _total(told, path, used, rows))


def _cell(told: Told, path: str, column: content.Column, value: Any) -> Runs:
    if value in (None, ""):
        return ()
    return (told.figure(path, content.in_words(column, value), value),)


def _total(
    told: Told, path: str, used: list[content.Column], rows: list[tuple[int, Mapping[str, Any]]]
) -> tuple[Runs, ...]:
    """The sum of the columns that can be added; none for fewer than two rows."""
    added = [c for c in used[1:] if c.key in ADDED]
    if len(rows) < 2 or not added:
        return ()
    total: list[Runs] = [(_("Together"),)]
    for column in used[1:]:
        numbers = [n for _place, row in rows if (n := content.number(row.get(column.key))) is not None]
        total.append(_sum(told, f"{path}.*.{column.key}", numbers) if column in added and numbers else ())
    return tuple(total)


def _sum(told: Told, path: str, numbers: list[Decimal]) -> Runs:
    together = sum(numbers, Decimal(0))
    return (told.figure(path, shown.format_number(together), str(together)),)


def _score(told: Told, section: content.Section, rows: list[Mapping[str, Any]]) -> list[Block]:
    """What weights and scores of one table come to (formula 8)."""
    if {"weight", "score"} - {c.key for c in section.columns}:
        return []
    found = content.assessment(rows)
    if found is None:
        return []
    return [Paragraph((*_scored(told, f"content.{section.key}", found), *_threshold(told, found)))]


def _scored(told: Told, path: str, found: scoring.Score) -> Runs:
    said = _("Weighted score: %(mean)s of %(best)s = %(share)s.") % {
        "mean": "\0mean\0", "best": scoring.BEST, "share": "\0share\0"
    }  # fmt: skip
    figures = {
        "mean": told.figure(f"{path}:mean", shown.format_number(found.mean, 2), str(found.mean)),
        "share": told.figure(f"{path}:share", shown.percent(found.share, 1), str(found.share)),
    }
    return with_figures(said, figures)


def _threshold(told: Told, found: scoring.Score) -> Runs:
    """What the score should reach, where somebody set it."""
    value = content.number(told.values.get("threshold"))
    if value is None:
        return ()
    figure = told.figure("threshold", sentences.threshold(value))
    return (" ", *with_figures(sentences.of_threshold(found, value, "\0share\0"), {"share": figure}))


def with_figures(said: str, figures: Mapping[str, Figure]) -> Runs:
    """A translated sentence with figures at its marks (\\0name\\0)."""
    return tuple(figures.get(part, part) for part in said.split("\0") if part)


def _options(told: Told, written: Mapping[str, Any]) -> list[Block]:
    """Options against weighted criteria, the best first."""
    rows: list[tuple[Runs, ...]] = []
    for option, score in content.options_compared(written):
        if score is None:
            rows.append(((option,), (_("no figure"),), ()))
            continue
        place = f"content.options:{option}"
        rows.append(
            (
                (option,),
                (told.figure(f"{place}:mean", shown.format_number(score.mean, 2), str(score.mean)),),
                (told.figure(f"{place}:share", shown.percent(score.share, 1), str(score.share)),),
            )
        )
    heads = (Column(_("Option"), 3), Column(_("Weighted score (0–5)"), 1.4, end=True), Column(_("Share"), 1, end=True))
    return [Table(_("Options, the best first"), heads, tuple(rows), "")] if rows else []
