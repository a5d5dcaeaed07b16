"""Files made to harm: each is refused with one sentence or kept harmlessly, and memory stays bounded (X3, X6, X9)."""

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.hostile import packages
from tests.hostile.packages import MEGABYTE
from tests.reliability import card
from vincula.kernel.exchange import commands, limited, reading_child
from vincula.kernel.exchange.limits import DEFAULT, Unreadable
from vincula.kernel.exchange.table import open_table
from vincula.kernel.files import actions
from vincula.kernel.files.models import StoredFile
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

SOURCE = Path(reading_child.__file__).parents[3]


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def refusal(path: Path, name: str = "", seconds: float = 30, **limits: int) -> str:
    """The sentence with which a file is refused; not after longer, and not for more than 64 MB of our memory."""
    began, before = time.monotonic(), resident()
    with pytest.raises(Unreadable) as refused:
        for _row in open_table(path, name or path.name, limits=replace(DEFAULT, **limits)):
            assert resident() - before < 64 * MEGABYTE
    assert resident() - before < 64 * MEGABYTE
    assert time.monotonic() - began < seconds
    assert "\n" not in refused.value.sentence
    assert "Traceback" not in refused.value.sentence
    return refused.value.sentence


def written(path: Path, parts: Iterator[bytes]) -> Path:
    with path.open("wb") as file:
        file.writelines(parts)
    return path


# Tables


def test_a_reader_sees_no_file_but_its_own_and_reaches_nobody() -> None:
    script = f"""
import sys; sys.path.insert(0, {str(SOURCE)!r})
from vincula.kernel.exchange import reading_child, recognising
import os, socket
print(sorted(name for name in sys.modules if name.partition(".")[0] == "django"))
reading_child.limit({DEFAULT.child_memory}, 60)
for what in (lambda: open("/etc/hostname"), socket.socket, lambda: os.pipe(), lambda: os.open("/", 0)):
    try:
        what()
        print("got through")
    except OSError as error:
        print(error.errno)
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.stdout.split("\n")[:5] == ["[]", "24", "24", "24", "24"], done.stderr  # EMFILE, whatever it tries


def test_a_child_that_is_killed_or_lacks_memory_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.csv", (b"name,n\n" if n == 0 else b"x" * 50 + b",1\n" for n in range(50_000)))
    children: list[limited.Child] = []

    class Watched(limited.Child):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            children.append(self)

    monkeypatch.setattr("vincula.kernel.exchange.table.Child", Watched)
    rows = iter(open_table(path, "a.csv"))
    next(rows)
    children[0]._process.kill()
    with pytest.raises(Unreadable, match="too much time or memory"):
        list(rows)
    big = written(tmp_path / "a.json", iter([b'[{"a": [' + b"[]," * 3_000_000 + b"[]]}]"]))
    assert "time or memory" in refusal(big, child_memory=96 * MEGABYTE)
    table = open_table(path, "a.csv")
    process = children[-1]._process
    del table
    assert process.returncode is not None  # nobody waits for a table that nobody reads


def test_a_small_package_that_wants_gigabytes_is_refused(tmp_path: Path) -> None:
    path = packages.bomb(tmp_path / "bomb.xlsx", 120)
    assert path.stat().st_size < 354 * 1024
    assert "refused" in refusal(path, seconds=10)
    packages.lying(path, 4000)  # its directory says now that it is small
    assert refusal(path)


@pytest.mark.deep
def test_a_package_of_354_kib_that_wants_more_gigabytes_is_refused(tmp_path: Path) -> None:
    refused = 0
    sheet = packages.cells_of_strings(1)
    for strings in (b"<si><t>" + b"x" * (2400 * MEGABYTE) + b"</t></si>",):
        path = packages.workbook(
            tmp_path / "strings.xlsx", sheet, b'<sst xmlns="%s">' % packages.MAIN.encode() + strings
        )
        refused += bool(refusal(path, seconds=10))
    del strings
    path = packages.bomb(tmp_path / "bomb.xlsx", 2400)
    refused += "refused" in refusal(path, seconds=10)
    refused += bool(refusal(packages.lying(path, 5000), seconds=130))
    million = written(tmp_path / "a.vcf", (_card(n) for n in range(250_000)))
    refused += "more than 200000 rows" in refusal(million, seconds=130)
    line = written(tmp_path / "a.csv", (b"x," * (MEGABYTE // 2) for _n in range(100)))
    refused += "longer than" in refusal(line)
    one = written(tmp_path / "b.json", (b'[{"a": "' if n == 0 else b"x" * MEGABYTE for n in range(60)))
    refused += bool(refusal(one))
    card.record("cases", "hostile files of hundreds of megabytes refused in bounded memory", 6, 6 - refused)
    assert refused == 6


def _card(n: int) -> bytes:
    return b"BEGIN:VCARD\nVERSION:3.0\nFN:Person %d\nEND:VCARD\n" % n


def test_a_card_of_a_million_lines_and_lines_without_end_are_refused(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.vcf", (b"BEGIN:VCARD\nVERSION:3.0\n" if n == 0 else b"NOTE:x\n" * 1000 for n in range(1000))
    )
    assert "too long" in refusal(path)
    for name in ("a.csv", "a.jsonl"):
        start = b'{"a": "' if name == "a.jsonl" else b"name\n"
        line = written(tmp_path / name, (start if n == 0 else b"x" * MEGABYTE for n in range(5)))
        assert "longer than" in refusal(line), name
    record = written(tmp_path / "b.csv", (b"a,b\n" if n == 0 else b'"\n",' * 1000 for n in range(500)))
    assert "longer than" in refusal(record)


def test_no_entity_of_a_spreadsheet_is_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the server")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for entities in (f'<!ENTITY l0 SYSTEM "file://{secret}">', f'<!ENTITY l0 "ha">{laughs}'):
        text = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><sst xmlns="{packages.MAIN}"><si><t>&l{11 if "ha" in entities else 0};</t></si></sst>'
        path = packages.workbook(tmp_path / "x.xlsx", packages.cells_of_strings(2), text.encode())
        try:
            told = " ".join(open_table(path, "x.xlsx").headers)
        except Unreadable as refused:
            told = refused.sentence
        assert "secret" not in told
        assert len(told) < 200


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "0 bytes"),
        ("a.csv", gzip.compress(b"name\nx\n", mtime=0), "gzip"),
        ("a.vcf", b"PK\x03\x04" + b"x" * 100, "broken"),
        ("a.xlsx", b"\x7fELF" + b"\0" * 100, "ELF"),
        ("a.csv", "name\nЁж\n".encode("utf-32"), "UTF-32"),
        ("a.csv", b"\xef\xbb\xbfname\n\xff\xfe\n", "parts of it are not"),
        ("a.json", b'[{"a": ' + b"[" * 100_000, "deep"),
        ("a.json", b'[{"a": 1' + b"0" * 5000 + b"}]", "JSON"),
    ],
)
def test_a_disguised_or_broken_file_is_refused_in_words(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refusal(written(tmp_path / name, iter([content])))


def test_a_sheet_of_1001_columns_and_a_file_of_300_megabytes_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet().append(["x"] * 1001)
    book.save(tmp_path / "wide.xlsx")
    assert "more columns" in refusal(tmp_path / "wide.xlsx")
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(300 * MEGABYTE)  # sparse: the disk holds nothing of it
    assert "larger than 200 MB" in refusal(tmp_path / "large.csv", seconds=5)


def test_a_long_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv",
        (b"name,text\n" if n == 0 else b"University %d,%s\n" % (n, b"x" * 300) for n in range(60_000)),
    )
    table, before, most = open_table(path, "a.csv"), resident(), 0
    for count, _row in enumerate(table, 1):
        if not count % 5000:
            most = max(most, resident() - before)
    assert count == 59_999
    assert most < 16 * MEGABYTE


@pytest.mark.django_db
def test_formulas_go_out_as_text_and_come_back_as_they_were(tmp_path: Path) -> None:
    names = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\u2212x",
        "'=1",
        "|x",
        "%0A",
        '=HYPERLINK("https://example.org")',
    ]
    made = [factories.organisation(name=name) for name in names]
    alice = cast.alice()
    for form in ("csv", "xlsx"):
        path = tmp_path / f"a.{form}"
        path.write_bytes(b"".join(commands.exported("organisations", form=form, user=alice)))
        cells = [row["name"] for _line, row in open_table(path, path.name)]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "|", "%"))]
        if form == "xlsx":
            sheet = openpyxl.load_workbook(path).active
            assert sheet is not None
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr", "b", "d"}
        report, code = commands.run_import("organisations", path, user=alice)
        assert (code, report["updated"], report["created"]) == (0, 0, 0), report
    assert sorted(Organisation.objects.values_list("name", flat=True)) == sorted(record.name for record in made)


# Attachments


@pytest.mark.django_db
def test_three_hundred_megabytes_are_refused_before_they_are_read() -> None:
    client, body = cast.signed_in(cast.alice()), packages.Endless(300 * MEGABYTE)
    meta: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(body.size)}
    for url in ("/files/", "/imports/new/", "/api/v1/organisations/"):
        answer = client.generic("POST", url, content_type="multipart/form-data; boundary=x", **meta)
        assert (answer.status_code, body.taken) == (413, 0), url
    before, many = resident(), File(packages.Endless(300 * MEGABYTE), "a.bin")  # type: ignore[arg-type]  # a file without end
    many.chunks = lambda chunk_size=None: iter(lambda: many.file.read(MEGABYTE), b"")  # type: ignore[method-assign]  # as above
    with pytest.raises(ValidationError, match="larger than"):
        actions.store(upload=many, who=None)
    assert many.file.taken <= 26 * MEGABYTE  # type: ignore[union-attr]  # as above
    assert resident() - before < 32 * MEGABYTE


@pytest.fixture
def record(settings: Any, tmp_path: Path) -> Organisation:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return factories.organisation()


def attached(client: Client, record: Organisation, name: str, content: bytes) -> Any:
    """The answer that gives the file back, after it was sent as a browser does."""
    sent = {"entity": "parties.organisation", "object_id": str(record.pk), "file": SimpleUploadedFile("x", content)}
    sent["file"].name = name  # SimpleUploadedFile would clean it, an attacker does not
    before = set(StoredFile.objects.values_list("pk", flat=True))
    assert client.post("/files/", sent).status_code == 302
    file = StoredFile.objects.exclude(pk__in=before).get()
    answer = client.get(f"/files/{file.pk}/")
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]  # the answer streams
    return answer


@pytest.mark.django_db
def test_whatever_is_attached_never_runs_in_the_browser(record: Organisation) -> None:
    client = cast.signed_in(cast.alice())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for name, content, inline in (
        ("a.svg", svg, False), ("a.png", svg, False), ("a.html", b"<html><script>alert(1)</script>", False),
        ("a.txt", b"<script>alert(1)</script>", False), ("a.png", b" " * 4000 + b"<script>alert(1)</script>", True),
        ("a.xml", b"<?xml-stylesheet href='x'?><a/>", False), ("a.gif", b"GIF89a/*<script>alert(1)</script>*/", True),
        ("a.pdf", b"%PDF-1.7 <script>", False), ("a.htm", "\ufeff<script>".encode("utf-16"), False),
        ("a.csv", gzip.compress(b"x", mtime=0), False), ("a.jpg", b"PK\x03\x04x", False), ("a.hta", b"MZ\x90", False),
    ):  # fmt: skip
        answer = attached(client, record, name, content)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Content-Disposition"].startswith("inline" if inline else "attachment"), (name, content)
        if inline:  # only as what cannot run
            assert answer["Content-Type"].startswith(("text/plain; charset=utf-8", "image/gif")), name


@pytest.mark.django_db
def test_no_name_of_a_file_leads_out_of_its_place(record: Organisation, tmp_path: Path) -> None:
    client = cast.signed_in(cast.alice())
    names = ("../../../etc/passwd", "..\\..\\windows\\system32\\x.dll", "/etc/passwd", "C:\\x.txt", "a\u202egnp.exe", "CON", "nul.txt",
             "x" * 5000 + ".png", ".htaccess", "-rf", "a;b&c|d`e$(f).txt", "%2e%2e%2fx", "a\u0301" * 300)  # fmt: skip
    for name in names:
        answer = attached(client, record, name, b"harmless")
        assert "\n" not in answer["Content-Disposition"]
    assert {path.parents[2] for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path}
    for kept in StoredFile.objects.values_list("name", flat=True):
        assert 0 < len(kept) <= 150
        assert not set(kept) & set('/\\\0\u202e\u200b"')
        assert not kept.startswith(".")
