"""States and moves of this room. The phases of a service are rows, not code: see models.process and gates."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from vincula.kernel.lifecycle.states import Gate, Lifecycle, Move, Sentence, State

STAGES = (
    ("idea", _("Idea")),
    ("assessment", _("Assessment")),
    ("feasibility", _("Feasibility")),
    ("development", _("Development")),
    ("operation", pgettext_lazy("phase", "Operation")),
    ("shutdown", _("Shutdown")),
    ("retired", _("Retired")),
)
STAGE_TONES = {"operation": "good", "shutdown": "warn", "retired": "none", "idea": "none"}


def is_scoped(need: Any) -> Sentence | None:
    """A technical adviser wrote down what is really required (requirement L3)."""
    return None if need.requirement.strip() else _("The scoped requirement is not written yet.")


def names_a_service(need: Any) -> Sentence | None:
    """Where the need goes."""
    return None if need.service_id else _("No idea or service is named that this need becomes part of.")


NEED = Lifecycle(
    field="state",
    states=(
        State("noted", _("Noted")),
        State("scoped", _("Scoped"), tone="warn"),
        State("merged", _("Part of an idea or service"), tone="good"),
        State("declined", _("Declined"), tone="none", final=True),
    ),
    moves=(
        Move("scope", _("Scoped"), ("noted",), "scoped", Gate(needs=(is_scoped,))),
        Move("merge", _("Add to the idea or service"), ("noted", "scoped"), "merged", Gate(needs=(names_a_service,))),
        Move("decline", _("Decline"), ("noted", "scoped"), "declined"),
        Move("reopen", _("Open again"), ("merged", "declined"), "noted"),
    ),
)


def service_is_offered(order: Any) -> Sentence | None:
    """Orders are taken while the service is in a pilot or in operation."""
    if order.offering.service.stage in ("development", "operation"):
        return None
    return _("The service is neither in a pilot nor in operation.")


def category_is_eligible(order: Any) -> Sentence | None:
    """The organisation belongs to those whom the offering is for."""
    allowed = order.offering.eligible_categories
    if not allowed or order.organisation.tariff_category in allowed:
        return None
    return _("The tariff category of the organisation is not among those of the offering.")


def somebody_receives_it(order: Any) -> Sentence | None:
    """There is a person on the other side."""
    return None if order.contact_id else _("No contact of the organisation is named.")


ORDER = Lifecycle(
    field="state",
    states=(
        State("requested", _("Requested")),
        State("eligible", _("Eligible"), tone="warn"),
        State("approved", _("Approved"), tone="warn"),
        State("provisioned", _("Provisioned"), tone="warn"),
        State("active", pgettext_lazy("order", "Active"), tone="good", final=True),
        State("refused", _("Refused"), tone="bad", final=True),
        State("withdrawn", _("Withdrawn"), tone="none", final=True),
    ),
    moves=(
        Move("confirm", _("Eligible"), ("requested",), "eligible",
             Gate(needs=(service_is_offered, category_is_eligible))),
        Move("approve", _("Approve"), ("eligible",), "approved"),
        Move("provision", _("Provisioned"), ("approved",), "provisioned", Gate(needs=(somebody_receives_it,))),
        Move("activate", _("Activate"), ("provisioned",), "active", Gate(needs=(service_is_offered,))),
        Move("refuse", _("Refuse"), ("requested", "eligible"), "refused"),
        Move("withdraw", _("Withdraw"), ("requested", "eligible", "approved", "provisioned"), "withdrawn"),
    ),
)  # fmt: skip


def has_an_end(subscription: Any) -> Sentence | None:
    """An ended subscription says when."""
    return None if subscription.until else _("The last day of the subscription is not set.")


def says_where_to(subscription: Any) -> Sentence | None:
    """A moved subscription names the offering that follows."""
    return None if subscription.moved_to_id else _("The offering that it moves to is not named.")


def is_waived_in_writing(subscription: Any) -> Sentence | None:
    """A waiver is a document or a text, with its date (requirement L9)."""
    if subscription.waiver.strip() and subscription.waived_on:
        return None
    return _("The written waiver and its date are missing.")


SUBSCRIPTION = Lifecycle(
    field="state",
    states=(
        State("active", pgettext_lazy("subscription", "Active"), tone="good"),
        State("ended", _("Ended"), tone="none", final=True),
        State("moved", _("Moved"), tone="none", final=True),
        State("waived", _("Waived in writing"), tone="none", final=True),
    ),
    moves=(
        Move("end", _("End"), ("active",), "ended", Gate(needs=(has_an_end,))),
        Move("move", _("Move"), ("active",), "moved", Gate(needs=(says_where_to,))),
        Move("waive", _("Record the waiver"), ("active",), "waived", Gate(needs=(is_waived_in_writing,))),
        Move("resume", _("Resume"), ("ended", "moved", "waived"), "active"),
    ),
)


def is_written(deliverable: Any) -> list[Sentence]:
    """Every needed section of its content is filled in (requirement L10)."""
    from vincula.portfolio import content

    return [
        _("“%(section)s” is empty.") % {"section": section}
        for section in content.missing(deliverable.content_kind, deliverable.content)
    ]


def somebody_did_it(deliverable: Any) -> Sentence | None:
    """Work that is done has a name on it."""
    return None if deliverable.assignee_id else _("Nobody is named who did it.")


def the_board_waived_it(deliverable: Any) -> Sentence | None:
    """Only a board waives, by name, with a reason and an end date."""
    if deliverable.waived_by_id and deliverable.waiver.strip() and deliverable.waived_until:
        return None
    return _("Only a board waives a deliverable, by a decision with a reason and an end date.")


DELIVERABLE = Lifecycle(
    field="state",
    states=(
        State("todo", _("To do")),
        State("doing", _("In progress"), tone="warn"),
        State("done", _("Done"), tone="good", final=True),
        State("waived", _("Waived"), tone="none", final=True),
    ),
    moves=(
        Move("start", _("Start"), ("todo",), "doing"),
        Move("complete", _("Done"), ("todo", "doing"), "done", Gate(needs=(is_written, somebody_did_it))),
        Move("waive", _("Waive"), ("todo", "doing"), "waived", Gate(needs=(the_board_waived_it,), decided_by="board")),
        Move("reopen", _("Open again"), ("done", "waived"), "doing"),
    ),
)


def nothing_is_undecided(meeting: Any) -> list[Sentence]:
    """Every item is decided or taken off with a reason; those that are not are counted.

    They are not named: who leads a meeting need not see every service, and the agenda stands beside the sentence.
    """
    if meeting.board.kind == "advises":
        return []
    left = meeting.items.filter(trashed_at=None, dropped="", decision=None).count()
    if not left:
        return []
    return [
        ngettext_lazy(
            "%(n)s item is neither decided nor taken off the agenda.",
            "%(n)s items are neither decided nor taken off the agenda.",
            "n",
        )
        % {"n": left}
    ]


BOARD_MEETING = Lifecycle(
    field="state",
    states=(
        State("planned", _("Planned")),
        State("open", _("In session"), tone="warn"),
        State("closed", _("Closed"), tone="good", final=True),
        State("cancelled", _("Cancelled"), tone="none", final=True),
    ),
    moves=(
        Move("open", _("Open the meeting"), ("planned",), "open"),
        Move("close", _("Close the meeting"), ("open",), "closed", Gate(needs=(nothing_is_undecided,))),
        Move("cancel", _("Call off"), ("planned",), "cancelled"),
    ),
)


def says_how(condition: Any) -> Sentence | None:
    """A condition that is met says how."""
    return None if condition.met_how.strip() else _("It is not written how the condition was met.")


CONDITION = Lifecycle(
    field="state",
    states=(
        State("open", pgettext_lazy("condition", "Open"), tone="warn"),
        State("met", _("Met"), tone="good", final=True),
        State("missed", _("Not met"), tone="bad", final=True),
    ),
    moves=(
        Move("meet", _("Met"), ("open",), "met", Gate(needs=(says_how,))),
        Move("miss", _("Not met"), ("open",), "missed"),
        Move("reopen", _("Open again"), ("met", "missed"), "open"),
    ),
)
