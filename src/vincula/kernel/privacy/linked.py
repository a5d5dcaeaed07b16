"""From a person to everything that is linked with them, by the model graph; and the words by which they are known."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.contributions import Place
from vincula.kernel.folding import fold
from vincula.kernel.privacy import stances
from vincula.kernel.privacy.models import Erasure
from vincula.kernel.privacy.stances import TOOK_PART, Stance, Subject
from vincula.kernel.privacy.traces import SHORTEST, SHORTEST_PHONE, Trace
from vincula.kernel.records.fields import FoldedField, PhoneField, TextListField
from vincula.kernel.records.models import Record

SAME: Place[Callable[[Record], Sequence[Record]]] = Place(
    "privacy.same", "Other records of the same person (merged ones): called with a record, they are erased with it."
)
MOST_PAIRS = 60  # of former given and family names that are looked for together


def same(record: Record) -> list[Record]:
    """Other records of the same person, each once."""
    found = {each.pk: each for answer in SAME for each in answer(record)}
    found.pop(record.pk, None)
    return list(found.values())


@dataclass(frozen=True)
class Tie:
    """A record that is linked with a person. ``how``: "about", TOOK_PART or NAMED; ``link`` is the field."""

    stance: Stance
    record: Record
    how: str
    link: str


def account(subject: Subject, record: Record) -> Any:
    """The person's user account here, or None."""
    pk = getattr(record, f"{subject.user}_id") if subject.user else None
    return get_user_model()._default_manager.filter(pk=pk).first() if pk else None


def ties(subject: Subject, record: Record) -> Iterator[Tie]:
    """Every record that points to the person, those in the trash too, each once."""
    for stance in stances.stances():
        seen: set[int] = set()
        for name, how in stance.links.items():
            if stance.model._meta.get_field(name).related_model is not subject.model:
                continue
            for row in stance.model._base_manager.filter(**{name: record}).order_by("pk"):
                if row.pk not in seen:
                    seen.add(row.pk)
                    yield Tie(stance, row, how, name)


def others(tie: Tie, subject: Subject, record: Record) -> int:
    """How many other people who are not ours (have no account here) a shared record is about."""
    found: set[int] = set()
    for name, how in tie.stance.links.items():
        if how != TOOK_PART:
            return 1  # it only names somebody: it is about something else
        f = tie.stance.model._meta.get_field(name)
        if isinstance(f, models.ManyToManyField):
            rows = getattr(tie.record, name).all()
            found |= set(rows.filter(**{subject.user: None}).values_list("pk", flat=True) if subject.user else
                         rows.values_list("pk", flat=True))  # fmt: skip
    return len(found - {record.pk})


def of_account(user: Any) -> Iterator[tuple[Stance, str, models.QuerySet[Any]]]:
    """(stance, field, rows) of records that point to an account: what somebody does or did here."""
    for stance in stances.stances():
        for f in stance.model._meta.concrete_fields:
            if f.related_model is get_user_model() and f.name in stance.fields:
                yield stance, f.name, stance.model._base_manager.filter(**{f.attname: user.pk})


# ----------------------------------------------------------------------------------------------------- words
def trace_of(subject: Subject, record: Record, twins: Sequence[Record] = ()) -> Trace:
    """What the person is and was called, from the record (and others of the same person), its history, the account."""
    whole = Trace()
    for each in (record, *twins):
        whole.join(_trace_of(subject, each, [record.pk, *(twin.pk for twin in twins)]))
        whole.add_row(subject.key, each.pk)
    return whole


def _trace_of(subject: Subject, record: Record, own: Sequence[int]) -> Trace:
    trace = Trace()
    known: dict[str, set[str]] = {}
    for name in {*subject.whole, *subject.words, *subject.contacts}:
        known.setdefault(name, set()).update(_texts(getattr(record, name)))
    entries = AuditEntry.objects.filter(entity=subject.key, object_id=record.pk).exclude(changes__isnull=True)
    for changes in entries.values_list("changes", flat=True):
        for name in known:
            for value in (changes or {}).get(name) or ():
                known[name].update(_texts(value))
    for name in subject.contacts:
        _add_contacts(trace, subject.model._meta.get_field(name), known[name])
    user = account(subject, record)
    if user is not None:
        trace.users.add(user.pk)
        trace.emails.add(user.email)
        trace.strong.add(user.email)
        known.setdefault(subject.whole[0], set()).add(user.name)
    _add_names(trace, subject, own, known)
    return trace


def _texts(value: Any) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    return [v.strip() for v in values if isinstance(v, str) and v.strip()]


def _add_contacts(trace: Trace, f: Any, values: set[str]) -> None:
    is_phone = isinstance(f, PhoneField) or (isinstance(f, TextListField) and f.item == "phone")
    for value in values:
        if is_phone:
            if len(re.sub(r"\D", "", value)) >= SHORTEST_PHONE:
                trace.phones.add(value)
            continue
        if len(value) >= SHORTEST:
            trace.strong.add(value)
        if "@" in value:
            trace.emails.add(value)


def _add_names(trace: Trace, subject: Subject, own: Sequence[int], known: dict[str, set[str]]) -> None:
    whole = {v for name in subject.whole for v in known.get(name, ()) if len(v.split()) > 1}
    parts = [sorted(known.get(name, ())) for name in subject.words if name not in subject.whole]
    if len(parts) > 1:
        pairs = [(a, b) for a in parts[0] for b in parts[1]][:MOST_PAIRS]
        whole |= {form for a, b in pairs for form in (f"{a} {b}", f"{b} {a}", f"{b}, {a}")}
    trace.strong |= {name for name in whole if not _borne_by_another(subject, own, name)}
    for name in {*subject.words, *subject.whole}:
        for value in known.get(name, ()):
            trace.weak |= {word for word in re.findall(r"[^\W_][\w'’.-]*", value) if len(word) >= SHORTEST}
    trace.weak |= {name for name in whole if name not in trace.strong}
    trace.lone = {word for word in trace.weak if not _borne_by_another(subject, own, word, part=True)}


def _borne_by_another(subject: Subject, own: Sequence[int], name: str, *, part: bool = False) -> bool:
    """Whether somebody else here is called so; who was erased is called nothing."""
    wanted = Q()
    folded = {f.source: f.name for f in subject.model._meta.concrete_fields if isinstance(f, FoldedField)}
    for field in subject.whole:
        column = folded.get(field)
        value = fold(name) if column else name
        wanted |= Q(**{f"{column or field}__contains" if part else (column or field): value})
    gone = Erasure.objects.filter(entity=subject.key).values("object_id")
    return bool(subject.model._base_manager.filter(wanted).exclude(pk__in=own).exclude(pk__in=gone).exists())
