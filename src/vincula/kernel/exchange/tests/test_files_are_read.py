"""Files of every kind that people bring are read, or refused with one sentence (X3)."""

from __future__ import annotations

import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from vincula.kernel.exchange.limits import DEFAULT, Unreadable
from vincula.kernel.exchange.table import Table, open_table

RUSSIAN = "Название;Город\nСеверная академия;Архангельск\nМузей;Псков\n"
FRENCH = "Nom;Ville\nUniversité de Liège;Liège\nÉcole d'Été;Namur\n"


def written(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def opened(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Table:
    return open_table(written(folder, name, content, encoding), name)


def refusal(folder: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        list(opened(folder, name, content))
    return refused.value.sentence


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        (RUSSIAN, "utf-8", "utf-8"),
        (RUSSIAN, "utf-8-sig", "utf-8-sig"),
        (RUSSIAN, "utf-16", "utf-16-le"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        (RUSSIAN, "cp1251", "cp1251"),
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH, "utf-8", "utf-8"),
        (FRENCH, "utf-16-be", "utf-16-be"),
    ],
)
def test_letters_are_read_in_the_encoding_they_were_written_in(
    tmp_path: Path, text: str, codec: str, found: str
) -> None:
    table = opened(tmp_path, "a.csv", text, codec)
    assert table.encoding == found
    assert ";".join(table.headers) == text.splitlines()[0]
    assert [";".join(row.values()) for _line, row in table] == text.splitlines()[1:]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":", "^"])
def test_any_delimiter_is_found_even_when_others_stand_in_the_text(tmp_path: Path, delimiter: str) -> None:
    lines = ["name", "note", "place"], ["A", "“a, b”; c", "X"], ["B", "d, e, f", "Y"], ["C", "g; h", "Z"]
    table = opened(tmp_path, "a.csv", "\n".join(delimiter.join(line) for line in lines))
    assert table.delimiter == delimiter
    assert table.headers == ("name", "note", "place")


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.csv", "name\nA\nB\n")
    assert [row["name"] for _line, row in table] == ["A", "B"]


def test_the_delimiter_that_excel_names_is_used(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.csv", "sep=;\nname;place\nA;B\n")
    assert list(table) == [(3, {"name": "A", "place": "B"})]


def test_line_breaks_and_quotes_inside_cells_are_kept_and_lines_counted(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.csv", 'name,note\n"A ""one""","first\nsecond"\n\nB,x\n')
    assert list(table) == [(2, {"name": 'A "one"', "note": "first\nsecond"}), (5, {"name": "B", "note": "x"})]


def test_headers_get_a_name_each(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.csv", "name,name, ,name,,\nA,B,C,D,,\n")
    assert table.headers == ("name", "name (2)", "Column 3", "name (3)")
    assert next(iter(table))[1]["Column 3"] == "C"


def test_short_and_long_rows_are_told_apart(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.csv", "a,b\n1\n1,2,3\n")
    assert [row for _line, row in table] == [{"a": "1", "b": ""}, {"a": "1", "b": "2", None: ["3"]}]


def test_a_table_can_be_read_twice(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.csv", "a,b\n1,2\n")
    assert list(table) == list(table)
    assert table.sample(1) == list(table)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "0 bytes"),
        ("a.csv", b" \n\t\n", "blanks"),
        ("a.csv", b"\xef\xbb\xbf", "blanks"),
        ("a.csv", b'a,b\n"1,2\n3,4\n', "Line 2"),
        ("a.csv", b"a,b\n\x00\x01\x02\xff\xfe\n", "binary"),
        ("a.csv", b"\xff\xfe\x00\xd8\x00\x00", "UTF-16 LE"),
        ("a.csv", b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
        ("a.csv", b"%PDF-1.7\n", "PDF"),
        ("a.csv", b"<html><table></table></html>", "web page"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", ".xls"),
        ("a.xlsx", b"PK\x03\x04 not a zip", "broken"),
        ("a.json", b"[1, 2]", "not a record"),
        ("a.json", b'[{"a": 1} {"a": 2}]', "comma"),
        ("a.json", b'[{"a": 1},', "line 1"),
        ("a.json", b'[{"a": NaN}]', "JSON"),
        ("a.json", b'[{"a": 1}] more', "behind"),
        ("a.jsonl", b'{"a": 1}\n{"a": \n', "Line 2"),
        ("a.jsonl", b'{"a": "\\ud800"}\n', "half a letter"),
        ("a.jsonl", b'{"a": ' + b"[" * 100_000 + b"\n", "deep"),
        ("a.vcf", b"BEGIN:VCARD\nVERSION:3.0\nFN:A\n", "no end"),
        ("a.vcf", b"BEGIN:VCARD\nVERSION:9.0\nFN:A\nEND:VCARD", "version"),
        ("a.vcf", b"BEGIN:VCARD\nVERSION:3.0\n???\nEND:VCARD", "Line 3"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path, name, content)


def test_limits_on_size_rows_columns_and_cells_hold(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "a,b\n1,2\n3,4\n")
    with pytest.raises(Unreadable, match="larger"):
        open_table(path, "a.csv", limits=replace(DEFAULT, file_bytes=5))
    with pytest.raises(Unreadable, match="more than 1 rows"):
        list(open_table(path, "a.csv", limits=replace(DEFAULT, rows=1)))
    assert "1001 columns" in refusal(tmp_path, "b.csv", ",".join("x" * 1001) + "\n")
    assert "100000 characters" in refusal(tmp_path, "c.csv", "a,b\n1," + "x" * 100_001)
    assert "100000 characters" in refusal(tmp_path, "c.jsonl", json.dumps({"a": "x" * 100_001}))


def test_an_unknown_encoding_or_delimiter_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "a,b\n1,2\n")
    with pytest.raises(Unreadable, match="not known"):
        open_table(path, "a.csv", encoding="rot13")
    with pytest.raises(Unreadable, match="columns"):
        open_table(path, "a.csv", delimiter="ab")


def test_json_is_read_as_lines_as_an_array_and_inside_an_object(tmp_path: Path) -> None:
    assert list(opened(tmp_path, "a.jsonl", '{"a": 1}\n\n{"a": 2}\n')) == [(1, {"a": 1}), (3, {"a": 2})]
    assert list(opened(tmp_path, "a.json", '[\n{"a": 1},\n{"a": 2}\n]')) == [(2, {"a": 1}), (3, {"a": 2})]
    assert [line for line, _row in opened(tmp_path, "e.json", '[{"a": 1}, {"a": 2}, {"a": 3}]')] == [1, 2, 3]
    assert [row for _line, row in opened(tmp_path, "b.json", '{"items": [{"a": 1}], "n": 1}')] == [{"a": 1}]
    assert opened(tmp_path, "c.json", '[{"a": {"b": 1}}]').nested
    assert opened(tmp_path, "d.json", '[{"a": "b", "c": null}]').headers == ("a", "c")


def workbook(folder: Path, rows: list[list[object]], blank_sheet: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    if blank_sheet:
        sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(row)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def test_a_spreadsheet_is_read_as_text_with_its_own_line_numbers(tmp_path: Path) -> None:
    import datetime

    moment = datetime.datetime(2026, 3, 1, 12, 30)
    rows = [["name", "n", "day", "yes"], ["Ä", 3.0, datetime.date(2026, 3, 1), True], [], ["Б", 1.5, moment, None]]
    table = open_table(workbook(tmp_path, rows), "a.xlsx")
    assert (table.format, table.headers, table.sheet) == ("xlsx", ("name", "n", "day", "yes"), "Sheet")
    assert list(table) == [
        (2, {"name": "Ä", "n": "3", "day": "2026-03-01", "yes": "true"}),
        (4, {"name": "Б", "n": "1.5", "day": "2026-03-01 12:30:00", "yes": ""}),
    ]


def test_the_first_sheet_that_holds_anything_is_read(tmp_path: Path) -> None:
    table = open_table(workbook(tmp_path, [["a"], ["1"]], blank_sheet=True), "a.xlsx")
    assert (table.sheet, [row for _line, row in table]) == ("Data", [{"a": "1"}])


def test_an_empty_or_broken_spreadsheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no rows"):
        open_table(workbook(tmp_path, []), "a.xlsx")
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook>")
    with pytest.raises(Unreadable, match="broken"):
        open_table(path, "b.xlsx")
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("other.txt", "x")
    with pytest.raises(Unreadable, match="not a spreadsheet"):
        open_table(path, "b.xlsx")


def test_a_small_file_that_unpacks_to_a_flood_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"<row/>" * (60 * 1024 * 1024 // 6))
    assert path.stat().st_size < 400_000
    begin = time.monotonic()
    with pytest.raises(Unreadable, match="refused"):
        open_table(path, "bomb.xlsx")
    assert time.monotonic() - begin < 2


def test_one_cell_in_the_last_corner_does_not_take_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.cell(1, 1, "a")
    book.active.cell(1_048_576, 900, "z")
    path = tmp_path / "corner.xlsx"
    book.save(path)
    with pytest.raises(Unreadable, match="time or memory"):
        list(open_table(path, "corner.xlsx"))


def test_a_slow_child_is_ended(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["1"]])
    with pytest.raises(Unreadable, match="time or memory"):
        list(open_table(path, "a.xlsx", limits=replace(DEFAULT, child_seconds=0)))
