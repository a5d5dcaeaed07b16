"""A decision shows what the board saw when it was taken, whatever became of the service since (issue 4, line 2)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.portfolio import content
from vincula.portfolio.actions import boards
from vincula.portfolio.models import (
    BusinessCase,
    CostLine,
    Decision,
    Deliverable,
    IncomeLine,
    Need,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    StatusReport,
    Subscription,
)

SEEN_AS: dict[str, type[Record]] = {
    "needs": Need, "deliverables": Deliverable, "cases": BusinessCase, "costs": CostLine, "income": IncomeLine,
    "pilots": Pilot, "criteria": PilotCriterion, "verdicts": PilotCustomer, "reports": StatusReport,
}  # fmt: skip


def register() -> None:
    """Put the section in place."""
    places.PANELS.put(
        places.Panel(
            "seen",
            gettext_lazy("What the board saw"),
            "portfolio.decision",
            template="portfolio/seen.html",
            context=seen,
        )
    )


def seen(request: HttpRequest, record: Record) -> Context | None:
    """The papers as they were, and whether they are those that were hashed."""
    assert isinstance(record, Decision)
    if not record.seen:
        return None
    told = {key: _shown(rows, SEEN_AS.get(key), request.user) for key, rows in record.seen.items()}
    service = record.seen.get("service", {})
    needed: tuple[type[Record], ...] = (*SEEN_AS.values(), Subscription, Organisation)
    whole = all(door.sees_all(request.user, model) for model in needed)
    return {
        "genuine": boards.is_genuine(record), "erased": boards.lost_words(record), "digest": record.seen_digest,
        "service": {"name": service.get("name", ""), "phase": service.get("phase_name", ""), "purpose": service.get("purpose", "")},
        "missing": record.seen.get("missing", []) if whole else [],  # its sentences may name what they may not see
        "deliverables": [_paper(d) for d in told.get("deliverables", ())],
        "needs": [n.get("title", "") for n in told.get("needs", ())],
        "cases": [_case(told, c) for c in told.get("cases", ())],
        "criteria": told.get("criteria", []),
        "url": registry.get("portfolio.service").url(record.service_id),
    }  # fmt: skip


def _shown(rows: Any, model: type[Record] | None, user: Any) -> Any:
    """Of what the board saw, what this reader may see. Who sees all of a kind sees also what is in the trash by now."""
    if model is None or door.sees_all(user, model):
        return rows
    there = door.visible_ids(user, model, [row["id"] for row in rows])
    return [row for row in rows if row["id"] in there]


def _paper(told: Mapping[str, Any]) -> dict[str, Any]:
    kind = content.of(str(told.get("content_kind", "")))
    written = told.get("content") or {}
    return {
        "name": told.get("title", ""), "state": told.get("state", ""),
        "sections": [
            {"label": s.label, "columns": s.columns, "text": "" if s.columns else written.get(s.key, ""),
             "rows": [[row.get(c.key, "") for c in s.columns] for row in written.get(s.key) or ()] if s.columns else []}
            for s in kind.sections if not content.is_empty(written.get(s.key))
        ],
    }  # fmt: skip


def _case(seen_then: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    costs = sum(c["amount_minor"] or 0 for c in seen_then.get("costs", ()) if c.get("case") == told.get("id"))
    customers = sum(i["customers"] or 0 for i in seen_then.get("income", ()) if i.get("case") == told.get("id"))
    price = told.get("price_minor") or 0
    return {"name": told.get("name") or _("Version %(n)s") % {"n": told.get("number")}, "cost": costs / 100,
            "income": customers * price / 100}  # fmt: skip
