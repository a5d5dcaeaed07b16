"""What is done with a service or a phase model beside its form, each with its confirmation and what stands against it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.records.actions import Conflict
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.toasts import toast
from vincula.portfolio import sentences
from vincula.portfolio.actions import agenda, cases, phases
from vincula.portfolio.models import BusinessCase, Phase, PhaseGate, PhaseModel, Service


def register() -> None:
    """Put them into the menus."""
    for action in (
        places.RowAction("model", gettext_lazy("Move to another phase model"), "portfolio.service", _model_of, icon="route"),
        places.RowAction("copy", gettext_lazy("Make a copy to edit"), "portfolio.phasemodel", _copy, icon="plus", post=True),
        places.RowAction("version", gettext_lazy("Make the next version"), "portfolio.businesscase", _next, icon="plus", post=True),
        places.RowAction("publish", gettext_lazy("Publish"), "portfolio.phasemodel", _publish, icon="check"),
        places.RowAction("default", gettext_lazy("Begin new services by it"), "portfolio.phasemodel", _default, icon="check"),
    ):  # fmt: skip
        places.ROW_ACTIONS.put(action)


def _model_of(record: Any, user: Any) -> str:
    there = record.trashed_at is None and record.stage != "retired" and door.may(user, "change", record)
    return reverse("portfolio:other-model", args=[record.pk]) if there else ""


def _copy(record: Any, user: Any) -> str:
    there = record.trashed_at is None and door.may(user, "create", PhaseModel)
    return reverse("portfolio:copy-model", args=[record.pk]) if there else ""


def _publish(record: Any, user: Any) -> str:
    return "" if record.state == PhaseModel.State.PUBLISHED else _to_publish(record, user)


def _default(record: Any, user: Any) -> str:
    return _to_publish(record, user) if record.state == PhaseModel.State.PUBLISHED and not record.is_default else ""


def _to_publish(record: Any, user: Any) -> str:
    there = record.trashed_at is None and door.may(user, "change", record)
    return reverse("portfolio:publish-model", args=[record.pk]) if there else ""


def _next(record: Any, user: Any) -> str:
    there = record.trashed_at is None and door.may(user, "create", BusinessCase)
    return reverse("portfolio:next-version", args=[record.pk]) if there else ""


def _refused(request: HttpRequest, verb: Callable[..., Any], **values: Any) -> list[str]:
    """Do it as the person who asks; the sentences that stand against it."""
    try:
        verb(who=request.user, **values)
    except ValidationError as error:
        return list(error.messages)
    except Conflict:
        return [_("Somebody changed it meanwhile. Look at it again, then decide.")]
    return []


def _service(request: HttpRequest, pk: int) -> Service:
    rows = Service.objects.visible_to(request.user).select_related("phase_model", "phase")
    service: Service = get_object_or_404(rows, pk=pk)
    door.require(request.user, "change", service)
    return service


# ── a service ─────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def other_model(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a service to the first phase of another published model for the same stage, with a reason."""
    service = _service(request, pk)
    rows = (
        Phase.objects.visible_to(request.user)
        .filter(stage=service.stage, phase_model__state="published", phase_model__trashed_at=None)
        .exclude(phase_model=service.phase_model_id).select_related("phase_model").order_by("phase_model__name", "position")
    )  # fmt: skip
    there = list({phase.phase_model_id: phase for phase in reversed(rows)}.values())[::-1]  # the first of each model
    chosen = next((phase for phase in there if str(phase.pk) == request.POST.get("phase")), None)
    wrong: list[str] = []
    if request.method == "POST":
        if chosen is None:
            wrong = [_("Choose a phase of another phase model.")]
        else:
            wrong = _refused(
                request, phases.move_to_model, service=service, phase=chosen, reason=request.POST.get("reason", "")
            )
    back = registry.get("portfolio.service").url(service)
    if request.method == "POST" and not wrong and chosen is not None:
        told = {"service": service, "model": str(chosen.phase_model)}
        toast(request, _("“%(service)s” lives by “%(model)s” now.") % told)
        return redirect(back)
    context = {
        "title": _("Move to another phase model"), "record": service.name, "back": back, "wrong": wrong,
        "says": _("It lives by “%(model)s” and is in phase “%(phase)s”. Its deliverables stay; those of the new phase are added.")
        % {"model": service.phase_model, "phase": sentences.phase_name(service.phase)},
        "choose": _("Phase in the other model"), "nowhere": _("No other published phase model has a phase for this stage."),
        "options": [(p.pk, f"{p.phase_model}: {sentences.phase_name(p)}", p == chosen) for p in there],
        "reason": _("Why it moves"), "typed": request.POST.get("reason", ""), "go": _("Move it"),
    }  # fmt: skip
    return render(request, "portfolio/verb.html", context, status=422 if wrong else 200)


def _stopped(request: HttpRequest, pk: int, gate: int) -> tuple[Service, PhaseGate]:
    service = _service(request, pk)
    return service, get_object_or_404(PhaseGate.objects.visible_to(request.user), pk=gate, source=service.phase_id)


def _back_to(request: HttpRequest, service: Service, wrong: list[str], done: str) -> HttpResponse:
    """To the page of the service, which says what stood against it, or that it is done."""
    if wrong:
        toast(request, " ".join(wrong), tone="bad")
    else:
        toast(request, done)
    return redirect(registry.get("portfolio.service").url(service))


@require_POST
def take_up(request: HttpRequest, pk: int, gate: int) -> HttpResponse:
    """Bring a service that was stopped before the board again."""
    service, way = _stopped(request, pk, gate)
    wrong = _refused(request, agenda.take_up, service=service, gate=way, reason=request.POST.get("reason", ""))
    day = "" if wrong else shown.format_date(service.board_items.order_by("-pk")[0].meeting.at)
    return _back_to(
        request, service, wrong, sentences.paragraph(_("The board talks about it on %(day)s.") % {"day": day})
    )


@require_POST
def close(request: HttpRequest, pk: int, gate: int) -> HttpResponse:
    """End a service that the board said no to."""
    service, way = _stopped(request, pk, gate)
    wrong = _refused(request, phases.close, service=service, gate=way)
    return _back_to(request, service, wrong, _("“%(service)s” is closed.") % {"service": service})


@require_POST
def next_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a business case, with the lines of this one; whoever does not see them all copies nothing."""
    rows = BusinessCase.objects.visible_to(request.user).select_related("service")
    case: BusinessCase = get_object_or_404(rows, pk=pk)
    door.require(request.user, "create", BusinessCase)
    try:
        copy = cases.next_version(case=case, who=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
        return redirect(registry.get("portfolio.businesscase").url(case))
    toast(request, _("Version %(n)s has the lines of this one: change what differs.") % {"n": copy.number})
    return redirect(registry.get("portfolio.businesscase").url(copy))


# ── a phase model ─────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
def copy_model(request: HttpRequest, pk: int) -> HttpResponse:
    """The next edition as a draft, which may be edited."""
    model = get_object_or_404(PhaseModel.objects.visible_to(request.user), pk=pk)
    door.require(request.user, "create", PhaseModel)
    copy = phases.copy_model(model=model, who=request.user)
    toast(
        request,
        _("“%(model)s” is a draft: edit its phases, deliverables and gates, then publish it.") % {"model": copy},
    )
    return redirect(registry.get("portfolio.phasemodel").url(copy))


@require_http_methods(["GET", "POST"])
def publish_model(request: HttpRequest, pk: int) -> HttpResponse:
    """Let services live by a model, or new ones begin by one that they may live by already."""
    model: PhaseModel = get_object_or_404(PhaseModel.objects.visible_to(request.user), pk=pk)
    door.require(request.user, "change", model)
    back, wrong = registry.get("portfolio.phasemodel").url(model), []
    lived_by = model.state == PhaseModel.State.PUBLISHED
    if request.method == "POST":
        default = lived_by or request.POST.get("default") == "1"
        wrong = _refused(request, phases.publish_model, model=model, default=default)
        if not wrong:
            done = _("New services begin by “%(model)s” now.") if default else _("“%(model)s” is published.")
            toast(request, done % {"model": model})
            return redirect(back)
    context: dict[str, Any] = {"record": str(model), "back": back, "wrong": wrong}
    if lived_by:
        says = _("Services that begin from now on live by it. Services that run keep the model that they live by.")
        context |= {"title": _("Begin new services by it"), "says": says, "go": _("Begin new services by it")}
    else:
        says = _("Services may be moved to it then, and it is edited no more: changes go into a copy. Services that run keep the model that they live by.")  # fmt: skip
        context |= {"title": _("Publish"), "says": says, "go": _("Publish")}
        context["tick"] = ("default", _("New services begin by it"))
    return render(request, "portfolio/verb.html", context, status=422 if wrong else 200)
