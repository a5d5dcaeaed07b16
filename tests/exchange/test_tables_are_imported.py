"""Tables come in by the same rules as the form: all or nothing, line by line, and back again (X1, X3, X6)."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from vincula.config import rows
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.exchange import applying, commands, preparing, runs
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.records.models import CustomField
from vincula.kernel.search import find
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation, Team
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return cast.alice()


@pytest.fixture
def bring(tmp_path: Path, alice: User) -> Any:
    """bring(text, …) imports a CSV of organisations and returns its report."""

    def do(
        text: str | bytes, *, what: str = "organisations", who: Any = None, name: str = "a.csv", **options: Any
    ) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        report, code = commands.run_import(what, path, user=who or alice, **options)
        assert code == (2 if report["errors"] else 0)
        return report

    return do


def figures(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], len(report["errors"])


def test_columns_are_known_by_name_label_and_alias_in_any_case_and_script(bring: Any) -> None:
    assert figures(bring("Name;COUNTRY;Town;home-page;e-mail domains\nA;BE;Gent;north.example;north.example; \n")) == (
        1,
        0,
        0,
        0,
    )
    made = Organisation.objects.get()
    assert (made.name, made.country, made.city, made.email_domains) == ("A", "BE", "Gent", ["north.example"])
    assert made.website == "https://north.example"
    assert figures(bring("Имя,Фамилия,E-mail\nОлена,Коваль,olena@example.org\n", what="people")) == (1, 0, 0, 0)
    assert figures(bring("Prénom\tNom\nAnne\tPeeters\n", what="people", name="a.tsv")) == (1, 0, 0, 0)


def test_labels_of_other_languages_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import translation

    from vincula.kernel.exchange import mapping

    class Label:
        def __str__(self) -> str:
            return "Плотность" if translation.get_language() == "ru" else "density"

    entity = registry.by_slug("organisations")
    monkeypatch.setattr(entity.columns["tariff_category"], "label", Label())
    assert mapping.guess(entity, ["плотность", "Nonsense"]) == {"плотность": "tariff_category"}
    assert mapping.guess(entity, ["Name", "name"]) == {"Name": "name"}


def test_the_second_time_nothing_changes_and_a_changed_cell_is_one_change(bring: Any) -> None:
    text = "name,country,city\nA,BE,Gent\nB,Belgium,Brugge\n"
    assert figures(bring(text)) == (2, 0, 0, 0)
    assert figures(bring(text)) == (0, 0, 2, 0)
    report = bring(text.replace("Gent", "Ghent"))
    assert figures(report) == (0, 1, 1, 0)
    line = ImportLine.objects.get(run=report["run"], outcome="update")
    assert (line.before, line.values) == ({"city": "Gent"}, {"city": "Ghent"})


def test_one_bad_line_stops_all_and_each_is_named(bring: Any) -> None:
    before = rows.dump_hash()
    report = bring("name,country,website,established\nA,BE,,1900\nB,Atlantis,,1900\n,BE,,\nD,BE,not a site,long ago\n")
    assert [(e["line"], e["field"]) for e in report["errors"]] == [
        (3, "country"), (4, "name"), (5, "established"),
    ] or {e["line"] for e in report["errors"]} == {3, 4, 5}  # fmt: skip
    assert rows.dump_hash() == before


def test_lines_that_only_the_database_finds_at_odds_are_named_in_the_words_of_the_rule(bring: Any) -> None:
    gent = factories.organisation(name="Gent")
    before = rows.dump_hash()
    lines = "\n".join(["organisation,kind,note", f"#{gent.pk},supplier,one", f"#{gent.pk},supplier,two"])
    [error] = bring(lines, what="organisation-relations")["errors"]
    assert (error["line"], error["message"]) == (3, "This relation is already there; end it before it begins anew.")
    assert rows.dump_hash() == before


def test_a_row_with_too_many_cells_is_an_error(bring: Any) -> None:
    assert [e["line"] for e in bring("name,country\nA,BE,surplus\n")["errors"]] == [2]


def test_doubles_in_a_file_are_left_out_when_equal_and_refused_when_not(bring: Any) -> None:
    assert bring("name,country,city\nA,BE,Gent\nA,BE,Gent\n")["skipped"] == 1
    report = bring("name,country,city\nB,BE,Gent\nb,BE,Brugge\n")
    assert [(e["line"], "Line 2" in e["message"]) for e in report["errors"]] == [(3, True)]


def test_an_empty_cell_keeps_what_is_there_unless_told_otherwise(bring: Any, alice: User, tmp_path: Path) -> None:
    factories.organisation(name="A", country="BE", city="Gent")
    assert figures(bring("name,country,city\nA,BE,\n")) == (0, 0, 1, 0)
    path = tmp_path / "b.csv"
    path.write_text("name,country,city\nA,BE,\n")
    run = runs.begin(path, "b.csv", who=alice, entity=registry.by_slug("organisations"))
    runs.use(run, options={"blanks": "clear"})
    runs.check(run, alice)
    runs.apply(run, alice)
    assert Organisation.objects.get().city == ""


def test_relations_are_found_by_title_number_and_reference_or_refused(bring: Any) -> None:
    top = factories.organisation(name="Top", country="BE", references={"ror": ["https://ror.org/0top"]})
    report = bring(
        f"name,country,parent\nA,BE,top\nB,BE,#{top.pk}\nC,BE,ror: https://ror.org/0top\nD,BE,https://ror.org/0top\n"
    )
    assert figures(report) == (4, 0, 0, 0)
    assert set(Organisation.objects.exclude(pk=top.pk).values_list("parent_id", flat=True)) == {top.pk}
    assert "Nowhere" in bring("name,country,parent\nE,BE,Nowhere\n")["errors"][0]["message"]


def test_a_relation_to_another_line_of_the_file_is_made_whatever_the_order(bring: Any) -> None:
    assert figures(bring("name,country,parent\nChild,BE,Mother\nMother,BE,\n")) == (2, 0, 0, 0)
    child = Organisation.objects.get(name="Child")
    assert str(child.parent) == "Mother"
    report = bring("name,country,parent\nChild,BE,Mother\nMother,BE,\n")
    assert figures(report) == (0, 0, 2, 0)


def test_circles_are_refused_and_nothing_remains(bring: Any) -> None:
    before = rows.dump_hash()
    report = bring("name,country,parent\nA,BE,B\nB,BE,C\nC,BE,A\n")
    assert {e["line"] for e in report["errors"]} == {2, 3, 4}
    assert rows.dump_hash() == before
    assert len(bring("name,country,parent\nA,BE,A\n")["errors"]) == 1


def test_many_relations_and_own_fields_come_in(bring: Any) -> None:
    CustomField.objects.create(
        entity="parties.organisation", key="tier", label="Tier", kind="choice", options=["gold", "tin"]
    )
    assert figures(bring("name,country,Tier\nA,BE,gold\n")) == (1, 0, 0, 0)
    assert Organisation.objects.get().custom == {"tier": "gold"}
    assert bring("name,country,Tier\nA,BE,lead\n")["errors"][0]["field"] == "custom.tier"
    factories.organisation(name="B", country="BE")
    assert figures(bring("name,organisations\nTeam,A; B\n", what="teams")) == (1, 0, 0, 0)
    assert sorted(str(o) for o in Team.objects.get().organisations.all()) == ["A", "B"]
    assert figures(bring("name,organisations\nTeam,B\n", what="teams")) == (0, 1, 0, 0)
    assert [str(o) for o in Team.objects.get().organisations.all()] == ["B"]


def test_audit_index_and_search_know_what_was_imported(bring: Any, alice: User) -> None:
    bring("name,country,aliases\nUniversity of the North,BE,Noorden; Nord\n")
    made = Organisation.objects.get()
    entry = AuditEntry.objects.get(entity="parties.organisation", object_id=made.pk)
    assert (entry.verb, entry.who, entry.version, entry.changes["name"]) == (
        "imported",
        alice,
        made.version,
        [None, made.name],
    )
    hits = find("Noorden", entities=["parties.organisation"], visible=lambda entity, ids: set(ids))
    assert [hit.object_id for hit in hits] == [made.pk]
    assert list(Organisation.objects.values_list("owner", flat=True)) == [alice.pk]


def test_undo_keeps_what_was_edited_since_field_by_field(bring: Any, alice: User) -> None:
    there = factories.organisation(name="A", country="BE", city="Gent", region="East")
    report = bring("name,country,city,region\nA,BE,Ghent,Flanders\nB,BE,Brugge,\nC,BE,,\n")
    actions.change(there, who=alice, city="Gand")
    actions.change(Organisation.objects.get(name="B"), who=alice, region="West")
    done = commands.undo(report["run"], alice)
    there.refresh_from_db()
    assert (there.city, there.region) == ("Gand", "East")
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["A", "B"]
    assert (done["deleted"], done["restored"]) == (1, 1)
    assert done["kept"] == ["A: city", "“B” was edited since and is kept."]


def test_undo_keeps_a_record_that_others_use(bring: Any, alice: User) -> None:
    report = bring("name,country\nA,BE\nB,BE\n")
    factories.affiliation(organisation=Organisation.objects.get(name="A"))
    done = commands.undo(report["run"], alice)
    assert done["kept"] == ["“A” is used by other records and is kept."]
    assert list(Organisation.objects.values_list("name", flat=True)) == ["A"]
    with pytest.raises(LookupError):
        commands.undo(report["run"], alice)


def test_a_record_changed_between_check_and_import_stops_the_import(alice: User, tmp_path: Path) -> None:
    there = factories.organisation(name="A", country="BE", city="Gent")
    path = tmp_path / "a.csv"
    path.write_text("name,country,city\nB,BE,\nA,BE,Ghent\n")
    run = runs.begin(path, "a.csv", who=alice, entity=registry.by_slug("organisations"))
    runs.use(run)
    runs.check(run, alice)
    actions.change(there, who=alice, city="Gand")
    runs.apply(run, alice)
    assert (run.state, "changed by somebody" in run.message) == ("failed", True)
    assert list(Organisation.objects.values_list("name", "city")) == [("A", "Gand")]


def test_half_an_import_is_none(alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,country\n" + "".join(f"Organisation {n},BE\n" for n in range(7)))
    monkeypatch.setattr(applying, "AT_ONE_GO", {"sqlite": 3, "postgresql": 3})
    run = runs.begin(path, "a.csv", who=alice, entity=registry.by_slug("organisations"))
    runs.use(run)
    runs.check(run, alice)
    assert run.state == "checked"
    before, write, written = rows.dump_hash(), applying.write, []

    def fail_at_the_second(run: ImportRun, who: Any, ready: Any) -> None:
        if written:
            raise preparing.Refused([(5, "", "The cable was cut.")])
        write(run, who, ready)
        written.append(ready.lines)

    monkeypatch.setattr(applying, "write", fail_at_the_second)
    runs.apply(run, alice)
    assert (written, run.state) == ([3], "failed")
    assert rows.dump_hash() == before
    assert Organisation.objects.count() == 0


def test_an_import_cut_off_goes_on_where_it_stopped(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,country\n" + "".join(f"Organisation {n},BE\n" for n in range(7)))
    monkeypatch.setattr(applying, "AT_ONE_GO", {"sqlite": 3, "postgresql": 3})
    run = runs.begin(path, "a.csv", who=alice, entity=registry.by_slug("organisations"))
    runs.use(run)
    runs.check(run, alice)
    with transaction.atomic():
        applying.write(run, alice, itertools.islice(preparing.batches(run, registry.get(run.entity), alice, most=3), 1))
    runs.apply(run, alice)
    assert (run.state, Organisation.objects.count()) == ("applied", 7)
    runs.apply(run, alice)
    assert Organisation.objects.count() == 7


def test_it_can_be_stopped_without_harm(alice: User, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,country\nA,BE\n")
    run = runs.begin(path, "a.csv", who=alice, entity=registry.by_slug("organisations"))
    runs.use(run)
    runs.stop(run)
    runs.check(run, alice)
    assert (run.state, run.message) == ("stopped", "Stopped; nothing was written.")
    runs.check(run, alice)
    assert run.state == "checked"
    runs.stop(run)
    runs.apply(run, alice)
    assert (run.state, Organisation.objects.count()) in (("stopped", 0), ("applied", 1))


def test_formulas_arrive_as_the_text_they_are(bring: Any) -> None:
    bring("name,country\n=1+1,BE\n'=cmd,BE\n")
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["=1+1", "=cmd"]


@pytest.mark.parametrize("text", ["name,country\n", "\n", "", "what,is,this\n1,2,3\n", '{"a": [', "\0\0\0"])
def test_what_brings_nothing_is_refused_or_reads_nothing(bring: Any, text: str) -> None:
    report = bring(text)
    assert figures(report)[:3] == (0, 0, 0)
    assert report["errors"] or report["read"] == 0


def test_hostile_json_is_an_error_and_no_crash(bring: Any) -> None:
    lines = ['{"name": {"a": 1}, "country": "BE"}', '{"name": ["A"], "country": "BE"}', '{"name": "A", "country": 5}',
             '{"name": "B", "country": "BE", "established": 1e999}', '{"name": "C", "country": "BE", "parent": true}',
             '{"name": "D", "country": "BE", "established": 99999999999999999999999}', '{"name": "E", "country": "BE", "aliases": {"a": 1}}',
             '{"name": "F", "country": "BE", "names": {"en": 5}}', '{"name": "H", "references": {"ror": 5}}',
             '{"name": "I", "references": {"ror": "x"}}', '{"name": "J", "tags": [1]}', '{"name": "K", "owner": {"a": 1}}',
             '{"name": "L", "active": [true]}', '{"name": "M", "review_date": 5}', '{"name": "N", "steward": 99999999999999999999}', '{"name": "G\\u0000", "country": "BE"}']  # fmt: skip
    for number, line in enumerate(lines):
        report = bring(line + "\n", name=f"{number}.jsonl")
        assert len(report["errors"]) >= 1, line
    assert Organisation.objects.count() == 0


def test_a_transaction_grows_and_shrinks_with_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.0, 0.5, 1.0, 16.0])
    monkeypatch.setattr(applying.time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(applying, "AT_ONE_GO", {"sqlite": 500, "postgresql": 500})
    pace = applying.Pace()
    pace.start()
    pace.told(500)  # half a second for 500 lines: more would fit, but never more than may go at once
    assert pace.size == 500
    pace.start()
    pace.told(500)  # fifteen seconds: far too long
    assert pace.size == 100


def test_old_imports_are_forgotten_with_their_files(alice: User, tmp_path: Path, bring: Any) -> None:
    from datetime import timedelta

    from vincula.kernel import clock
    from vincula.kernel.exchange import keeping

    report = bring("name,country\nA,BE\n")
    run = ImportRun.objects.get(pk=report["run"])
    stored = Path(run.file.path)
    assert keeping.forget() == 0
    with clock.frozen(clock.now() + timedelta(days=keeping.DAYS + 1)):
        assert keeping.forget() == 1
    assert not stored.exists()
    run.refresh_from_db()
    assert (run.lines.count(), run.state) == (0, "applied")
    assert Organisation.objects.count() == 1
    with pytest.raises(LookupError):
        commands.undo(run.pk, alice)


def test_what_lies_in_the_trash_is_not_doubled_silently(bring: Any, alice: User) -> None:
    actions.trash(factories.organisation(name="A", country="BE"), who=alice)
    report = bring("name,country\nA,BE\nB,BE\n")
    assert report["created"] == 2
    assert [(w["line"], "trash" in w["message"]) for w in report["warnings"]] == [(2, True)]
