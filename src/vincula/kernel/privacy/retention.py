"""How long people stay here: rules as rows, criteria as code, a dry run, and a nightly run that tells what it did.

Nothing is erased without a rule that says "acts by itself", or somebody's confirmation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock, jobs
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit import trail
from vincula.kernel.privacy import erasing, stances
from vincula.kernel.privacy.models import Erasure, Hold, Proposal, RetentionRule
from vincula.kernel.records import actions

SHOWN = 200  # people that a dry run lists
AT_ONCE = 500  # people on whom a rule acts in one night: a wrong rule must not empty the house before breakfast

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Criterion:
    """A way to say that somebody's time has come: ``rows(before)`` are people for whom nothing happened since then."""

    name: str
    entity: str
    label: Any
    rows: Callable[[date], QuerySet[Any]]


_criteria: dict[tuple[str, str], Criterion] = {}


def criterion(new: Criterion) -> None:
    """Declare a criterion of a subject."""
    _criteria[new.entity, new.name] = new


def criteria_of(entity: str) -> dict[str, Criterion]:
    """The criteria of a subject by name; every subject has "trashed"."""
    subject = stances.subject_of(entity)
    if subject is None:
        return {}
    model = subject.model
    own = Criterion(
        "trashed",
        entity,
        _("in the trash for so long"),
        lambda before: model._base_manager.filter(trashed_at__date__lt=before),
    )
    return {"trashed": own, **{name: c for (key, name), c in _criteria.items() if key == entity}}


def all_criteria() -> list[Criterion]:
    return [c for subject in stances.subjects() for c in criteria_of(subject.key).values()]


@dataclass
class Found:
    """Whom a rule means today. ``records`` are the first of ``count``; ``spared`` were left out by tag or hold."""

    rule: RetentionRule
    count: int = 0
    spared: int = 0
    records: list[Any] = field(default_factory=list)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


def meant(rule: RetentionRule) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """(people whom the rule means today, those whom it would mean but for a tag or hold); the erased are in neither."""
    found = criteria_of(rule.entity)[rule.criterion]
    rows = found.rows(months_before(clock.today(), rule.months))
    rows = rows.exclude(pk__in=Erasure.objects.filter(entity=rule.entity).values("object_id"))
    if rule.action == RetentionRule.Action.TRASH:
        rows = rows.filter(trashed_at=None)
    held = Hold.objects.filter(Q(until=None) | Q(until__gte=clock.today()), entity=rule.entity).values("object_id")
    spared = Q(pk__in=held)
    if rule.spare_tags:
        from vincula.kernel.records import derived

        spared |= derived.holding(rows.model, "tags", rule.spare_tags)
    return rows.exclude(spared), rows.filter(spared)


def dry_run(rule: RetentionRule) -> Found:
    """What the rule would find now; nothing is written."""
    rows, spared = meant(rule)
    return Found(rule, rows.count(), spared.count(), list(rows.order_by("pk")[:SHOWN]))


def run(rule: RetentionRule) -> int:
    """Let one rule act, or propose; returns on how many it acted. Each person is a transaction of their own."""
    rows, _spared = meant(rule)
    acts = rule.by_itself and rule.action != RetentionRule.Action.PROPOSE
    if not acts:
        done = _propose(rule, rows)
    else:
        done = 0
        for record in rows.order_by("pk")[:AT_ONCE]:
            try:
                if rule.action == RetentionRule.Action.ERASE:
                    erasing.erase(record, who=SYSTEM, rule=rule)
                else:
                    actions.trash(record, who=SYSTEM, verb="put in the trash by a rule")
                done += 1
            except (ValidationError, actions.Conflict):
                log.warning("retention passed by", rule=rule.pk, object_id=record.pk)
    RetentionRule._base_manager.filter(pk=rule.pk).update(last_run_at=clock.now(), last_found=done)
    trail.write(who=None, verb="ran the rule", entity="privacy.retentionrule", object_id=rule.pk,
                changes={"found": [None, done]})  # fmt: skip
    return done


def _propose(rule: RetentionRule, rows: QuerySet[Any]) -> int:
    """Note everybody who is not noted yet; a proposal whose person is meant no longer goes."""
    with transaction.atomic():
        open_ones = Proposal.objects.filter(rule=rule, state=Proposal.State.OPEN)
        open_ones.exclude(object_id__in=rows.values("pk")).delete()
        new = [
            Proposal(rule=rule, entity=rule.entity, object_id=pk)
            for pk in rows.exclude(pk__in=rule.proposals.values("object_id")).values_list("pk", flat=True)
        ]
        Proposal.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    return len(new)


@jobs.task(atomic=False)
def nightly() -> int:
    """Run every active rule; returns how many people were acted on or proposed."""
    return sum(run(rule) for rule in RetentionRule._base_manager.filter(active=True, trashed_at=None).order_by("pk"))


def keep(proposal: Proposal, who: Any) -> None:
    """Decide that the person stays; the rule does not propose them again."""
    with transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN).update(
            state=Proposal.State.KEPT, decided_at=clock.now(), decided_by=who.pk
        )
        trail.write(who=who, verb="kept the person", entity=proposal.entity, object_id=proposal.object_id)
