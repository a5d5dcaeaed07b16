"""The facts of this room."""

from vincula.portfolio.models.boards import Attendance, Board, BoardItem, BoardMeeting, Condition, Decision, Seat, Vote
from vincula.portfolio.models.cases import BusinessCase, CostLine, IncomeLine, Pilot, PilotCriterion, PilotCustomer
from vincula.portfolio.models.demand import Need, Theme
from vincula.portfolio.models.offers import Offering, Order, Subscription, Usage
from vincula.portfolio.models.our_services import Dependency, Resource, Service, ServiceText, Supply, ValueElement
from vincula.portfolio.models.phases import Phase, PhaseGate, PhaseModel, PlannedDeliverable, Track
from vincula.portfolio.models.work import Deliverable, Discontinuance, PhaseRun, StatusReport

__all__ = [
    "BoardItem", "Attendance", "Board", "BusinessCase", "Condition", "CostLine", "Decision", "Deliverable", "Dependency",
    "Discontinuance", "IncomeLine", "Need", "Offering", "Order", "Phase", "PhaseGate", "PhaseModel", "PhaseRun", "Pilot",
    "PilotCriterion", "PilotCustomer", "PlannedDeliverable", "Resource", "Seat", "Service", "ServiceText", "BoardMeeting",
    "StatusReport", "Subscription", "Supply", "Theme", "Track", "Usage", "ValueElement", "Vote",
]  # fmt: skip
