"""A file moves a record only where a person could: no import steps around a gate, and neither does its undo (X3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import moving, registry
from vincula.kernel.exchange import commands, gates, runs
from vincula.kernel.exchange.models import ImportRun
from vincula.kernel.lifecycle.states import Gate, Lifecycle, Move, State
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.entities.happenings import TaskEntity
from vincula.parties.models import Task
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
NO_HOURS = "Nobody said how many hours it needs."

GUARDED = Lifecycle(
    field="state",
    states=(State("todo", "To do"), State("doing", "In progress"), State("done", "Done", final=True),
            State("dropped", "Dropped", final=True)),
    moves=(
        Move("start", "Start", ("todo",), "doing", Gate(needs=(lambda task: None if task.hours else NO_HOURS,))),
        Move("complete", "Done", ("doing",), "done"),
        Move("drop", "Drop", ("todo", "doing"), "dropped"),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks with a gate before their second state."""
    monkeypatch.setattr(TaskEntity, "lifecycle", GUARDED)


@pytest.fixture
def alice() -> User:
    return cast.alice()


def bring(folder: Path, who: Any, text: str, **options: Any) -> dict[str, Any]:
    path = folder / "tasks.csv"
    path.write_text(text)
    return commands.run_import("tasks", path, user=who, **options)[0]


def said(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(e["line"], e["field"], e["message"]) for e in report["errors"]]


def test_a_new_record_begins_where_no_gate_has_been_passed(tmp_path: Path, alice: User) -> None:
    assert bring(tmp_path, alice, "title,state,hours\nA,To do,\nB,Dropped,\nC,,\n")["created"] == 3
    sentence = "A new record begins as “To do”; “{}” is reached by its moves only."
    report = bring(tmp_path, alice, "title,state,hours\nD,In progress,5\nE,Done,5\nF,To do,\n")
    assert said(report) == [
        (2, "state", sentence.format("In progress")), (3, "state", sentence.format("Done")),
    ]  # fmt: skip
    assert Task.objects.count() == 3


def test_a_change_of_state_is_a_move_and_its_gate_says_why_not(tmp_path: Path, alice: User) -> None:
    task = factories.task(title="A")
    assert said(bring(tmp_path, alice, f"id,state\n{task.pk},In progress\n")) == [(2, "state", NO_HOURS)]
    assert said(bring(tmp_path, alice, f"id,state\n{task.pk},Done\n")) == [
        (2, "state", "No move leads from “To do” to “Done”.")
    ]
    assert bring(tmp_path, alice, f"id,state,hours\n{task.pk},In progress,5\n")["updated"] == 1
    task.refresh_from_db()
    assert task.state == "doing"
    assert bring(tmp_path, alice, f"id,state,title\n{task.pk},In progress,B\n")["updated"] == 1


def test_the_gate_is_asked_again_when_the_lines_are_written(
    tmp_path: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = factories.task(title="A", hours=5)
    path = tmp_path / "tasks.csv"
    path.write_text(f"id,state\n{task.pk},In progress\n")
    run = runs.begin(path, path.name, who=alice, entity=registry.by_slug("tasks"))
    runs.use(run)
    runs.check(run, alice)
    closed = Gate(needs=(lambda task: "The board has closed the matter.",))
    shut = Lifecycle("state", GUARDED.states, (Move("start", "Start", ("todo",), "doing", closed), *GUARDED.moves[1:]))
    monkeypatch.setattr(TaskEntity, "lifecycle", shut)
    runs.apply(run, alice)
    assert (run.state, run.message) == ("failed", "The board has closed the matter.")
    task.refresh_from_db()
    assert task.state == "todo"


def test_an_administrator_who_moves_in_may_bring_states_and_that_is_told(tmp_path: Path, alice: User) -> None:
    root = cast.root()
    task = factories.task(title="A")
    text = f"id,title,state\n{task.pk},A,Done\n,B,In progress\n"
    report = bring(tmp_path, alice, text, states_as_they_are=True)
    assert said(report) == [(0, "", "Only administrators may bring states as they are.")]
    report = bring(tmp_path, root, text, states_as_they_are=True)
    assert (report["created"], report["updated"]) == (1, 1)
    assert dict(Task.objects.values_list("title", "state")) == {"A": "done", "B": "doing"}
    entry = AuditEntry.objects.get(verb="imported", object_id=None)
    assert entry.changes[gates.OPTION] == [None, True]
    assert len(said(bring(tmp_path, root, "title,state\nC,Done\n"))) == 1  # off unless it is asked for


def test_an_undo_leaves_a_state_from_which_no_way_leads_back(tmp_path: Path, alice: User) -> None:
    task = factories.task(title="A", hours=5)
    report = bring(tmp_path, alice, f"id,state,title\n{task.pk},Dropped,Aa\n")
    done = commands.undo(report["run"], alice)
    task.refresh_from_db()
    assert (task.title, task.state) == ("A", "dropped")
    assert done["kept"] == ["A: No move leads from “Dropped” to “To do”."] or "No move leads" in done["kept"][0]


def test_the_wizard_asks_the_gate_too_and_offers_the_way_round_to_administrators_only(
    tmp_path: Path, alice: User
) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text("title,state\nA,Done\n")
    run = runs.begin(path, path.name, who=alice, entity=registry.by_slug("tasks"))
    client = cast.signed_in(alice)
    assert gates.OPTION not in client.get(f"/imports/{run.pk}/").content.decode()
    client.post(f"/imports/{run.pk}/check/", {gates.OPTION: "1"})
    _work()
    run.refresh_from_db()
    assert (run.state, run.message) == ("failed", "Only administrators may bring states as they are.")
    client.post(f"/imports/{run.pk}/check/", {})
    _work()
    run.refresh_from_db()
    assert (run.state, run.counts["error"]) == ("checked", 1)
    root = cast.root()
    ImportRun.objects.filter(pk=run.pk).update(state="uploaded", who=root)
    client = cast.signed_in(root)
    assert gates.OPTION in client.get(f"/imports/{run.pk}/").content.decode()
    client.post(f"/imports/{run.pk}/check/", {gates.OPTION: "1"})
    _work()
    client.post(f"/imports/{run.pk}/apply/")
    _work()
    assert Task.objects.get().state == "done"


def test_the_interface_for_programs_takes_no_state_but_by_its_moves(alice: User) -> None:
    task = factories.task(title="A")
    client = cast.signed_in(alice)
    for body in ({"state": "done"}, {"state": "done", "title": "B"}):
        client.patch(f"/api/v1/tasks/{task.pk}", body, content_type="application/json")
    item = {"items": [{"id": task.pk, "values": {"state": "done"}}, {"values": {"title": "C", "state": "done"}}]}
    client.post("/api/v1/tasks/bulk", item, content_type="application/json")
    assert set(Task.objects.values_list("state", flat=True)) == {"todo"}


def test_a_move_by_hand_asks_the_same_gate(alice: User) -> None:
    task = factories.task(title="A")
    with pytest.raises(Exception, match=NO_HOURS):
        moving.move(task, "start", who=alice)
    actions.change(task, who=alice, hours=3)
    moving.move(task, "start", who=alice)
    assert task.state == "doing"


def _work() -> None:
    from vincula.kernel import jobs

    jobs.drain()
