"""From the rows of a file to drafts: what each row wants, before anything of the register is asked (X3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vincula.kernel.exchange import mapping as mappings
from vincula.kernel.exchange import values
from vincula.kernel.exchange.profile import Profile, Reference, Relation, Row, Skip
from vincula.kernel.exchange.table import Table

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity
    from vincula.kernel.entity.field import Field


CLOSED = ("choice", "country", "language", "boolean")


@dataclass(slots=True)
class Draft:
    """One row on its way. ``record`` is what it was matched with; ``outcome`` is set once it is decided."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Any] = field(default_factory=dict)
    row_id: int | None = None
    row_version: int | None = None
    row: Row | None = None
    source: Reference | None = None
    relations: list[Relation] = field(default_factory=list)
    label: str = ""
    record: Any = None
    resembles: int | None = None  # number of the record that it may be
    outcome: str = ""
    messages: list[dict[str, str]] = field(default_factory=list)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    derived: dict[str, list[Any]] = field(default_factory=dict)  # columns that the record worked out itself

    def say(self, severity: str, message: str, name: str = "") -> None:
        """Add a message of this line; severity is error, warning, question, skip or proposal."""
        self.messages.append({"field": name, "message": message, "severity": severity})

    def decide(self, outcome: str, message: str = "", name: str = "") -> None:
        """Settle what becomes of the line, for a reason."""
        self.outcome = outcome
        if message:
            self.say("proposal" if outcome == "proposal" else outcome, message, name)
        if outcome == "proposal":
            self.outcome = "skip"

    @property
    def failed(self) -> bool:
        return any(message["severity"] == "error" for message in self.messages)


def fail(drafts: Sequence[Draft]) -> None:
    """A draft of which an error was said is one, whatever else was decided."""
    for d in drafts:
        if d.failed:
            d.outcome = "error"


def look_up(profile: Profile, drafts: Sequence[Draft], who: Any) -> None:
    """Let the profile complete the rows of drafts; what it notes while it looks is said."""
    listed = [(d, d.row, len(d.row.notes)) for d in drafts if d.row is not None]
    profile.look_up([row for _d, row, _known in listed], who)
    for d, row, known in listed:
        for note in row.notes[known:]:
            d.say("warning", note)


def meet(profile: Profile | None, draft: Draft, record: Any) -> None:
    """What the profile has to do with the record of a draft, or to say about it."""
    if profile is not None and draft.row is not None:
        for warning in profile.meet(draft.row, record):
            draft.say("warning", warning)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one run are read: by a profile, or by a mapping of columns."""

    entity: Entity
    fields: dict[str, Field]
    profile: Profile | None
    mapping: dict[str, str]
    clear_blanks: bool
    words: dict[tuple[str, str], Any] = field(default_factory=dict)

    def drafts(self, table: Table) -> Iterator[Draft]:
        """One draft per row of the file, in its order."""
        for line, raw in table:
            yield self._by_profile(line, raw) if self.profile else self._by_mapping(line, raw)

    def _by_profile(self, line: int, raw: Mapping[Any, Any]) -> Draft:
        assert self.profile is not None
        draft = Draft(line)
        try:
            made = self.profile.convert(raw, line)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            # A hostile or broken record has shapes that no profile foresees; the line is named, not the program stopped.
            known = type(error) is ValueError and str(error)
            draft.decide("error", str(error) if known else _("The record does not have the shape that is expected."))
            return draft
        draft.source, draft.relations = made.key, list(made.relations)
        draft.label = (made.key.label if made.key else "")[:200]
        if isinstance(made, Skip):
            draft.decide("skip", made.reason)
            return draft
        draft.row = made
        for note in made.notes:
            draft.say("warning", note)
        for name, value in made.values.items():
            self._take(draft, name, value)
        return draft

    def _by_mapping(self, line: int, raw: Mapping[Any, Any]) -> Draft:
        draft = Draft(line)
        if raw.get(None):
            draft.say("error", _("The line has more cells than the first line has headers."))
        for header, name in self.mapping.items():
            if header not in raw:
                continue
            cell = raw[header]
            if name in mappings.OWN:
                self._take_own(draft, name, cell)
            elif self.clear_blanks or cell not in values.NOTHING:
                draft.cells[name] = cell
                self._take(draft, name, cell)
        return draft

    def _take(self, draft: Draft, name: str, cell: Any) -> None:
        f = self.fields.get(name)
        if f is None:
            return  # a field that this installation does not have
        try:
            draft.values[name] = self._read(cell, f)
        except ValidationError as error:
            for _name, sentence in values.sentences(error):
                draft.say("error", sentence, name)

    def _read(self, cell: Any, f: Field) -> Any:
        """A cell of a closed list means the same in every row: its word is looked up once in a file."""
        if not isinstance(cell, str) or f.kind.name not in CLOSED:
            return values.read(cell, f)
        known = (f.name, cell)
        if known not in self.words:
            self.words[known] = values.read(cell, f)
        return self.words[known]

    def _take_own(self, draft: Draft, name: str, cell: Any) -> None:
        text = str(cell if cell is not None else "").strip().removeprefix("v").removeprefix("#")
        if not text:
            return
        if not text.isdigit() or not text.isascii() or len(text) > 18:
            draft.say("error", _("“%(value)s” is not the number of a record.") % {"value": text[:40]}, name)
        elif name == "id":
            draft.row_id = int(text)
        else:
            draft.row_version = int(text)
