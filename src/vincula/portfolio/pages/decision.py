"""A decision shows what the board saw when it was taken, whatever became of the service since (issue 4, line 2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.records.fields import in_language
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio import content, sentences
from vincula.portfolio.actions import boards
from vincula.portfolio.lifecycles import DELIVERABLE
from vincula.portfolio.models import Decision
from vincula.portfolio.papers import money
from vincula.portfolio.queries.seen import Row, seen_by
from vincula.portfolio.retold import phase, retold
from vincula.portfolio.rules import life

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
            width="below",  # what was decided comes first
        )
    )


def seen(request: HttpRequest, record: Record) -> Context | None:
    """The papers as they were, and whether they are those that were hashed."""
    assert isinstance(record, Decision)
    if not record.seen and record.seen_digest in ("", boards.digest({})):
        return None  # it came from elsewhere, without papers
    told = seen_by(record, request.user)
    service = told.service
    return {
        "genuine": boards.is_genuine(record), "erased": boards.lost_words(record), "digest": record.seen_digest,
        "service": {"name": service.get("name", ""), "phase": phase(str(service.get("phase_name", ""))), "purpose": service.get("purpose", "")},
        "missing": [retold(said) for said in told.missing],
        "deliverables": [_paper(d) for d in told.listed("deliverables")],
        "needs": [n.get("title", "") for n in told.listed("needs")],
        "cases": [_case(version) for version in money.seen_then(record, told)],
        "plans": [_plan(row) for row in told.listed("plans")],
        "criteria": told.listed("criteria"),
        "url": registry.get("portfolio.service").url(record.service_id),
    }  # fmt: skip


def _paper(told: Mapping[str, Any]) -> dict[str, Any]:
    kind = content.of(str(told.get("content_kind", "")))
    written = told.get("content") or {}
    return {
        "name": _named(told), "state": str(STATES.get(told.get("state", ""), "")),
        "sections": [
            {"label": s.label, "columns": s.columns, "text": "" if s.columns else written.get(s.key, ""),
             "rows": [[content.in_words(c, row.get(c.key)) for c in s.columns] for row in written.get(s.key) or ()] if s.columns else []}
            for s in kind.sections if not content.is_empty(written.get(s.key))
        ],
    }  # fmt: skip


def _named(told: Mapping[str, Any]) -> str:
    """The name that it had then, in the reader's language where it had one."""
    return in_language(told.get("names"), told.get("title", ""))


def _case(version: money.Version) -> dict[str, Any]:
    """Cost and income, where the reader sees every line of it: a sum of some would mislead."""
    found = version.result
    return {
        "name": version.name,
        "cost": shown.money(found.cost) if found else shown.NONE,
        "income": shown.money(found.income) if found else shown.NONE,
    }


def _plan(row: Row) -> str:
    """How it was to end."""
    noticed, months = date.fromisoformat(row["noticed_on"]), row["notice_months"]
    return sentences.notice(months, noticed, life.months_later(noticed, months))
