"""What an erasure would take away, so that whoever confirms it has seen it."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.files.models import StoredFile
from vincula.kernel.mail.models import Message
from vincula.kernel.privacy import erasing, linked, stances
from vincula.kernel.privacy.erasing import PASSAGES, WHOLE
from vincula.kernel.privacy.linked import Tie
from vincula.kernel.privacy.stances import Subject
from vincula.kernel.privacy.traces import Trace
from vincula.kernel.records.models import Record

AROUND = 60  # characters shown on either side of a find
MOST_SHOWN = 100


@dataclass(frozen=True)
class Text:
    """One text of a shared record in which the person is named, or which is about this person alone.

    ``pieces``: (text, whether it names the person) of the passage. ``alone``: nobody else took part.
    """

    name: str
    of: str
    field: str
    pieces: list[tuple[str, bool]]
    alone: bool
    chosen: str


@dataclass
class Plan:
    """``counts``: (what, how many, what becomes of it) · ``texts`` of shared records · ``files`` to look at."""

    pseudonym: str
    against: list[Any]
    counts: list[tuple[str, int, str]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    more_texts: int = 0
    files: list[tuple[StoredFile, str, bool]] = field(default_factory=list)


def plan(record: Record) -> Plan:
    """What would go. Nothing is written."""
    subject = stances.subject_of(record._meta.label_lower)
    assert subject is not None
    twins = linked.same(record)
    trace = linked.trace_of(subject, record, twins)
    made = Plan(erasing.pseudonym(record), erasing.stands_against(record))
    own = stances.stance(subject.model)
    assert own is not None
    filled = [n for n in own.treated("erase", "name") if getattr(record, n, None)]
    made.counts.append((_("Fields of the record"), len(filled), _("emptied; the name becomes the pseudonym")))
    shared: list[Tie] = []
    about: dict[Any, int] = {}
    for tie in (tie for each in (record, *twins) for tie in linked.ties(subject, each)):
        if tie.how == "about":
            trace.add_row(tie.stance.key, tie.record.pk)
            about[tie.stance.model] = about.get(tie.stance.model, 0) + 1
        else:
            shared.append(tie)
    for model, number in about.items():
        made.counts.append((_name(model), number, _("stay and are counted; their words go")))
    _shared(made, subject, record, shared, trace)
    _copies(made, subject, record, trace)
    return made


def _name(model: type[models.Model]) -> str:
    return capfirst(str(model._meta.verbose_name_plural))


def _shared(made: Plan, subject: Subject, record: Record, shared: list[Tie], trace: Trace) -> None:
    kinds: dict[Any, int] = {}
    for tie in shared:
        kinds[tie.stance.model] = kinds.get(tie.stance.model, 0) + 1
        alone = erasing.is_alone(subject, record, tie)
        for name in tie.stance.treated("text"):
            f: Any = tie.stance.model._meta.get_field(name)
            value = getattr(tie.record, f.attname)
            text = value if isinstance(value, str) else " · ".join(map(str, value or ()))
            if text and (alone or trace.nearby.search(text)):
                made.texts.append(
                    Text(
                        f"{tie.stance.key}:{tie.record.pk}:{name}", str(tie.record), capfirst(str(f.verbose_name)),
                        pieces(text, trace), alone, WHOLE if alone else PASSAGES,
                    )
                )  # fmt: skip
        made.files += [(file, str(tie.record), alone) for file in
                       StoredFile.objects.filter(entity=tie.stance.key, object_id=tie.record.pk)]  # fmt: skip
    for model, number in kinds.items():
        made.counts.append((_name(model), number, _("stay, linked with the pseudonym; texts as below")))
    made.more_texts = max(0, len(made.texts) - MOST_SHOWN)
    made.texts = made.texts[:MOST_SHOWN]


def pieces(text: str, trace: Trace) -> list[tuple[str, bool]]:
    """The first finds in their surroundings; the beginning of the text when nothing is found."""
    finds = list(trace.nearby.finditer(text))[:3]
    if not finds:
        return [(text[: 2 * AROUND] + ("…" if len(text) > 2 * AROUND else ""), False)]
    found: list[tuple[str, bool]] = []
    at = max(0, finds[0].start() - AROUND)
    if at:
        found.append(("…", False))
    for find in finds:
        if find.start() > at + 2 * AROUND:
            found += [(text[at : at + AROUND], False), (" … ", False)]
            at = find.start() - AROUND
        found += [(text[at : find.start()], False), (find.group(), True)]
        at = find.end()
    found.append((text[at : at + AROUND] + ("…" if len(text) > at + AROUND else ""), False))
    return [piece for piece in found if piece[0]]


def _copies(made: Plan, subject: Subject, record: Record, trace: Trace) -> None:
    asked, files, history = models.Q(pk__in=()), models.Q(pk__in=()), models.Q(pk__in=())
    for address in trace.emails:
        asked |= models.Q(to__iexact=address)
    for key, ids in trace.rows.items():
        files |= models.Q(entity=key, object_id__in=sorted(ids))
        history |= models.Q(entity=key, object_id__in=sorted(ids))
    user = linked.account(subject, record)
    for what, number, becomes in (
        (_("Files"), StoredFile.objects.filter(files).count(), _("deleted")),
        (_("Mails to the person"), Message.objects.filter(asked).count(), _("lose address and text")),
        (_("Entries of the history"), AuditEntry.objects.filter(history).exclude(changes__isnull=True).count(),
         _("stay sealed; what was changed goes")),
        (_("User account"), int(user is not None), _("closed and without a name; sessions, tokens and keys go")),
    ):  # fmt: skip
        if number:
            made.counts.append((what, number, becomes))
