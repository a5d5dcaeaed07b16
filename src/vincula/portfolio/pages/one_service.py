"""The page of a service: ribbon of its life, deliverables, demand, money, pilots, who takes it, what it needs (L1)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.pages.single import telling
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.models import (
    BusinessCase,
    CostLine,
    IncomeLine,
    Need,
    Offering,
    PhaseRun,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    Service,
    ServiceText,
    StatusReport,
)
from vincula.portfolio.pages import drawn, gate
from vincula.portfolio.pages.cases import side_by_side
from vincula.portfolio.queries.around import Around, around
from vincula.portfolio.rules import life, scoring

LANGUAGES = ("en", "ru", "fr", "nl", "de")


def register() -> None:
    """Put the page and its head in place."""
    places.override("portfolio.service", page)
    places.HEADS.put(places.HeadSource("portfolio.service", head))
    for name, words in (
        ("passed the gate", gettext_lazy("took it through the gate")), ("planned", gettext_lazy("planned it")), ("laid out", gettext_lazy("laid it out")),
        ("entered", gettext_lazy("began it")), ("put on the agenda", gettext_lazy("put it on the agenda")), ("decided", gettext_lazy("took the decision")),
        ("asked", gettext_lazy("asked for it")), ("ordered", gettext_lazy("made it after the order")),
    ):  # fmt: skip
        telling.verb(name, words, sparing=True)


def page(request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]) -> HttpResponse:
    """The overview of one service."""
    assert isinstance(record, Service)
    found = around(record, request.user)
    context = {
        **base_context,
        "ribbon": ribbon(record, found),
        "phase": sentences.phase_name(record.phase),
        "gate": gate.panel(request, record),
        "needs": needs(found),
        "cases": side_by_side(record, found, request.user),
        "pilots": pilots(record, found),
        "offerings": offerings(found),
        "reports": reports(found),
        "web": drawn.web(record.pk, found.edges, found.services),
        "languages": [shown.locale().languages.get(code, code) for code in LANGUAGES if code not in found.languages],
        "new": {
            slug: f"{reverse('entity:new', args=[slug])}?{urlencode({'service': record.pk, 'return': request.get_full_path()})}"
            for slug, model in (("needs", Need), ("business-cases", BusinessCase), ("pilots", Pilot), ("offerings", Offering),
                                ("status-reports", StatusReport), ("service-texts", ServiceText))
            if door.may(request.user, "create", model)
        },
    }  # fmt: skip
    if all(door.may(request.user, "create", model) for model in (BusinessCase, CostLine, IncomeLine)):
        context["new"]["business-cases"] = reverse("portfolio:write-case", args=[record.pk])
    return render(request, "portfolio/service.html", context)


def head(request: HttpRequest, record: Record) -> places.Head:
    """Figures, each with what it is compared with, and the way to its gate."""
    assert isinstance(record, Service)
    facts = [fact for fact in (*_phase(record), record.code) if fact]
    added = places.Head(facts=facts, figures=figures(record, request.user))
    added.moves.append({"label": _("Gate"), "url": f"{reverse('portfolio:board')}?gate={record.pk}"})
    return added


def _phase(record: Service) -> list[str]:
    """The phase, where its name is not that of the stage, which stands there already."""
    own = sentences.phase_name(record.phase)
    return [] if own == record.get_stage_display() else [own]


def figures(record: Service, user: Any) -> list[dict[str, Any]]:
    """Demand, reach, work, days in the phase."""
    found = around(record, user)
    demand, reach = found.demand, found.reach
    days = (clock.today() - record.phase_since).days if record.phase_since else None
    work = [deliverable.is_closed for deliverable in found.work]
    closed = sum(work)
    low = life.is_under(reach.share, record.least_penetration) and record.stage == "operation"
    against = _("target %(target)s") % {"target": shown.percent(record.target_penetration)} if record.target_penetration else (
        _("%(n)s of %(of)s organisations") % {"n": reach.subscribed, "of": reach.eligible}
    )  # fmt: skip
    return [
        {"label": _("Organisations asking"), "value": shown.format_number(demand.organisations),
         "note": ngettext("%(n)s need", "%(n)s needs", demand.needs) % {"n": demand.needs}},
        {"label": _("Penetration"), "value": shown.percent(reach.share), "note": against, "tone": "warn" if low else ""},
        {"label": _("Deliverables of the phase"), "value": shown.format_number(closed),
         "unit": _("of %(n)s") % {"n": len(work)},
         "note": shown.percent(scoring.percent(closed, len(work))) if work else _("this phase asks for none")},
        {"label": _("Days in this phase"), "value": "—" if days is None else shown.format_number(days),
         "note": _("since %(day)s") % {"day": shown.format_date(record.phase_since)} if record.phase_since else ""},
    ]  # fmt: skip


def ribbon(record: Service, around: Around) -> list[dict[str, Any]]:
    """Every phase of its model in order: when it was there, by which decision; where it is now; what is ahead."""
    language = (get_language() or "en")[:2]
    runs: dict[int, list[PhaseRun]] = {}
    for run in around.runs:
        runs.setdefault(run.phase_id, []).append(run)
    entity = registry.get("portfolio.decision")
    found = []
    for number, phase in enumerate(around.phases):
        there = runs.get(phase.pk, [])
        last = there[-1] if there else None
        decision, told = around.led.get(last.pk, (None, "")) if last else (None, "")
        found.append({
            "number": number, "name": phase.names.get(language, phase.name), "now": phase.pk == record.phase_id,
            "since": shown.format_date(last.since) if last else "",
            "until": shown.format_date(last.until) if last and last.until else "",
            "brought": any(run.brought for run in there),
            "decision": told, "decision_url": entity.url(decision) if decision else "",
        })  # fmt: skip
    return found


def needs(around: Around) -> list[dict[str, Any]]:
    """The heaviest needs behind it, each with whose it is."""
    entity = registry.get("portfolio.need")
    return [
        {"key": "●" * n.weight, "value": n.title, "url": entity.url(n),
         "note": around.asking.get(n.pk, "")}
        for n in around.needs
    ]  # fmt: skip


def pilots(record: Service, around: Around) -> list[dict[str, Any]]:
    """Pilots with their criteria and verdicts."""
    entity = registry.get("portfolio.pilot")
    papers = around.look.papers(record)
    found = []
    for one in around.pilots:
        criteria = [c for c in around.criteria if c.pilot_id == one.pk]
        customers = [c for c in papers.customers if c.pilot_id == one.pk and (PilotCustomer, c.pk) in papers.seen]
        met = [life.criterion_is_met(c.comparator, c.target, c.result) for c in criteria]
        share = scoring.percent(sum(1 for m in met if m), len(met))
        rated = life.mean([c.satisfaction for c in customers if c.satisfaction])
        found.append({
            "name": one.name, "url": entity.url(one),
            "period": f"{shown.format_date(one.since)} – {shown.format_date(one.until)}",
            "told": _("%(met)s of %(all)s criteria = %(share)s") % {
                "met": sum(1 for m in met if m), "all": len(met), "share": "—" if share is None else shown.percent(share)},
            "rated": shown.format_number(rated, 2) if rated is not None else "",
            "criteria": [
                {"tone": {True: "good", False: "bad", None: "none"}[m], "text": c.name,
                 "why": _measured(c)}
                for c, m in zip(criteria, met, strict=True)
            ],
            "verdicts": [
                {"key": c.get_verdict_display(), "value": papers.name(c), "note": str(c.satisfaction or "")} for c in customers
            ],
        })  # fmt: skip
    return found


def _down(criterion: PilotCriterion) -> str:
    """What an uptime was worked out from."""
    if not criterion.minutes:
        return ""
    told = {"down": shown.format_number(criterion.minutes_down), "all": shown.format_number(criterion.minutes)}
    return _(" (%(down)s of %(all)s minutes down)") % told


def _measured(criterion: PilotCriterion) -> str:
    """What a criterion asks for, and what came out, once there is a result."""
    asked = {
        "comparator": criterion.get_comparator_display(),
        "measure": f"{shown.format_number(criterion.target)} {criterion.unit}".strip(),
    }
    if criterion.result is None:
        return _("%(comparator)s %(measure)s; no result yet") % asked
    return _("%(comparator)s %(measure)s; it was %(result)s") % {
        **asked,
        "result": shown.format_number(criterion.result) + _down(criterion),
    }


def offerings(around: Around) -> list[dict[str, Any]]:
    """Offerings with price and how many organisations take them."""
    entity = registry.get("portfolio.offering")
    return [
        {"name": o.name, "url": entity.url(o), "price": shown.money(o.price) if o.price else o.get_price_model_display(),
         "audience": o.meant_for(), "taken": around.taken.get(o.pk, 0),
         "list": f"{reverse('entity:list', args=['subscriptions'])}?{urlencode({'offering': o.pk, 'state': 'active'})}"}
        for o in around.offerings
    ]  # fmt: skip


def reports(around: Around) -> list[dict[str, Any]]:
    """Status reports, the latest first; their trend is in the scores."""
    entity = registry.get("portfolio.statusreport")
    tones = {"positive": "good", "mixed": "warn", "negative": "bad"}
    return [
        {"until": shown.format_date(r.until), "url": entity.url(r), "tone": tones[r.verdict],
         "verdict": r.get_verdict_display(), "score": r.score}
        for r in around.reports
    ]  # fmt: skip
