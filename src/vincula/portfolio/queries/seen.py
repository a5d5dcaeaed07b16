"""What a board saw when it decided, as far as a reader may see it (docs/decisions/0011)."""

from dataclasses import dataclass
from typing import Any

from vincula.kernel.access import door
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.portfolio.models import (
    BoardItem,
    BusinessCase,
    CostLine,
    Decision,
    Deliverable,
    IncomeLine,
    Need,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    Service,
    StatusReport,
    Subscription,
)

SEEN_AS: dict[str, type[Record]] = {
    "needs": Need, "deliverables": Deliverable, "cases": BusinessCase, "costs": CostLine, "income": IncomeLine,
    "pilots": Pilot, "criteria": PilotCriterion, "verdicts": PilotCustomer, "reports": StatusReport,
}  # fmt: skip
WHOLE: tuple[type[Record], ...] = (*SEEN_AS.values(), Subscription, Organisation)
Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Of the frozen document: ``rows`` {group: {place in its list: row}}; what the reader may not see is absent.

    ``missing`` are the sentences of the gate, which may name anything: for whoever sees all of it.
    """

    service: Row
    item: Row
    rows: dict[str, dict[int, Row]]
    missing: tuple[str, ...]

    def listed(self, group: str) -> list[Row]:
        """The rows of a group in their order."""
        return list(self.rows.get(group, {}).values())


def seen_by(decision: Decision, user: Any) -> Seen:
    """What ``user`` may see of what the board saw. Who sees all of a kind sees also what is in the trash by now."""
    kept = decision.seen
    whole = all(door.sees_all(user, model) for model in WHOLE)
    return Seen(
        service=_one(kept.get("service", {}), Service, decision.service_id, user),
        item=_one(kept.get("item", {}), BoardItem, decision.item_id, user),
        rows={group: _rows(kept.get(group, []), model, user) for group, model in SEEN_AS.items()},
        missing=tuple(kept.get("missing", ())) if whole else (),
    )


def _one(row: Row, model: type[Record], pk: int | None, user: Any) -> Row:
    there = pk is not None and (door.sees_all(user, model) or pk in door.visible_ids(user, model, [pk]))
    return _told(row, model, user) if there else {}


def _rows(rows: list[Row], model: type[Record], user: Any) -> dict[int, Row]:
    all_of_it = door.sees_all(user, model)
    there = set() if all_of_it else door.visible_ids(user, model, [row["id"] for row in rows])
    return {n: _told(row, model, user) for n, row in enumerate(rows) if all_of_it or row["id"] in there}


def _told(row: Row, model: type[Record], user: Any) -> Row:
    out = door.withheld(user, model)
    return {name: value for name, value in row.items() if name not in out} if out else row
