"""Nothing that was put into a person's life here can be found after the erasure, and nothing that is counted changes."""

import io
import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError

from tests.privacy import life
from vincula.config import log
from vincula.kernel import clock, jobs
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.exchange import undoing
from vincula.kernel.privacy import erasing, ledger, planning
from vincula.kernel.privacy.models import Hold
from vincula.kernel.records import history
from vincula.kernel.testing import cast
from vincula.parties import models as parties

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


@pytest.fixture
def lived(django_capture_on_commit_callbacks):
    for left in life.in_files():  # by a test before this one, whose rows were rolled back
        (settings.HOME / "files" / left).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        return life.Life(cast.user("officer", ("*", "*", "all", []), ("*", "privacy", "all", [])))


def erased(lived, capture):
    with capture(execute=True):
        return erasing.erase(lived.person, who=lived.who)


def test_no_canary_is_left_in_any_table_or_file_and_every_count_stays(lived, django_capture_on_commit_callbacks):
    before = life.counts()
    assert len(life.in_tables()) > 60
    assert len(life.in_files()) == 4
    erased(lived, django_capture_on_commit_callbacks)
    assert "\n".join(life.in_tables()) == ""
    assert life.in_files() == []
    assert life.counts() == before
    assert lived.person.name == f"Anonymised person {lived.person.pk}"
    assert lived.person.phones == []


def test_what_others_share_stays_but_for_the_name(lived, django_capture_on_commit_callbacks):
    erased(lived, django_capture_on_commit_callbacks)
    lived.crowd.refresh_from_db()
    assert lived.crowd.subject == "Renewal, with [erased]"
    assert lived.crowd.outcome == "The contract is renewed."
    assert lived.crowd.notes == "Bart agreed. [erased] did not; write to [erased] or [erased]."
    assert set(lived.crowd.participants.values_list("pk", flat=True)) == {lived.person.pk, lived.other.pk}
    assert parties.Person.objects.get(pk=lived.other.pk).name == "Bart Wouters"
    lived.far.refresh_from_db()
    assert (lived.far.title, lived.far.details) == ("Call [erased]", "His number: [erased]")


def test_the_chain_of_the_trail_still_holds(lived, django_capture_on_commit_callbacks):
    with clock.frozen(clock.now() + LATER):
        trail.seal()
    erased(lived, django_capture_on_commit_callbacks)
    with clock.frozen(clock.now() + LATER):
        trail.seal()
    assert trail.verify() == []
    assert (
        AuditEntry.objects.filter(entity="parties.person", object_id=lived.person.pk, changes__isnull=True).count() >= 2
    )
    told = AuditEntry.objects.get(verb="erased")
    assert (told.who, told.changes) == (lived.who, {})


@pytest.mark.deep
def test_neither_undo_nor_views_of_the_past_nor_a_search_bring_anything_back(lived, django_capture_on_commit_callbacks):
    at, words = clock.now(), lived.person.name
    entries = list(AuditEntry.objects.filter(entity="parties.person", object_id=lived.person.pk))
    erased(lived, django_capture_on_commit_callbacks)
    person = parties.Person.objects.get(pk=lived.person.pk)
    assert life.MARK not in str(history.as_of(person, at)).lower()
    assert history.as_of(person, person.created_at) is None
    for entry in entries:
        entry.refresh_from_db()
        assert history.undo_entry(entry, person, who=SYSTEM).records == 0
    undoing.undo(lived.run, SYSTEM)
    assert life.in_tables() == []
    client = cast.signed_in(lived.who)
    assert life.MARK not in client.get("/api/v1/search", {"q": words}).content.decode().replace(words, "")
    for tab in ("", "?tab=history", "?tab=timeline", "?tab=privacy"):
        page = client.get(f"/people/{person.pk}/{tab}")
        assert page.status_code == 200
        assert life.MARK not in page.content.decode().lower()


@pytest.mark.deep
def test_the_account_cannot_sign_in_and_its_keys_are_gone(lived, django_capture_on_commit_callbacks):
    open_page = cast.signed_in(lived.account)
    assert open_page.get("/").status_code == 200
    erased(lived, django_capture_on_commit_callbacks)
    assert open_page.get("/").status_code == 302
    lived.account.refresh_from_db()
    assert not lived.account.is_active
    assert not lived.account.has_usable_password()
    assert lived.account.email.endswith("@erased.invalid")


@pytest.mark.deep
def test_logs_name_nobody(lived, django_capture_on_commit_callbacks):
    heard, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    log.configure({"level": "DEBUG"})
    root.handlers[0].stream = heard
    try:
        erased(lived, django_capture_on_commit_callbacks)
        logging.getLogger("vincula").error("refused: %s", "somebody@example.org is unknown")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert "person erased" in heard.getvalue()
    assert life.MARK not in heard.getvalue().lower()
    assert "somebody@example.org" not in heard.getvalue()


def test_erasing_asks_for_the_right_and_a_role_for_everything_is_not_enough(lived):
    everything = cast.user("editor", ("*", "*", "all", []))
    with pytest.raises(PermissionDenied):
        erasing.erase(lived.person, who=everything)
    client = cast.signed_in(everything)
    for page in ("held", "erase"):
        assert client.get(f"/privacy/people/{lived.person.pk}/{page}/").status_code == 403
    assert client.post(f"/privacy/people/{lived.person.pk}/export/").status_code == 403
    assert cast.signed_in(cast.user("carol")).get(f"/privacy/people/{lived.person.pk}/held/").status_code == 404


def test_a_hold_stands_against_it(lived):
    Hold.objects.filter(object_id=lived.person.pk).update(reason="An open claim", until=None)
    with pytest.raises(ValidationError, match="An open claim"):
        erasing.erase(lived.person, who=lived.who)
    assert life.in_tables()


@pytest.mark.deep
def test_the_page_shows_what_goes_and_does_nothing_until_it_is_confirmed(lived, django_capture_on_commit_callbacks):
    client, url = cast.signed_in(lived.who), f"/privacy/people/{lived.person.pk}/erase/"
    page = client.get(url).content.decode()
    assert f"<mark>{lived.person.name}</mark>" in page
    assert client.post(url, {"version": lived.person.version}).status_code == 422
    assert client.post(url, {"version": 1, "sure": "1"}).status_code == 409
    plan = planning.plan(lived.person)
    kept = next(t for t in plan.texts if t.of == str(lived.crowd) and t.field == "Notes")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, {"version": lived.person.version, "sure": "1", f"text:{kept.name}": "leave"})
    assert answer.status_code == 302
    lived.crowd.refresh_from_db()
    assert lived.crowd.notes.startswith(f"Bart agreed. {lived.person.given_name} did not; write to [erased]")


def test_the_ledger_tells_numbers_only_and_erases_again(lived, django_capture_on_commit_callbacks):
    made = erased(lived, django_capture_on_commit_callbacks)
    text = ledger.path().read_text()
    assert str(made.pk) in text
    assert life.MARK not in text.lower()
    assert all(
        re.fullmatch(r"[0-9a-f]{64}", digest) for line in ledger.read().values() for _k, _pk, digest in line["records"]
    )
    parties.Person._base_manager.filter(pk=lived.person.pk).update(notes=life.canary("restored"))
    made.delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert ledger.apply_again() == 1
    assert life.in_tables() == []
    assert ledger.apply_again() == 0


@pytest.mark.deep
def test_a_ledger_of_another_installation_erases_nobody(lived, django_capture_on_commit_callbacks, settings):
    made = erased(lived, django_capture_on_commit_callbacks)
    made.delete()
    parties.Person._base_manager.filter(pk=lived.person.pk).update(
        notes="somebody else", created_at=clock.now() - LATER
    )
    assert ledger.apply_again() == 0
    assert parties.Person._base_manager.get(pk=lived.person.pk).notes == "somebody else"


@pytest.mark.deep
def test_jobs_after_the_erasure_find_nothing_to_bring_back(lived, django_capture_on_commit_callbacks):
    erased(lived, django_capture_on_commit_callbacks)
    jobs.drain()
    assert life.in_tables() == []
