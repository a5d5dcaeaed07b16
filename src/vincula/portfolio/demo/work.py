"""What happens to services between the meetings: noted, staffed, worked on, reported on, ended."""

from datetime import timedelta
from typing import Any

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.records import actions
from vincula.portfolio.actions import phases
from vincula.portfolio.demo import papers
from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.demo.reports import ENDING, REPORTS, RUNNING
from vincula.portfolio.demo.sketches import BY_CODE, Sketch
from vincula.portfolio.models import Deliverable, Discontinuance, PhaseModel, Service, StatusReport, Subscription


def noted(g: Ground, code: str) -> None:
    """A service enters the register: an idea, or something older that stands in its phase already."""
    s = BY_CODE[code]
    target, least = s.reach
    warranty = dict(zip(("availability", "capacity", "continuity", "security"), s.warranty, strict=True))
    values: dict[str, Any] = {
        "code": code, "name": s.name, "names": s.names, "tagline": s.tagline, "purpose": s.purpose, "keywords": list(s.keywords),
        "website": s.website, "strategic_goal": s.goal, "benefits": s.benefits, "utility": s.utility, "announced": s.announced,
        "target_penetration": target or None, "least_penetration": least or None, "owner": g.users[s.people[0]],
        **{key: value for key, value in warranty.items() if value},
    }  # fmt: skip
    if s.life:
        year = g.moment.year
        values |= {"life_from": year + s.life[0], "life_until": year + s.life[1]}
    if s.stage == "idea":
        g.services[code] = actions.create(Service, who=g.users[s.people[0]], **values)
        _in_small_steps(g, code)
    else:
        g.services[code] = _taken_over(g, s, values)


def _in_small_steps(g: Ground, code: str) -> None:
    """Network weather lives by the other phase model."""
    if code == "NWX":
        other = PhaseModel.objects.get(is_default=False, state="published", trashed_at=None).phases.get(stage="idea")
        who = g.services[code].owner
        phases.move_to_model(service=g.services[code], phase=other, reason="small steps suit it better", who=who)


def _taken_over(g: Ground, s: Sketch, values: dict[str, Any]) -> Service:
    model = PhaseModel.objects.get(is_default=True, trashed_at=None)
    phase = model.phases.get(stage=s.stage)
    since = (
        g.parties.years_ago(s.since)
        if s.stage == "operation"
        else g.moment.date() - timedelta(days=round(s.since * 365))
    )
    return actions.create(
        Service, who=SYSTEM, verb="imported", phase_model=model, phase=phase, stage=s.stage,
        phase_since=since, operation_from=since if s.stage == "operation" else None, **_people(g, s.code), **values,
    )  # fmt: skip


def _people(g: Ground, code: str) -> dict[str, Any]:
    names = ("service_owner", "project_manager", "technical_lead", "customer_lead")
    return {name: g.users[key] for name, key in zip(names, BY_CODE[code].people, strict=True) if key}


def staffed(g: Ground, code: str) -> None:
    """People are named, and the idea enters its first phase."""
    service = g.fresh(code)
    who = g.users[BY_CODE[code].people[0]]
    actions.change(service, who=who, verb="named who answers for it", **_people(g, code))
    phases.pass_gate(service=service, gate=phases.gates(service)[0], who=who)


def done(g: Ground, code: str, *names: str, but: bool = False) -> None:
    """Deliverables of the present phase are written and closed: all, those named, or with ``but`` all others."""
    service = g.fresh(code)
    for d in service.deliverables.filter(phase_id=service.phase_id, state__in=("todo", "doing")).select_related(
        "function"
    ):
        if not names or (d.name in names) != but:
            who = _author(service, d)
            content = papers.written(code, d.content_kind, d.name, g.moment.date(), g.name)
            actions.change(d, who=who, verb="moved", content=content, assignee=who, state="done")


def _author(service: Service, d: Deliverable) -> Any:
    if d.function is not None and d.function.code == "SPM":
        return service.project_manager
    return service.technical_lead if d.track == "technical" else service.customer_lead


def under_way(g: Ground, code: str, *names: str) -> None:
    """Somebody has begun: the first section is written, the rest is not."""
    service = g.fresh(code)
    for d in service.deliverables.filter(phase_id=service.phase_id, name__in=names).select_related("function"):
        who = _author(service, d)
        content = papers.written(code, d.content_kind, d.name, g.moment.date(), g.name)
        first = dict(list(content.items())[:1]) if len(content) > 1 else {}
        actions.change(d, who=who, verb="moved", content=first, assignee=who, state="doing")


def planned(g: Ground, code: str, **days: int) -> None:
    """New days for work that is open: {kind of content: days from today}, "others" for the rest. Somebody takes it."""
    service = g.fresh(code)
    for d in service.deliverables.filter(phase_id=service.phase_id, state__in=("todo", "doing")).select_related(
        "function"
    ):
        ahead = days.get(d.content_kind, days.get("others", 30))
        due = g.parties.today + timedelta(days=ahead)
        actions.change(d, who=service.project_manager, due=due, assignee=d.assignee or _author(service, d))


def reported(g: Ground, code: str, number: int) -> None:
    """A status report for half a year."""
    verdict, score, usage, technical, technology = REPORTS[code][number]
    until = g.moment.date().replace(day=1) - timedelta(days=1)
    actions.create(
        StatusReport, who=g.services[code].service_owner, service=g.services[code], since=until - timedelta(days=181), until=until,
        verdict=verdict, score=score, usage=usage, technical=technical, technology=technology,
    )  # fmt: skip


def runs(g: Ground, code: str) -> None:
    """What the phase of operation asks for was done for services that have run for long."""
    service = g.fresh(code)
    for d in service.deliverables.filter(phase_id=service.phase_id, state="todo"):
        text = RUNNING[d.name] % {"name": service.name}
        verdict, _score, usage, technical, technology = REPORTS[code][0]
        report = {
            "usage": usage,
            "technical": technical,
            "technology": technology,
            "verdict": verdict.capitalize() + ".",
        }
        content = report if d.content_kind == "status_report" else {"text": text}
        actions.change(d, who=service.service_owner, verb="moved", content=content, assignee=service.service_owner, state="done")  # fmt: skip


def threshold(g: Ground, code: str, least: str) -> None:
    """From now on a share under ``least`` % proposes the service for shutdown."""
    actions.change(g.fresh(code), who=g.users["juergen"], least_penetration=least)


def plan_of_end(g: Ground, code: str) -> None:
    """Six months' notice, why, what is told, what is offered."""
    months, reason, communication, alternatives, phase_out = ENDING[code]
    noticed = g.moment.date()
    plan = Discontinuance(service=g.services[code], noticed_on=noticed, notice_months=months, ends_on=noticed)
    actions.create(
        Discontinuance, who=g.services[code].service_owner, service=g.services[code], noticed_on=noticed, notice_months=months,
        ends_on=plan.earliest_end, reason=reason, communication=communication, alternatives=alternatives, phase_out=phase_out,
    )  # fmt: skip


def ends_in_order(g: Ground, code: str) -> None:
    """The papers of the shutdown are written."""
    _months, reason, communication, alternatives, phase_out = ENDING[code]
    service = g.fresh(code)
    for d in service.deliverables.filter(phase_id=service.phase_id, state="todo"):
        who = service.service_owner if d.track == "technical" else service.customer_lead
        plan = {
            "reason": reason, "communication": communication, "alternatives": [{"alternative": alternatives, "for": "Every customer"}],
            "technical": [{"step": phase_out, "who": "TD", "until": (g.moment.date() + timedelta(days=150)).isoformat()}],
        }  # fmt: skip
        content = plan if d.content_kind == "discontinuance_plan" else {"text": f"{communication}\n\n{alternatives}"}
        actions.change(d, who=who, verb="moved", content=content, assignee=who, state="done")


def leave(g: Ground, offering: str, to: str, moved: int, ended: int = 0, waived: int = 0) -> None:
    """Customers of a service that ends: so many move, end, or do without in writing; in the order of their names."""
    rows = Subscription.objects.filter(offering=g.offerings[offering], state="active").select_related("organisation")
    listed = list(rows.order_by("organisation__name_folded")[: moved + ended + waived])
    for n, sub in enumerate(listed):
        who = sub.organisation.steward or g.users["sofia"]
        if n < moved:
            actions.change(sub, who=who, moved_to=g.offerings[to])
            moving.move(sub, "move", who=who)
        elif n < moved + ended:
            actions.change(sub, who=who, until=g.moment.date())
            moving.move(sub, "end", who=who)
        else:
            actions.change(
                sub, who=who, waiver="We fetch it from its home and need no copy.", waived_on=g.moment.date()
            )
            moving.move(sub, "waive", who=who)


def retired(g: Ground, code: str) -> None:
    """Nobody is left and the notice is over: the service goes through its last gate."""
    service = g.fresh(code)
    phases.pass_gate(service=service, gate=phases.gates(service)[0], who=service.service_owner)
