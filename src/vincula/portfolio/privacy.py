"""What the records of this room are to privacy (requirement X10).

Nothing here is about one customer's person: services are ours. People are named as who said a need and who receives
an order; members of boards are accounts of ours, whose work stays told. Every text may still name somebody.
"""

from vincula.kernel.privacy.stances import NAMED, TOOK_PART, shared
from vincula.portfolio import models

PERIOD = ("since", "until")


def register() -> None:
    """Called once when the program starts."""
    _demand()
    _services()
    _offers()
    _process()
    _work()
    _boards()


def _demand() -> None:
    shared(models.Theme, texts=("name", "names", "description"))
    shared(
        models.Need, {"person": TOOK_PART}, texts=("title", "description", "requirement"),
        keep=("organisation", "source", "interaction", "meeting", "weight", "theme", "service", "state"),
    )  # fmt: skip


def _services() -> None:
    shared(
        models.Service,
        texts=(
            "name", "names", "tagline", "purpose", "demand_forecast", "resources_needed", "benefits", "strategic_goal",
            "technical_requirements", "user_requirements", "utility", "capacity", "continuity", "security", "website",
            "keywords",
        ),
        keep=(
            "code", "phase_model", "phase", "stage", "phase_since", "operation_from", "announced", "service_owner",
            "project_manager", "technical_lead", "customer_lead", "life_from", "life_until", "target_penetration",
            "least_penetration", "availability",
        ),
    )  # fmt: skip
    shared(models.ServiceText, texts=("text",), keep=("service", "audience", "language"))
    shared(models.ValueElement, texts=("title", "for_whom", "asset", "judged_by"), keep=("service", "kind"))
    shared(models.Resource, texts=("name", "product", "note"), keep=("service", "kind", "quantity", "unit"))
    shared(models.Supply, texts=("what", "contract"), keep=("service", "supplier", *PERIOD))
    shared(models.Dependency, texts=("note",), keep=("service", "needs", "kind"))


def _offers() -> None:
    shared(
        models.Offering, texts=("name", "names", "description", "audience", "audiences", "levels"),
        keep=("service", "code", "eligible_categories", "price_model", "price_minor", "price_currency", "unit", *PERIOD),
    )  # fmt: skip
    shared(
        models.Order, {"contact": NAMED}, texts=("note",),
        keep=("organisation", "offering", "quantity", "requested_on", "wanted_from", "state", "subscription"),
    )  # fmt: skip
    shared(
        models.Subscription, texts=("waiver",),
        keep=("organisation", "offering", "quantity", "state", "moved_to", "waived_on", *PERIOD),
    )  # fmt: skip
    shared(models.Usage, texts=("metric",), keep=("subscription", "value", *PERIOD))


def _process() -> None:
    shared(models.PhaseModel, texts=("name", "description"), keep=("number", "state", "is_default", "based_on"))
    shared(
        models.Phase, texts=("name", "names", "what_happens"), keep=("phase_model", "position", "stage", "eosc")
    )  # fmt: skip
    shared(
        models.PlannedDeliverable, texts=("name", "names"),
        keep=("phase", "track", "position", "function", "content_kind", "mandatory", "days", "threshold"),
    )  # fmt: skip
    shared(models.PhaseGate, texts=("criteria",), keep=("source", "target", "by_board", "conditions"))


def _work() -> None:
    shared(models.PhaseRun, keep=("service", "phase", "decision", "brought", *PERIOD))
    shared(
        models.Deliverable, texts=("name", "names", "content", "waiver"),
        keep=("service", "run", "phase", "planned", "track", "function", "assignee", "due", "hours", "mandatory", "state",
              "content_kind", "threshold", "waived_until", "waived_by"),
    )  # fmt: skip
    shared(
        models.StatusReport, texts=("usage", "technical", "technology"), keep=("service", "score", "verdict", *PERIOD)
    )
    shared(
        models.Discontinuance, texts=("reason", "communication", "alternatives", "phase_out"),
        keep=("service", "noticed_on", "notice_months", "ends_on"),
    )  # fmt: skip
    shared(
        models.BusinessCase, texts=("name", "assumptions"), keep=("service", "number", "price_minor", "price_currency")
    )
    shared(models.CostLine, texts=("line",), keep=("case", "kind", "year", "amount_minor", "amount_currency", "days"))
    shared(models.IncomeLine, keep=("case", "year", "customers"))
    shared(models.Pilot, texts=("name", "aim", "feedback"), keep=("service", "mandatory", *PERIOD))
    shared(
        models.PilotCriterion, texts=("name", "evidence"),
        keep=("pilot", "comparator", "target", "unit", "minutes_down", "minutes", "result"),
    )  # fmt: skip
    shared(
        models.PilotCustomer, texts=("said", "waiver"),
        keep=("pilot", "organisation", "verdict", "satisfaction", "waived_until", "waived_by"),
    )  # fmt: skip


def _boards() -> None:
    shared(
        models.Board,
        texts=("name", "purpose", "place"),
        keep=("kind", "quorum", "majority_of", "rhythm", "rhythm_from"),
    )
    shared(models.Seat, keep=("board", "member", "function", "deputy", "chairs", "weight", *PERIOD))
    shared(models.BoardMeeting, texts=("place", "minutes"), keep=("board", "at", "state"))
    shared(models.Attendance, keep=("meeting", "user", "present"))
    shared(
        models.BoardItem, texts=("reason", "notes", "advice", "dropped"),
        keep=("meeting", "kind", "position", "service", "gate", "source", "recused"),
    )  # fmt: skip
    shared(models.Vote, keep=("item", "seat", "by", "choice"))
    shared(  # what the board saw loses a person's words as every text does; the digest stays and tells that it did
        models.Decision, texts=("text", "seen"),
        keep=("number", "board", "item", "service", "gate", "run", "outcome", "hold_until", "taken_on", "yes", "no",
              "abstained", "quorum", "supersedes", "seen_digest"),
    )  # fmt: skip
    shared(models.Condition, texts=("text", "met_how"), keep=("decision", "answers", "due", "state"))
