"""Export what is shown, as it is shown, and so that our own import knows it again (X1).

Rows stream: a million of them need no more memory than five hundred. Relations are labelled only where the reader may
see them; cells that a spreadsheet would run are guarded (see guard.py).
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.entity import reading
from vincula.kernel.exchange.guard import guarded
from vincula.kernel.exchange.mapping import importable

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity
    from vincula.kernel.entity.field import Field

AT_ONCE = 500
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
Pages = Iterator[list[tuple[Any, dict[str, Any]]]]


@dataclass(frozen=True)
class Writer:
    """One form of file: ``write(entity, fields, pages, user)`` yields its bytes."""

    key: str
    label: str | Promise
    content_type: str
    suffix: str
    write: Callable[[Entity, Sequence[Field], Pages, Any], Iterable[bytes]]


_writers: dict[str, dict[str, Writer]] = {}


def register(entity: str, writer: Writer) -> None:
    """Offer a form of file for one entity (vCard for people)."""
    _writers.setdefault(entity, {})[writer.key] = writer


def writers(entity: Entity) -> dict[str, Writer]:
    """Every form in which records of the entity can be exported."""
    return {**GENERAL, **_writers.get(entity.key, {})}


def fields_of(entity: Entity, names: Iterable[str] | None = None) -> list[Field]:
    """The columns asked for (by default all that an import can set), with the natural key before them."""
    every = entity.fields
    wanted = list(names) if names is not None else list(importable(entity))
    ordered = dict.fromkeys([*entity.natural_key, *wanted])
    return [every[name] for name in ordered if name in every and every[name].kind.name != "file"]


def respond(
    entity: Entity, rows: QuerySet[Any], user: Any, *, names: Iterable[str] | None = None, form: str = "csv"
) -> StreamingHttpResponse:
    """The file as an answer. ``rows`` are those of the list, filtered and sorted. Raises PermissionDenied, LookupError."""
    writer = writers(entity)[form]
    response = StreamingHttpResponse(
        stream(entity, rows, user, names=names, form=form), content_type=writer.content_type
    )
    name = f"{entity.slug}-{clock.today().isoformat()}.{writer.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def stream(
    entity: Entity, rows: QuerySet[Any], user: Any, *, names: Iterable[str] | None = None, form: str = "csv"
) -> Iterable[bytes]:
    """The bytes of the file; the audit tells who took how many records. Raises PermissionDenied, LookupError."""
    writer = writers(entity)[form]
    if not entity.may(user, "export"):
        raise PermissionDenied(_("Your roles do not let you export %(entity)s.") % {"entity": entity.plural})
    fields = fields_of(entity, names)
    found = entity.select(door.visible(rows, user, "export"))
    trail.write(who=user, verb="exported", entity=entity.key, object_id=None, changes={
        "count": [None, found.count()], "format": [None, form]})  # fmt: skip
    return writer.write(entity, fields, _pages(entity, found, fields, user), user)


def _pages(entity: Entity, rows: QuerySet[Any], fields: Sequence[Field], user: Any) -> Pages:
    if not rows.query.order_by:
        rows = rows.order_by("pk")
    records = rows.iterator(chunk_size=AT_ONCE)
    while some := list(itertools.islice(records, AT_ONCE)):
        yield list(zip(some, reading.read(entity, some, fields, user), strict=True))


def headers(fields: Sequence[Field]) -> list[str]:
    """The labels as the reader knows them; where two are alike the name stands behind."""
    labels = [str(f.label) for f in fields]
    return [f"{label} ({f.name})" if labels.count(label) > 1 or label in ("id", "version") else label
            for f, label in zip(fields, labels, strict=True)]  # fmt: skip


def _cell(f: Field, value: Any) -> str:
    text = _CONTROL.sub("", f.kind.to_text(value, f))
    return text if f.kind.name in ("number", "date", "datetime", "boolean") else guarded(text)


def _csv(entity: Entity, fields: Sequence[Field], pages: Pages, user: Any) -> Iterator[bytes]:
    """Commas, quotes where needed, UTF-8 with a mark: what spreadsheet programs open without asking."""
    buffer = io.StringIO()
    write = csv.writer(buffer, lineterminator="\r\n")
    write.writerow(["id", "version", *headers(fields)])
    yield "\ufeff".encode()
    for page in pages:
        for record, values in page:
            write.writerow([record.pk, f"v{record.version}", *(_cell(f, values[f.name]) for f in fields)])
        yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _xlsx(entity: Entity, fields: Sequence[Field], pages: Pages, user: Any) -> Iterator[bytes]:
    """One sheet, numbers as numbers; written to disk first, since the directory of a zip stands at its end."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(entity.plural[:31].translate({ord(sign): None for sign in "[]:*?/\\"}))
    sheet.append(["id", "version", *headers(fields)])
    for page in pages:
        for record, values in page:
            cells = [_number(f, values[f.name]) for f in fields]
            sheet.append([record.pk, f"v{record.version}", *cells])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from _read(file)


def _number(f: Field, value: Any) -> Any:
    return value if f.kind.name == "number" and isinstance(value, int | float) else _cell(f, value)[:32_767]


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(1 << 16):
        yield chunk


def _jsonl(entity: Entity, fields: Sequence[Field], pages: Pages, user: Any) -> Iterator[bytes]:
    """One record a line, by field names, as the API tells them."""
    for page in pages:
        lines = []
        for record, values in page:
            told = {f.name: f.kind.to_json(values[f.name], f) for f in fields}
            line = {"id": record.pk, "version": f"v{record.version}", **told}
            lines.append(json.dumps(line, ensure_ascii=False, default=str))
        yield ("\n".join(lines) + "\n").encode()


GENERAL = {
    "csv": Writer("csv", gettext_lazy("CSV"), "text/csv; charset=utf-8", "csv", _csv),
    "xlsx": Writer(
        "xlsx", gettext_lazy("Excel (XLSX)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", _xlsx,
    ),
    "jsonl": Writer("jsonl", gettext_lazy("JSON, one record a line"), "application/x-ndjson", "jsonl", _jsonl),
}  # fmt: skip
