"""The guide: the process itself, drawn from the phase model – phases, tracks, who, what comes out, where we are (L12)."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.portfolio import conditions, sentences
from vincula.portfolio.models import Phase, PhaseGate, PhaseModel, PhaseRun, PlannedDeliverable, Service, Track
from vincula.portfolio.rules import life


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """One phase model as a page that reads; ?model=ID for another one."""
    door.require(request.user, "view", PhaseModel)
    models = list(
        PhaseModel.objects.visible_to(request.user).exclude(state="withdrawn").order_by("-is_default", "name", "number")
    )
    asked = request.GET.get("model", "")
    model = next((m for m in models if str(m.pk) == asked), models[0] if models else None)
    phases = _phases(model, request.user) if model else []
    context = {
        "models": [{"label": str(m), "url": f"{reverse('guide')}?model={m.pk}", "current": m == model} for m in models],
        "model": model,
        "phases": phases,
        "slowest": max((p["days"] for p in phases if p["days"]), default=0),
        "standfirst": _standfirst(model, phases),
    }
    return render(request, "portfolio/guide.html", context)


def _phases(model: PhaseModel, user: Any) -> list[dict[str, Any]]:
    rows = list(Phase.objects.visible_to(user).filter(phase_model=model).order_by("position"))
    planned: dict[int, list[PlannedDeliverable]] = {}
    for one in (
        PlannedDeliverable.objects.visible_to(user)
        .filter(phase__in=rows)
        .select_related("function")
        .order_by("position")
    ):
        planned.setdefault(one.phase_id, []).append(one)
    out: dict[int, PhaseGate] = {
        g.source_id: g for g in PhaseGate.objects.visible_to(user).filter(source__in=rows).select_related("target")
    }
    there = dict(
        Service.objects.visible_to(user).filter(phase__in=rows).order_by().values_list("phase").annotate(n=Count("pk"))
    )
    spent = _days(rows, user)
    known = conditions.known()
    return [
        {
            "number": phase.position, "name": sentences.phase_name(phase), "what": sentences.standard(phase.what_happens),
            "services": there.get(phase.pk, 0), "days": spent.get(phase.pk),
            "list": f"{reverse('entity:list', args=['services'])}?stage={phase.stage}",
            "tracks": [
                {"label": label, "work": [
                    {"name": sentences.phase_name(w), "function": w.function.code if w.function else "",
                     "function_name": w.function.named() if w.function else "", "mandatory": w.mandatory}
                    for w in planned.get(phase.pk, []) if w.track == track
                ]}
                for track, label in Track.choices
            ],
            "gate": {
                "target": sentences.phase_name(out[phase.pk].target), "board": out[phase.pk].by_board,
                "asks": [str(known[key].label) for key in out[phase.pk].conditions if key in known]
                + [sentences.standard(text) for text in out[phase.pk].criteria],
            } if phase.pk in out else None,
        }
        for phase in rows
    ]  # fmt: skip


def _days(phases: list[Phase], user: Any) -> dict[int, int]:
    """Median days that services were in each phase, those that are still there included."""
    today = clock.today()
    spent: dict[int, list[int]] = {}
    for phase, since, until in (
        PhaseRun.objects.visible_to(user).filter(phase__in=phases).values_list("phase_id", "since", "until")
    ):
        spent.setdefault(phase, []).append(((until or today) - since).days)
    final = {phase.pk for phase in phases if phase.stage == "retired"}  # nobody waits there for anything
    return {phase: life.median_days(days) for phase, days in spent.items() if phase not in final}


def _standfirst(model: PhaseModel | None, phases: list[dict[str, Any]]) -> str:
    if model is None:
        return _("There is no phase model yet.")
    work = sum(len(track["work"]) for phase in phases for track in phase["tracks"])
    gates = sum(1 for phase in phases if phase["gate"] and phase["gate"]["board"])
    return " ".join((
        ngettext("A service lives through %(n)s phase.", "A service lives through %(n)s phases.", len(phases)) % {"n": len(phases)},
        ngettext("It brings %(n)s deliverable on two tracks;", "It brings %(n)s deliverables on two tracks;", work) % {"n": work},
        ngettext("%(n)s gate is decided by a board.", "%(n)s gates are decided by a board.", gates) % {"n": gates},
    ))  # fmt: skip
