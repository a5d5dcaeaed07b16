"""In a home of its own: the bytes on disk after an erasure, and an older backup that is restored afterwards."""

import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ground import postgres, prepared
from tests.ground.installation import Installation
from tests.privacy import life
from tests.reliability import card

pytestmark = pytest.mark.deep
LIVE = """
from django.db import transaction
from tests.privacy import life
from vincula.kernel import jobs
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.people.models import User
who = User.objects.create_superuser(email="officer@example.org", name="Officer", password="a long sentence")
with transaction.atomic():
    lived = life.Life(who)
jobs.drain()
print("PERSON", lived.person.pk, "TABLES", len(life.in_tables()), "FILES", len(life.in_files()), "COUNTS", life.counts())
"""
ERASE = """
from tests.privacy import life
from vincula.kernel import jobs
from vincula.kernel.people.models import User
from vincula.kernel.privacy import erasing
from vincula.kernel.privacy.models import Erasure
from vincula.parties.models import Person
erasing.erase(Person.objects.get(pk={pk}), who=User.objects.get(email="officer@example.org"))
jobs.drain()
print("TABLES", len(life.in_tables()), "FILES", len(life.in_files()), "COUNTS", life.counts())
print("SCRUBBED", Erasure.objects.exclude(scrubbed_at=None).count())
"""
LOOK = """
from tests.privacy import life
from vincula.parties.models import Person
print("TABLES", "|".join(life.in_tables()), "FILES", len(life.in_files()), "NAME", Person.objects.get(pk={pk}).name)
"""


class Patient(Installation):
    """Waits longer: a restore that rewrites the file may take minutes on a busy machine."""

    def run(self, *arguments: str, code: int = 0) -> str:
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=900)
        assert process.returncode == code, f"vincula {' '.join(arguments)} ended with {process.returncode}:\n{said}"
        return said


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An installation with a fresh home, on each database."""
    if request.param == "sqlite":
        yield Patient(prepared.installation(tmp_path / "home").home)
        return
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        installation = Patient(tmp_path / "home", url)
        installation.run("migrate")
        yield installation


def bytes_with_the_mark(home: Installation) -> list[str]:
    """Every file of the home, raw, and every member of a packed one; on PostgreSQL also what pg_dump says."""
    mark, found = life.MARK.encode(), []
    for path in home.home.rglob("*"):
        if path.is_file() and mark in path.read_bytes().lower():
            found.append(str(path.relative_to(home.home)))
    return found + (["pg_dump"] if mark in dumped(home) else [])


def dumped(home: Installation) -> bytes:
    """All data of PostgreSQL as text; nothing on SQLite."""
    folder = postgres.programs()
    if not home.database_url or folder is None or not (folder / "pg_dump").exists():
        return b""
    with psycopg.connect(home.database_url) as connection:
        host, port = connection.info.host, str(connection.info.port)
        database, user = connection.info.dbname, connection.info.user
    return subprocess.run(
        [folder / "pg_dump", "--data-only", "-h", host, "-p", port, "-U", user, database],
        check=True,
        capture_output=True,
    ).stdout.lower()


def packed_with_the_mark(backup: Path) -> list[str]:
    """Members of a backup in which a canary stands."""
    with tarfile.open(backup) as archive:
        return [m.name for m in archive if (f := archive.extractfile(m)) and life.MARK.encode() in f.read().lower()]


def test_bytes_are_gone_and_an_older_backup_does_not_bring_them_back(home: Installation, tmp_path: Path) -> None:
    told = home.shell(LIVE).split()
    pk, tables = told[told.index("PERSON") + 1], int(told[told.index("TABLES") + 1])
    counted = " ".join(told[told.index("COUNTS") + 1 :])
    assert tables > 60
    assert bytes_with_the_mark(home)
    old, new = tmp_path / "old.tar.gz", tmp_path / "new.tar.gz"
    home.run("backup", str(old))
    assert packed_with_the_mark(old)

    said = home.shell(ERASE.format(pk=pk))
    assert "TABLES 0 FILES 0" in said
    assert counted in " ".join(said.split())
    assert "SCRUBBED 1" in said
    left = bytes_with_the_mark(home)
    assert left == []
    home.run("backup", str(new))
    assert packed_with_the_mark(new) == []
    assert "the trail is whole" in home.run("check")

    assert "1 erased since that backup" in home.run("restore", str(old), "--force")
    said = home.shell(LOOK.format(pk=pk))
    assert f"TABLES  FILES 0 NAME Anonymised person {pk}" in said
    left += bytes_with_the_mark(home)
    assert left == []
    assert "the trail is whole" in home.run("check")

    # Into another home, from the old backup, with the ledger that only the newer backup carried: its key too.
    other = Patient(tmp_path / "other")
    other.run("restore", str(new))
    other.run("restore", str(old), "--force")
    assert f"TABLES  FILES 0 NAME Anonymised person {pk}" in other.shell(LOOK.format(pk=pk))
    left += bytes_with_the_mark(other)
    card.record(
        "leaks", "unique strings of an erased person looked for in tables, bytes, files, backups", 4 * tables, len(left)
    )
    assert left == []
