"""A backup is whole, and either database can be made from it (requirement X11)."""

import io
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ground import prepared
from tests.ground.installation import Installation

FILL = """
from vincula.kernel.people.models import ApiToken, User
from vincula.kernel.people import tokens
from vincula.kernel.records.models import CustomField
from vincula.kernel import clock, search
from datetime import timedelta
alice = User.objects.create_superuser(email="alice@example.org", name="Алиса Ünal", password="a long sentence")
tokens.issue(user=alice, name="reader", scopes=["read"], expires_at=clock.now() + timedelta(days=9, microseconds=7))
search.write([search.Document(entity="x.y", object_id=7, title="Université de Gand", acronym="UGent")])
CustomField.objects.create(entity="x.y", key="k", label="“K”", options=["один", "zwei"], translations={"ru": "ка"})
"""
FIND = """
from vincula.kernel import search
print([hit.acronym for hit in search.find("universite gand", entities=["x.y"], visible=lambda entity, ids: ids)])
"""
HASH = """
from vincula.config import rows
print(rows.dump_hash())
"""
ONE_MORE = """
from vincula.kernel.people.models import User
print("id", User.objects.create_user(email="bob@example.org", name="Bob").pk)
"""


@pytest.fixture
def postgres_url() -> Iterator[Callable[[str], str]]:
    """Makes empty PostgreSQL databases; skipped where ./test brought no server."""
    url = os.environ.get("VINCULA_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL was started; run ./test tests/ground")
    made: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:

        def make(name: str) -> str:
            connection.execute(f"CREATE DATABASE {name}")
            made.append(name)
            return url.rsplit("/", 1)[0] + "/" + name

        yield make
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """An installation on SQLite with people, tokens, own fields and a file, and the hash of its rows. Tests read it only."""
    installation = prepared.installation(tmp_path_factory.mktemp("filled") / "home")
    (made,) = re.findall("[0-9a-f]{64}", installation.shell(FILL + HASH))
    folder = installation.home / "files/a"
    folder.mkdir(parents=True)
    (folder / "протокол.txt").write_text("minutes")
    return installation, made


@pytest.fixture(scope="module")
def filled(told: tuple[Installation, str]) -> Installation:
    return told[0]


@pytest.fixture(scope="module")
def backup(filled: Installation) -> Path:
    path = filled.home.parent / "one.tar.gz"
    assert "1 files" in filled.run("backup", str(path))
    return path


@pytest.fixture(scope="module")
def before(told: tuple[Installation, str]) -> str:
    return told[1]


def test_a_backup_restores_the_same_data_files_and_key(
    filled: Installation, backup: Path, before: str, tmp_path: Path
) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    copy = Installation(tmp_path / "copy")
    copy.run("restore", str(backup))
    said = copy.shell(HASH + FIND)
    assert before in said
    assert "['UGent']" in said
    assert (copy.home / "files/a/протокол.txt").read_text() == "minutes"
    assert (copy.home / "secret.key").read_text() == (filled.home / "secret.key").read_text()


@pytest.mark.deep
def test_a_backup_moves_from_sqlite_to_postgresql_and_back(
    backup: Path, before: str, tmp_path: Path, postgres_url: Callable[[str], str]
) -> None:
    there = Installation(tmp_path / "there", postgres_url("moved_there"))
    there.run("restore", str(backup))
    said = there.shell(HASH + FIND + ONE_MORE + HASH)
    assert "['UGent']" in said
    assert "id 2" in said  # the sequence goes on after the rows brought
    first, then = re.findall("[0-9a-f]{64}", said)
    assert first == before != then

    there.run("backup", str(tmp_path / "two.tar.gz"))
    back = Installation(tmp_path / "back")
    back.run("restore", str(tmp_path / "two.tar.gz"))
    assert back.hash() == then


def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    filled: Installation, backup: Path, before: str, tmp_path: Path
) -> None:
    damaged, half = tmp_path / "damaged.tar.gz", tmp_path / "half.tar.gz"
    with tarfile.open(backup) as source, tarfile.open(damaged, "w:gz") as target:
        for member in source:
            content = source.extractfile(member)
            assert content
            changed = content.read().replace(b"alice@example", b"mallo@example")
            target.addfile(member, io.BytesIO(changed))
    half.write_bytes(backup.read_bytes()[:-2000])
    assert "is damaged: data/people_user.jsonl" in filled.run("restore", "--force", str(damaged), code=1)
    assert "not a whole backup" in filled.run("restore", "--force", str(half), code=1)
    assert filled.hash() == before


@pytest.mark.deep
def test_a_restore_refuses_a_home_in_use_unless_forced(
    filled: Installation, backup: Path, before: str, tmp_path: Path
) -> None:
    used = Installation(tmp_path / "used")
    shutil.copytree(filled.home, used.home)
    assert before not in used.shell(ONE_MORE + HASH)
    assert "2 users and 1 files would go" in used.run("restore", str(backup), code=1)
    used.run("restore", "--force", str(backup))
    assert used.hash() == before


def test_a_backup_never_replaces_a_file(filled: Installation, tmp_path: Path) -> None:
    (tmp_path / "good.tar.gz").write_text("yesterday's")
    assert "exists already" in filled.run("backup", str(tmp_path / "good.tar.gz"), code=1)
    assert (tmp_path / "good.tar.gz").read_text() == "yesterday's"
