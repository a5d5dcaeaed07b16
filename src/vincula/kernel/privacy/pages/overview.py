"""Settings › Privacy: purposes, rules with their dry run, whom rules propose, and erasures done."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.reading import Labels
from vincula.kernel.privacy import consents, retention, stances
from vincula.kernel.privacy.models import Erasure, Proposal, Purpose, RetentionRule
from vincula.kernel.privacy.pages.finding import LARGEST, require_answering
from vincula.kernel.ui.toasts import toast

SHOWN = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything that whoever answers for privacy looks after."""
    require_answering(request)
    proposals = list(
        Proposal.objects.filter(state=Proposal.State.OPEN).select_related("rule").order_by("at", "pk")[:200]
    )
    erasures = list(Erasure.objects.select_related("who", "rule")[:SHOWN])
    labels = _labels(request, proposals)
    rules = RetentionRule.objects.visible_to(request.user)
    context = {
        "purposes": [
            {"purpose": p, "given": _count(p), "url": registry.get("privacy.purpose").url(p)} for p in consents.purposes()
        ] if door.may(request.user, "view", Purpose) else [],
        "rules": [{"rule": rule, "criterion": _criterion(rule), "url": reverse("privacy:rule", args=[rule.pk])}
                  for rule in rules.order_by("name_folded", "pk")],
        "proposals": [
            {"proposal": p, "label": ref.label, "url": ref.url, "erase": reverse("privacy:erase", args=[registry.get(p.entity).slug, p.object_id])}
            for p in proposals if (ref := labels.get(p)) is not None
        ],
        "erasures": [{"erasure": e, "url": _url(e)} for e in erasures],
        "erased": Erasure.objects.count(),
        "new_purpose": reverse("entity:new", args=["consent-purposes"]) if door.may(request.user, "create", Purpose) else "",
        "new_rule": reverse("entity:new", args=["retention-rules"]) if door.may(request.user, "create", RetentionRule) else "",
        "here": "privacy",
    }  # fmt: skip
    return render(request, "privacy/overview.html", context)


def _labels(request: HttpRequest, proposals: list[Proposal]) -> dict[Proposal, Any]:
    """The people of proposals whom the reader may see, by one statement a kind."""
    labels = Labels(request.user)
    models = {p.entity: subject.model for p in proposals if (subject := stances.subject_of(p.entity))}
    for p in proposals:
        if p.entity in models:
            labels.want(models[p.entity], [p.object_id])
    return {p: labels.get(models[p.entity], p.object_id) for p in proposals if p.entity in models}


def _count(purpose: Purpose) -> int:
    """How many people agree to it today."""
    return sum(
        subject.model._base_manager.filter(consents.agreed(subject.key, [purpose.code]), trashed_at=None).count()
        for subject in stances.subjects()
    )


def _criterion(rule: RetentionRule) -> str:
    found = retention.criteria_of(rule.entity).get(rule.criterion)
    return str(found.label) if found else rule.criterion


def _url(erasure: Erasure) -> str:
    entity = registry.find(erasure.entity)
    return entity.url(erasure.object_id) if entity else ""


def _rule(request: HttpRequest, pk: int) -> RetentionRule:
    require_answering(request)
    if pk > LARGEST:
        raise Http404
    found: RetentionRule = get_object_or_404(RetentionRule.objects.visible_to(request.user), pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """What the rule would do now: how many, and who; a POST lets it act now instead of at night."""
    found = _rule(request, pk)
    if request.method == "POST":
        door.require(request.user, "change", found)
        number = retention.run(found)
        said = ngettext("The rule ran and found %(n)s person.", "The rule ran and found %(n)s people.", number)
        toast(request, said % {"n": number})
        return redirect("privacy:overview")
    dry = retention.dry_run(found)
    subject = stances.subject_of(found.entity)
    seen = door.visible_ids(request.user, subject.model, [r.pk for r in dry.records]) if subject else set()
    entity = registry.get(found.entity)
    context = {
        "rule": found, "dry": dry, "criterion": _criterion(found), "edit_url": registry.get("privacy.retentionrule").url(found),
        "people": [{"label": entity.title(r), "url": entity.url(r), "since": r.updated_at} for r in dry.records if r.pk in seen],
        "may_run": door.may(request.user, "change", found), "here": "privacy",
    }  # fmt: skip
    return render(request, "privacy/rule.html", context)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The person of a proposal stays."""
    require_answering(request)
    if pk > LARGEST:
        raise Http404
    found = get_object_or_404(Proposal, pk=pk)
    subject = stances.subject_of(found.entity)
    record = subject.model._base_manager.filter(pk=found.object_id).first() if subject else None
    if record is None or not door.may(request.user, "view", record) or not door.may(request.user, "privacy", record):
        raise Http404
    retention.keep(found, request.user)
    toast(request, _("%(name)s stays; the rule does not ask again.") % {"name": record})
    return redirect("privacy:overview")
