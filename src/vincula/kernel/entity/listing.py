"""One page of a list: filters, search, sorting and keyset paging (the 1,000th page costs what the first does).

Parameters: ``sort=-updated_at`` · ``after=``/``before=`` a cursor · ``q=`` words · the filters of filters.py.
"""

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import filters
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.folding import fold
from vincula.kernel.records import state
from vincula.kernel.records.models import Record

PER_PAGE = 50
COUNT_EXACTLY = 10_000
COUNT_EXACTLY_IN_BIG = 1_000
BIG = 50_000  # rows of a table
SAMPLES, SAMPLE = 50, 100  # windows, and rows of each, from which the size of a big list is judged
COUNTED_FOR = 60  # seconds that an estimate is kept


@dataclass
class Order:
    """How a list is sorted: the field's name, direction, and the columns that do it (id last, so none is equal)."""

    name: str
    descending: bool
    columns: tuple[str, ...]
    lead: tuple[str, ...] = ()  # columns that come first and always ascend: the groups of a grouped list

    @property
    def parameter(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    @property
    def keys(self) -> list[tuple[str, bool]]:
        """(column, descending) of everything that orders."""
        return [*((c, False) for c in self.lead), *((c, self.descending) for c in self.columns)]


@dataclass
class Page:
    records: list[Record]
    order: Order
    conditions: list[filters.Condition]
    next: str = ""
    previous: str = ""
    q: str = ""
    problems: list[str] = field(default_factory=list)


def ordered(entity: Entity, sort: str) -> Order:
    """The order that ``sort`` asks for, else the entity's own, else newest first. Raises ValidationError."""
    wanted = sort or entity.ordering or "-id"
    name, descending = wanted.removeprefix("-"), wanted.startswith("-")
    if name == "id":
        return Order("id", descending, ("id",))
    found = entity.field(name)
    if found is None or not found.sort_columns:
        raise _no_order(name)
    return Order(name, descending, (*found.sort_columns, "id"))


def _no_order(name: str) -> ValidationError:
    return ValidationError(_("The list cannot be sorted by “%(name)s”."), params={"name": name}, code="sort")


def selected(
    entity: Entity, user: Any, params: Mapping[str, Any], *, rows: QuerySet[Any] | None = None
) -> QuerySet[Any]:
    """All records that the filters and words of ``params`` keep, unsorted. Raises ValidationError."""
    found = entity.rows(user) if rows is None else rows
    found = filters.apply(found, filters.parse(entity, params), user)
    return matching(entity, found, str(params.get("q") or ""), user)


def matching(entity: Entity, rows: QuerySet[Any], q: str, user: Any) -> QuerySet[Any]:
    """Narrow to records that the words of ``q`` find: every word in the search index, else in the title column."""
    if not q.strip():
        return rows
    if SEARCH:
        return rows.filter(pk__in=SEARCH[0](entity, q, user))
    title = entity.fields.get(entity.search_fields[0]) if entity.search_fields else None
    column = title.folded_column or title.column if title else "pk"
    return rows.filter(**{f"{column}__contains": fold(q.strip())})


SEARCH: list[Any] = []  # the search package puts its finder here: (entity, words, user) → ids


def page(
    entity: Entity, user: Any, params: Mapping[str, Any], *, rows: QuerySet[Any] | None = None, per: int = PER_PAGE,
    lead: Sequence[str] = (),
) -> Page:  # fmt: skip
    """One page. Raises ValidationError when the address asks for something that does not exist.

    ``lead`` names columns of ``rows`` that order before what the address asks for (groups).
    """
    conditions = filters.parse(entity, params)
    order = ordered(entity, str(params.get("sort") or ""))
    order.lead = tuple(lead)
    found = filters.apply(entity.rows(user) if rows is None else rows, conditions, user)
    found = matching(entity, found, str(params.get("q") or ""), user)
    sorting = entity.field(order.name)
    if sorting is not None and sorting.computed is not None and sorting.computed.annotate is not None:
        found = sorting.computed.annotate(found, user)
    found = reading_along(found, order, user)
    backwards = bool(params.get("before"))
    cursor = str(params.get("before") or params.get("after") or "")
    keys = [(c, down != backwards) for c, down in order.keys]
    if cursor:
        found = _after(found, keys, _decode(cursor, order))
    taken = _take(entity.select(found), keys, per + 1)
    more, records = len(taken) > per, [*reversed(taken[:per])] if backwards else taken[:per]
    result = Page(records, order, conditions, q=str(params.get("q") or ""))
    if records and (more or backwards):
        result.next = cursor_at(records[-1], order)
    if records and (cursor and (more or not backwards)):
        result.previous = cursor_at(records[0], order)
    return result


def reading_along(rows: QuerySet[Any], order: Order, user: Any) -> QuerySet[Any]:
    """Carry the columns of other records by which the list is sorted, so that a cursor costs no statement of its own.

    A record that ``user`` may not see sorts as if there were none: neither the order nor a cursor tells its name. Raises
    ValidationError for a column that is withheld from ``user``: the order would tell it.
    """
    if order.name in door.withheld(user, rows.model):
        raise _no_order(order.name)
    for column in [c for c in order.columns if "__" in c]:
        relation, name = column.split("__")[0], _read_as(column)
        model: Any = rows.model._meta.get_field(relation).related_model
        if not issubclass(model, Record) or door.sees_all(user, model):
            rows = rows.annotate(**{name: F(column)})
            continue
        seen = When(door.leading_to(relation, model, user), then=F(column))
        rows = rows.annotate(**{name: Case(seen, default=None)})
        order.columns = tuple(name if c == column else c for c in order.columns)
    return rows


def count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """(number, exact). Exact up to 10,000 in a table of ordinary size, up to 1,000 in a big one; beyond, an estimate.

    What takes long in a big table is not the answer but looking through it, so nothing there is counted to its end.
    An estimate is kept for a minute: page after page of one list says the same.
    """
    bare = rows.order_by().values("pk")
    last = _last(rows.model)
    try:
        key = "count:" + _fingerprint(bare) if last > COUNT_EXACTLY else ""
    except EmptyResultSet:  # conditions that nothing can meet
        return 0, True
    if key and (known := cache.get(key)) is not None:
        return int(known), False
    most = COUNT_EXACTLY if last <= BIG else COUNT_EXACTLY_IN_BIG
    seen = bare[: most + 1].count()
    if seen <= most:
        return seen, True
    estimate = max(_sampled(rows, last), seen)
    if key:
        cache.set(key, estimate, COUNTED_FOR)
    return estimate, False


def _fingerprint(rows: QuerySet[Any]) -> str:
    """The same for the same question. Raises EmptyResultSet."""
    sql, args = rows.query.sql_with_params()
    return hashlib.sha256(f"{sql}|{args!r}".encode("utf-8", "surrogatepass")).hexdigest()


def _last(model: Any) -> int:
    """The highest number of the table: how big it is, as far as it matters. May be a minute old."""
    key = f"count:{model._meta.label_lower}"
    known = cache.get(key)
    if known is None:
        known = int(model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0)
        cache.set(key, known, COUNTED_FOR)
    return int(known)


def _sampled(rows: QuerySet[Any], last: int) -> int:
    """How many there are, judged by windows of numbers spread evenly over the table."""
    width = max(last // SAMPLES, 1)
    size = min(SAMPLE, width)
    windows = Q()
    for n in range(SAMPLES):
        windows |= Q(pk__range=(n * width + 1, n * width + size))
    return round(rows.order_by().filter(windows).values("pk").count() * last / (size * SAMPLES))


def _take(rows: QuerySet[Any], keys: Sequence[tuple[str, bool]], limit: int) -> list[Record]:
    return list(rows.order_by(*(_ordering(rows.model, c, down) for c, down in keys))[:limit])


def _ordering(model: Any, column: str, descending: bool) -> Any:
    """Empty values come first going up, last going down; where none can be empty, an index serves as it is."""
    if not _nullable(model, column):
        return F(column).desc() if descending else F(column).asc()
    return F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_first=True)


def _nullable(model: Any, column: str) -> bool:
    try:
        return bool(model._meta.get_field(column).null)
    except FieldDoesNotExist:  # of another record, or an annotation
        return True


def _read_as(column: str) -> str:
    """Under which name a column of another record is read along, so that a cursor costs no statement of its own."""
    return "by_" + column.replace("__", "_of_") if "__" in column else column


def cursor_at(record: Record, order: Order) -> str:
    """The cursor of the place behind (or before) ``record``."""
    values = [state.plain(getattr(record, _read_as(c), None)) for c, _down in order.keys]
    return base64.urlsafe_b64encode(json.dumps([order.parameter, values]).encode()).decode().rstrip("=")


def _decode(cursor: str, order: Order) -> list[Any]:
    try:
        parameter, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        ok = parameter == order.parameter and len(values) == len(order.keys) and type(values[-1]) is int
        if ok and abs(values[-1]) < 2**63 and all(map(_plausible, values)):
            return list(values)
    except (ValueError, TypeError, binascii.Error, UnicodeError, RecursionError):
        pass
    raise _lost()


def _plausible(value: Any) -> bool:
    """Whether a cursor of ours could hold this value."""
    if isinstance(value, str):
        return "\0" not in value and not any(0xD800 <= ord(c) <= 0xDFFF for c in value)
    return value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))


def _lost() -> ValidationError:
    return ValidationError(_("This place in the list is not known any more; start from the first page."), code="cursor")


def _after(rows: QuerySet[Any], keys: Sequence[tuple[str, bool]], values: Sequence[Any]) -> QuerySet[Any]:
    try:
        return rows.filter(_beyond(rows.model, keys, values))
    except (ValueError, TypeError, OverflowError, ValidationError):  # a forged cursor holds text where a number belongs
        raise _lost() from None


def _beyond(model: Any, keys: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    """Rows after ``values`` in the order of ``_take``: empty values come first going up, last going down."""
    condition, equal = Q(), Q()
    for (column, descending), value in zip(keys, values, strict=True):
        if value is None:
            same = Q(**{f"{column}__isnull": True})
            if not descending:
                condition |= equal & Q(**{f"{column}__isnull": False})
        else:
            after = Q(**{f"{column}__{'lt' if descending else 'gt'}": value})
            if descending and _nullable(model, column):
                after |= Q(**{f"{column}__isnull": True})
            same = Q(**{column: value})
            condition |= equal & after
        equal &= same
    (first, descending), value = keys[0], values[0]
    if value is not None and not (descending and _nullable(model, first)):
        condition &= Q(**{f"{first}__{'lte' if descending else 'gte'}": value})  # lets an index begin there
    return condition
