"""States, moves and gates are data that are checked when they are made."""

import pytest

from vincula.kernel.lifecycle.states import Gate, Lifecycle, Move, State


class Thing:
    def __init__(self, state: str, owner: str = "", done: bool = False) -> None:
        self.state, self.owner, self.done = state, owner, done


def has_owner(thing: Thing) -> str | None:
    return None if thing.owner else "No owner is named."


def is_done(thing: Thing) -> str | None:
    return None if thing.done else "It is not done."


LIFE = Lifecycle("state", (State("new", "New"), State("over", "Over")), (
    Move("end", "End", ("new",), "over", Gate(needs=(has_owner, is_done))),
))  # fmt: skip


def test_a_gate_answers_with_every_sentence_that_is_missing() -> None:
    ((move, missing),) = LIFE.from_here(Thing("new"))
    assert (move.key, missing) == ("end", ["No owner is named.", "It is not done."])
    assert next(iter(LIFE.from_here(Thing("new", "ann", done=True))))[1] == []
    assert list(LIFE.from_here(Thing("over"))) == []


def test_an_unknown_or_unreachable_state_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Lifecycle("state", (State("new", "New"),), (Move("go", "Go", ("new",), "nowhere"),))
    with pytest.raises(ValueError, match="lost"):
        Lifecycle("state", (State("new", "New"), State("lost", "Lost")), ())
