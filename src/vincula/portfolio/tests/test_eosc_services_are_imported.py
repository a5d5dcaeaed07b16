"""Services of the EOSC marketplace come in where the importer says, come again without doubles, and go again (issue 4)."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from vincula.config import rows
from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.exchange import commands
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.models import (
    BoardItem,
    Deliverable,
    Offering,
    PhaseRun,
    Service,
    ServiceText,
    Supply,
)
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db

RECORDS: list[dict[str, Any]] = [
    {
        "key": "Sky store", "pid": "cloud.store", "name": "Sky Store", "parents": ["Storage", "Data"],
        "providers": ["Cloud Federation", "Nobody GmbH"], "catalogue": "Fair", "logo": "s.png", "open_access": True,
        "webpage_url": "https://store.example.org/", "manual_url": "https://store.example.org/manual",
        "helpdesk_url": "None", "training_information_url": "None", "terms_of_use_url": "javascript:alert(1)",
        "resource_level_url": "None", "access_policies_url": "None", "domain": "Other", "trl": ["trl-9"],
        "tagline": "Files in the sky", "description": "Keeps **files**.\n",
        "offers": [{"name": "Small", "description": "For one."}, {"name": "Large", "description": "For all."}],
    },
    {
        "key": "Star map", "name": "Star Map", "parents": "Data", "providers": ["Institute of Stars (IOS)"],
        "webpage_url": "https://stars.example.org/", "domain": ["Physical Sciences", "Other"], "trl": ["trl-7"],
        "tagline": "Where they are", "description": "Maps.", "offers": [],
    },
]  # fmt: skip


def bring(folder: Path, who: Any, records: Any = RECORDS, **options: Any) -> dict[str, Any]:
    path = folder / "services.json"
    path.write_text(json.dumps(records))
    return commands.run_import("services", path, user=who, **options)[0]


def figures(report: dict[str, Any]) -> tuple[int, ...]:
    assert report["errors"] == [], report
    return tuple(report[name] for name in ("read", "created", "updated", "unchanged", "missing", "belonging"))


def changed(**values: Any) -> list[dict[str, Any]]:
    """The records, the first with other values."""
    found = deepcopy(RECORDS)
    found[0].update(values)
    return found


def said(report: dict[str, Any], kind: str = "warnings") -> str:
    return "\n".join(each["message"] for each in report[kind])


def test_they_come_into_operation_with_what_belongs_to_them(tmp_path: Path, root: User) -> None:
    federation = parties.organisation(name="Cloud Federation")
    parties.organisation(name="Institute of Stars", acronym="IOS")
    report = bring(tmp_path, root)
    assert figures(report) == (2, 2, 0, 0, 0, 6)
    store = Service.objects.get(name="Sky Store")
    assert store.references == {"eosc": ["Sky store", "cloud.store"]}
    assert (store.website, store.tagline) == ("https://store.example.org/", {"en": "Files in the sky"})
    assert store.tags == ["Storage", "Data", "TRL 9", "open access", "Fair"]
    assert (store.stage, store.phase.stage, store.operation_from) == ("operation", "operation", clock.today())
    assert Service.objects.get(name="Star Map").keywords == ["Physical Sciences"]
    assert [(t.audience, t.language, t.text) for t in store.texts.all()] == [
        ("users", "en", "Keeps **files**.\n\n- Manual: <https://store.example.org/manual>")
    ]
    assert set(store.offerings.values_list("price_model", "price_minor")) == {
        ("unstated", None)
    }  # the file says nothing
    assert sorted(store.offerings.values_list("name", "description")) == [("Large", "For all."), ("Small", "For one.")]
    assert [s.supplier for s in store.supplies.all()] == [federation]
    assert [s.supplier.name for s in Supply.objects.filter(service__name="Star Map")] == ["Institute of Stars"]
    told = said(report)
    assert "Provider “Nobody GmbH” is not in the register; it is not linked." in told
    assert "Provider “Institute of Stars (IOS)” is taken for “Institute of Stars”" in told
    assert "“javascript:alert(1)” is not a web address; it is left out." in told


def test_who_came_past_the_gates_is_marked_as_brought_in(tmp_path: Path, root: User) -> None:
    bring(tmp_path, root)
    run = PhaseRun.objects.get(service__name="Sky Store")
    assert (run.brought, run.decision, run.phase.stage) == (True, None, "operation")
    assert AuditEntry.objects.filter(entity="portfolio.phaserun", object_id=run.pk, verb="brought in").exists()
    assert AuditEntry.objects.get(verb="imported", object_id=None).changes["phase"] == [None, "operation"]
    assert Deliverable.objects.filter(service__name="Sky Store", phase=run.phase).exists()
    page = cast.signed_in(root).get(f"/services/{run.service_id}/").content.decode()
    assert "brought in" in page
    assert not PhaseRun.objects.get(service=make.service()).brought


def test_the_phase_is_asked_for_and_who_is_no_administrator_brings_ideas(tmp_path: Path, root: User) -> None:
    alice = cast.alice()
    assert "“operation” cannot be chosen" in said(bring(tmp_path, alice, answers={"phase": "operation"}), "errors")
    assert "cannot be chosen" in said(bring(tmp_path, root, answers={"phase": "nowhere"}), "errors")
    assert "Nothing called “mood” is asked" in said(bring(tmp_path, root, answers={"mood": "good"}), "errors")
    assert not Service.objects.exists()
    bring(tmp_path, alice)
    assert set(Service.objects.values_list("stage", flat=True)) == {"idea"}
    assert not PhaseRun.objects.filter(brought=True).exists()
    bring(tmp_path, root, changed(key="Other", name="Other", pid=None)[:1], answers={"phase": "development"})
    assert Service.objects.get(name="Other").stage == "development"


def test_a_life_cycle_word_is_read_by_the_table_of_the_phases(tmp_path: Path, root: User) -> None:
    words = {"Beta": "development", "life_cycle_status-retirement": "retired", "Discovery": "assessment", "Odd": "operation",
             "In containment": "shutdown", "other": "operation"}  # fmt: skip
    records = [
        {**RECORDS[1], "key": word, "name": f"Service {n}", "webpage_url": "None", "life_cycle_status": word}
        for n, word in enumerate(words)
    ]
    report = bring(tmp_path, root, records, allow_duplicates=True)
    assert report["errors"] == []
    assert {s.references["eosc"][0]: s.stage for s in Service.objects.all()} == words
    assert "No phase stands for the EOSC word “Odd”" in said(report)
    records[0]["life_cycle_status"] = "Production"
    report = bring(tmp_path, root, records)
    assert report["unchanged"] == len(words)
    assert "EOSC calls it “Production”; here it moves through its gates only" in said(report)
    alice = cast.alice()
    assert "Only administrators bring services past the gates" in said(bring(tmp_path, alice, records))


def test_a_second_file_tells_new_matched_and_missing_and_deletes_nothing(tmp_path: Path, root: User) -> None:
    supplier = parties.organisation(name="Cloud Federation")
    bring(tmp_path, root)
    by_hand = make.service(name="By hand")
    before = rows.dump_hash()
    assert figures(bring(tmp_path, root)) == (2, 0, 0, 2, 0, 0)
    second = [*changed(tagline="Your files in the sky", description="New.")[:1],
              {**RECORDS[1], "key": "Moon", "name": "Moon", "webpage_url": "https://moon.example.org"}]  # fmt: skip
    report = bring(tmp_path, root, second, dry_run=True)
    assert figures(report) == (2, 1, 1, 0, 1, 2)
    assert rows.dump_hash() == before
    page = cast.signed_in(root).get(f"/imports/{report['run']}/?show=missing").content.decode()
    assert "Star Map" in page
    assert "It is not in the file; it stays as it is." in page
    assert "1 record that is here is missing in the file; it stays as it is." in page
    before = rows.dump_hash()  # signing in is written as well
    report = bring(tmp_path, root, second)
    assert figures(report) == (2, 1, 1, 0, 1, 2)
    assert Service.objects.filter(pk=by_hand.pk).exists()
    assert Service.objects.filter(name="Star Map").exists()
    assert Service.objects.get(name="Sky Store").tagline == {"en": "Your files in the sky"}
    assert ServiceText.objects.get(service__name="Sky Store").text.startswith("New.")
    assert (Supply.objects.get().supplier, Offering.objects.count()) == (supplier, 2)
    commands.undo(report["run"], root)
    assert rows.dump_hash() == before


def test_an_offer_that_is_new_is_told_though_its_service_is_the_same(tmp_path: Path, root: User) -> None:
    bring(tmp_path, root)
    actions.change(Offering.objects.get(name="Small"), who=root, price_model="included")
    offers = [*RECORDS[0]["offers"], {"name": "Huge", "description": "x"}, {"name": "huge"}, {"name": " "}]
    report = bring(tmp_path, root, changed(offers=offers))
    assert figures(report) == (2, 0, 1, 1, 0, 1)
    page = cast.signed_in(root).get(f"/imports/{report['run']}/?show=around").content.decode()
    assert "Huge" in page
    assert "Changed around it" in page
    assert Offering.objects.filter(name="Huge").count() == 1
    kept = dict(Offering.objects.values_list("name", "price_model"))
    assert kept == {"Small": "included", "Large": "unstated", "Huge": "unstated"}  # what somebody said meanwhile stays
    assert "Offering “huge” stands here twice" in said(report)
    assert "An offer without a name is left out." in said(report)
    commands.undo(report["run"], root)
    assert sorted(Offering.objects.values_list("name", flat=True)) == ["Large", "Small"]


def test_undo_takes_all_of_it_back(tmp_path: Path, root: User) -> None:
    parties.organisation(name="Cloud Federation")
    make.service()  # so that the phase models are there
    make.board_meeting()
    before = rows.dump_hash()
    report = bring(tmp_path, root)
    assert commands.undo(report["run"], root) == {"deleted": 2, "restored": 0, "kept": []}
    assert rows.dump_hash() == before
    assert not BoardItem.objects.filter(service__name="Sky Store").exists()


def test_what_somebody_built_on_stays(tmp_path: Path, root: User) -> None:
    report = bring(tmp_path, root)
    make.subscription(offering=Offering.objects.get(name="Small"))
    done = commands.undo(report["run"], root)
    assert done["deleted"] == 1
    kept = Service.objects.get()
    assert (kept.name, kept.stage, kept.runs.get().brought) == ("Sky Store", "operation", True)
    assert [o.name for o in Offering.objects.all()] == ["Small"]


def test_what_came_by_a_file_is_thrown_away_by_its_undo_only(tmp_path: Path, root: User) -> None:
    bring(tmp_path, root)
    with pytest.raises(Exception, match="only ideas go into the trash"):
        actions.trash(Service.objects.get(name="Sky Store"), who=root)


def test_a_provider_of_whom_several_are_here_or_none_is_seen_is_never_guessed(tmp_path: Path, root: User) -> None:
    parties.organisation(name="Cloud Federation", country="BE")
    parties.organisation(name="cloud federation", country="FR")
    report = bring(tmp_path, root, dry_run=True)
    assert "Provider “Cloud Federation” may be one of several" in said(report)
    bob = cast.user("bob", *((f"portfolio.{one}", "*", "all", []) for one in ("service", "servicetext", "offering")),
                    *((f"portfolio.{one}", "import", "all", []) for one in ("service",)))  # fmt: skip
    assert "Provider “Cloud Federation” is not in the register" in said(bring(tmp_path, bob, dry_run=True))


def test_who_may_not_write_what_belongs_to_a_service_is_told_and_nothing_comes(tmp_path: Path) -> None:
    bob = cast.user("bob", ("portfolio.service", "*", "all", []))
    report = bring(tmp_path, bob)
    assert "Offering “Small”: Your roles do not let you create a record here." in said(report, "errors")
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"key": ""}, "The record has no EOSC id."),
        ({"key": None}, "The record has no EOSC id."),
        ({"key": "x" * 300}, "The record has no EOSC id."),
        ({"name": "None"}, "The record has no name."),
        ({"name": {"en": "x"}}, "does not have the shape"),
        ({"offers": ["x"]}, "does not have the shape"),
        ({"offers": {"name": "x"}}, "does not have the shape"),
        ({"providers": [["x"]]}, "does not have the shape"),
        ({"tagline": 5}, "does not have the shape"),
        ({"trl": [None, {}]}, "does not have the shape"),
        ({"key": "Star map"}, "is the same record with other values"),
    ],
)
def test_a_record_that_is_broken_is_named_and_nothing_comes(
    tmp_path: Path, root: User, values: dict[str, Any], sentence: str
) -> None:
    report = bring(tmp_path, root, changed(**values))
    assert sentence in said(report, "errors")
    assert not Service.objects.exists()


def test_long_and_hostile_texts_are_cut_or_shown_as_text(tmp_path: Path, root: User) -> None:
    script = "<script>alert(1)</script>"
    report = bring(
        tmp_path, root,
        changed(name=f"{script} {'n' * 400}", description=script, tagline=script, offers=[{"name": "o" * 400}], domain=[script],
                providers=["p" * 5000, script], webpage_url="https://x.example.org/\"onclick=\"y"),
    )  # fmt: skip
    assert report["errors"] == [], report
    store = Service.objects.get(references__eosc__0="Sky store")
    assert len(store.name) == 200
    assert len(store.offerings.get().name) == 160
    client = cast.signed_in(root)
    for url in (f"/services/{store.pk}/", f"/imports/{report['run']}/", "/catalogue/en/"):
        page = client.get(url)
        assert page.status_code == 200
        assert script not in page.content.decode()
