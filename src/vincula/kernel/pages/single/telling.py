"""Audit entries in words: who did what, from → to, as far as the reader may see (requirement X5).

Values in the trail are plain JSON (``records.state``). Relations in it are ids: each is labelled through the access
door, and one that the reader may not see is told as none; an entry that tells of such only is not told at all.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import kinds, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.entity.reading import Labels
from vincula.kernel.links import actions as links
from vincula.kernel.ui import format as shown

VERBS: dict[str, Any] = {
    "created": gettext_lazy("created it"),
    "edited": gettext_lazy("edited it"),
    "moved": gettext_lazy("moved it on"),
    "undid": gettext_lazy("took a change back"),
    "put in the trash": gettext_lazy("put it in the trash"),
    "restored": gettext_lazy("took it out of the trash"),
    "linked": gettext_lazy("linked it"),
    "unlinked": gettext_lazy("took a link away"),
    "imported": gettext_lazy("imported it"),
    "import undone": gettext_lazy("took an import back"),
    "bulk edited": gettext_lazy("edited it with others"),
    "merged": gettext_lazy("merged two versions"),
    "took in": gettext_lazy("merged another record into it"),
    "merged into": gettext_lazy("merged it into another record"),
    "points at the merged": gettext_lazy("let it point at the merged record"),
    "merge undone": gettext_lazy("undid a merge"),
    "attached file": gettext_lazy("attached a file"),
    "removed file": gettext_lazy("removed a file"),
    "made paper": gettext_lazy("made a paper"),
    "opened file": gettext_lazy("showed a paper to all"),
}
NAMING = (  # the verb says all but what
    "linked", "unlinked", "attached file", "removed file", "made paper", "opened file",
)  # fmt: skip
SPARING = {"created", "imported"}  # the timeline tells them without values
HIDDEN = ("trashed_at", "sha256")  # told by the verb, or for machines
NOTHING: tuple[Any, ...] = (None, "", [], {})


def verb(name: str, words: Any, *, sparing: bool = False) -> None:
    """Say how a room's own verb reads after a name: ``verb("handed over", _("handed it over"))``.

    ``sparing``: it says enough by itself; the timeline tells it without the fields that it set.
    """
    VERBS[name] = words
    if sparing:
        SPARING.add(name)


@dataclass(frozen=True)
class Told:
    """One field of one change, in words. ``before`` and ``after`` are plain text."""

    name: str
    label: str
    before: str
    after: str


@dataclass
class Line:
    """One entry in words."""

    entry: AuditEntry
    at: datetime.datetime
    who: str
    verb: str
    fields: list[Told] = field(default_factory=list)
    erased: bool = False
    undo: str = ""
    about: str = ""  # the title of the record that was taken in, of which the line tells

    @property
    def note(self) -> str:
        if self.about:
            return _("of “%(record)s”, which was merged into this one") % {"record": self.about}
        return _("What was changed has been erased.") if self.erased else ""


class Teller:
    """Tells entries of one entity to one reader, asking for all labels at once."""

    def __init__(self, entity: Entity, user: Any) -> None:
        self.entity, self.user = entity, user
        self.labels = Labels(user)
        self.fields = entity.fields

    def lines(self, entries: Sequence[AuditEntry], *, brief: bool = False) -> list[Line]:
        """The entries in words, in their order. ``brief``: for ``sentence``, which names values of single changes only."""
        for each in entries:
            if brief and each.verb in SPARING:
                continue
            many = brief and len(each.changes or {}) > 2
            for name, pair in (each.changes or {}).items():
                for value in pair:
                    if not many or not self._all_seen(name):
                        self._want(name, value)
        told = [(each, self.line(each)) for each in entries]
        return [line for each, line in told if line.fields or not self._veiled(each)]

    def line(self, each: AuditEntry) -> Line:
        who = str(each.who) if each.who_id else "Vincula"
        verb = str(VERBS.get(each.verb, each.verb))
        changes = each.changes or {}
        told = [self.told(name, pair[0], pair[1]) for name, pair in changes.items() if name not in HIDDEN]
        told = [one for one in told if one.before or one.after or self._all_seen(one.name)]
        order = {name: at for at, name in enumerate(self.fields)}
        told.sort(key=lambda one: order.get(one.name, 999))
        return Line(each, each.at, who, verb, told, erased=each.changes is None)

    def _all_seen(self, name: str) -> bool:
        """Whether nothing that the field points to can be hidden from the reader."""
        if name.startswith("link."):
            return False
        found = self.fields.get(name)
        return (
            found is None
            or not isinstance(found.kind, relations.Relation)
            or door.sees_all(self.user, found.related_model)
        )

    def _veiled(self, each: AuditEntry) -> bool:
        """Whether an entry of which no field can be told is about hidden records only."""
        return bool(each.changes) and not any(name in HIDDEN or self._all_seen(name) for name in each.changes or {})

    def differences(self, changes: dict[str, list[Any]]) -> list[Told]:
        """Differences of two states in words."""
        for name, pair in changes.items():
            for value in pair:
                self._want(name, value)
        return [self.told(name, *pair) for name, pair in changes.items()]

    def values(self, state: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
        """{field: text} of a state."""
        wanted = [name for name in names if name in self.fields and self.fields[name].computed is None]
        for name in wanted:
            self._want(name, self.value_in(state, name))
        return {name: self.text(name, self.value_in(state, name)) for name in wanted}

    @staticmethod
    def value_in(state: dict[str, Any], name: str) -> Any:
        """The plain value of a field in a state; own fields lie under ``custom``."""
        if name.startswith("custom."):
            return (state.get("custom") or {}).get(name.removeprefix("custom."))
        return state.get(name)

    def told(self, name: str, before: Any, after: Any) -> Told:
        return Told(name, self.label(name), self.text(name, before), self.text(name, after))

    def label(self, name: str) -> str:
        """The field's name for a reader; a field that is gone keeps the key it had."""
        if name in self.fields:
            return capital(str(self.fields[name].label))
        if name.startswith("link."):
            return _("Link")
        if name == "file":
            return _("File")
        return name.removeprefix("custom.")

    def text(self, name: str, value: Any) -> str:
        """A plain value as text."""
        if name.startswith("link.") and isinstance(value, list) and len(value) == 2:
            return self._link(name, value)
        found = self.fields.get(name)
        if value in NOTHING or found is None:
            return "" if value in NOTHING else str(value)
        if isinstance(found.kind, relations.Relations) and isinstance(value, list):
            return ", ".join(filter(None, (self._related(found.related_model, each) for each in value)))
        if isinstance(found.kind, relations.Relation):
            return self._related(found.related_model, value)
        return text_of(found, value)

    def _want(self, name: str, value: Any) -> None:
        if name.startswith("link.") and isinstance(value, list) and len(value) == 2:
            other = registry.find(str(value[0]))
            if other is not None:
                self.labels.want(other.model, [value[1]])
            return
        found = self.fields.get(name)
        if found is not None and isinstance(found.kind, relations.Relation):
            self.labels.want(found.related_model, value if isinstance(value, list) else [value])

    def _related(self, model: Any, pk: Any) -> str:
        ref = self.labels.get(model, pk) if isinstance(pk, int) else None
        if ref:
            return ref.label
        return _("somebody who is gone") if model is get_user_model() else ""

    def _link(self, name: str, pair: list[Any]) -> str:
        other = registry.find(str(pair[0]))
        words = links.kinds().get(name.removeprefix("link."), (name, name))[0]
        ref = self.labels.get(other.model, pair[1]) if other else None
        return _("%(words)s %(record)s") % {"words": words, "record": ref.label} if ref else ""


def text_of(found: Field, value: Any) -> str:
    """The plain text of a stored or audited value of a kind that points to nothing else."""
    kind = found.kind
    try:
        if isinstance(kind, kinds.Number) and not isinstance(kind, kinds.Year):
            return shown.format_number(value)
        if isinstance(kind, kinds.DateTime):
            moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
            return shown.format_datetime(moment)
        if isinstance(kind, kinds.Date):
            return shown.format_date(datetime.date.fromisoformat(value) if isinstance(value, str) else value)
        return str(kind.told(value, found))
    except (ValueError, TypeError, AttributeError):
        return str(value)  # the field had another kind when this was written


def capital(text: str) -> str:
    """The first letter as a capital: field names stand in lower case, and begin lines here."""
    return text[:1].upper() + text[1:]


def sentence(line: Line) -> str:
    """The entry as one sentence for the timeline."""
    if line.entry.verb in NAMING and len(line.fields) == 1:
        one = line.fields[0]
        return _("%(who)s %(did)s: %(what)s.") % {"who": line.who, "did": line.verb, "what": one.after or one.before}
    if line.erased or not line.fields or line.entry.verb in SPARING:
        return _("%(who)s %(did)s.") % {"who": line.who, "did": line.verb}
    if len(line.fields) == 1 and max(len(line.fields[0].before), len(line.fields[0].after)) < 80:
        one = line.fields[0]
        values = {"who": line.who, "field": one.label, "before": one.before, "after": one.after}
        if not one.before:
            return _("%(who)s set %(field)s to “%(after)s”.") % values
        if not one.after:
            return _("%(who)s emptied %(field)s, which was “%(before)s”.") % values
        return _("%(who)s changed %(field)s from “%(before)s” to “%(after)s”.") % values
    names = ", ".join(one.label for one in line.fields)
    return _("%(who)s changed %(fields)s.") % {"who": line.who, "fields": names}


def may_undo(user: Any, each: AuditEntry, *, change: bool, delete: bool) -> bool:
    """Whether an undo of the entry may be offered; the save door asks again when it is done."""
    if not each.changes or (each.verb == "undid" and "trashed_at" in each.changes):
        return False
    return delete if "trashed_at" in each.changes or each.verb == "created" else change


def rights(user: Any, record: Any) -> dict[str, bool]:
    """What the reader may do with the record."""
    if door.sees_all(user, type(record), "change") and door.sees_all(user, type(record), "delete"):
        return {"change": True, "delete": True}
    return {"change": door.may(user, "change", record), "delete": door.may(user, "delete", record)}
