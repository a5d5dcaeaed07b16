"""The export holds everything of the person, and of others only what belongs to the person."""

import io
import json
import zipfile

import pytest

from tests.privacy import life
from vincula.kernel import jobs
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.privacy import collecting, exporting
from vincula.kernel.privacy.models import SubjectExport
from vincula.kernel.testing import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return life.Life(cast.user("officer", ("*", "*", "all", []), ("*", "privacy", "all", [])))


def test_the_packed_export_holds_every_place_and_no_secret(lived):
    client = cast.signed_in(lived.who)
    answer = client.post(f"/privacy/people/{lived.person.pk}/export/", follow=True)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        names = packed.namelist()
        data = json.loads(packed.read("data.json"))
        page = packed.read("read-me.html").decode()
        files = b"".join(packed.read(name) for name in names if name.startswith("files/"))
    sections = set(data) - {"about", "at"}
    assert {"record", "parties-affiliation", "parties-contactrole", "parties-consent", "parties-expertise", "mails",
            "parties-interaction", "parties-meeting", "account", "audit-auditentry", "files-storedfile"} <= sections  # fmt: skip
    text = json.dumps(data)
    for value in (
        lived.person.notes,
        lived.person.emails[0],
        lived.account.email,
        lived.alone.subject,
        lived.person.phones[0],
    ):
        assert value in text
        assert value in page
    assert b"bytes" in files
    assert lived.account.password not in text
    assert [e.verb for e in AuditEntry.objects.filter(verb__contains="export").order_by("pk")] == [
        "exported what we hold",
        "took the packed export",
    ]


def test_texts_that_others_share_are_held_back(lived):
    held = json.dumps(collecting.collect(lived.person).as_data(), default=str)
    assert "Bart agreed" not in held
    assert "Renewal, with" not in held
    assert "names the person" in held
    assert lived.other.emails[0] not in held


@pytest.mark.deep
def test_a_large_one_is_packed_by_a_job_and_forgotten_after_a_week(lived, monkeypatch):
    monkeypatch.setattr(exporting, "LARGE", 3)
    made = exporting.order(lived.person, who=lived.who, language="ru")
    assert not made.path
    jobs.drain()
    made.refresh_from_db()
    assert made.path
    assert made.size > 1000
    SubjectExport.objects.update(at=made.at - exporting.KEEP * 2)
    assert exporting.forget_old() == 1
    answer = cast.signed_in(lived.who).get(f"/privacy/people/{lived.person.pk}/export/{made.pk}/")
    assert answer.status_code == 404


def test_cells_are_no_formulas():
    assert exporting._harmless("=1+1") == "'=1+1"
    assert exporting._harmless("Gent") == "Gent"
