"""A backup made while others write is one moment, on either database (issue 3, section 2; `tests/ground` has the rest)."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ground.installation import Installation
from tests.reliability import card
from tests.reliability.conftest import beside, execute
from tests.reliability.served import Served
from tests.reliability.test_kills import told, write_and_kill

pytestmark = pytest.mark.deep
LOOK = """
import json
from django.conf import settings
from django.test import Client
from tests.reliability import verdict
from vincula.parties.models import Organisation
host = {{"HTTP_HOST": "localhost"}}
program = Client().get("/api/v1/me", HTTP_AUTHORIZATION="Bearer {token}", **host)
browser = Client()
browser.cookies["vincula"] = "{cookie}"
page = browser.get("/", **host)
print("looked", json.dumps({{
    "wrong": [*verdict.half_written(), *verdict.broken_database()],
    "names": list(Organisation._base_manager.values_list("name", flat=True)),
    "token": program.status_code, "session": page.status_code, "to": page.headers.get("Location", ""),
}}))
"""


@pytest.fixture
def places(empty: Callable[[str], Installation], tmp_path: Path) -> Iterator[list[Installation]]:
    """An empty home on each database."""
    url = os.environ.get("VINCULA_TEST_POSTGRES") or os.environ.get("DATABASE_URL", "")
    found = [Installation(tmp_path / "on-sqlite")]
    if not url:
        yield found
        return
    name = f"restored_{os.getpid()}"
    execute(url, f"CREATE DATABASE {name}")
    yield [*found, Installation(tmp_path / "on-postgresql", beside(url, name))]
    execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def test_a_backup_made_while_others_write_is_one_moment_on_either_database(
    installed: Served, places: list[Installation], tmp_path: Path
) -> None:
    ledger, file, before = tmp_path / "ledger", tmp_path / "moment.tar.gz", []

    def back_up() -> None:
        while told(ledger) < 20:
            threading.Event().wait(0.05)
        before.extend(json.loads(line) for line in ledger.read_text().splitlines() if '"told"' in line)
        installed.installation.run("backup", str(file))

    thread = threading.Thread(target=back_up)
    thread.start()
    count = write_and_kill(installed, ledger, 0, writes=2000, kill_after=150)
    thread.join(120)
    assert count > len(before) >= 20
    hashes, wrong, names = [], [], []
    for place in places:
        place.run("restore", str(file))
        hashes.append(place.hash())
        said = place.shell(LOOK.format(token=installed.token, cookie=installed.cookie))
        found = json.loads(said.split("looked ")[-1])
        wrong += found["wrong"]
        names.append(sorted(found["names"]))
        assert (found["token"], found["session"]) == (200, 302), "tokens stay as they were, sessions end with a restore"
        assert "/account/login/" in found["to"]
    changed = {line["wants"] for line in map(json.loads, ledger.read_text().splitlines()) if line.get("op") == "change"}
    wrong += [
        f"{line['told']} is missing" for line in before if line["told"] not in names[0] and not later(line, ledger)
    ]
    card.record("lost", "records in a backup made while others wrote, restored on each database", len(names[0]) * len(places),
                len(wrong) + (len(set(hashes)) - 1), "equal checksums")  # fmt: skip
    assert changed
    assert len(set(hashes)) == 1
    assert not wrong, wrong[:10]


def later(line: dict[str, object], ledger: Path) -> bool:
    """Whether somebody wanted to change that record again afterwards: then its name may be another in the backup."""
    wants = [json.loads(each) for each in ledger.read_text().splitlines()]
    return any(one.get("op") == "change" and one["id"] == line["id"] and one["wants"] != line["told"] for one in wants)
