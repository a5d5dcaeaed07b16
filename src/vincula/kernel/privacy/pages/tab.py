"""The section "Privacy" of a person's page: what they agreed to, holds, rules, and where to go from here."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.privacy import consents, erasing
from vincula.kernel.privacy.models import Hold, Proposal
from vincula.kernel.privacy.pages.subject import address
from vincula.kernel.records.models import Record

TONES = {"given": "good", "withdrawn": "none"}


def context(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What ``privacy/tab.html`` needs."""
    key = record._meta.label_lower
    entity = registry.get(key)
    may = erasing.may(request.user, record) and record.trashed_at is None
    log = consents.log_of(key)
    may_log = log is not None and door.may(request.user, "view", log[0])
    lines = consents.lines(key, record.pk) if may_log else []
    state = consents.current(key, [record.pk]).get(record.pk, {}) if may_log else {}
    hold = Hold.objects.filter(entity=key, object_id=record.pk).select_related("who").first()
    return {
        "purposes": [
            {"purpose": p, "line": state.get(p.pk), "tone": TONES.get(state[p.pk].decision, "") if p.pk in state else ""}
            for p in consents.purposes() if p.active or p.pk in state
        ] if may_log else [],
        "lines": lines,
        "who": consents.recorded_by(log[0]._meta.label_lower, [each.pk for each in lines]) if log and lines else {},
        "new_url": _new(request, log, record),
        "hold": hold if may else None,
        "held_now": hold is not None and (hold.until is None or hold.until >= clock.today()),
        "proposals": list(Proposal.objects.filter(entity=key, object_id=record.pk, state="open").select_related("rule"))
        if may else [],
        "erased": erasing.is_erased(key, record.pk),
        "may": may,
        "urls": {name: address(name, entity, record) for name in ("held", "export", "erase", "hold")},
    }  # fmt: skip


def _new(request: HttpRequest, log: Any, record: Record) -> str:
    """Where the next line is written, or "" for who may not."""
    if log is None or not door.may(request.user, "create", log[0]):
        return ""
    entity = registry.for_model(log[0])
    assert entity is not None
    return f"{reverse('entity:new', args=[entity.slug])}?{log[1]}={record.pk}"
