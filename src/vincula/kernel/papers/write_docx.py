"""A paper as DOCX, by python-docx: heading styles, contents, running heads, head rows repeated. Runs in the child."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from vincula.kernel.papers import word
from vincula.kernel.papers.write_pdf import SAFE_URL

FONT, TEXT_WIDTH = "Noto Sans", 166  # mm between the margins
SECOND, WARN = RGBColor(0x54, 0x57, 0x5E), RGBColor(0x91, 0x5C, 0x00)
TONES = {"plain": "54575E", "good": "1B7546", "warn": "915C00", "bad": "B3261E"}
SIZES = {"Heading 1": 15, "Heading 2": 12, "Heading 3": 10.5, "Title": 22}


def write(paper: dict[str, Any], pictures: list[bytes]) -> bytes:
    """The file; ``pictures`` are the charts as PNG, in order."""
    writer = Writer(paper, pictures)
    writer.front()
    for block in paper["blocks"]:
        writer.draw(block)
    out = io.BytesIO()
    writer.document.save(out)
    return packed(out.getvalue(), paper["at"])


def packed(made: bytes, at: float) -> bytes:
    """The same package with every date in it set to ``at``: the same paper has the same hash."""
    moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=(max(1980, moment.year), *moment.timetuple()[1:6]))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(info, word.with_font(old.read(name), FONT) if name == "word/fontTable.xml" else old.read(name))
    return out.getvalue()


class Writer:
    """One document while it is written."""

    def __init__(self, paper: dict[str, Any], pictures: list[bytes]) -> None:
        self.paper, self.pictures, self.document = paper, iter(pictures), docx.Document()
        self.headings = [b for b in paper["blocks"] if b["is"] == "Heading"]
        self.number = 0
        self._settings()
        self._styles()
        self._page()
        self.ways: dict[str, Callable[[dict[str, Any]], None]] = {
            "Heading": self.heading, "Paragraph": self.paragraph, "Items": self.items, "Facts": self.facts,
            "Table": self.table, "Note": self.note, "Picture": self.picture, "PageBreak": self.page_break,
        }  # fmt: skip

    def draw(self, block: dict[str, Any]) -> None:
        self.ways[block["is"]](block)

    def _settings(self) -> None:
        """What the file says of itself. Dates are the paper's, the author is the program."""
        at = datetime.datetime.fromtimestamp(self.paper["at"], datetime.UTC)
        told = self.document.core_properties
        told.title, told.subject, told.language = (
            self.paper["title"][:255],
            self.paper["subject"][:255],
            self.paper["language"],
        )
        told.author = told.last_modified_by = "Vincula"
        told.created = told.modified = at
        told.comments, told.keywords, told.revision = "", "", 1

    def _styles(self) -> None:
        styles = self.document.styles
        for name in (
            "Normal",
            "Title",
            "Heading 1",
            "Heading 2",
            "Heading 3",
            "List Bullet",
            "List Number",
            "Header",
            "Footer",
        ):
            style = styles[name]
            word.font(style.element, FONT, self.paper["language"])
            style.font.size = Pt(SIZES.get(name, 8 if name in ("Header", "Footer") else 10))
            style.font.color.rgb = SECOND if name in ("Header", "Footer") else RGBColor(0x1A, 0x1B, 0x1E)
            style.font.bold = name.startswith("Heading")
        word.no_rule(styles["Title"].element)
        styles["Normal"].paragraph_format.space_after = Pt(6)

    def _page(self) -> None:
        """A4, running head with title and subject, foot with date and page."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(26), Mm(24)
        words = self.paper["words"]
        draft = f" · {words['draft']}" if self.paper["draft"] else ""
        foot, total = words["page"].split("{n}")[0], words["page"].split("{n}")[-1]
        for part, left in ((section.header, self.paper["title"] + draft), (section.footer, self.paper["foot"])):
            line = part.paragraphs[0]
            line.paragraph_format.tab_stops.clear_all()
            line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
            line.add_run(left + "\t")
        section.header.paragraphs[0].add_run(self.paper["subject"])
        line = section.footer.paragraphs[0]
        line.add_run(foot)
        word.field(line, "PAGE", "1")
        line.add_run(total.split("{total}")[0])
        word.field(line, "NUMPAGES", "1")
        line.add_run(total.split("{total}")[-1])

    def front(self) -> None:
        """Title, standfirst, for whom it was made, contents."""
        self._small(self.paper["title"], 10)
        self.document.add_paragraph(self.paper["subject"], style="Title")
        if self.paper["draft"]:
            self._small(self.paper["words"]["draft"], 9, WARN, bold=True)
        if self.paper["standfirst"]:
            self.document.add_paragraph().add_run(self.paper["standfirst"]).font.size = Pt(11.5)
        if self.paper["made"]:
            self._small(self.paper["made"], 8.5)
        if self.paper["contents"] and self.headings:
            self._small(self.paper["words"]["contents"], 15, RGBColor(0x1A, 0x1B, 0x1E), bold=True)
            entries = [(n, h["text"], h["level"]) for n, h in enumerate(self.headings) if h["level"] < 3]
            word.contents(self.document, entries)

    def _small(self, text: str, size: float, colour: RGBColor = SECOND, *, bold: bool = False) -> None:
        run = self.document.add_paragraph().add_run(text)
        run.font.size, run.font.color.rgb, run.font.bold = Pt(size), colour, bold

    def heading(self, block: dict[str, Any]) -> None:
        line = self.document.add_heading(block["text"], level=block["level"])
        word.bookmark(line, self.number)
        self.number += 1

    def paragraph(self, block: dict[str, Any]) -> None:
        self.runs(self.document.add_paragraph(), block["runs"])

    def note(self, block: dict[str, Any]) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.left_indent = Mm(3)
        word.rule_beside(line, TONES[block["tone"]])
        self.runs(line, block["runs"])

    def items(self, block: dict[str, Any]) -> None:
        number = word.new_list(self.document) if block["ordered"] else None
        for item in block["items"]:
            line = self.document.add_paragraph(style="List Number" if block["ordered"] else "List Bullet")
            if number is not None:
                word.of_list(line, number)
            self.runs(line, item)

    def facts(self, block: dict[str, Any]) -> None:
        rows = [([[name], runs]) for name, runs in block["rows"]]
        self._grid([], rows, [], [50, TEXT_WIDTH - 50], [False, False])

    def table(self, block: dict[str, Any]) -> None:
        if block["caption"]:
            line = self.document.add_paragraph()
            line.paragraph_format.keep_with_next = True
            line.add_run(block["caption"]).font.bold = True
        if not block["rows"]:
            self._small(block["empty"], 10)
            return
        columns = block["columns"]
        whole = sum(column["width"] for column in columns)
        widths = [TEXT_WIDTH * column["width"] / whole for column in columns]
        head = [[column["title"]] for column in columns]
        self._grid(head, block["rows"], block["total"], widths, [column["end"] for column in columns])

    def picture(self, block: dict[str, Any]) -> None:
        from vincula.kernel.charts.declaration import of_json

        chart = block["chart"]
        line = self.document.add_paragraph()
        line.paragraph_format.keep_with_next = True
        line.add_run(chart["title"]).font.bold = True
        shape = self.document.add_picture(io.BytesIO(next(self.pictures)), width=Mm(TEXT_WIDTH))
        word.described(shape, chart["title"], chart["summary"])
        self._small(chart["summary"], 9)
        if block["told"]:
            head, rows = of_json(chart).table()
            cells = [[[cell] for cell in row] for row in rows]
            self._grid(
                [[title] for title in head],
                cells,
                [],
                [40, *[30] * (len(head) - 1)],
                [False, *[True] * (len(head) - 1)],
            )

    def page_break(self, block: dict[str, Any]) -> None:
        self.document.add_page_break()

    def _grid(self, head: list[Any], rows: list[Any], total: list[Any], widths: list[float], ends: list[bool]) -> None:
        """A table whose head stands on every page and whose rows are not torn apart."""
        add = word.Table(self.document, [round(width * 56.7) for width in widths])
        for n, row in enumerate([*([head] if head else []), *rows, *([total] if total else [])]):
            first, last = bool(head) and n == 0, bool(total) and n == len(rows) + bool(head)
            cells = add.row(head=first, ruled=first or last)
            for cell, runs, end in zip(cells, row, ends, strict=True):
                line = word.line_in(cell)
                if end:
                    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                self.runs(line, runs, size=9, bold=first or last)
        add.close()

    def runs(self, line: Any, runs: list[Any], *, size: float | None = None, bold: bool = False) -> None:
        """Text, figures and links of one paragraph."""
        for run in runs:
            text = run if isinstance(run, str) else run["text"]
            if not isinstance(run, str) and run["is"] == "Link" and SAFE_URL.fullmatch(run["url"]):
                word.link(line, text, run["url"], size)
                continue
            made = line.add_run(text)
            made.font.bold = bold or (not isinstance(run, str) and run["is"] == "Strong") or None
            if size:
                made.font.size = Pt(size)
        assert line._p.tag == qn("w:p")
