"""What a paper's content function is given: the record, who asks, and figures that know where they came from.

Every value passes the access door: a field that the reader may not see is absent, and so is what it would have said.
"""

import datetime
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vincula.kernel import contributions
from vincula.kernel.entity import kinds, manykinds, reading, registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.entity.kind import NOTHING, Kind
from vincula.kernel.papers import prose
from vincula.kernel.papers.tree import Block, Column, Facts, Figure, Runs, Table
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital

TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Asked:
    """One request for a paper. ``at`` (aware) is now."""

    record: Record
    user: Any
    language: str
    at: datetime.datetime

    @property
    def entity(self) -> Entity:
        return entity_of(self.record)

    def figure(self, name: str, record: Record | None = None) -> Figure | None:
        """A field of the record (or of another that was found through the door); None when it is empty or withheld."""
        about = record or self.record
        return self._read(entity_of(about), [about], [name])[0][0]

    def text(self, name: str) -> str:
        """The same as plain words; "" when there is nothing."""
        found = self.figure(name)
        return found.text if found else ""

    def facts(self, *names: str) -> Facts:
        """Fields of the record with their labels, without the empty ones."""
        row = self._read(self.entity, [self.record], list(names))[0]
        found = zip(names, row, strict=True)
        return Facts(tuple((label(self.entity.fields[n]), (figure,)) for n, figure in found if figure is not None))

    def table(
        self, key: str, records: Sequence[Record], columns: Mapping[str, float], *, caption: str, empty: str
    ) -> Table:
        """Records of entity ``key`` (found through the door), one a row; ``columns``: {field: its share of the width}.

        A column in which no row says anything is left out.
        """
        entity = registry.get(key)
        read = self._read(entity, records, list(columns))
        told = [n for n in range(len(columns)) if any(row[n] for row in read) or not n]
        fields = [(entity.fields[name], width) for name, width in columns.items()]
        heads = tuple(Column(label(fields[n][0]), fields[n][1], fields[n][0].kind.ends) for n in told)
        return Table(caption, heads, tuple(tuple(_cell(row[n]) for n in told) for row in read), empty)

    def rows(self, key: str, records: Sequence[Record], names: Sequence[str]) -> list[dict[str, Figure]]:
        """Fields of records of entity ``key`` (found through the door), read together: one {field: figure} a record.

        Empty and withheld ones are left out.
        """
        read = self._read(registry.get(key), records, list(names))
        return [{n: figure for n, figure in zip(names, row, strict=True) if figure is not None} for row in read]

    def prose(self, name: str) -> tuple[Block, ...]:
        """A rich text of the record as paragraphs, lists and headings; () when it is empty or withheld."""
        found = self._values(self.entity, [self.record], [self.entity.fields[name]])[0].get(name)
        return prose.blocks(str(found)) if found else ()

    def counted(self, many: int, key: str, query: str) -> Figure:
        """How many records of entity ``key`` were counted; ``query`` is the list's, by which anybody can count again."""
        entity = registry.get(key)
        return Figure(shown.format_number(many), key, value=many, query=query, url=f"{entity.path}?{query}")

    def named(self, name: str, **period: Any) -> Figure | None:
        """A declared figure of the record (``kernel.contributions``), e.g. "support.on_time_share"; None without one."""
        declared = contributions.figures()[name]
        value = declared.compute(self.user, [self.record.pk], **period).get(self.record.pk)
        if value is None:
            return None
        text = " ".join(filter(None, (shown.format_number(value), declared.unit)))
        return Figure(text, self.entity.key, self.record.pk, name, value, url=self.entity.url(self.record))

    def _values(self, entity: Entity, records: Sequence[Record], fields: Sequence[Field]) -> list[dict[str, Any]]:
        return reading.read(entity, records, fields, self.user)

    def _read(self, entity: Entity, records: Sequence[Record], names: Sequence[str]) -> list[list[Figure | None]]:
        fields = [entity.fields[name] for name in names]
        rows = self._values(entity, records, fields)
        return [
            [None if row[f.name] in NOTHING else _figure(entity, record, f, row[f.name]) for f in fields]
            for record, row in zip(records, rows, strict=True)
        ]


def entity_of(record: Record) -> Entity:
    """The entity of a record."""
    found = registry.for_model(type(record))
    assert found is not None  # every record has one
    return found


def label(field: Field) -> str:
    """A field's name as it begins a line."""
    return capital(str(field.label))


def _cell(figure: Figure | None) -> Runs:
    return () if figure is None else (figure,)


def _figure(entity: Entity, record: Record, field: Field, value: Any) -> Figure:
    given = value if type(field.kind).to_json is Kind.to_json else field.kind.to_json(value, field)
    return Figure(told(value, field), entity.key, record.pk, field.name, given, url=entity.url(record))


def told(value: Any, field: Field) -> str:
    """A value in words, as the pages show it; moments with their day and time instead of "3 days ago"."""
    if isinstance(field.kind, kinds.DateTime):
        return shown.format_datetime(value)
    if isinstance(field.kind, manykinds.Translated):
        return ", ".join(f"{text} ({code})" for code, text in value.items())
    return html.unescape(TAG.sub("", str(field.kind.html(value, field)))).strip()
