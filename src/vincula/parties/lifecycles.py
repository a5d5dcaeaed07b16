"""States and moves of this room."""

from django.utils.translation import gettext_lazy as _

from vincula.kernel.lifecycle.states import Lifecycle, Move, State

OPEN = ("todo", "doing")

TASK = Lifecycle(
    field="state",
    states=(
        State("todo", _("To do")),
        State("doing", _("In progress"), tone="warn"),
        State("done", _("Done"), tone="good", final=True),
        State("dropped", _("Dropped"), tone="none", final=True),
    ),
    moves=(
        Move("start", _("Start"), ("todo",), "doing"),
        Move("complete", _("Done"), OPEN, "done"),
        Move("drop", _("Drop"), OPEN, "dropped"),
        Move("reopen", _("Open again"), ("done", "dropped", "doing"), "todo"),
    ),
)
