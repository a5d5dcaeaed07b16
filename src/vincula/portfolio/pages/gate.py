"""The gate of a service: a verdict in a sentence, the moves, then every criterion and where it is fixed (L5–L9)."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.records import actions
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.toasts import toast
from vincula.portfolio import conditions, content, sentences
from vincula.portfolio.actions import phases
from vincula.portfolio.models import BusinessCase, Decision, Deliverable, PhaseGate, Service, Subscription, Track
from vincula.portfolio.pages import drawn
from vincula.portfolio.queries.around import Around, around
from vincula.portfolio.rules import life


def panel(request: HttpRequest, service: Service) -> dict[str, Any]:
    """What ``portfolio/gate.html`` needs: one block for each way out of the phase."""
    found = around(service, request.user)
    may = bool(found.gates) and door.may(request.user, "change", service)
    return {
        "service": service,
        "phase": sentences.phase_name(service.phase),
        "url": registry.get("portfolio.service").url(service),
        "facts": _facts(service, found),
        "ways": [_way(service, gate, found, request.user, may=may) for gate in found.gates],
        "work": _work(found),
        "decisions": _decisions(found),
        # worked out where it is shown: the page of the service has its own drawing
        "breaks": (lambda: drawn.breaking(service.pk, found.edges, found.services)) if _leads_out(found) else list,
    }


def _leads_out(found: Around) -> bool:
    """Whether a way from here ends the service: then the gate names what ends with it."""
    return any(gate.target.stage in ("shutdown", "retired") for gate in found.gates)


def _facts(service: Service, found: Around) -> list[str]:
    who = (
        _("Project manager %(name)s") % {"name": service.project_manager}
        if service.project_manager_id
        else _("no project manager")
    )
    return [who, _("board %(day)s") % {"day": shown.format_date(found.meeting)} if found.meeting else ""]


def _way(service: Service, gate: PhaseGate, found: Around, user: Any, *, may: bool) -> dict[str, Any]:
    own = conditions.against(gate.conditions, service, found.look)
    decision = found.standing.get(gate.pk)
    decided = phases.decided_against(gate, decision, readable=decision is None or decision.pk in found.readable)
    return {
        "gate": gate,
        "label": _("Gate: %(source)s to %(target)s")
        % {"source": sentences.phase_name(gate.source), "target": sentences.phase_name(gate.target)},
        "verdict": _verdict(own, decided),
        "open": not own and not decided,
        "papers": not own,
        "pass_url": reverse("portfolio:pass-gate", args=[service.pk, gate.pk]) if may else "",
        "stopped": _stopped(service, gate, decision, found) if may else None,
        "asked": _asked(service, gate, found, user),
        "criteria": [sentences.standard(text) for text in gate.criteria],
        "by_board": gate.by_board,
        "version": service.version,
    }


def _stopped(service: Service, gate: PhaseGate, decision: Decision | None, found: Around) -> dict[str, str] | None:
    """After a no go: taking it up again, and as long as it does not run, an end."""
    if decision is None or decision.outcome != Decision.Outcome.NO_GO:
        return None
    at = [service.pk, gate.pk]
    return {
        "number": decision.number if decision.pk in found.readable else "",
        "take_up": reverse("portfolio:take-up", args=at),
        "close": reverse("portfolio:close", args=at) if service.stage in phases.BEFORE_IT_RUNS else "",
    }


AT_LENGTH = 160  # characters: a verdict is a sentence or two, what stands against is told under it one by one


def _verdict(own: list[str], decided: list[str]) -> str:
    """``own`` stands below one by one, so much of it is only counted; what the board decided stands here alone."""
    if not own and not decided:
        return _("Everything is there: the service may pass.")
    told = " ".join([*own, *decided])
    if len(told) <= AT_LENGTH or not own:
        return told
    counted = ngettext(
        "It cannot pass yet: %(n)s thing stands against it.", "It cannot pass yet: %(n)s things stand against it.", len(own)
    ) % {"n": len(own)}  # fmt: skip
    return " ".join([counted, *decided])


def _asked(service: Service, gate: PhaseGate, around: Around, user: Any) -> list[dict[str, Any]]:
    """Every condition: fulfilled, or the sentences and where they are fixed; what is missing first."""
    found: list[dict[str, Any]] = []
    for key in gate.conditions:
        one = conditions.known().get(key)
        if one is None:
            continue
        said = [str(sentence) for sentence in one.check(service, around.look)]
        if said:
            url, why = _place(service, key, around), _share_left(service, key, around, user)
            found += [
                {"tone": "bad", "text": text, "why": why if not n else "", "url": url, "link": _("Go there")}
                for n, text in enumerate(said)
            ]
        else:
            found.append({"tone": "good", "text": str(one.label), "why": _figure(service, key, around, user)})
    if gate.by_board:
        decision = around.standing.get(gate.pk)
        if decision is None:
            found.append({"tone": "warn", "text": _("The board decides by vote.")})
        elif decision.pk not in around.readable:
            found.append({"tone": "warn", "text": _("The board has decided.")})
        else:
            tone = "good" if decision.outcome in phases.GOES else "bad"
            told = f"{decision.number}: {decision.get_outcome_display()}"
            url = registry.get("portfolio.decision").url(decision)
            found.append({"tone": tone, "text": told, "url": url, "link": _("Read it")})
    return sorted(found, key=lambda each: each["tone"] == "good")


def _place(service: Service, key: str, around: Around) -> str:
    """Where a condition is fixed."""
    record = registry.get("portfolio.service").url(service)
    if key in ("discontinuance_plan", "notice_is_over"):
        plan, entity = around.look.papers(service).plan, registry.get("portfolio.discontinuance")
        new = f"{reverse('entity:new', args=[entity.slug])}?{urlencode({'service': service.pk, 'return': record})}"
        return new if plan is None else entity.url(plan)
    places = {
        "people_named": reverse("entity:edit", args=["services", service.pk]),
        "tracks_closed": f"{record}#deliverables", "business_case": f"{record}#cases", "pilot_verdicts": f"{record}#pilots",
        "everybody_left": f"{reverse('entity:list', args=['subscriptions'])}?{urlencode({'state': 'active'})}",
    }  # fmt: skip
    return places.get(key, record)


def _figure(service: Service, key: str, around: Around, user: Any) -> str:
    """The figure behind a condition that is fulfilled."""
    if key == "business_case" and door.sees_all(user, BusinessCase):
        papers = around.look.papers(service)
        latest = papers.latest_case
        found = papers.result(latest) if latest else None
        if latest and found is not None and around.sees_every_line([latest]):
            return _("Cost %(cost)s, income %(income)s, coverage %(coverage)s, result %(result)s") % {
                "cost": shown.money(found.cost), "income": shown.money(found.income),
                "coverage": shown.percent(found.coverage), "result": shown.money(found.result),
            }  # fmt: skip
    return _share_left(service, key, around, user)


def _share_left(service: Service, key: str, around: Around, user: Any) -> str:
    """How far the subscribers of a service that ends have left it: "11 of 14 = 78.6 %"."""
    if key != "everybody_left" or not door.sees_all(user, Subscription):
        return ""
    there = conditions.leaving(service, around.look)
    share = life.moved_share(there)
    if share is None:
        return ""
    return _("Settled: %(n)s of %(of)s = %(share)s") % {
        "n": sum(one.settled for one in there), "of": len(there), "share": shown.percent(share)
    }  # fmt: skip


def _work(around: Around) -> list[dict[str, Any]]:
    """Deliverables of the present phase by track: function, name, person, state."""
    entity = registry.get("portfolio.deliverable")
    found = []
    for track, label in Track.choices:
        there = [d for d in around.work if d.track == track]
        closed = sum(d.is_closed for d in there)
        found.append({
            "label": label, "closed": closed, "all": len(there),
            "share": 100 * closed // len(there) if there else 0,
            "rows": [
                {"function": d.told["function__code"] or "", "name": sentences.phase_name(d), "url": entity.url(d),
                 "write": reverse("portfolio:write", args=[d.pk]), "who": d.told["assignee__name"] or d.told["assignee__email"] or "",
                 "due": shown.format_date(d.due) if d.due else "", "state": d.get_state_display(),
                 "tone": {"done": "good", "waived": "none", "doing": "warn"}.get(d.state, "bad"),
                 "score": _score(d)}
                for d in there
            ],
        })  # fmt: skip
    return [track for track in found if track["all"]]


def _score(deliverable: Deliverable) -> str:
    """The weighted score of an assessment, where its content has one: "3.40 of 5 = 68.0 %, threshold 60 %"."""
    rows = deliverable.content.get("criteria") if deliverable.content_kind == "technology_assessment" else None
    found = content.assessment(rows) if rows else None
    if found is None:
        return ""
    told = {"mean": shown.format_number(found.mean, 2), "share": shown.percent(found.share)}
    if deliverable.threshold is None:
        return _("%(mean)s of 5 = %(share)s") % told
    told["threshold"] = sentences.threshold(deliverable.threshold)
    if life.is_under(found.share, deliverable.threshold):
        return _("%(mean)s of 5 = %(share)s, under the threshold of %(threshold)s") % told
    return _("%(mean)s of 5 = %(share)s, threshold %(threshold)s") % told


def _decisions(around: Around) -> list[dict[str, Any]]:
    entity = registry.get("portfolio.decision")
    return [
        {"key": d.number, "value": f"{d.get_outcome_display()}, {shown.format_number(d.yes)} : {shown.format_number(d.no)}",
         "note": shown.format_date(d.taken_on), "url": entity.url(d)}
        for d in around.decisions
    ]  # fmt: skip


@require_POST
def pass_gate(request: HttpRequest, pk: int, gate: int) -> HttpResponse:
    """Go through a gate; what stands against it is said, nothing else happens."""
    service = get_object_or_404(Service.objects.visible_to(request.user), pk=pk)
    through = get_object_or_404(PhaseGate.objects.visible_to(request.user), pk=gate)
    door.require(request.user, "change", service)
    back = f"{reverse('portfolio:board')}?gate={pk}"
    version = request.POST.get("version", "")
    try:
        phases.pass_gate(
            service=service, gate=through, who=request.user,
            expected_version=int(version) if version.isascii() and version.isdigit() and len(version) < 19 else None,
        )  # fmt: skip
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
    except actions.Conflict:
        toast(request, _("Somebody changed the service meanwhile. Look at it again, then decide."), tone="bad")
    else:
        toast(request, _("“%(service)s” is now in phase “%(phase)s”.") % {
            "service": service, "phase": sentences.phase_name(service.phase),
        })  # fmt: skip
        back = registry.get("portfolio.service").url(service)
    return redirect(back)


def sections_left(deliverable: Deliverable) -> str:
    """How much of its content is still empty, in words."""
    left = len(content.missing(deliverable.content_kind, deliverable.content))
    if not left:
        return _("Everything is written.")
    return ngettext("%(n)s section is still empty.", "%(n)s sections are still empty.", left) % {"n": left}
