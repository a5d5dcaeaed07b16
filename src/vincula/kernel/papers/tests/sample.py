"""A paper with every part, for the tests of the writers; and texts that want to be more than text."""

from datetime import UTC, datetime
from typing import Any

from vincula.kernel.charts.declaration import Chart, Series
from vincula.kernel.papers.tree import (
    Column,
    Facts,
    Figure,
    Heading,
    Items,
    Link,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Strong,
    Table,
    Tree,
    Words,
)

AT = datetime(2026, 11, 22, tzinfo=UTC)
HOSTILE = (
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd") #sys.inputs #panic("x")',
    "$ x^2 $ *bold* _under_ `raw` <label> @reference = heading /term: - item + 1. // comment /* more",
    "\\ \\\\ \\u{41} {{ 7*7 }} {% include 'x' %} %(name)s ${HOME} &lt;b&gt; <script>alert(1)</script>",
    ']]> <w:p/> </w:t></w:r> &amp; " \' ~ --- ... "',
    "#" + "A" * 300,
    "https://example.org/" + "a/b-c_d." * 60,
)


def chart(**given: Any) -> Chart:
    """Two series over four quarters."""
    values: dict[str, Any] = {
        "title": "How much was used?", "unit": "TB", "axis": "quarter", "labels": ("Q1", "Q2", "Q3", "Q4"),
        "series": (Series("Storage", (1, 4, 2, 8)), Series("Backup", (2, None, 3, 1))), "summary": "Most in Q4: 8 TB.",
    }  # fmt: skip
    return Chart(**{**values, **given})


def paper(*blocks: Any, **given: Any) -> Tree:
    """A paper of these blocks, or of one of each."""
    values: dict[str, Any] = {
        "title": "Sample", "subject": "Ghent", "language": "en", "at": AT, "standfirst": "All is well.", "contents": True,
        "words": Words("Contents", "DRAFT", "Page {n} of {total}"), "made": "Made for alice.", "foot": "As of today",
    }  # fmt: skip
    return Tree(blocks=blocks or every(), **{**values, **given})


def every() -> tuple[Any, ...]:
    """One part of each kind."""
    return (
        Heading("First"), Paragraph(("Plain ", Strong("strong"), " ", Link("a page", "https://example.org/"), ".")),
        Facts((("Name", (Figure("Ghent", "x.y", 1, "name"),)), ("Nothing", ()))),
        Heading("Second", 2), Items((("one",), ("two",))), Items((("first",), ("second",)), ordered=True),
        Note(("Mind this.",), "warn"), Picture(chart()), PageBreak(), Heading("Third"),
        Table("Numbers", (Column("What", 2), Column("How many", end=True)), ((("a",), ("1",)), (("b",), ("2",))), "none",
              (("all",), ("3",))),
        Table("Empty", (Column("What"),), (), "Nothing was found."),
    )  # fmt: skip
