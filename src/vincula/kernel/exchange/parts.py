"""Records of other entities that belong to the rows of a file (``profile.Part``): decided, staged and written (X3).

Each is checked like a line of its own entity: rights, rules, guards. What is wrong with one is said at the row. They
are written in the transaction that ends the import, and go with its undo.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.exchange import applying, preparing, resembling, values
from vincula.kernel.exchange import mapping as mappings
from vincula.kernel.exchange.checking import Checker
from vincula.kernel.exchange.drafts import Draft, fail
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.exchange.profile import Part, Row
from vincula.kernel.exchange.related import Pending
from vincula.kernel.folding import fold

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONCE = 400
OWNERS = ("create", "update", "unchanged", "around")  # outcomes of rows whose parts are looked at
WRITTEN = ("create", "update")


class Parts:
    """Decides the parts of a file's rows, batch by batch. One per run."""

    def __init__(self, who: Any) -> None:
        self.who = who
        self._checkers: dict[str, Checker] = {}
        self._number = 0

    def check(self, drafts: Sequence[Draft]) -> list[tuple[str, Draft]]:
        """(entity, part as a draft under the line of its row) of all that is to be written. A part that fails makes its
        row an error."""
        owned: dict[str, list[tuple[Draft, Draft, Part]]] = defaultdict(list)
        for d in drafts:
            if d.row is not None and d.outcome in OWNERS:
                for part in _once(d, d.row.parts):
                    owned[part.entity].append((d, self._draft(d, part), part))
        for key, every in owned.items():
            checker = self._checker(key)
            _recognise(checker.entity, every, self.who)
            decided = [made for _d, made, _part in every]
            checker.decide(decided)
            resembling.ask(checker.entity, decided, self.who)
            fail(decided)
            for d, made, _part in every:
                _tell(checker.entity, d, made)
        fail(drafts)
        for every in owned.values():
            for d, made, _part in every:
                if made.outcome in WRITTEN and d.outcome == "unchanged":
                    d.outcome = "around"
        return [
            (key, _staged(d, made, part)) for key, every in owned.items() for d, made, part in every
            if made.outcome in WRITTEN and d.outcome in OWNERS
        ]  # fmt: skip

    def _checker(self, key: str) -> Checker:
        if key not in self._checkers:
            entity = registry.get(key)
            self._checkers[key] = Checker(entity, mappings.importable(entity), self.who, None, {})
        return self._checkers[key]

    def _draft(self, d: Draft, part: Part) -> Draft:
        """A draft with a number of its own: several may belong to one line."""
        self._number += 1
        made = Draft(self._number, row=Row(part.values, fill=part.fill))
        fields = self._checker(part.entity).fields
        for name, value in part.values.items():
            f = fields[name]
            try:
                made.values[name] = value if f.related_model is not None else values.read(value, f)
            except ValidationError as error:
                for _name, sentence in values.sentences(error):
                    made.say("error", sentence, name)
        made.values[part.owner] = Pending("") if d.record is None else d.record.pk
        return made


def _once(d: Draft, parts: Iterable[Part]) -> Iterator[Part]:
    """A part may stand in a row once; the second is left out, and that is told."""
    seen: set[tuple[Any, ...]] = set()
    for part in parts:
        key = (part.entity, *(_comparable(part.values.get(name)) for name in part.key))
        if key in seen:
            named = ", ".join(str(part.values.get(name)) for name in part.key)
            entity = registry.get(part.entity)
            said = _("%(entity)s “%(name)s” stands here twice; the first counts.")
            d.say("warning", said % {"entity": capfirst(entity.name), "name": named[:100]})
            continue
        seen.add(key)
        yield part


def _comparable(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _recognise(entity: Entity, every: Sequence[tuple[Draft, Draft, Part]], who: Any) -> None:
    """Set ``record`` of the parts that are in the register: of all parts of the same record, the one with this key."""
    owners = {d.record.pk for d, _made, _part in every if d.record is not None}
    if not owners:
        return
    owner = every[0][2].owner
    there: dict[tuple[Any, ...], Any] = {}
    listed = sorted(owners)
    names = {part.key for _d, _made, part in every}
    columns = {f.name: f.attname for f in entity.model._meta.concrete_fields}
    for start in range(0, len(listed), AT_ONCE):
        rows = entity.rows(who).filter(**{f"{owner}__in": listed[start : start + AT_ONCE]})
        for record in rows.order_by("-pk"):  # of several the eldest
            for key in names:
                held = (_comparable(getattr(record, columns[name])) for name in key)
                there[getattr(record, f"{owner}_id"), key, *held] = record
    for d, made, part in every:
        if d.record is not None:
            given = (_comparable(made.values.get(name)) for name in part.key)
            made.record = there.get((d.record.pk, part.key, *given))


def _tell(entity: Entity, d: Draft, made: Draft) -> None:
    """What is said about a part stands at its row."""
    for message in made.messages:
        severity = "error" if made.outcome == "error" else "warning"
        f = entity.field(message["field"]) if message["field"] else None
        said = f"{f.label}: {message['message']}" if f is not None else message["message"]
        named = made.label or str(next(iter(made.values.values()), ""))
        d.say(severity, _("%(entity)s “%(name)s”: %(message)s") % {
            "entity": capfirst(entity.name), "name": named[:100], "message": said})  # fmt: skip


def _staged(d: Draft, made: Draft, part: Part) -> Draft:
    """The part as it is kept until it is written: it names the line of its row where that has no number yet."""
    owner = {} if made.record is not None else {part.owner: [None, {"line": d.line}]}
    return replace(made, line=d.line, changes={**made.changes, **owner}, messages=[])


def waiting(run: ImportRun) -> Any:
    """Parts that are to be written and are not yet."""
    return ImportLine.objects.filter(run=run, version=0, extra=True, outcome__in=WRITTEN)


def write(run: ImportRun, who: Any) -> None:
    """Write the staged parts, now that their rows have numbers. Inside the transaction; raises Refused, TakenOver."""
    by_entity: dict[tuple[str, str], list[ImportLine]] = defaultdict(list)
    for line in waiting(run).order_by("id"):
        by_entity[line.entity, line.outcome].append(line)
    rows = ImportLine.objects.filter(run=run, extra=False).exclude(object_id=None)
    owners: dict[int, Any] = dict(rows.values_list("line", "object_id")) if by_entity else {}
    for (key, outcome), lines in by_entity.items():
        entity = registry.get(key)
        for line in lines:
            line.values = {
                name: owners[line.line] if preparing.is_line(entity, name, value) else value
                for name, value in line.values.items()
            }
        for start in range(0, len(lines), AT_ONCE):
            some = lines[start : start + AT_ONCE]
            ImportLine.objects.bulk_update(some, ["values"], batch_size=50)
            make = preparing.creation if outcome == "create" else preparing.change
            applying.write(run, who, [make(entity, some, who)], entity=entity)


def of_lines(run: ImportRun, lines: Sequence[int], user: Any) -> dict[int, list[ImportLine]]:
    """The parts of lines of the file, as far as ``user`` may see the records that they are."""
    found: dict[int, list[ImportLine]] = defaultdict(list)
    staged = ImportLine.objects.filter(run=run, extra=True, line__in=[n for n in lines if n], outcome__in=WRITTEN)
    listed = list(staged.order_by("id"))
    changed: dict[str, set[int]] = defaultdict(set)
    for one in listed:
        if one.object_id:
            changed[one.entity].add(one.object_id)
    seen = {key: door.visible_ids(user, registry.get(key).model, ids) for key, ids in changed.items()}
    for one in listed:
        if one.outcome == "create" or one.object_id in seen.get(one.entity, ()):
            found[one.line].append(one)
    return found
