"""A decision shows what the board saw when it was taken, whatever became of the service since (issue 4, line 2)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records.models import Record
from vincula.portfolio import content
from vincula.portfolio.actions import boards
from vincula.portfolio.lifecycles import DELIVERABLE
from vincula.portfolio.models import Decision
from vincula.portfolio.queries.seen import Seen, seen_by

STATES = dict(DELIVERABLE.choices)


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
    told = seen_by(record, request.user)
    service = told.service
    return {
        "genuine": boards.is_genuine(record), "erased": boards.lost_words(record), "digest": record.seen_digest,
        "service": {"name": service.get("name", ""), "phase": service.get("phase_name", ""), "purpose": service.get("purpose", "")},
        "missing": told.missing,
        "deliverables": [_paper(d) for d in told.listed("deliverables")],
        "needs": [n.get("title", "") for n in told.listed("needs")],
        "cases": [_case(told, c) for c in told.listed("cases")],
        "criteria": told.listed("criteria"),
        "url": registry.get("portfolio.service").url(record.service_id),
    }  # fmt: skip


def _paper(told: Mapping[str, Any]) -> dict[str, Any]:
    kind = content.of(str(told.get("content_kind", "")))
    written = told.get("content") or {}
    return {
        "name": told.get("title", ""), "state": str(STATES.get(told.get("state", ""), "")),
        "sections": [
            {"label": s.label, "columns": s.columns, "text": "" if s.columns else written.get(s.key, ""),
             "rows": [[row.get(c.key, "") for c in s.columns] for row in written.get(s.key) or ()] if s.columns else []}
            for s in kind.sections if not content.is_empty(written.get(s.key))
        ],
    }  # fmt: skip


def _case(seen_then: Seen, told: Mapping[str, Any]) -> dict[str, Any]:
    costs = sum(c["amount_minor"] or 0 for c in seen_then.listed("costs") if c.get("case") == told.get("id"))
    customers = sum(i["customers"] or 0 for i in seen_then.listed("income") if i.get("case") == told.get("id"))
    price = told.get("price_minor") or 0
    return {"name": told.get("name") or _("Version %(n)s") % {"n": told.get("number")}, "cost": costs / 100,
            "income": customers * price / 100}  # fmt: skip
