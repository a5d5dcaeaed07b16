"""Files are checked when they come, kept privately, and served harmlessly to those who may see their record (X6)."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.files import actions, guard, queries, sniffing
from vincula.kernel.files.models import StoredFile
from vincula.kernel.people.models import User

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
ENTITY = "test.organisation"
rights: dict[str, set[int]] = {"view": set(), "change": set()}


@pytest.fixture(autouse=True)
def own_storage_and_guard(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    monkeypatch.setattr(guard, "_guards", [lambda user, action, entity, pk: entity == ENTITY and pk in rights[action]])
    rights["view"], rights["change"] = {1, 2}, {1}


@pytest.fixture
def alice(client: Client) -> User:
    user = User.objects.create_user(email="alice@example.org", name="Alice", language="en")
    client.force_login(user)
    return user


def store(
    content: bytes = PNG, name: str = "logo.png", who: User | None = None, object_id: int | None = 1
) -> StoredFile:
    entity = ENTITY if object_id else ""
    return actions.store(upload=ContentFile(content, name), who=who, entity=entity, object_id=object_id)


def get(client: Client, url: str) -> tuple[Any, bytes]:
    """The answer and its bytes; read to the end, which closes the file."""
    response: Any = client.get(url)
    return response, b"".join(response.streaming_content) if response.streaming else response.content


def address(file: StoredFile) -> str:
    return reverse("files:serve", args=[file.pk])


@pytest.mark.django_db
def test_a_harmless_picture_is_shown_and_comes_back_byte_for_byte(client: Client, alice: User) -> None:
    file = store()
    response, content = get(client, address(file))
    assert content == PNG
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert client.get(address(file), headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert get(client, address(file) + "?download")[0]["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg onload='x'/>", "image/svg+xml"),
        (b"<!-- x --><html><script>alert(1)</script>", "text/html"),
        (b"\n\n<!DOCTYPE HTML>", "text/html"),
        (b"<sCrIpT>alert(1)</script>", "text/html"),
        (b"<?xml version='1.0'?><a:b/>", "application/xml"),
        (b"MZ\x90\0", sniffing.PROGRAM),
        (b"\x7fELF\x02", sniffing.PROGRAM),
        (b"#!/bin/sh\n", sniffing.PROGRAM),
        (b"%PDF-1.7", "application/pdf"),
        (b"\0\x01\x02", sniffing.UNKNOWN),
        ("<script>".encode("utf-16"), sniffing.UNKNOWN),
    ],
)
def test_what_could_run_is_saved_and_never_shown_whatever_its_name_claims(
    client: Client, alice: User, content: bytes, kind: str
) -> None:
    file = store(content, "logo.png")
    assert file.content_type == kind
    response, _content = get(client, address(file))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_office_documents_and_texts_are_known_by_their_content() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
    assert sniffing.content_type(packed, "a.txt").endswith("spreadsheetml.sheet")
    assert sniffing.content_type(io.BytesIO(b"PK\x03\x04broken"), "a.docx") == "application/zip"
    assert sniffing.content_type(io.BytesIO("Привет".encode()), "a.txt") == "text/plain"
    assert sniffing.content_type(io.BytesIO(b"a;b"), "a.csv") == "text/csv"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("a\0b\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('quote".txt', "quote_.txt"),
        ("CON.txt", "_CON.txt"),
        ("Отчёт за год.pdf", "Отчёт за год.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("\ud800.txt", "txt"),
    ],
)
def test_tricks_in_names_are_neutralised(given_name: str, kept: str) -> None:
    assert sniffing.safe_name(given_name) == kept


@given(st.text())
def test_any_name_becomes_one_that_can_be_stored_and_sent(name: str) -> None:
    safe = sniffing.safe_name(name)
    assert 0 < len(safe) <= 150
    assert not set(safe) & set('/\\\0\r\n"')
    assert safe not in (".", "..")
    safe.encode()


@pytest.mark.django_db
def test_the_stored_name_says_nothing_of_the_file(tmp_path: Path) -> None:
    file = store(name="../secret plan.png")
    assert file.name == "secret plan.png"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [file.path.rpartition("/")[2]]
    assert "secret" not in file.path


@pytest.mark.django_db
def test_an_empty_and_a_too_large_file_are_refused_with_a_sentence(settings: Any) -> None:
    with pytest.raises(ValidationError, match="empty"):
        store(b"")
    settings.FILE_LIMIT = 1_000_000
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        store(b"x" * 1_000_001)
    assert not StoredFile.objects.exists()
    assert not default_storage.exists("stored")


@pytest.mark.django_db
def test_the_database_refuses_an_empty_file_and_half_a_record() -> None:
    for wrong in ({"size": 0}, {"size": 1, "entity": ENTITY}, {"size": 1, "object_id": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.create(name="x", content_type="x", sha256="x", **wrong)


@pytest.mark.django_db
def test_a_file_of_a_record_that_may_not_be_seen_is_not_found(client: Client, alice: User) -> None:
    hidden = store(object_id=3)
    assert client.get(address(hidden)).status_code == 404
    assert client.post(reverse("files:remove", args=[hidden.pk])).status_code == 404
    seen = store(object_id=2)
    assert get(client, address(seen))[0].status_code == 200
    assert client.post(reverse("files:remove", args=[seen.pk])).status_code == 404
    alice.is_active = False
    assert not queries.allowed(alice, "view", seen)


@pytest.mark.django_db
def test_a_file_that_belongs_to_no_record_yet_is_seen_by_its_uploader_only(client: Client, alice: User) -> None:
    bob = User.objects.create_user(email="bob@example.org")
    mine, other = store(who=alice, object_id=None), store(who=bob, object_id=None)
    assert get(client, address(mine))[0].status_code == 200
    assert client.get(address(other)).status_code == 404
    actions.attach(file=mine, who=alice, entity=ENTITY, object_id=1)
    with pytest.raises(ValueError, match="already"):
        actions.attach(file=mine, who=alice, entity=ENTITY, object_id=2)


@pytest.mark.django_db
def test_files_are_attached_and_removed_by_form_and_both_are_in_the_history(
    client: Client, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    form = {"entity": ENTITY, "object_id": "1", "next": "/back/", "file": SimpleUploadedFile("a.png", PNG)}
    response = client.post(reverse("files:upload"), form)
    assert (response.status_code, response["Location"]) == (302, "/back/")
    file = queries.of(ENTITY, 1, alice).get()
    assert (file.uploaded_by, file.size) == (alice, len(PNG))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("files:remove", args=[file.pk]), {"next": "//evil.example/"})
    assert not queries.of(ENTITY, 1, alice).exists()
    assert not default_storage.exists(file.path)
    told = AuditEntry.objects.filter(entity=ENTITY, object_id=1).order_by("pk")
    assert [e.verb for e in told] == ["attached file", "removed file"]


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"object_id": "2"}, {"object_id": "x"}, {"object_id": ""}, {"entity": "no.such"}])
def test_nothing_is_attached_where_one_may_not_change(client: Client, alice: User, changes: dict[str, str]) -> None:
    form = {"entity": ENTITY, "object_id": "1", "file": SimpleUploadedFile("a.png", PNG)} | changes
    assert client.post(reverse("files:upload"), form).status_code == 404
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_one_is_never_sent_to_another_host(client: Client, alice: User) -> None:
    form = {"entity": ENTITY, "object_id": "1", "next": "https://evil.example/", "file": SimpleUploadedFile("a", b"")}
    assert client.post(reverse("files:upload"), form)["Location"] == "/"


@pytest.mark.django_db
def test_orphans_go_after_a_day_and_everything_else_stays() -> None:
    kept, unattached = store(), store(object_id=None)
    default_storage.save("stored/ab/rolledback", ContentFile(b"x"))
    assert actions.drop_orphans() == 0
    with clock.frozen(clock.now() + timedelta(days=2)):
        actions.drop_orphans()
    assert list(StoredFile.objects.all()) == [kept]
    assert default_storage.exists(kept.path)
    assert not default_storage.exists("stored/ab/rolledback")
    with clock.frozen(clock.now() + timedelta(days=2)):
        actions.drop_orphans()
    assert not default_storage.exists(unattached.path)
