"""Rules find whose time has come, ask unless they may act by themselves, and spare by tag or hold."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.privacy import erasing, retention
from vincula.kernel.privacy.models import Erasure, Hold, Proposal
from vincula.kernel.privacy.tests.factories import rule
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties import models as parties
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
QUIET = {"entity": "parties.person", "criterion": "quiet", "months": 24, "spare_tags": ["board"]}


@pytest.fixture
def people():
    """Who left long ago; who works here; who was met lately; who is spared by a tag; who is on hold."""
    with clock.frozen(clock.now() - timedelta(days=900)):
        made = {name: factories.person(given_name=name.title()) for name in ("left", "works", "met", "tagged", "held")}
    factories.affiliation(person=made["works"])
    factories.affiliation(person=made["left"], since=date(2020, 1, 1), until=date(2022, 1, 1))
    factories.interaction(participants=[made["met"].pk])
    actions.change(made["tagged"], who=SYSTEM, tags=["board"])
    Hold.objects.create(entity="parties.person", object_id=made["held"].pk, reason="A claim")
    return made


def test_the_dry_run_lists_and_counts_and_writes_nothing(people):
    found = retention.dry_run(rule(**QUIET))
    assert [r.pk for r in found.records] == [people["left"].pk]
    assert (found.count, found.spared) == (1, 2)
    assert not Proposal.objects.exists()
    assert not Erasure.objects.exists()


@pytest.mark.parametrize(("action", "by_itself"), [("propose", True), ("erase", False), ("trash", False)])
def test_without_by_itself_everything_waits_for_somebody(people, action, by_itself):
    rule(**QUIET, action=action, by_itself=by_itself)
    assert retention.nightly() == 1
    assert retention.nightly() == 0  # proposed once
    assert Proposal.objects.get().object_id == people["left"].pk
    people["left"].refresh_from_db()
    assert people["left"].given_name == "Left"
    assert people["left"].trashed_at is None


def test_a_rule_that_acts_by_itself_erases_and_it_is_written_down(people):
    made = rule(**QUIET, action="erase", by_itself=True)
    assert retention.nightly() == 1
    people["left"].refresh_from_db()
    assert people["left"].name == f"Anonymised person {people['left'].pk}"
    assert Erasure.objects.get().rule == made
    assert retention.nightly() == 0
    for spared in ("works", "met", "tagged", "held"):
        people[spared].refresh_from_db()
        assert people[spared].given_name == spared.title()


@pytest.mark.deep
def test_who_is_kept_is_not_proposed_again(people):
    made = rule(**QUIET)
    retention.run(made)
    officer = cast.user("officer", ("*", "*", "all", []), ("*", "privacy", "all", []))
    client = cast.signed_in(officer)
    assert "Left" in client.get("/privacy/").content.decode()
    assert client.post(f"/privacy/proposals/{Proposal.objects.get().pk}/keep/").status_code == 302
    assert retention.run(made) == 0
    assert Proposal.objects.get().state == "kept"
    client.get("/privacy/")  # tells once that the person stays
    assert "Left" not in client.get("/privacy/").content.decode()
    assert client.get(f"/privacy/rules/{made.pk}/").status_code == 200


def test_the_overview_is_for_who_has_the_right(people):
    assert cast.signed_in(cast.alice()).get("/privacy/").status_code == 403


def test_a_rule_names_people_and_a_known_criterion():
    with pytest.raises(ValidationError, match="are people"):
        rule(entity="parties.organisation")
    with pytest.raises(ValidationError, match="quiet"):
        rule(criterion="full moon")


@pytest.mark.deep
def test_what_lies_in_the_trash_can_be_erased(people):
    with clock.frozen(clock.now() - timedelta(days=800)):
        actions.trash(people["met"], who=SYSTEM)
    rule(entity="parties.person", criterion="trashed", months=12, action="erase", by_itself=True)
    assert retention.nightly() == 1
    gone = parties.Person._base_manager.get(pk=people["met"].pk)
    assert (gone.emails, gone.trashed_at is not None) == ([], True)
    assert erasing.is_erased("parties.person", gone.pk)


@pytest.mark.parametrize(("day", "months", "before"), [
    (date(2026, 3, 31), 1, date(2026, 2, 28)), (date(2026, 1, 15), 13, date(2024, 12, 15)), (date(2024, 2, 29), 12, date(2023, 2, 28)),
])  # fmt: skip
def test_months_are_counted_by_the_calendar(day, months, before):
    assert retention.months_before(day, months) == before
