"""Papers of this room: of a service, of a board's meeting, of a decision (issue 4, "Papers")."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vincula.kernel.papers.declaration import PAPERS, Paper
from vincula.portfolio.papers import of_board, of_decision, of_service


def register() -> None:
    """Called once when the program starts."""
    for paper in (
        Paper("description", pgettext_lazy("paper", "Service description"), "portfolio.service", content=of_service.description,
              help=_("What it is, what it is worth and to whom, what is promised, how it is taken.")),
        Paper("feasibility", pgettext_lazy("paper", "Feasibility report"), "portfolio.service", content=of_service.feasibility,
              help=_("The proposal, the demand, what both tracks found, the business case, and what the gate still misses.")),
        Paper("development", pgettext_lazy("paper", "Service development plan"), "portfolio.service", content=of_service.development,
              help=_("What is built, by which plan, at what cost, with its pilots. A draft until the plan is done.")),
        Paper("discontinuance", pgettext_lazy("paper", "Discontinuance plan"), "portfolio.service", content=of_service.discontinuance,
              help=_("Why and when it ends, what is offered instead, and what becomes of each customer.")),
        Paper("agenda", pgettext_lazy("paper", "Board agenda"), "portfolio.boardmeeting", content=of_board.agenda,
              help=_("What is to be decided, why it is here, on what papers, and what they still miss.")),
        Paper("minutes", pgettext_lazy("paper", "Minutes"), "portfolio.boardmeeting", content=of_board.minutes,
              help=_("Who was there, what was decided, and what the board saw. A draft until the meeting is closed.")),
        Paper("record", pgettext_lazy("paper", "Decision record"), "portfolio.decision", content=of_decision.record,
              help=_("The decision with its votes and conditions, and the papers as the board saw them.")),
    ):  # fmt: skip
        PAPERS.put(paper)
