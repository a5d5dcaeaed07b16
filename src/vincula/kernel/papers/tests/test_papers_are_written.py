"""Writers draw every part, read no text as markup, give the same bytes twice, and end within their limits."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from vincula.kernel.papers import tree, writing, writing_child
from vincula.kernel.papers.tests import sample
from vincula.kernel.papers.tests.reading import READ, told
from vincula.kernel.papers.tree import Column, Facts, Heading, Items, Link, Note, Paragraph, Strong, Table
from vincula.kernel.papers.writing import NotWritten

FORMS = ("pdf", "docx")


def squeezed(text):
    """Text without any white space: lines of a PDF may break anywhere in a long word."""
    return re.sub(r"\s", "", told(text))


@pytest.mark.parametrize("form", FORMS)
def test_every_part_is_drawn_and_nothing_else_is_said(form):
    content, remarks = writing.write(sample.paper(), form)
    text = READ[form](content)
    for words in ("Sample", "Ghent", "All is well.", "Made for alice.", "Contents", "First", "strong", "a page", "Mind this.",
                  "How much was used?", "Most in Q4: 8 TB.", "quarter", "Backup", "Numbers", "How many", "Nothing was found.",
                  "As of today"):  # fmt: skip
        assert words in text, words
    assert remarks == []
    assert "DRAFT" not in text
    assert "{" not in text


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_is_shown_as_it_is_and_nothing_of_it_runs(form):
    texts = sample.HOSTILE
    blocks = (
        *(Heading(text) for text in texts[:4]), *(Paragraph((text, Strong(text), Link(text, text))) for text in texts),
        Facts(tuple((text, (text,)) for text in texts)), Items(tuple((text,) for text in texts)), Note((texts[0],)),
        Table(texts[0], tuple(Column(text[:60]) for text in texts[:3]), tuple(
            tuple((text,) for text in row) for row in (texts[:3], texts[3:6])), texts[1]),
        Table(texts[2], (Column(texts[3]),), (), texts[0]),
    )  # fmt: skip
    paper = sample.paper(
        *blocks, title=texts[0], subject=texts[1], standfirst=texts[2], made=texts[3], foot=texts[4], draft=True
    )
    content, _remarks = writing.write(paper, form)
    text = squeezed(READ[form](content))
    for each in texts:
        assert squeezed(each) in text, each
    assert "root:x:0" not in text
    assert "7*7" in text
    assert "DRAFT" in text
    if form == "pdf":
        addresses = [
            note.get_object().get("/A", {}).get("/URI", "") for page in PdfReader(io.BytesIO(content)).pages
            for note in page.get("/Annots", [])
        ]  # fmt: skip
        assert {each for each in addresses if each} == {texts[-1]}


def test_characters_that_no_font_has_are_said_and_kept_in_the_word_file():
    paper = sample.paper(Paragraph(("جامعة 大学 \U000f1234 Ghent",)), Paragraph(("safe\u202etxt.exe\x00\x1b[31m",)))
    content, remarks = writing.write(paper, "pdf")
    assert remarks == ["glyphs"]
    text = READ["pdf"](content)
    assert "Ghent" in text
    assert "safetxt.exe[31m" in text
    assert PdfReader(io.BytesIO(content)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    word, _none = writing.write(paper, "docx")
    assert "جامعة 大学 \U000f1234 Ghent" in READ["docx"](word)
    assert "safetxt.exe[31m" in READ["docx"](word)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_paper_has_the_same_bytes_and_holds_no_clock(form):
    first, again = (writing.write(sample.paper(), form)[0] for _ in range(2))
    assert first == again
    assert b"2026" in first if form == "pdf" else True
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(first)) as packed:
            assert {info.date_time for info in packed.infolist()} == {(2026, 11, 22, 0, 0, 0)}
            assert b"2026-11-22T00:00:00Z" in packed.read("docProps/core.xml")


def test_a_draft_says_so_on_every_page():
    content, _remarks = writing.write(sample.paper(draft=True), "pdf")
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 1
    assert all("DRAFT" in page.extract_text() for page in pages)


def test_a_table_repeats_its_head_on_every_page():
    rows = tuple(((f"row {n}",), (str(n),)) for n in range(120))
    content, _remarks = writing.write(sample.paper(Table("Long", (Column("Where"), Column("Count")), rows, "")), "pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) >= 3
    assert all("Where" in page and "Count" in page for page in pages)


def test_a_paper_of_more_rows_than_anybody_reads_is_refused_with_a_sentence():
    rows = tuple((("x",),) for _ in range(writing.ROWS + 1))
    with pytest.raises(NotWritten, match="20001 rows; at most 20000"):
        writing.write(sample.paper(Table("", (Column("a"),), rows, "")), "pdf")


@pytest.mark.parametrize(("name", "value"), [("MEMORY", 120 * 1024**2), ("SECONDS", 1)])
def test_a_child_past_its_limits_is_one_sentence(monkeypatch, name, value):
    rows = tuple(tuple((f"row {n} {m}",) for m in range(5)) for n in range(3000))
    long = sample.paper(Table("", tuple(Column(f"c{m}") for m in range(5)), rows, ""))
    monkeypatch.setattr(writing, name, value)
    with pytest.raises(NotWritten, match="too much time or memory"):
        writing.write(long, "pdf")


def test_only_so_many_papers_are_written_at_once(monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE", 0.01)
    held = [writing._places.acquire(blocking=False) for _ in range(2)]
    try:
        with pytest.raises(NotWritten, match="Try again in a minute"):
            writing.write(sample.paper(Heading("x")), "pdf")
    finally:
        for _ in held:
            writing._places.release()


def test_what_goes_wrong_in_the_child_is_logged_and_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr(tree, "as_json", lambda part: {"nothing": 1})
    monkeypatch.setattr(writing, "as_json", lambda part: {"nothing": 1})
    with pytest.raises(NotWritten, match="The reason is in the log"):
        writing.write(sample.paper(Heading("x")), "docx")


def test_the_child_knows_neither_django_nor_our_environment():
    script = Path(writing_child.__file__)
    told_by = (
        "import sys; sys.argv = ['x', '{}']; sys.path.insert(0, {!r}); import site; site.main();"
        "from vincula.kernel.papers import write_docx, write_pdf; from vincula.kernel.charts import drawing;"
        "print(sorted(m for m in sys.modules if m.split('.')[0] == 'django'))"
    ).format("{}", str(script.parents[3]))
    done = subprocess.run([sys.executable, "-I", "-S", "-c", told_by], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_charts_are_drawn_as_svg_without_asking_anybody_for_anything():
    drawn, _remarks = writing.write(sample.paper(), "svg")
    (svg,) = json.loads(drawn)
    assert svg.startswith("<svg")
    assert "Backup" in svg
    assert "<image" not in svg
    assert "<script" not in svg


@pytest.mark.deep
@pytest.mark.parametrize("form", FORMS)
def test_ten_thousand_rows_are_written(form):
    columns = tuple(Column(f"c{n}") for n in range(5))
    rows = tuple(tuple((f"row {n} column {m} #let",) for m in range(5)) for n in range(10_000))
    content, _remarks = writing.write(sample.paper(Table("Many", columns, rows, "")), form)
    if form == "docx":
        assert "row 9999 column 4 #let" in READ[form](content)
    else:
        assert "row 9999 column 4 #let" in told(PdfReader(io.BytesIO(content)).pages[-1].extract_text())
