"""Erasure by anonymising: the person goes, the rows stay and are counted (requirement X10).

One transaction. Nothing that is erased is written down: not in the history, not in events, not in logs.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from vincula.kernel import clock, events, jobs, questions
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.files.models import StoredFile
from vincula.kernel.privacy import copies, ledger, linked, scrubbing, stances, sweeping
from vincula.kernel.privacy.linked import Tie
from vincula.kernel.privacy.models import Erasure, Hold, Proposal, RetentionRule, SubjectExport
from vincula.kernel.privacy.stances import NAMED, Subject
from vincula.kernel.privacy.traces import ERASED, LONG_TEXT, Trace, replaced, texts_in
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record

WHOLE, PASSAGES, LEAVE = "whole", "passages", "leave"  # what becomes of a text of a shared record
ERASED_EVENT = events.declare("privacy.person.erased", "A person was anonymised; only numbers are told.")
STANDS_AGAINST = questions.Question(
    "privacy.what_stands_against_erasing", "Sentences that stand against erasing a person; none lets it happen."
)
MOST_TEXTS = 80  # whole texts that are looked for as copies elsewhere

log = structlog.get_logger(__name__)


@dataclass
class Choices:
    """What the person who confirms chose for texts of shared records: {"entity:id:field": WHOLE | PASSAGES | LEAVE}."""

    texts: dict[str, str] = field(default_factory=dict)
    files: set[str] | None = None  # ids of files of shared records that go; None: those about this person alone

    def of(self, tie: Tie, name: str, otherwise: str) -> str:
        return self.texts.get(f"{tie.stance.key}:{tie.record.pk}:{name}", otherwise)


def may(user: Any, record: Record) -> bool:
    """Whether ``user`` may export and erase this person: the right "privacy" on the record."""
    return door.may(user, "privacy", record)


def stands_against(record: Record) -> list[Any]:
    """Sentences why the person cannot be erased now; empty when nothing stands against it."""
    said: list[Any] = []
    key = record._meta.label_lower
    subject = stances.subject_of(key)
    hold = Hold.objects.filter(entity=key, object_id=record.pk).first()
    if hold is not None and (hold.until is None or hold.until >= clock.today()):
        said.append(_("There is a hold: %(reason)s") % {"reason": hold.reason})
    user = linked.account(subject, record) if subject else None
    if user is not None and user.is_active and user.is_superuser:
        said.append(_("The person's account administers this installation: take that right away first."))
    return [*said, *STANDS_AGAINST(record=record)]


def is_erased(key: str, pk: int) -> Erasure | None:
    """The erasure of this record, if there was one."""
    return Erasure.objects.filter(entity=key, object_id=pk).order_by("-at").first()


def pseudonym(record: Record) -> str:
    """What the person is called from now on."""
    return _("Anonymised %(kind)s %(number)s") % {"kind": record._meta.verbose_name, "number": record.pk}


def erase(
    record: Record, *, who: Any, choices: Choices | None = None, rule: RetentionRule | None = None,
    expected_version: int | None = None,
) -> Erasure:  # fmt: skip
    """Anonymise a person. ``rule`` when a retention rule acts by itself; otherwise ``who`` has confirmed it.

    Raises PermissionDenied, ValidationError with what stands against it, ``actions.Conflict`` when the record is not
    the one that was looked at.
    """
    subject = stances.subject_of(record._meta.label_lower)
    if subject is None:
        raise ValidationError(_("Only people can be erased."))
    if not may(who, record):
        raise PermissionDenied(_("Your roles do not let you erase people."))
    with transaction.atomic():
        current = actions.locked(record)
        if expected_version is not None and current.version != expected_version:
            raise actions.Conflict(current, expected_version, {})
        if said := stands_against(current):
            raise ValidationError([str(s) for s in said])
        made = Erasure(entity=subject.key, object_id=record.pk, who_id=getattr(who, "pk", None), rule=rule)
        _erase(subject, current, made, choices or Choices())
        _tell(current, made, who)
    record.__dict__.update(current.__dict__)
    return made


def again(subject: Subject, record: Record, *, number: str, at: str, records: list[Any]) -> Erasure:
    """Repeat an erasure that the ledger remembers, after a restore: nobody is asked again."""
    with transaction.atomic():
        current = actions.locked(record)
        made = Erasure.objects.filter(pk=number).first() or Erasure(
            pk=number, entity=subject.key, object_id=record.pk, at=parse_datetime(at) or clock.now(), again=True
        )
        made.records = records
        _erase(subject, current, made, Choices())
        _tell(current, made, None)
    return made


def _tell(record: Record, made: Erasure, who: Any) -> None:
    made.save()
    Proposal.objects.filter(entity=made.entity, object_id=made.object_id, state=Proposal.State.OPEN).update(
        state=Proposal.State.DONE, decided_at=clock.now(), decided_by=getattr(who, "pk", None)
    )
    trail.write(who=who, verb="erased", entity=made.entity, object_id=record.pk, version=record.version)
    events.publish(ERASED_EVENT, entity=made.entity, object_id=record.pk)
    log.info("person erased", entity=made.entity, object_id=record.pk, erasure=str(made.pk))
    line = ledger.line_of(made)
    transaction.on_commit(lambda: ledger.add([line]))
    transaction.on_commit(cache.clear, robust=True)
    jobs.enqueue(scrubbing.scrub, key=f"privacy:scrub:{made.pk}:{clock.now().timestamp()}")


def _erase(subject: Subject, record: Record, made: Erasure, choices: Choices) -> None:
    twins = linked.same(record)
    trace = linked.trace_of(subject, record, twins)
    if not made.records:
        made.records = [[subject.key, each.pk, ledger.anchor(each)] for each in (record, *twins)]
    before = copies.documents_of(subject.key, sorted(trace.rows[subject.key]))
    found = [tie for each in (record, *twins) for tie in linked.ties(subject, each)]
    users = [user for each in (record, *twins) if (user := linked.account(subject, each)) is not None]
    counts: dict[str, int] = {"records": 0, "texts": 0}
    for tie in found:
        if tie.how == "about":
            trace.add_row(tie.stance.key, tie.record.pk)
            before += copies.documents_of(tie.stance.key, [tie.record.pk])
            _empty(tie.record, tie.stance.fields, trace)
            counts["records"] += 1
    for tie in found:
        if tie.how != "about":
            before += copies.documents_of(tie.stance.key, [tie.record.pk])
            counts["texts"] += _share(subject, record, tie, trace, choices)
    alone = {(tie.stance.key, tie.record.pk) for tie in found if is_alone(subject, record, tie)}
    own = stances.stance(subject.model)
    assert own is not None
    for each in (record, *twins):
        _empty(each, own.fields, trace, name=pseudonym(each))
    counts["files"] = _files(trace, alone, choices)
    _tied_records(trace)
    for user in users:
        counts["account"] = copies.forget_account(user, pseudonym(record), trace)
    counts["copies"] = _holders(trace) + copies.mails(trace) + copies.sessions(trace) + copies.vocabulary_jobs()
    counts["copies"] += sum(keeper.erase(trace) for keeper in stances.KEEPERS)
    counts["copies"] += sweeping.sweep(trace)
    before += copies.former_texts(trace)
    counts["history"] = sweeping.forget_payloads(trace)
    copies.vocabulary(before)
    made.counts = counts


def _empty(record: Record, fields: dict[str, Any], trace: Trace, name: str = "") -> None:
    """Empty what is to be erased; ``name`` goes into the fields that are to say who it was."""
    values: dict[str, Any] = {}
    for field_name, how in fields.items():
        f: Any = record._meta.get_field(field_name)
        if how not in ("erase", "name"):
            continue
        if isinstance(f, models.ManyToManyField):
            getattr(record, field_name).clear()
            continue
        _remember(getattr(record, f.attname), trace)
        values[f.attname] = name[: f.max_length or None] if how == "name" and name else _nothing(f)
    sweeping.rewrite(record, values)


def _nothing(f: Any) -> Any:
    """What stands in a column that says nothing."""
    if f.null:
        return None
    if isinstance(f, models.CharField | models.TextField):
        return "" if f.blank else ERASED[: f.max_length or None]
    return f.get_default()


def _remember(value: Any, trace: Trace) -> None:
    """Keep long texts that go in mind: a copy of one in another table is known by it."""
    for text in texts_in(value):
        if len(text) >= LONG_TEXT and len(trace.texts) < MOST_TEXTS:
            trace.texts.add(text)


def is_alone(subject: Subject, record: Record, tie: Tie) -> bool:
    """Whether a record that may be shared is about this person and nobody else who is not ours."""
    return tie.how not in ("about", NAMED) and not linked.others(tie, subject, record)


def _share(subject: Subject, record: Record, tie: Tie, trace: Trace, choices: Choices) -> int:
    """Treat the texts of a shared record; returns how many changed."""
    alone = is_alone(subject, record, tie)
    values: dict[str, Any] = {}
    whole = False
    for name in tie.stance.treated("text"):
        f: Any = tie.stance.model._meta.get_field(name)
        was = getattr(tie.record, f.attname)
        choice = choices.of(tie, name, WHOLE if alone else PASSAGES)
        if choice == WHOLE and was not in (None, "", [], {}):
            _remember(was, trace)
            now, whole = (ERASED if isinstance(was, str) else _nothing(f)), True
        elif choice == LEAVE:
            now = replaced(was, trace.everywhere)
        else:
            now = replaced(was, trace.nearby)
        if now != was:
            values[f.attname] = now[: f.max_length] if isinstance(now, str) and f.max_length else now
    if values:
        sweeping.rewrite(tie.record, values)
        if whole:
            trace.add_row(tie.stance.key, tie.record.pk)
        else:
            trace.near.setdefault(tie.stance.key, set()).add(tie.record.pk)
    return len(values)


def _files(trace: Trace, alone: set[tuple[str, int]], choices: Choices) -> int:
    """Files of what is wholly about the person, and those that were ticked; the bytes go after the commit."""
    gone = StoredFile.objects.none()
    for key, ids in trace.rows.items():
        stance = next((s for s in stances.stances() if s.key == key), None)
        if stance is not None and (stance.is_about or stances.subject_of(key)):
            gone = gone | StoredFile.objects.filter(entity=key, object_id__in=ids)
    if choices.files is None:
        for key, pk in alone:
            gone = gone | StoredFile.objects.filter(entity=key, object_id=pk)
    elif wanted := [each for each in choices.files if re.fullmatch(r"[0-9a-f-]{36}", each)]:
        gone = gone | StoredFile.objects.filter(pk__in=wanted)
    paths = list(gone.values_list("path", flat=True))
    StoredFile.objects.filter(path__in=paths).delete()
    exports = SubjectExport.objects.exclude(path="")
    for key, ids in trace.rows.items():
        packed = exports.filter(entity=key, object_id__in=ids)
        paths += packed.values_list("path", flat=True)
        packed.update(path="", size=0)
    for path in paths:
        transaction.on_commit(lambda path=path: default_storage.delete(path), robust=True)  # type: ignore[misc]  # the path of this turn
    return len(paths)


def _tied_records(trace: Trace) -> None:
    """Records that join two others (links): what they say of one that is erased goes, and their history."""
    for holder in stances.holders():
        if not issubclass(holder.model, Record):
            continue
        values = {name: _blank(holder.model._meta.get_field(name)) for name in holder.content}
        for entity, object_id in holder.pairs:
            for key, ids in list(trace.rows.items()):
                for row in holder.model._base_manager.filter(**{entity: key, f"{object_id}__in": sorted(ids)}):
                    sweeping.rewrite(row, values)
                    trace.add_row(row._meta.label_lower, row.pk)


def _holders(trace: Trace) -> int:
    """Rows that speak of the erased records lose what they say."""
    touched = 0
    for holder in stances.holders():
        if not holder.content or issubclass(holder.model, Record):
            continue
        values = {name: _blank(holder.model._meta.get_field(name)) for name in holder.content}
        for entity, object_id in holder.pairs:
            for key, ids in trace.rows.items():
                rows = holder.model._base_manager.filter(**{entity: key, f"{object_id}__in": sorted(ids)})
                touched += rows.update(**values)
    return touched


def _blank(f: Any) -> Any:
    if isinstance(f, models.CharField | models.TextField):
        return "" if f.blank else ERASED
    return None if f.null else f.get_default()
