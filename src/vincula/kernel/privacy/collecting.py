"""What we hold on a person, gathered by the model graph: a new relation or table cannot be forgotten.

Third people: a record that several people share is listed with its facts and the person's own part in it. Its texts
are not, because they may speak of others: each says "held back", whether it names the person, and how long it is, so
that somebody can read it and give what may be given.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.files.models import StoredFile
from vincula.kernel.mail.models import Message
from vincula.kernel.privacy import linked, stances
from vincula.kernel.privacy.linked import Tie
from vincula.kernel.privacy.stances import NAMED, Stance, Subject
from vincula.kernel.privacy.traces import Trace
from vincula.kernel.records import state
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOST = 5000  # rows of one section; what lies beyond is counted
SECRET = frozenset({"digest", "password", "session_key", "data", "path", "key", "seal", "html"})
TOOK_PART_WORDS, NAMED_WORDS = gettext_lazy("took part"), gettext_lazy("is named")


@dataclass
class Section:
    """One kind of thing that we hold. ``lines`` are {column: plain value}; ``more`` counts what was too much."""

    key: str
    title: str
    columns: list[str]
    labels: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    more: int = 0


def readable(value: Any) -> str:
    """A plain value as a person reads it: moments and days in words, a change as "before → after"."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return str(shown.format_datetime(datetime.fromisoformat(value)))
    if isinstance(value, str) and DAY.fullmatch(value):
        return str(shown.format_date(date.fromisoformat(value)))
    if isinstance(value, list):
        return ", ".join(readable(each) for each in value)
    if isinstance(value, dict):
        return "\n".join(f"{k}: {_change(v)}" for k, v in value.items())
    return str(value)


def _change(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return readable(value[1]) if value[0] is None else f"{readable(value[0])} → {readable(value[1])}"
    return readable(value)


@dataclass
class Held:
    """Everything that we hold on one person."""

    title: str
    at: Any
    sections: list[Section] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)

    readable = staticmethod(readable)

    @property
    def rows(self) -> int:
        return sum(len(section.lines) for section in self.sections)

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "about": self.title, "at": self.at,
            **{s.key: {"title": s.title, "note": s.note, "more": s.more, "rows": s.lines} for s in self.sections},
        }  # fmt: skip


def collect(record: Record) -> Held:
    """Everything on one person. ValueError when the record is of nobody."""
    subject = stances.subject_of(record._meta.label_lower)
    if subject is None:
        raise ValueError(f"{record._meta.label_lower} is no person.")
    twins = linked.same(record)
    trace = linked.trace_of(subject, record, twins)
    held = Held(str(record), clock.now())
    own = stances.stance(subject.model)
    assert own is not None
    held.sections += [_own(each, own) for each in (record, *twins)]
    about: dict[str, list[Tie]] = {}
    for tie in (tie for each in (record, *twins) for tie in linked.ties(subject, each)):
        about.setdefault(tie.stance.key, []).append(tie)
        if tie.how == "about":
            trace.add_row(tie.stance.key, tie.record.pk)
    for found in about.values():
        held.sections.append(_about(found) if found[0].how == "about" else _shared(subject, record, found, trace))
    user = linked.account(subject, record)
    if user is not None:
        trace.add_row("people.user", user.pk)
        held.sections += _account(user)
    held.sections += [section for section in (_mails(trace), *_holders(trace)) if section.lines]
    held.files = list(_files(trace))
    return held


def _label(f: Any) -> str:
    return capfirst(str(getattr(f, "verbose_name", f.name)))


def _value(record: models.Model, f: Any) -> Any:
    """A value as a person reads it: a relation by its words, a choice by its label."""
    if isinstance(f, models.ManyToManyField):
        return [str(each) for each in getattr(record, f.name).all()]
    if f.is_relation:
        other = getattr(record, f.name)
        return str(other) if other is not None else None
    if f.choices:
        return str(getattr(record, f"get_{f.name}_display")())
    return state.plain(getattr(record, f.attname))


def _own(record: Record, stance: Stance) -> Section:
    """The record itself, one line a field."""
    section = Section("record", capfirst(str(record._meta.verbose_name)), ["field", "value"],
                      {"field": _("Field"), "value": _("Value")})  # fmt: skip
    names = sorted((n for n in stance.fields if n not in ("version", "id")), key=lambda n: n in stances.BASE)
    for name in names:
        f = record._meta.get_field(name)
        value = _value(record, f)
        if value not in (None, "", [], {}):
            section.lines.append({"field": _label(f), "value": value})
    return section


def _about(found: list[Tie]) -> Section:
    """Records that are about the person alone: every field."""
    stance = found[0].stance
    names = [n for n in stance.fields if n not in stance.links and n not in stances.BASE]
    names += ["created_at"]
    fields = {n: stance.model._meta.get_field(n) for n in names}
    section = _section(stance.model, {n: _label(f) for n, f in fields.items()})
    for tie in found[:MOST]:
        section.lines.append({n: _value(tie.record, f) for n, f in fields.items()})
    section.more = max(0, len(found) - MOST)
    return _without_empty(section)


def _shared(subject: Subject, record: Record, found: list[Tie], trace: Trace) -> Section:
    """Records shared with others: facts and own part; texts are held back."""
    stance = found[0].stance
    facts = {n: stance.model._meta.get_field(n) for n in stance.treated("keep")
             if n not in stance.links and n not in stances.BASE}  # fmt: skip
    title = next((n for n in stance.treated("text")), "")
    labels = {n: _label(f) for n, f in facts.items()}
    section = _section(
        stance.model, {**labels, "part": _("Own part"), "called": _("Called"), "held_back": _("Held back")}
    )
    section.note = _(
        "Texts of these records may speak of others and are held back; they are read before they are given."
    )
    for tie in found[:MOST]:
        alone = tie.how != NAMED and not linked.others(tie, subject, record)
        line = {n: _value(tie.record, f) for n, f in facts.items()}
        line["part"] = str(NAMED_WORDS if tie.how == NAMED else TOOK_PART_WORDS)
        called = str(getattr(tie.record, title, "") or "")
        line["called"] = "" if alone else called if trace.nearby.search(called) is None else "…"
        line["held_back"] = {} if alone else _held_back(tie, title, trace)
        if alone:
            line.update({n: _value(tie.record, tie.stance.model._meta.get_field(n)) for n in stance.treated("text")})
            for n in stance.treated("text"):
                section.labels.setdefault(n, _label(stance.model._meta.get_field(n)))
        section.lines.append(line)
    section.columns = list(section.labels)
    section.more = max(0, len(found) - MOST)
    return _without_empty(section)


def _held_back(tie: Tie, title: str, trace: Trace) -> dict[str, str]:
    """{field: how long the text is, and whether it names the person}."""
    found = {}
    for name in tie.stance.treated("text"):
        value = getattr(tie.record, name)
        if name != title and isinstance(value, str) and value:
            named = _("names the person") if trace.nearby.search(value) else _("does not name the person")
            said = {"length": len(value), "named": named}
            found[name] = _("%(length)s characters, %(named)s") % said
    return found


def _section(model: type[models.Model], labels: dict[str, str]) -> Section:
    title = capfirst(str(model._meta.verbose_name_plural))
    return Section(slugify(model._meta.label_lower.replace(".", "-")), title, list(labels), labels)


def _without_empty(section: Section) -> Section:
    """Leave out columns in which nothing stands."""
    section.columns = [
        c for c in section.columns if any(line.get(c) not in (None, "", [], {}) for line in section.lines)
    ]
    section.lines = [{c: line.get(c) for c in section.columns} for line in section.lines]
    return section


def _rows(rows: Any, names: list[str], title: str, key: str) -> Section:
    model = rows.model
    fields = {n: model._meta.get_field(n) for n in names}
    section = Section(key, str(title), names, {n: _label(f) for n, f in fields.items()})
    found = list(rows[: MOST + 1])
    section.lines = [{n: _value(row, f) for n, f in fields.items()} for row in found[:MOST]]
    section.more = rows.count() - MOST if len(found) > MOST else 0
    return section


def _account(user: Any) -> list[Section]:
    """The account and what hangs on it: no password, no token, no session key."""
    names = ["email", "name", "kind", "language", "time_zone", "is_active", "created_at", "last_login"]
    found = [_rows(type(user)._default_manager.filter(pk=user.pk), names, _("User account"), "account")]
    for path, (_way, title) in stances.relations().items():
        label, _dot, name = path.rpartition(".")
        model = apps.get_model(label)
        if not title:
            continue
        columns = [f.name for f in model._meta.concrete_fields
                   if f.name not in SECRET and f.name != name and not f.primary_key]  # fmt: skip
        if model is AuditEntry:
            columns = ["at", "verb", "entity", "object_id"]  # what was changed is about others
        rows = model._base_manager.filter(**{name: user.pk}).order_by("pk")
        found.append(_rows(rows, columns, title, slugify(label.replace(".", "-"))))
    for stance, name, rows in linked.of_account(user):
        if rows.exists():
            section = _rows(
                rows.order_by("pk"),
                _facts(stance),
                _of_account(stance, name),
                f"{slugify(stance.key.replace('.', '-'))}-{name}",
            )
            found.append(section)
    return [section for section in found if section.lines]


def _facts(stance: Stance) -> list[str]:
    return ["id", *[n for n in stance.treated("keep") if n not in stances.BASE][:6]]


def _of_account(stance: Stance, name: str) -> str:
    return _("%(records)s (%(field)s)") % {
        "records": capfirst(str(stance.model._meta.verbose_name_plural)), "field": _label(stance.model._meta.get_field(name)),
    }  # fmt: skip


def _mails(trace: Trace) -> Section:
    asked = models.Q(pk__in=())
    for address in trace.emails:
        asked |= models.Q(to__iexact=address)
    rows = Message.objects.filter(asked).order_by("pk")
    return _rows(rows, ["created_at", "to", "subject", "text", "state"], _("Mails sent to the person"), "mails")


def _holders(trace: Trace) -> list[Section]:
    """Rows of tables that speak of any record, as far as they speak of this person's."""
    found = []
    for holder in stances.holders():
        if not holder.title:
            continue
        asked = models.Q(pk__in=())
        for entity, object_id in holder.pairs:
            for key, ids in trace.rows.items():
                asked |= models.Q(**{entity: key, f"{object_id}__in": sorted(ids)[:MOST]})
        rows = holder.model._base_manager.filter(asked).order_by("pk")
        found.append(
            _rows(rows, list(holder.told), holder.title, slugify(holder.model._meta.label_lower.replace(".", "-")))
        )
    return found


def _files(trace: Trace) -> models.QuerySet[StoredFile]:
    asked = models.Q(pk__in=())
    for key, ids in trace.rows.items():
        asked |= models.Q(entity=key, object_id__in=sorted(ids))
    return StoredFile.objects.filter(asked).order_by("at")
