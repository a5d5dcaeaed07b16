"""States of a toy workshop."""

from typing import Any

from vincula.kernel.lifecycle.states import Gate, Lifecycle, Move, State


def has_town(workshop: Any) -> str | None:
    return None if workshop.town_id else "No town is named."


def has_size(workshop: Any) -> str | None:
    return None if workshop.size else "Its size is not known."


OPENING = Lifecycle(
    field="state",
    states=(
        State("planned", "planned", "none"),
        State("open", "open", "good"),
        State("closed", "closed", "bad", final=True),
    ),
    moves=(
        Move("open", "Open", ("planned",), "open", Gate(needs=(has_town, has_size))),
        Move("close", "Close", ("planned", "open"), "closed"),
    ),
)
