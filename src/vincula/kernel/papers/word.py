"""Parts of a Word document that python-docx has no word for: fields, bookmarks, borders, repeated head rows, links."""

from __future__ import annotations

import copy
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

TAGS = {"en": "en-GB", "ru": "ru-RU", "fr": "fr-FR", "nl": "nl-NL", "de": "de-DE"}


def make(tag: str, **attributes: object) -> Any:
    """``make("w:bookmarkStart", id=1, name="x")``."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def font(style: Any, name: str, language: str) -> None:
    """The font of a style for every script, and its language."""
    properties = style.get_or_add_rPr()
    for tag in ("w:rFonts", "w:lang"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    properties.insert(0, make("w:rFonts", ascii=name, hAnsi=name, cs=name, eastAsia=name))
    tag = TAGS.get(language, language)
    properties.append(make("w:lang", val=tag, eastAsia=tag))


def with_font(table: bytes, name: str) -> bytes:
    """The table of fonts with ours, so that a machine without it takes one that looks alike."""
    ours = (
        f'<w:font w:name="{name}"><w:altName w:val="Arial"/><w:panose1 w:val="020B0502040504020204"/>'
        '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
    )
    return table.replace(b"</w:fonts>", ours.encode() + b"</w:fonts>")


def no_rule(style: Any) -> None:
    """The default title has a rule below; ours has none."""
    properties = style.find(qn("w:pPr"))
    for old in properties.findall(qn("w:pBdr")) if properties is not None else ():
        properties.remove(old)


def rule_beside(line: Paragraph, colour: str) -> None:
    """A coloured rule at the left of a paragraph."""
    border = make("w:pBdr")
    border.append(make("w:left", val="single", sz=16, space=6, color=colour))
    line._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def field(line: Paragraph, code: str, shown: str) -> None:
    """A field with what it shows until Word computes it anew."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = line.add_run()
        if kind == "shown":
            run.text = text
        elif kind:
            run._r.append(make("w:fldChar", fldCharType=kind))
        else:
            code_of = make("w:instrText")
            code_of.text = f" {text} "
            run._r.append(code_of)


def contents(document: Any, entries: list[tuple[int, str, int]]) -> None:
    """A contents field that already lists the headings, each a link; Word adds the pages when the file is opened.

    ``entries``: number of the heading, its text, its level.
    """
    for n, (number, text, level) in enumerate(entries):
        line = document.add_paragraph()
        line.paragraph_format.left_indent = 0 if level == 1 else 180_000  # English metric units: half a centimetre
        line.paragraph_format.space_after = 0
        if n == 0:
            begin = make("w:fldChar", fldCharType="begin", dirty="true")
            code = make("w:instrText")
            code.text = ' TOC \\o "1-2" \\h \\z \\u '
            for part in (begin, code, make("w:fldChar", fldCharType="separate")):
                line.add_run()._r.append(part)
        anchor = make("w:hyperlink", anchor=f"part{number}", history=1)
        run = line.add_run(text)
        anchor.append(run._r)
        line._p.append(anchor)
        if n == len(entries) - 1:
            line.add_run()._r.append(make("w:fldChar", fldCharType="end"))


def bookmark(line: Paragraph, number: int) -> None:
    """The place of a heading, for the contents."""
    line._p.insert(1, make("w:bookmarkStart", id=number, name=f"part{number}"))
    line._p.append(make("w:bookmarkEnd", id=number))


def link(line: Paragraph, text: str, url: str, size: float | None) -> None:
    """A link out of the document."""
    number = line.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    anchor = OxmlElement("w:hyperlink")
    anchor.set(qn("r:id"), number)
    run = line.add_run(text)
    run.font.underline = True
    if size:
        run.font.size = int(size * 12_700)
    anchor.append(run._r)
    line._p.append(anchor)


def new_list(document: Any) -> int:
    """A numbered list that begins at one."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element.find(f".//{qn('w:numId')}")
    old = next(n for n in numbering.num_lst if n.numId == int(style.get(qn("w:val"))))
    new = numbering.add_num(old.abstractNumId.val)
    new.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(new.numId)


def of_list(line: Paragraph, number: int) -> None:
    """The paragraph is an item of that list."""
    properties = line._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def described(shape: Any, title: str, text: str) -> None:
    """What a picture shows, for whoever does not see it."""
    properties = shape._inline.docPr
    properties.set("title", title)
    properties.set("descr", text)


def line_in(cell: Any) -> Paragraph:
    """The paragraph of a new cell."""
    line = OxmlElement("w:p")
    cell.append(line)
    made = Paragraph(line, cell.document)
    made.paragraph_format.space_after = 0
    return made


class Cell:
    """A cell while it is filled: where paragraphs are appended, and what they belong to."""

    def __init__(self, element: Any, document: Any) -> None:
        self.element, self.document = element, document._body
        self.append = element.append

    @property
    def part(self) -> Any:
        return self.document.part


class Table:
    """A table row by row. python-docx looks all cells up for each one added: ten thousand rows would take an hour."""

    def __init__(self, document: Any, widths: list[int]) -> None:
        self.document, self.widths = document, widths
        self.element = make("w:tbl")
        properties = make("w:tblPr")
        properties.append(make("w:tblW", w=sum(widths), type="dxa"))
        borders = make("w:tblBorders")
        borders.append(make("w:bottom", val="single", sz=4, space=0, color="E3E2DD"))
        borders.append(make("w:insideH", val="single", sz=4, space=0, color="E3E2DD"))
        properties.append(borders)
        properties.append(make("w:tblLayout", type="fixed"))
        self.element.append(properties)
        grid = make("w:tblGrid")
        for width in widths:
            grid.append(make("w:gridCol", w=width))
        self.element.append(grid)
        self._ruled = make("w:tcBorders")
        self._ruled.append(make("w:bottom", val="single", sz=8, space=0, color="1A1B1E"))

    def row(self, *, head: bool, ruled: bool) -> list[Cell]:
        """The cells of a new row; a ``head`` is repeated on every page."""
        row, properties = make("w:tr"), make("w:trPr")
        properties.append(make("w:cantSplit"))
        if head:
            properties.append(make("w:tblHeader"))
        row.append(properties)
        cells = []
        for width in self.widths:
            cell, own = make("w:tc"), make("w:tcPr")
            own.append(make("w:tcW", w=width, type="dxa"))
            if ruled:
                own.append(copy.deepcopy(self._ruled))
            cell.append(own)
            row.append(cell)
            cells.append(Cell(cell, self.document))
        self.element.append(row)
        return cells

    def close(self) -> None:
        """Put it at the end of the document, with a little air behind."""
        body = self.document._body._element
        body.insert(len(body) - 1, self.element)  # the last child is the section
        self.document.add_paragraph().paragraph_format.space_after = 0
