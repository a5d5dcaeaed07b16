"""What an import does quickly for thousands of lines is what is done for one (X3, X4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from vincula.kernel.access import door
from vincula.kernel.duplicates import finding
from vincula.kernel.entity import registry
from vincula.kernel.exchange import commands, rules
from vincula.kernel.exchange.models import ImportRun
from vincula.kernel.exchange.soon import soon
from vincula.kernel.exchange.table import open_table
from vincula.kernel.records import bulk, fields
from vincula.kernel.records.models import IndexValue
from vincula.kernel.testing import cast
from vincula.parties.tests import factories

TEXTS = ("", " ", "a", "BE", "be", "university", "x" * 29, "x" * 41, "x" * 301, "x" * 70_000, "é\n", "\0", "\ud800")


def test_a_text_that_is_taken_at_a_glance_is_what_its_column_takes() -> None:
    seen = 0
    for entity in registry.all():
        for f in entity.model._meta.concrete_fields:
            usual = rules._usual(f)
            keys = [key for key, _label in f.flatchoices] if f.choices is not None else []
            for text in (*TEXTS, *keys) if usual is not None else ():
                if isinstance(text, str) and usual(text):
                    assert f.clean(text, entity.model()) == text
                    seen += 1
    assert seen > 100


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["a", "b9", "-", ".", ".", "be", "/", "~", "A", "x" * 62]), min_size=2, max_size=9))
def test_an_address_that_is_taken_at_a_glance_is_one(parts: list[str]) -> None:
    text = f"https://a{''.join(parts)}"
    if fields._usual_url(text):
        fields._url(text)


def test_not_every_address_is_looked_at_slowly_and_none_is_let_through() -> None:
    assert fields._usual_url("https://www.example.org/a-b/c")
    for wrong in (
        "https://-a.example",
        "https://example",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 130}example",
    ):
        assert not fields._usual_url(wrong)
        with pytest.raises(ValidationError):
            fields.clean_url(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [("a\\b", "tab\there"), ("line\nbreak\r", "\\N")],
        [("one", "the same"), ("two", "the same"), ("three", "the same")],
        [("alone", "é «Киев» 🎓")],
    ],
)
def test_rows_that_travel_by_columns_arrive_as_they_were(rows: list[tuple[str, str]]) -> None:
    bulk.packed(
        IndexValue, ("entity", "field", "value", "object_id"), [("x.y", *row, n) for n, row in enumerate(rows)]
    )()
    found = IndexValue.objects.filter(entity="x.y").order_by("object_id")
    assert list(found.values_list("field", "value")) == rows


def test_values_that_are_equal_and_not_the_same_are_kept_apart() -> None:
    columns = [(1, True, 1), ("a", "a", "a"), (None, None, None), (None, 0, "")]
    assert [*bulk._rows(bulk._packed(columns))] == [*zip(*columns, strict=True)]
    assert [type(row[0]) for row in bulk._rows(bulk._packed(columns))] == [int, bool, int]
    assert bulk._copied(columns) == b"1\ta\t\\N\t\\N\nt\ta\t\\N\t0\n1\ta\t\\N\t\n"


@pytest.mark.django_db
def test_lines_of_a_file_are_compared_with_what_earlier_lines_were_compared_with(
    django_assert_num_queries: Any,
) -> None:
    entity = registry.get("parties.organisation")
    for n, name in enumerate(("Universiteit Gent", "Universiteit Antwerpen", "Hogeschool Gent", "Université de Namur")):
        factories.organisation(name=name, country="BE", city="Gent" if n != 1 else "Antwerpen")
    rows = [{"name": n, "country": "BE"} for n in ("Universiteit Ghent", "University of Antwerp", "Namur Universiteit")]
    memory = finding.Memory()
    for batch in (rows[:2], rows[1:], rows):
        assert finding.likely(entity, batch, door.SYSTEM, memory=memory) == finding.likely(entity, batch, door.SYSTEM)
    assert any(finding.likely(entity, rows, door.SYSTEM, memory=memory))
    with django_assert_num_queries(1):  # that of the door
        finding.likely(entity, rows, door.SYSTEM, memory=memory)


@pytest.mark.django_db
def test_what_is_remembered_is_still_asked_for_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    entity = registry.get("parties.organisation")
    twin = factories.organisation(name="Universiteit Gent", country="BE", city="Gent")
    row, memory = {"name": "Universiteit Gent", "country": "BE", "city": "Gent"}, finding.Memory()
    assert [one.record_id for one in finding.likely(entity, [row], cast.alice(), memory=memory)[0]] == [twin.pk]
    assert finding.likely(entity, [row], cast.user("nobody"), memory=memory) == [[]]
    monkeypatch.setattr(finding, "KEPT", 0)
    memory.tidy()
    assert (memory.holders, memory.rows, memory.known) == ({}, {}, {})


@pytest.mark.django_db(transaction=True)
def test_what_is_written_soon_is_there_and_nothing_else_is_written_so() -> None:
    asked = "SHOW synchronous_commit" if connection.vendor == "postgresql" else "PRAGMA synchronous"

    def how() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return cursor.fetchone()

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")  # the cluster of the tests waits for no disk
    usual = how()
    with soon():
        assert how() != usual
        IndexValue.objects.create(entity="x.y", object_id=1, field="f", value="v")
    assert how() == usual
    with pytest.raises(ZeroDivisionError), soon():
        IndexValue.objects.create(entity="x.y", object_id=2, field="f", value=str(1 / 0))
    assert how() == usual
    with transaction.atomic(), soon():
        assert how() == usual  # the one around it decides
    assert IndexValue.objects.filter(entity="x.y").count() == 1


@pytest.mark.parametrize(
    ("text", "about"),
    [("name\nA\nB\n", 2), ("name\nA\nB", 2), ('name\n"A\nstill A"\n', 2), ("name\r\nA\r\n", 1), ("name\rA\rB\r", None)],
)
def test_the_lines_of_a_file_are_told_before_it_is_read(tmp_path: Path, text: str, about: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, newline="")
    assert open_table(path, path.name).about == about
    path.write_bytes(text.encode("utf-16"))
    assert open_table(path, path.name).about == about


@pytest.mark.django_db
def test_a_checked_file_has_as_many_lines_as_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,description\nA,"one\ntwo\nthree"\n\n\nB,\n')
    report, _code = commands.run_import("organisations", path, user=cast.alice(), dry_run=True)
    assert (report["read"], ImportRun.objects.get(pk=report["run"]).total) == (2, 2)


def test_columns_with_rules_of_their_own_are_not_taken_at_a_glance() -> None:
    class Loud(models.CharField):
        def clean(self, value: Any, instance: Any) -> Any:
            return super().clean(str(value).upper(), instance)

    assert rules._usual(Loud(max_length=3)) is None
    assert rules._usual(models.EmailField()) is None
    assert rules._usual(models.CharField(max_length=3))("abc")  # type: ignore[misc]  # not None


@pytest.mark.django_db
def test_what_one_file_was_compared_with_is_forgotten_before_the_next(tmp_path: Path) -> None:
    alice, path = cast.alice(), tmp_path / "one.csv"
    path.write_text("name,country,website\nUniversité de Namur,BE,https://www.unamur.example\n")

    def doubles() -> str:
        report, _code = commands.run_import("organisations", path, dry_run=True, user=alice)
        return str([line.messages for line in ImportRun.objects.get(pk=report["run"]).lines.all()])

    assert "Namur" not in doubles()
    factories.organisation(name="Universite de Namur (UNamur)", country="BE", website="https://www.unamur.example")
    assert "UNamur" in doubles()
