"""What a board saw when it decided, as far as a reader may see it (docs/decisions/0011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey

from vincula.kernel.access import door
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.portfolio.models import (
    BoardItem,
    BusinessCase,
    CostLine,
    Decision,
    Deliverable,
    Discontinuance,
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
    "plans": Discontinuance,
}  # fmt: skip
WHOLE: tuple[type[Record], ...] = (*SEEN_AS.values(), Subscription, Organisation)
TIES = ("case", "pilot", "service", "phase")  # what holds the rows of the document together
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


def seen_ids(user: Any, model: type[Record], ids: Sequence[Any]) -> set[Any]:
    """Of what records name, that which ``user`` may see; for who sees all of a kind nothing is asked, and what lies in
    the trash is still named."""
    return set(ids) if door.sees_all(user, model) else door.visible_ids(user, model, ids)


def documents(decisions: Sequence[Decision], user: Any) -> dict[int, dict[str, Any]]:
    """{decision: what is kept, as the API and an export tell it to ``user``}: whole for who sees all of every kind.

    To others without the rows that they may not see, without the sentences of the gate, and without whom a row names.
    A statement for each kind of record, whatever the number of decisions.
    """
    every: tuple[type[Record], ...] = (*WHOLE, Service, BoardItem)
    if all(door.sees_all(user, model) for model in every):
        return {decision.pk: decision.seen for decision in decisions}
    there = {
        group: door.visible_ids(user, model, [row["id"] for d in decisions for row in d.seen.get(group, ())])
        for group, model in SEEN_AS.items()
    }
    services = door.visible_ids(user, Service, [d.service_id for d in decisions])
    items = door.visible_ids(user, BoardItem, [d.item_id for d in decisions if d.item_id])
    found: dict[int, dict[str, Any]] = {}
    for d in decisions:
        told: dict[str, Any] = {
            group: [_nameless(row, model, user) for row in d.seen.get(group, ()) if row["id"] in there[group]]
            for group, model in SEEN_AS.items()
        }
        told["service"] = _nameless(d.seen.get("service", {}), Service, user) if d.service_id in services else {}
        told["item"] = d.seen.get("item", {}) if d.item_id in items else {}
        found[d.pk] = told if d.seen else {}
    return found


def _nameless(row: Row, model: type[Record], user: Any) -> Row:
    """A row without the records that it leads to, where the reader does not see all of their kind."""
    out = set(door.withheld(user, model))
    for f in model._meta.fields:
        if isinstance(f, ForeignKey) and f.name not in TIES and issubclass(f.related_model, Record):
            out |= set() if door.sees_all(user, f.related_model) else {f.name}
    if model is PilotCustomer and "organisation" in out:
        out.add("title")  # it is called after whose it is
    return {name: value for name, value in row.items() if name not in out}
