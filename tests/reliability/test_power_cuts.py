"""Power cuts on SQLite: with our settings no acknowledged commit is lost and no database broken (issue 3, section 2).

Honestly: Django speaks to SQLite by Python's ``sqlite3``, which no test can put a disk under. So the statements that our
save door sends are noted down, and sent again in the same transactions by apsw, another SQLite, with the very PRAGMAs and
kind of transaction that our settings give, over a disk that forgets (``power``). What is proved is that these settings and
this way of saving are safe; that Django passes the settings on is proved by the last test here.
"""

import random
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from tests.reliability import card, power
from vincula.config.env import Environment
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.records import actions
from vincula.parties.models import Organisation

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
Statement = tuple[str, list[Any], bool]
STATE = (
    "SELECT count(*), max(id), max(version), group_concat(name) FROM parties_organisation",
    "SELECT count(*), max(id), max(version) FROM audit_auditentry",
    "SELECT count(*), group_concat(title) FROM search_entry",
    "SELECT count(*), max(rowid), group_concat(title) FROM search_fts",
    "SELECT count(*), group_concat(value) FROM records_indexvalue",
)


@pytest.fixture
def settings_for_sqlite(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What our settings say to SQLite, also when the tests run on PostgreSQL."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options: dict[str, Any] = Environment().database["OPTIONS"]
    return options


def base(path: Path) -> None:
    """A copy of the tests' database, before anything is saved in it."""
    connection.ensure_connection()
    path.write_bytes(connection.connection.serialize())


def saved(many: int) -> list[list[Statement]]:
    """The writing statements of ``many`` saves, act by act."""
    acts: list[list[Statement]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", sql, re.I):
            rows = [list(p) for p in params] if many else [list(params or ())]
            acts[-1].append((re.sub(r"(?<!%)%s", "?", sql).replace("%%", "%"), rows, many))
        return execute(sql, params, many, context)

    known: list[Organisation] = []
    with connection.execute_wrapper(listen):
        for n in range(many):
            acts.append([])
            if n % 3 or not known:
                given = {"name": f"Hochschule {n}", "acronym": f"HS{n}", "tags": [f"tag{n}"], "country": "DE"}
                known.append(actions.create(Organisation, who=SYSTEM, description="text " * (n * 37 % 900), **given))
            else:
                actions.change(known[n * 7 % len(known)], who=SYSTEM, name=f"University {n}", tags=[f"tag{n}", "new"])
    assert all(acts)
    return acts


def opened(path: Path, options: dict[str, Any], vfs: str | None = None) -> apsw.Connection:
    """A connection with the PRAGMAs of ``options``, as Django sends them."""
    made = apsw.Connection(str(path), vfs=vfs)
    for pragma in options["init_command"].split(";"):
        made.execute(pragma.strip())
    return made


def state(database: apsw.Connection) -> tuple[Any, ...]:
    """Counts and contents of the tables that a save touches."""
    return tuple(row for question in STATE for row in database.execute(question))


def recorded(path: Path, acts: list[list[Statement]], options: dict[str, Any]) -> tuple[power.Tape, list[Any]]:
    """Save all acts on the forgetful disk. Returns its tape and the state before and after each act."""
    tape = power.Tape()
    disk = power.ForgetfulFiles(tape)
    with closing(opened(path, options, vfs=power.NAME)) as database:
        states = [state(database)]
        for act in acts:
            database.execute(f"BEGIN {options['transaction_mode']}")
            for sql, rows, many in act:
                database.executemany(sql, rows) if many else database.execute(sql, rows[0])
            database.execute("COMMIT")
            tape.note("told")
            states.append(state(database))
    disk.unregister()
    return tape, states


def cut(
    base_: bytes, tape: power.Tape, states: list[Any], folder: Path, options: dict[str, Any], cuts: int
) -> Iterator[str]:
    """Cut the power at ``cuts`` random moments; a sentence for each after which something is lost or broken."""
    luck = random.Random(cuts)
    moments = sorted(luck.choices(range(len(tape.events)), k=cuts))
    disk, at = power.Disk({"base": bytearray(base_)}), 0
    for moment in moments:
        for event in tape.events[at:moment]:
            disk.take(event)
        at = moment
        power.rebuilt(disk.cut(luck), folder)
        try:
            with closing(opened(folder / "base", options)) as database:
                (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
                found = state(database)
        except apsw.Error as error:
            yield f"cut at {moment}: {error}"
            continue
        if verdict != "ok":
            yield f"cut at {moment}: {verdict}"
        elif found not in states[disk.told : disk.told + 2]:  # the act under way may be there, wholly
            yield f"cut at {moment}: {disk.told} commits were acknowledged, another state is found"


def lost(tmp_path: Path, options: dict[str, Any], *, acts: int, cuts: int) -> tuple[list[str], power.Tape]:
    """What ``cuts`` power cuts during ``acts`` saves lose."""
    folder = tmp_path / "found"
    folder.mkdir()
    base(tmp_path / "base")
    before = (tmp_path / "base").read_bytes()
    tape, states = recorded(tmp_path / "base", saved(acts), options)
    return list(cut(before, tape, states, folder, options, cuts)), tape


@on_sqlite
@pytest.mark.django_db
def test_no_power_cut_loses_an_acknowledged_save(settings_for_sqlite: dict[str, Any], tmp_path: Path) -> None:
    wrong, _ = lost(tmp_path, settings_for_sqlite, acts=24, cuts=24)
    assert not wrong


@on_sqlite
@pytest.mark.django_db
def test_the_same_cuts_lose_saves_when_sqlite_syncs_less(settings_for_sqlite: dict[str, Any], tmp_path: Path) -> None:
    """The published presets say NORMAL. If nothing were lost with it, the simulated cuts would prove nothing."""
    less = settings_for_sqlite["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")
    assert less != settings_for_sqlite["init_command"]
    wrong, _ = lost(tmp_path, {**settings_for_sqlite, "init_command": less}, acts=24, cuts=24)
    assert [w for w in wrong if "acknowledged" in w]


@pytest.mark.deep
@on_sqlite
@pytest.mark.django_db
def test_of_600_power_cuts_none_loses_an_acknowledged_save(settings_for_sqlite: dict[str, Any], tmp_path: Path) -> None:
    wrong, tape = lost(tmp_path, settings_for_sqlite, acts=300, cuts=600)
    checkpoints = sum(event.kind == "sync" and event.file == "base" for event in tape.events)
    note = f"SQLite, settings of the program; {checkpoints} checkpoints among them"
    card.record("cuts", "simulated power cuts while records are saved", 600, len(wrong), note)
    assert checkpoints >= 3, "cuts while the log is moved into the database are the interesting ones"
    assert not wrong


@pytest.mark.django_db
def test_the_program_really_opens_sqlite_like_this(settings_for_sqlite: dict[str, Any], tmp_path: Path) -> None:
    """Asked of a connection made by Django: what the settings say is what SQLite does, and the last word is FULL."""
    database = {**Environment().database, "NAME": str(tmp_path / "own.sqlite3")}
    ours = ConnectionHandler({"default": database})["default"]
    found = {}
    with ours.cursor() as cursor, closing(opened(tmp_path / "theirs.sqlite3", settings_for_sqlite)) as theirs:
        for name in re.findall(r"PRAGMA (\w+)", settings_for_sqlite["init_command"]):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
            assert found[name] == theirs.execute(f"PRAGMA {name}").fetchone()[0], name
    ours.close()
    assert (found["journal_mode"], found["synchronous"], found["foreign_keys"]) == ("wal", 2, 1)
    assert settings_for_sqlite["transaction_mode"] == "IMMEDIATE"
