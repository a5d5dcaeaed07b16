"""What a board meeting talks about: its items with service, gate and decision, as far as its page asks for them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet

from vincula.kernel.access import door, gathered
from vincula.portfolio.models import BoardItem, Decision, Phase, PhaseGate, Service

ASKED: dict[type[Model], tuple[str, ...]] = {  # the others would travel for nothing: a decision keeps long papers
    BoardItem: ("id", "meeting", "kind", "position", "service", "gate", "reason", "dropped", "advice"),
    Service: ("id", "name", "phase", "project_manager", "technical_lead", "customer_lead"),
    PhaseGate: ("id", "source", "target", "conditions"),
    Decision: ("id", "item", "number", "outcome", "yes", "no", "quorum", "text", "hold_until"),
}
ENDS = ("source__name", "source__names", "target__name", "target__names")


def parts(pk: int, user: Any) -> list[gathered.Part]:
    """Of the meeting ``pk``: items that ``user`` may see, and what they name. Services are named only if in "named"."""
    items = BoardItem.objects.visible_to(user).filter(meeting=pk)
    services = Service._base_manager.filter(pk__in=items.values("service"))
    named = services if door.sees_all(user, Service) else services.filter(door.leading_to("pk", Service, user))
    return [
        _records("items", items),
        _records("services", services),
        _records("gates", PhaseGate._base_manager.filter(pk__in=items.exclude(gate=None).values("gate")), *ENDS),
        _records("taken", Decision._base_manager.filter(item__in=items.values("pk"))),
        gathered.values("named", named, "pk"),
    ]


def _records(what: str, rows: QuerySet[Any], *lookups: str) -> gathered.Part:
    asked = ASKED[rows.model]
    others = tuple(f.name for f in rows.model._meta.concrete_fields if f.name not in asked)
    return gathered.records(what, rows, *lookups, without=others)


def put_together(told: Mapping[str, list[Any]]) -> dict[str, list[BoardItem]]:
    """{kind: items in their order}, each with its service, gate and decision (None where there is none)."""
    services = {service.pk: service for service in told["services"]}
    gates, taken = {gate.pk: gate for gate in told["gates"]}, {decision.item_id: decision for decision in told["taken"]}
    for gate in gates.values():
        for end in ("source", "target"):
            name, names = gate.told[f"{end}__name"], gate.told[f"{end}__names"]
            setattr(gate, end, Phase(pk=getattr(gate, f"{end}_id"), name=name, names=names))
    found: dict[str, list[BoardItem]] = defaultdict(list)
    for item in sorted(told["items"], key=lambda i: (i.position, i.pk)):
        item._state.fields_cache["decision"] = taken.get(item.pk)
        item.service = services[item.service_id]
        item.gate = gates.get(item.gate_id)
        found[item.kind].append(item)
    return found
