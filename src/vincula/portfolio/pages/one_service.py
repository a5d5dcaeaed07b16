"""The page of a service: ribbon of its life, deliverables, demand, money, pilots, who takes it, what it needs (L1)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages import places
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio import conditions, queries
from vincula.portfolio.models import (
    BusinessCase,
    Deliverable,
    Dependency,
    Need,
    Offering,
    PhaseRun,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    Service,
    StatusReport,
    Subscription,
)
from vincula.portfolio.pages import gate
from vincula.portfolio.queries.cases import results_of
from vincula.portfolio.rules import life, scoring

LANGUAGES = ("en", "ru", "fr", "nl", "de")


def register() -> None:
    """Put the page and its head in place."""
    places.override("portfolio.service", page)
    places.HEADS.put(places.HeadSource("portfolio.service", head))


def page(request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]) -> HttpResponse:
    """The overview of one service."""
    assert isinstance(record, Service)
    context = {
        **base_context,
        "ribbon": ribbon(record, request.user),
        "gate": gate.panel(request, record),
        "needs": needs(record, request.user),
        "cases": cases(record, request.user),
        "pilots": pilots(record, request.user),
        "offerings": offerings(record, request.user),
        "reports": reports(record, request.user),
        "dependencies": dependencies(record, request.user),
        "languages": languages(record),
        "new": {
            slug: f"{reverse('entity:new', args=[slug])}?{urlencode({'service': record.pk, 'return': request.get_full_path()})}"
            for slug, model in (("needs", Need), ("business-cases", BusinessCase), ("pilots", Pilot), ("offerings", Offering),
                                ("status-reports", StatusReport))
            if door.may(request.user, "create", model)
        },
    }  # fmt: skip
    return render(request, "portfolio/service.html", context)


def head(request: HttpRequest, record: Record) -> places.Head:
    """Figures, each with what it is compared with, and the way to its gate."""
    assert isinstance(record, Service)
    added = places.Head(facts=[*_phase(record), record.code], figures=figures(record, request.user))
    added.moves.append({"label": _("Gate"), "url": f"{reverse('portfolio:board')}?gate={record.pk}"})
    return added


def _phase(record: Service) -> list[str]:
    """The phase, where its name is not that of the stage, which stands there already."""
    return [] if record.phase.name == record.get_stage_display() else [str(record.phase)]


def figures(record: Service, user: Any) -> list[dict[str, Any]]:
    """Demand, reach, work, days in the phase."""
    demand = queries.demand_of([record.pk], user).get(record.pk, queries.Demand())
    reach = queries.reach_of([record.pk], user)[record.pk]
    days = (clock.today() - record.phase_since).days if record.phase_since else None
    mine = Deliverable.objects.visible_to(user).filter(service=record, phase_id=record.phase_id)
    work = list(mine.values_list("state", flat=True))
    closed = sum(state in life.CLOSED for state in work)
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


def ribbon(record: Service, user: Any) -> list[dict[str, Any]]:
    """Every phase of its model in order: when it was there, by which decision; where it is now; what is ahead."""
    language = (get_language() or "en")[:2]
    runs: dict[int, list[PhaseRun]] = {}
    for run in (
        PhaseRun.objects.visible_to(user).filter(service=record).select_related("decision").order_by("since", "pk")
    ):
        runs.setdefault(run.phase_id, []).append(run)
    entity = registry.get("portfolio.decision")
    seen = door.visible_ids(
        user, entity.model, [r.decision_id for each in runs.values() for r in each if r.decision_id]
    )
    found = []
    for number, phase in enumerate(record.phase_model.phases.filter(trashed_at=None).order_by("position")):
        there = runs.get(phase.pk, [])
        last = there[-1] if there else None
        found.append({
            "number": number, "name": phase.names.get(language, phase.name), "now": phase.pk == record.phase_id,
            "since": shown.format_date(last.since) if last else "",
            "until": shown.format_date(last.until) if last and last.until else "",
            "brought": any(run.brought for run in there),
            "decision": str(last.decision) if last and last.decision_id in seen else "",
            "decision_url": entity.url(last.decision_id) if last and last.decision_id in seen else "",
        })  # fmt: skip
    return found


def needs(record: Service, user: Any) -> list[dict[str, Any]]:
    """The heaviest needs behind it, each with whose it is."""
    entity = registry.get("portfolio.need")
    rows = Need.objects.visible_to(user).filter(service=record).exclude(state="declined").order_by("-weight", "pk")[:8]
    names = (
        registry.get("parties.organisation").rows(user).in_bulk([n.organisation_id for n in rows if n.organisation_id])
    )
    return [
        {"key": "●" * n.weight, "value": n.title, "url": entity.url(n),
         "note": str(names[n.organisation_id]) if n.organisation_id in names else ""}
        for n in rows
    ]  # fmt: skip


def cases(record: Service, user: Any) -> list[dict[str, Any]]:
    """Versions of the business case side by side (story A, step 6)."""
    entity = registry.get("portfolio.businesscase")
    found = []
    listed = list(BusinessCase.objects.visible_to(user).filter(service=record).order_by("number"))
    results = results_of(listed)
    for one in listed:
        result = results[one.pk]
        if result is None:
            continue
        found.append({
            "name": one.name or _("Version %(n)s") % {"n": one.number}, "url": entity.url(one),
            "price": shown.money(one.price), "cost": shown.money(result.cost), "income": shown.money(result.income),
            "coverage": "—" if result.coverage is None else shown.percent(result.coverage),
            "covered": min(100, int(result.coverage or 0)), "result": shown.money(result.result),
            "tone": "good" if result.result.minor >= 0 and result.units else "bad",
            "break_even": _("no figure") if result.break_even is None else shown.format_number(result.break_even, 2),
        })  # fmt: skip
    return found


def pilots(record: Service, user: Any) -> list[dict[str, Any]]:
    """Pilots with their criteria and verdicts."""
    entity = registry.get("portfolio.pilot")
    listed = list(Pilot.objects.visible_to(user).filter(service=record).order_by("since"))
    if not listed:
        return []
    asked: dict[int, list[PilotCriterion]] = {one.pk: [] for one in listed}
    for each in PilotCriterion.objects.visible_to(user).filter(pilot__in=listed).order_by("pk"):
        asked[each.pilot_id].append(each)
    took_part = list(
        PilotCustomer.objects.visible_to(user).filter(pilot__in=listed).select_related("organisation").order_by("pk")
    )
    names = conditions.names_for(took_part, conditions.Look(viewer=user), "organisation")
    found = []
    for one in listed:
        criteria = asked[one.pk]
        customers = [c for c in took_part if c.pilot_id == one.pk]
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
                 "why": _("%(comparator)s %(target)s %(unit)s; it was %(result)s") % {
                     "comparator": c.get_comparator_display(), "target": shown.format_number(c.target), "unit": c.unit,
                     "result": "—" if c.result is None else shown.format_number(c.result)}}
                for c, m in zip(criteria, met, strict=True)
            ],
            "verdicts": [
                {"key": c.get_verdict_display(), "value": names[c.pk], "note": str(c.satisfaction or "")} for c in customers
            ],
        })  # fmt: skip
    return found


def offerings(record: Service, user: Any) -> list[dict[str, Any]]:
    """Offerings with price and how many organisations take them."""
    entity = registry.get("portfolio.offering")
    rows = list(Offering.objects.visible_to(user).filter(service=record).order_by("name_folded"))
    taken: dict[int, int] = {}
    for offering in (
        Subscription.objects.visible_to(user)
        .filter(state="active", offering__in=rows)
        .values_list("offering_id", flat=True)
    ):
        taken[offering] = taken.get(offering, 0) + 1
    return [
        {"name": o.name, "url": entity.url(o), "price": shown.money(o.price) if o.price else o.get_price_model_display(),
         "audience": o.audience, "taken": taken.get(o.pk, 0),
         "list": f"{reverse('entity:list', args=['subscriptions'])}?{urlencode({'offering': o.pk, 'state': 'active'})}"}
        for o in rows
    ]  # fmt: skip


def reports(record: Service, user: Any) -> list[dict[str, Any]]:
    """Status reports, the latest first; their trend is in the scores."""
    entity = registry.get("portfolio.statusreport")
    rows = StatusReport.objects.visible_to(user).filter(service=record).order_by("-until")[:6]
    tones = {"positive": "good", "mixed": "warn", "negative": "bad"}
    return [
        {"until": shown.format_date(r.until), "url": entity.url(r), "tone": tones[r.verdict],
         "verdict": r.get_verdict_display(), "score": r.score}
        for r in rows
    ]  # fmt: skip


def dependencies(record: Service, user: Any) -> dict[str, list[dict[str, Any]]]:
    """What it needs, and everything that breaks if it goes (directly or through others)."""
    entity = registry.get("portfolio.service")
    edges = list(Dependency.objects.visible_to(user).values_list("service_id", "needs_id"))
    needed = {b for a, b in edges if a == record.pk}
    broken = life.broken_by(edges, record.pk)
    names = {s.pk: s for s in Service.objects.visible_to(user).filter(pk__in=needed | broken)}

    def listed(ids: set[int]) -> list[dict[str, Any]]:
        return [{"key": names[pk].code or "—", "value": names[pk].name, "url": entity.url(pk),
                 "note": names[pk].get_stage_display()} for pk in sorted(ids) if pk in names]  # fmt: skip

    return {"needs": listed(needed), "breaks": listed(broken)}


def languages(record: Service) -> list[str]:
    """Languages in which the catalogue has nothing to say about it."""
    told = set(record.texts.filter(trashed_at=None, audience="users").values_list("language", flat=True))
    return [language for language in LANGUAGES if language not in told]
