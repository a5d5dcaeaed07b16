"""Records of many tables in one statement: a page that shows a little of everything asks once (see ``prepared``).

Each part is a queryset that Django makes as ever, rights and all; its rows travel as JSON, so that tables of any shape
fit into one answer, and become records again here, with the values that Django itself would have read.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import QuerySet
from django.db.models.base import ModelState

from vincula.kernel.access import prepared

Read = Callable[[Any], Any]


_rows = json.JSONDecoder(parse_float=Decimal).decode  # made once: making one takes longer than reading a row
# Of every record; a line about one shows none of them.
KEPT = ("created_at", "updated_at", "tags", "custom", "references")
EMPTY: dict[str, Callable[[], Any]] = {"{}": dict, "[]": list}


class Part(NamedTuple):
    """Rows that are told under the name ``what``: records (``own``: their columns), or only values of ``lookups``."""

    what: str
    rows: QuerySet[Any]
    lookups: tuple[str, ...]
    own: tuple[str, ...] = ()


class _Shape(NamedTuple):
    """How the values of a part are read; ``model`` is None for values only. ``own``: the columns of the record; ``read``:
    the places of values that are not as they stand in the JSON."""

    model: type[models.Model] | None
    own: tuple[str, ...]
    lookups: tuple[str, ...]
    read: tuple[tuple[int, Read], ...]


_shapes: dict[tuple[str, str], _Shape] = {}


def records(what: str, rows: QuerySet[Any], *lookups: str, without: Collection[str] = ()) -> Part:
    """Records; values of ``lookups`` through their relations stand in the attribute ``told`` of each.

    Columns that every record has and that no line about it shows (``KEPT``) are not read, nor are those of ``without``:
    long texts and documents. Who asks for one all the same costs a statement.
    """
    own = tuple(f.attname for f in rows.model._meta.concrete_fields if f.name not in {*KEPT, *without})
    return Part(what, rows, lookups, own)


def values(what: str, rows: QuerySet[Any], *lookups: str) -> Part:
    """Tuples of the values of ``lookups``."""
    return Part(what, rows, lookups)


def gather(
    name: str, user: Any, parts: Callable[..., Iterable[Part]], also: str = "", **given: prepared.Value
) -> defaultdict[str, list[Any]]:
    """{what: rows} of ``parts(**given)`` for ``user``, in one statement, which is put together once under ``name``.

    The order of the rows is that of nobody: sort them. What the statement depends on beside ``name``, the rights of
    ``user`` and the day belongs into ``also``. A part must have the same columns and lookups whenever it is asked under ``name``.
    """

    def build(**marks: Any) -> prepared.Statement:
        made = list(parts(**marks))
        if len({part.what for part in made}) < len(made):
            raise ValueError(f"Two parts of {name!r} have the same name.")
        for part in made:
            _shapes[name, part.what] = _shape(part)
        return prepared.united(*((_line(part), _asked(part), part.what) for part in made))

    told: defaultdict[str, list[str]] = defaultdict(list)
    for what, row in prepared.asked(f"{name} {also}", user, build, **given):
        told[what].append(row)
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for what, rows in told.items():
        shape = _shapes[name, what]
        read = _value if shape.model is None else _record
        found[what] = [read(shape, row) for row in _rows(f"[{','.join(rows)}]")]
    return found


def _columns(part: Part) -> tuple[str, ...]:
    return (*part.own, *(name for name in part.lookups if name not in part.own))


def _asked(part: Part) -> QuerySet[Any]:
    return part.rows.values_list(*_columns(part))


def _line(part: Part) -> str:
    """The line around the inner statement: the name of the part, and the row as one JSON array."""
    told = []
    for name in _columns(part):
        column = f"q.{connection.ops.quote_name(name)}"
        f = _field(part.rows.model, name)
        told.append(f"CAST({column} AS text)" if isinstance(f, models.JSONField) else column)
    make = "json_build_array" if connection.vendor == "postgresql" else "json_array"
    return f"CAST(%s AS text), CAST({make}({', '.join(told)}) AS text)"


def _shape(part: Part) -> _Shape:
    model, own, columns = part.rows.model, part.own, _columns(part)
    readers = [_reader(_field(model, name)) for name in columns]
    read = tuple((at, read) for at, read in enumerate(readers) if read is not None)
    return _Shape(model if own else None, own, columns[len(own) :], read)


def _field(model: type[models.Model], lookup: str) -> Any:
    """The field that a lookup leads to; None for an annotation."""
    found: Any = None
    for name in lookup.split("__"):
        try:
            found = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            attname = {f.attname: f for f in model._meta.concrete_fields}
            if name not in attname:
                return None
            found = attname[name]
        if found.is_relation and isinstance(found.related_model, type):
            model = found.related_model
    return found


def _value(shape: _Shape, row: list[Any]) -> tuple[Any, ...]:
    for at, read in shape.read:
        if row[at] is not None:
            row[at] = read(row[at])
    return tuple(row)


def _record(shape: _Shape, row: list[Any]) -> Any:
    """As ``from_db`` makes it, without asking each of its forty columns how it wants to be set: these are read."""
    model: Any = shape.model
    plain = _value(shape, row)
    if "from_db" in vars(model):  # it remembers something of its own
        record = model.from_db(DEFAULT_DB_ALIAS, shape.own, plain[: len(shape.own)])
    else:
        record = model.__new__(model)
        record.__dict__.update(zip(shape.own, plain, strict=False))  # the others were read through relations
        record._state = ModelState()
        record._state.adding, record._state.db = False, DEFAULT_DB_ALIAS
    record.told = dict(zip(shape.lookups, plain[len(shape.own) :], strict=True))
    return record


def _reader(f: Any) -> Read | None:
    """How the value of a column is read from JSON; None where it is as it stands."""
    if isinstance(f, models.ForeignKey):
        f = f.target_field
    if isinstance(f, models.JSONField):
        decode = json.JSONDecoder().decode if f.decoder is None else f.decoder().decode
        return lambda value: EMPTY[value]() if value in EMPTY else decode(value)
    if isinstance(f, models.BooleanField):
        return bool
    if isinstance(f, models.DecimalField):
        return lambda value: Decimal(value).quantize(Decimal(1).scaleb(-f.decimal_places))
    if isinstance(f, models.DateTimeField):
        return _moment
    if isinstance(f, models.DateField):
        return lambda value: date.fromisoformat(value[:10])
    if f is None or isinstance(f, models.CharField | models.TextField | models.IntegerField):
        return None
    read: Read = f.to_python
    return read


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
