"""The disk full, the database gone: clear answers, nothing half written, and all well again by itself (issue 3, section 2)."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.files.models import StoredFile
from vincula.kernel.search.models import Entry
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

LONG = {"name": "Ghent", "kind": "other", "country": "BE", "description": "much " * 19_000}
FULL, GONE = b"There is no room left to save", b"The database does not answer"


@contextmanager
def failing(cause: Exception) -> Iterator[None]:
    """Every writing statement fails as it does when the driver says ``cause``."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            raise OperationalError(str(cause)) from cause
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield


@contextmanager
def no_room() -> Iterator[None]:
    """SQLite may not grow any more; PostgreSQL says what it says then."""
    if connection.vendor == "postgresql":
        with failing(psycopg.errors.DiskFull("could not extend file")):
            yield
        return
    with connection.cursor() as cursor:
        ask = lambda pragma: cursor.execute(f"PRAGMA {pragma}").fetchone()[0]  # noqa: E731  (read it aloud)
        cursor.execute("CREATE TABLE ballast (content)")  # for the pages that earlier tests left free
        cursor.execute(f"INSERT INTO ballast VALUES (zeroblob({ask('page_size') * (ask('freelist_count') + 8)}))")
        ask(f"max_page_count = {ask('page_count')}")
        try:
            yield
        finally:
            ask("max_page_count = 1073741823")
            cursor.execute("DROP TABLE ballast")


def written() -> tuple[int, int, int]:
    return Organisation.objects.count(), AuditEntry.objects.count(), Entry.objects.count()


@pytest.fixture
def alice() -> Client:
    client = cast.signed_in(cast.alice())
    client.raise_request_exception = False
    return client


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said_and_leaves_nothing_half_written(alice: Client) -> None:
    there = factories.organisation(name="Antwerp")
    before = written()
    with no_room():
        page = alice.post("/organisations/new/", LONG)
        api = alice.post("/api/v1/organisations/", LONG, content_type="application/json")
        read = [alice.get(path).status_code for path in ("/organisations/", f"/organisations/{there.pk}/", "/")]
        listed = alice.get("/api/v1/organisations/")
    assert (page.status_code, api.status_code) == (507, 507)
    assert FULL in page.content
    assert (api["Content-Type"], api.json()["status"]) == ("application/problem+json", 507)
    assert read == [200, 200, 200]
    assert [item["name"] for item in listed.json()["items"]] == ["Antwerp"]
    assert written() == before
    assert alice.post("/organisations/new/", LONG).status_code == 302
    assert [now - then for now, then in zip(written(), before, strict=True)] == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_takes_no_half_of_a_file(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    there = factories.organisation(name="Antwerp")
    sent = {"entity": "parties.organisation", "object_id": str(there.pk)}

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    answer = alice.post("/files/", {**sent, "file": SimpleUploadedFile("minutes.txt", b"agreed")})
    assert (answer.status_code, FULL in answer.content) == (507, True)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_is_said_in_words_and_for_programs(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the page may ask the database: here every statement fails."""

    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_cursor", gone)
        page = alice.get("/organisations/", headers={"Accept": "text/html"})
        german = alice.get("/organisations/", headers={"Accept": "text/html", "Accept-Language": "de"})
        api = alice.get("/api/v1/organisations/")
        health = alice.get("/healthz")
    for answer in (page, german, api):
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert GONE in page.content
    assert b"<html" in page.content
    assert b'lang="de"' in german.content
    assert (api["Content-Type"], api.json()["status"]) == ("application/problem+json", 503)
    assert health.status_code == 503
    assert alice.get("/organisations/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_our_own_is_not_called_an_outage(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing(psycopg.errors.UndefinedColumn("column does not exist")):
        assert alice.post("/organisations/new/", LONG).status_code == 500


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_file_are_on_disk_before_its_row_is_committed(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, done, sync = factories.organisation(name="Antwerp"), [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (sync(handle), done.append(os.fstat(handle).st_ino)))
    commit = connection._commit
    monkeypatch.setattr(connection, "_commit", lambda: (done.append("commit"), commit()))
    sent = {"entity": "parties.organisation", "object_id": str(there.pk)}
    assert alice.post("/files/", {**sent, "file": SimpleUploadedFile("minutes.txt", b"agreed")}).status_code == 302
    path = Path(default_storage.path(StoredFile.objects.get().path))
    before = done[: done.index("commit", done.index(path.stat().st_ino))]
    assert {path.stat().st_ino, path.parent.stat().st_ino, path.parent.parent.stat().st_ino} <= set(before)
