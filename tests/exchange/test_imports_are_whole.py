"""An import is whole or not there, whatever cuts it off, and nobody waits long for the database meanwhile (X3)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from vincula.kernel import clock
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.exchange import applying, building, commands, preparing, runs
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.records.models import IndexValue
from vincula.kernel.search import find
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories


@pytest.fixture
def alice() -> User:
    return cast.alice()


def checked(folder: Path, who: User, text: str) -> ImportRun:
    path = folder / "a.csv"
    path.write_text(text)
    run = runs.begin(path, path.name, who=who, entity=registry.by_slug("organisations"))
    runs.use(run, options={"allow_duplicates": True})
    runs.check(run, who)
    assert (run.state, run.message) == ("checked", "")
    return run


TOWNS = ("Aalst", "Brugge", "Charleroi", "Dinant", "Eupen", "Furnes", "Gent")
SEVEN = "name,country,city\n" + "".join(f"School of {town},BE,{town}\n" for town in TOWNS)


class PlugPulled(BaseException):
    """Stands for a killed process: nothing that catches errors catches it."""


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pieces of three lines; the plug is pulled when the second one is about to be written."""
    monkeypatch.setattr(applying, "AT_ONE_GO", {"sqlite": 3, "postgresql": 3})
    write, written = applying.write, []

    def pull(run: ImportRun, who: Any, ready: Any, **options: Any) -> None:
        if written and not written[-1]:
            raise PlugPulled
        write(run, who, ready, **options)
        written.append(0)

    def pull_it(run: ImportRun, who: User) -> None:
        written.clear()
        with monkeypatch.context() as patched:
            patched.setattr(applying, "write", pull)
            with pytest.raises(PlugPulled):
                runs.apply(run, who)

    return pull_it


@pytest.mark.django_db
def test_what_was_cut_off_between_two_pieces_is_completed_by_whoever_starts_next(
    tmp_path: Path, alice: User, pulled: Any
) -> None:
    run = checked(tmp_path, alice, SEVEN)
    pulled(run, alice)
    assert Organisation.objects.count() == 3
    assert runs.resume() == 0  # somebody may still be at it
    with clock.frozen(clock.now() + runs.SILENT + timedelta(seconds=1)):
        assert runs.resume() == 1
        assert runs.resume() == 0
    run.refresh_from_db()
    assert (run.state, sorted(Organisation.objects.values_list("city", flat=True))) == ("applied", list(TOWNS))
    assert (
        AuditEntry.objects.filter(verb="imported", entity="parties.organisation").exclude(object_id=None).count() == 7
    )
    assert trail.verify() == []


@pytest.mark.django_db
def test_what_cannot_be_completed_any_more_is_taken_back(tmp_path: Path, alice: User, pulled: Any) -> None:
    there = factories.organisation(name="School of Hasselt", country="BE", city="Hasselt")
    run = checked(tmp_path, alice, SEVEN + "School of Hasselt,BE,Elsewhere\n")
    pulled(run, alice)
    actions.change(there, who=alice, city="Tongeren")
    before = {"School of Hasselt": "Tongeren"}
    with clock.frozen(clock.now() + runs.SILENT + timedelta(seconds=1)):
        assert runs.resume() == 1
    run.refresh_from_db()
    assert (run.state, "changed by somebody" in run.message) == ("failed", True)
    assert dict(Organisation.objects.values_list("name", "city")) == before
    assert not find("Aalst", entities=["parties.organisation"], visible=lambda entity, ids: set(ids))


@pytest.mark.django_db
def test_two_workers_at_one_run_write_it_once(tmp_path: Path, alice: User) -> None:
    run = checked(tmp_path, alice, SEVEN)
    entity = registry.get(run.entity)
    mine = list(preparing.batches(run, entity, alice))
    runs.apply(ImportRun.objects.get(pk=run.pk), alice)
    with pytest.raises(applying.TakenOver), transaction.atomic():
        applying.write(run, alice, mine)
    assert Organisation.objects.count() == 7


@pytest.mark.django_db
def test_a_file_is_one_transaction_that_only_writes(tmp_path: Path, alice: User) -> None:
    """Nothing is read or worked out for a line while the database is held: so many statements, whatever the length."""
    counts = []
    for number in (20, 120):
        text = "name,country,city\n" + "".join(f"Place {number} {n},BE,{TOWNS[n % 7]}\n" for n in range(number))
        run = checked(tmp_path, alice, text)
        ready = list(preparing.batches(run, registry.get(run.entity), alice))
        with (
            CaptureQueriesContext(
                connection,
            ) as captured,
            transaction.atomic(),
        ):
            applying.write(run, alice, ready)
        counts.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    assert counts[1] - counts[0] <= 4, counts


@pytest.mark.django_db
def test_lines_made_ready_beforehand_leave_what_the_save_door_leaves(tmp_path: Path, alice: User) -> None:
    values = {"name": "Université de Mons", "acronym": "UMONS", "kind": "other", "country": "BE", "city": "Mons", "aliases": ["Mons U"],
              "email_domains": ["umons.example"], "references": {"ror": ["https://ror.org/0mons"]}, "tags": ["new"]}  # fmt: skip
    by_hand = factories.organisation(alice, **values)
    hand = traces(by_hand)
    Organisation.objects.filter(pk=by_hand.pk).update(
        trashed_at=clock.now(), name="gone", name_folded="gone", references={}
    )
    IndexValue.objects.filter(entity="parties.organisation", object_id=by_hand.pk).delete()
    checked_run = checked(tmp_path, alice, "name,acronym,country,city,aliases,domains,references,tags\n"
            "Université de Mons,UMONS,BE,Mons,Mons U,umons.example,ror: https://ror.org/0mons,new\n")  # fmt: skip
    runs.apply(checked_run, alice)
    imported = Organisation.objects.get(name="Université de Mons")
    assert traces(imported) == hand
    run = checked(tmp_path, alice, "name,country,aliases,tags\nUniversité de Mons,BE,Bergen; Mons U,\n")
    runs.apply(run, alice)
    imported.refresh_from_db()
    changed = traces(imported)
    actions.change(imported, who=alice, city="Bergen")
    actions.change(imported, who=alice, city="Mons")
    assert traces(imported)["index"] == changed["index"]
    assert [
        hit.object_id for hit in find("Bergen", entities=["parties.organisation"], visible=lambda _e, ids: set(ids))
    ]


@pytest.mark.django_db
def test_a_record_made_by_the_thousand_is_a_record_made_alone() -> None:
    for entity in registry.all():
        quick, slow = building.builder(entity.model).new(), entity.model()
        assert type(quick) is type(slow)
        for f in entity.model._meta.concrete_fields:
            one, other = getattr(quick, f.attname), getattr(slow, f.attname)
            same = type(one) is type(other) if isinstance(one, datetime) or f.name == "version" else one == other
            assert same, (entity.key, f.name)
            assert not isinstance(one, list | dict) or one is not getattr(
                building.builder(entity.model).new(), f.attname
            )


def traces(record: Any) -> dict[str, Any]:
    """What is kept beside a record, without the numbers that differ."""
    from vincula.kernel.search.models import Entry

    entry = Entry.objects.get(entity="parties.organisation", object_id=record.pk)
    told = AuditEntry.objects.filter(entity="parties.organisation", object_id=record.pk).latest("id")
    found = IndexValue.objects.filter(entity="parties.organisation", object_id=record.pk)
    return {
        "index": sorted(found.values_list("field", "value")),
        "entry": (entry.title, entry.acronym, entry.names, entry.text),
        "names": sorted(entry.keys.values_list("key", "rank")),
        "audit": (told.changes, told.digest, told.version == record.version, told.who_id),
    }


@pytest.mark.django_db
def test_an_update_by_file_tells_what_the_save_door_tells(tmp_path: Path, alice: User) -> None:
    factories.organisation(alice, name="School of Genk", country="BE", city="Genk")
    report = commands.run_import(
        "organisations", _file(tmp_path, "name,country,city\nSchool of Genk,BE,Gent\n"), user=alice
    )[0]
    assert report["updated"] == 1
    entry = AuditEntry.objects.filter(entity="parties.organisation").exclude(object_id=None).latest("id")
    assert (entry.verb, entry.changes) == ("imported", {"city": ["Genk", "Gent"]})
    assert Organisation.objects.get().city_folded == "gent"
    assert ImportLine.objects.get(run=report["run"]).version == Organisation.objects.get().version


def _file(folder: Path, text: str) -> Path:
    path = folder / "b.csv"
    path.write_text(text)
    return path


KILLED = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from vincula.kernel.exchange import applying, building, commands
applying.AT_ONE_GO = {"sqlite": 3, "postgresql": 3}
write, times = applying.write, []
def killed(run, who, ready, *, mark=True):
    write(run, who, ready, mark=mark)
    times.append(mark)
    if times.count(True) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
applying.write = killed
commands.run_import("organisations", Path(sys.argv[1]), allow_duplicates=True)
"""
RESUMED = """
import sys
from datetime import datetime, timedelta
import django
django.setup()
from vincula.kernel.exchange import runs
from vincula.parties.models import Organisation
print(Organisation.objects.count())
runs.SILENT = timedelta(0)
print(runs.resume(), Organisation.objects.count())
"""


@pytest.mark.deep
def test_a_killed_process_leaves_no_half_import(tmp_path: Path) -> None:
    """kill −9 inside the second of three transactions: the next start completes the import."""
    path = tmp_path / "a.csv"
    path.write_text(SEVEN)
    home = tmp_path / "home"
    surroundings = {**os.environ, "VINCULA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vincula.config.settings"}
    surroundings.pop("DATABASE_URL", None)

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *arguments], env=surroundings, capture_output=True, text=True)

    assert python("-c", MIGRATE).returncode == 0
    assert python("-c", KILLED, str(path)).returncode == -signal.SIGKILL
    done = python("-c", RESUMED)
    assert done.stdout.split("\n")[-3:-1] == ["3", "1 7"], done.stdout + done.stderr


MIGRATE = """
import django
django.setup()
from django.core.management import call_command
from vincula.kernel.people.models import User
call_command("migrate", verbosity=0)
User.objects.create_superuser(email="root@example.org", password="correct horse battery 9")
"""
