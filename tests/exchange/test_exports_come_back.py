"""What is exported is what is shown, harms no spreadsheet, and changes nothing when it comes back (X1)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.exchange import commands, export
from vincula.kernel.exchange.guard import guarded, unguarded
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.records.models import CustomField
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

FORMS = ("csv", "xlsx", "jsonl")


@given(st.text())
def test_a_guarded_cell_comes_back_and_never_begins_dangerously(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))


@pytest.fixture
def alice(db: None) -> User:
    return cast.alice()


def exported(user: Any, form: str = "csv", rows: Any = None, names: Any = None, slug: str = "organisations") -> bytes:
    entity = registry.by_slug(slug)
    assert entity is not None
    return b"".join(export.stream(entity, entity.rows(user) if rows is None else rows, user, form=form, names=names))


def awkward() -> Organisation:
    CustomField.objects.create(entity="parties.organisation", key="level", label="Level", kind="number")
    top = factories.organisation(name="=HYPERLINK(1)", country="BE", aliases=["a; b", "-c", "'=d"])
    return factories.organisation(
        name='"Quoted", and\tmore', country="LU", names={"fr": "Un; deux", "ru": "Имя"}, parent=top, established=1817,
        references={"ror": ["https://ror.org/0x"], "isni": ["0000 0001"]}, tags=["x", "y"], custom={"level": 2.5},
        description="first line\nsecond; line", email_domains=["a.example", "b.example"], active=False,
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_importing_the_own_export_changes_nothing(alice: User, form: str) -> None:
    awkward()
    report = commands.round_trip(registry.by_slug("organisations"), alice, form)
    assert (report["read"], report["unchanged"], report["errors"], report["skips"]) == (2, 2, [], [])


@pytest.mark.parametrize("form", FORMS)
def test_an_edited_export_changes_just_that(alice: User, form: str, tmp_path: Path) -> None:
    record = awkward()
    if form == "jsonl":
        lines = [json.loads(line) for line in exported(alice, form).splitlines()]
        next(line for line in lines if line["id"] == record.pk)["city"] = "Esch"
        content = "\n".join(json.dumps(line) for line in lines).encode()
    elif form == "csv":
        lines_ = list(csv.reader(io.StringIO(exported(alice, form).decode("utf-8-sig"))))
        next(line for line in lines_ if line[0] == str(record.pk))[lines_[0].index("city")] = "Esch"
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=";").writerows(lines_)
        content = buffer.getvalue().encode("utf-8")
    else:
        book = openpyxl.load_workbook(io.BytesIO(exported(alice, form)))
        sheet = book.active
        column = next(cell.column for cell in sheet[1] if cell.value == "city")
        row = next(row[0].row for row in sheet.iter_rows() if row[0].value == record.pk)
        sheet.cell(row, column, "Esch")
        kept = io.BytesIO()
        book.save(kept)
        content = kept.getvalue()
    path = tmp_path / f"a.{form}"
    path.write_bytes(content)
    report, code = commands.run_import("organisations", path, user=alice)
    assert (code, report["updated"], report["unchanged"]) == (0, 1, 1), report
    before = {name: value for name, value in vars(record).items() if name[0] != "_"}
    record.refresh_from_db()
    changed = {name for name, value in vars(record).items() if name[0] != "_" and before[name] != value}
    assert changed == {"city", "city_folded", "version", "updated_at"}
    assert record.city == "Esch"


def test_a_row_that_was_changed_since_the_export_is_a_question(alice: User, tmp_path: Path) -> None:
    record = factories.organisation(name="A", country="BE", city="Gent")
    path = tmp_path / "a.csv"
    path.write_bytes(exported(alice).replace(b"Gent", b"Ghent"))
    actions.change(record, who=alice, region="Flanders")
    report, code = commands.run_import("organisations", path, user=alice)
    assert (code, report["updated"], len(report["questions"])) == (0, 0, 1)
    record.refresh_from_db()
    assert (record.city, record.region) == ("Gent", "Flanders")


def test_numbers_of_another_house_are_not_believed(alice: User, tmp_path: Path) -> None:
    mine = factories.organisation(name="Mine", country="BE")
    path = tmp_path / "a.csv"
    path.write_text(f"id,version,name,country\n{mine.pk},v17,Theirs,BE\n")
    report, _code = commands.run_import("organisations", path, user=alice)
    assert report["created"] == 1
    mine.refresh_from_db()
    assert mine.name == "Mine"


def test_spreadsheets_run_nothing_of_it(alice: User) -> None:
    awkward()
    text = exported(alice).decode("utf-8-sig")
    for line in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "@")) for cell in line)
    sheet = openpyxl.load_workbook(io.BytesIO(exported(alice, "xlsx"))).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_columns_rows_and_order_are_those_of_the_list(alice: User) -> None:
    for name in ("A", "B", "C"):
        factories.organisation(name=name, country="BE", city=f"{name}-town")
    rows = Organisation.objects.visible_to(alice).exclude(name="B").order_by("-name")
    lines = list(csv.reader(io.StringIO(exported(alice, rows=rows, names=["city", "acronym"]).decode("utf-8-sig"))))
    assert lines[0] == ["id", "version", "name", "country", "city", "acronym"]  # the natural key stands before
    assert [line[2] for line in lines[1:]] == ["C", "A"]


def test_relations_that_may_not_be_seen_are_not_named(alice: User) -> None:
    secret = factories.organisation(name="Canary", country="LU")
    factories.organisation(name="Visible", country="BE", parent=secret)
    bob = cast.user("bob", ("*", "*", "country", ["BE"]))
    for form in FORMS:
        content = exported(bob, form)
        if form == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content)).active
            content = "".join(str(cell.value) for row in sheet.iter_rows() for cell in row).encode()
        assert b"Visible" in content
        assert b"Canary" not in content
        assert str(secret.version).encode() not in content


def test_an_export_needs_the_right_and_is_told(alice: User) -> None:
    from django.core.exceptions import PermissionDenied

    factories.organisation(name="A", country="BE")
    exported(alice)
    entry = AuditEntry.objects.get(verb="exported")
    assert (entry.who, entry.entity, entry.changes["count"]) == (alice, "parties.organisation", [None, 1])
    bob = cast.user("bob", ("*", "view", "all", []))
    with pytest.raises(PermissionDenied):
        exported(bob)


def test_the_answer_is_a_download_that_streams(alice: User) -> None:
    factories.organisation(name="A", country="BE")
    entity = registry.by_slug("organisations")
    response = export.respond(entity, entity.rows(alice), alice)
    assert response.streaming
    assert response["Content-Disposition"].startswith('attachment; filename="organisations-')
    assert b"A" in b"".join(response.streaming_content)
