"""Rows of a list as HTML, written in one pass: a macro per cell costs more than the database does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from vincula.kernel.access import door
from vincula.kernel.entity import kinds, listing, reading
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages import places
from vincula.kernel.pages.listed import groups
from vincula.kernel.pages.listed.asked import list_path
from vincula.kernel.records.fields import StructuredField
from vincula.kernel.records.models import Record
from vincula.kernel.ui.format import format_number
from vincula.kernel.ui.jinja import symbol

# How columns share the width, by kind.
WEIGHTS = {
    "number": 5,
    "date": 6.5,
    "datetime": 9.5,
    "boolean": 5,
    "country": 7.5,
    "language": 6.5,
    "choice": 9,
    "person": 10,
    "email": 10,
}
WEIGHT, TITLE_WEIGHT = 8, 20
SHARED = 92  # per cent of the width; the rest is for the box and what one can do
FIRST_DOWN = (kinds.Number, kinds.Date, kinds.DateTime)  # the first press on their head puts the largest on top


@dataclass
class Column:
    """A column as its head and its cells need it."""

    field: Field
    title: bool = False
    editable: bool = False
    away: str = ""  # class by which it gives way when the page narrows
    share: float = 0  # of the width, in per cent

    @property
    def cell(self) -> str:
        """How its cells begin. Which of them give way is told by their place (listed.css), as ``away`` is."""
        return '<td class="num">' if self.field.kind.ends else "<td>"


CHANGEABLE = "may_be_changed"


def with_rights(entity: Entity, user: Any, found: QuerySet[Any]) -> QuerySet[Any]:
    """Carry in each row whether ``user`` may change it, unless that is the same for all: nobody is asked row by row."""
    model = entity.model
    if not entity.may(user, "change") or door.sees_all(user, model, "change"):
        return found
    reach = {a: {(g.scope, str(g.value)) for g in door.applying(user, model, a)} for a in ("view", "change")}  # type: ignore[arg-type]  # two of the actions
    if reach["view"] <= reach["change"]:
        return found
    this = Exists(door.visible(model._base_manager.filter(pk=OuterRef("pk")), user, "change"))
    marked: QuerySet[Any] = found.annotate(**{CHANGEABLE: Case(When(this, then=Value(True)), default=Value(False))})
    return marked


def without_documents(shown: Sequence[Field], found: QuerySet[Any]) -> QuerySet[Any]:
    """Leave objects of many pages (the papers that a board saw) unread where no column shows them."""
    names = {f.name for f in shown}
    long = [f.name for f in found.model._meta.concrete_fields if isinstance(f, StructuredField) and f.name not in names]
    return found.defer(*long) if long else found


def columns(entity: Entity, fields: Sequence[Field], user: Any) -> list[Column]:
    """The columns with their manners; those further right give way first."""
    editing = entity.may(user, "change")
    found = []
    for i, f in enumerate(fields):
        inline = editing and i > 0 and f.editable and f.kind.inline and f.computed is None
        away = "" if i < 2 else "lo-0" if i == 2 else "lo-1" if i < 5 else "lo-2"
        weight = TITLE_WEIGHT if i == 0 else WEIGHTS.get(f.kind.name, WEIGHT)
        found.append(Column(f, title=i == 0, editable=inline, away=away, share=weight))
    whole = sum(c.share for c in found)
    for c in found:
        c.share = round(c.share / whole * SHARED, 1)
    return found


def heads(table_columns: Sequence[Column], asked: Any, order: listing.Order) -> list[dict[str, Any]]:
    """The heads with the addresses that sort by them."""
    made = []
    for column in table_columns:
        f, sorted_by = column.field, order.name == column.field.name
        url = None
        if f.sort_columns:
            down = not order.descending if sorted_by else isinstance(f.kind, FIRST_DOWN)
            url = asked.href(sort=f"-{f.name}" if down else f.name)
        sort = ("descending" if order.descending else "ascending") if sorted_by else ""
        made.append({"label": f.label, "url": url, "sort": sort,
                     "num": f.kind.ends, "width": "" if column.title else f"{column.share}%", "away": column.away,
                     "edits": f.name if column.editable else ""})  # fmt: skip
    return made


def title_cell(record: Record, address: str, title: str, *, with_acronym: bool = True) -> str:
    """The link to the record with its acronym."""
    acronym = str(getattr(record, "acronym", "") or "") if with_acronym else ""
    hint = f' title="{escape(title)}"' if len(title) > 34 else ""
    acr = f'<span class="acr">{escape(acronym)}</span>' if acronym and acronym != title else ""
    return f'<div class=full><a class=name id=n{record.pk} href="{address}"{hint}>{escape(title)}</a>{acr}</div>'


class Body:
    """Writes the rows of one page.

    What is the same in every row stands once, in ``names``: the words and icons of what can be done, to which rows refer;
    and in the heads, which columns can be edited. ``list.js`` and ``edit.js`` know the way back.
    """

    def __init__(self, request: Any, entity: Entity, table_columns: Sequence[Column], *, actions: bool = True) -> None:
        self.request, self.entity, self.columns = request, entity, table_columns
        self.actions = places.of(places.ROW_ACTIONS, entity) if actions else []
        self.own_acronym = any(c.field.name == "acronym" for c in table_columns)
        self.editing = actions and entity.may(request.user, "change")
        self.edits = any(c.editable for c in table_columns)
        self.word = str(escape(_("Edit")))
        plain = type(entity).url is Entity.url  # then no address need be reversed row by row
        self.path = list_path(entity) if plain else ""
        self._said: dict[tuple[str, Any], str] = {}  # cells of closed lists: each value is worded once
        self._shown = [
            f'<svg class="ico" aria-hidden="true"><use href="#ico{n}"/></svg>' if a.icon else str(escape(str(a.label)))
            for n, a in enumerate(self.actions)
        ]

    @property
    def names(self) -> Markup:
        """What the rows refer to, not seen itself."""
        parts = [f'<span id="do{n}">{escape(str(a.label))}</span>' for n, a in enumerate(self.actions)]
        parts += [str(symbol(a.icon, f"ico{n}")) for n, a in enumerate(self.actions) if a.icon]
        if self.editing:
            parts.append(f'<span id="do-edit">{self.word}</span>')
        return Markup(f"<div hidden>{''.join(parts)}</div>" if parts else "")  # noqa: S704  # escaped above

    def rows(self, records: Sequence[Record]) -> list[str]:
        """One ``<tr>`` for each record. Its cells end where the next begins, as HTML has it: two kilobytes of a page."""
        values = reading.read(self.entity, records, [c.field for c in self.columns if not c.title], self.request.user)
        ways = [(c.cell, c.field, None if c.title else self._way(c.field)) for c in self.columns]
        return [self._row(r, row, ways) for r, row in zip(records, values, strict=True)]

    def _row(self, record: Record, values: dict[str, Any], ways: Sequence[tuple[str, Field, Any]]) -> str:
        title = self.entity.title(record) or _("Without a name")
        may_change = self.editing and getattr(record, CHANGEABLE, True)
        pk = record.pk
        address = f"{self.path}{pk}/" if self.path else str(escape(self.entity.url(record)))
        fixed = " data-fixed" if self.edits and not may_change else ""
        parts = [
            f'<tr class="row" data-id={pk}{fixed}><td class=pick><input class=box type=checkbox name=ids'
            f" value={pk} form=bulk aria-labelledby=n{pk}>"
        ]
        for begin, f, way in ways:
            if way is None:
                parts.append(f"<td>{title_cell(record, address, title, with_acronym=not self.own_acronym)}")
            else:
                parts.append(f"{begin}{way(values[f.name], f)}")
        parts.append(f"<td class=acts>{self._acts(record, address, may_change)}</tr>")
        return "".join(parts)

    def _way(self, f: Field) -> Any:
        """How a value of this field becomes HTML."""
        return self._closed if isinstance(f.kind, kinds.Choice | kinds.Boolean) else f.kind.html

    def _closed(self, value: Any, f: Field) -> str:
        said = self._said.get((f.name, value))
        if said is None:
            said = self._said[f.name, value] = f.kind.html(value, f)
        return said

    def _acts(self, record: Record, address: str, may_change: bool) -> str:
        found, pk = [], record.pk
        for n, action in enumerate(self.actions):
            if there := action.url(record, self.request.user):
                named = f'aria-labelledby="do{n} n{pk}">{self._shown[n]}'
                if action.post:
                    found.append(f'<button form="bulk" formaction="{escape(there)}" {named}</button>')
                else:
                    found.append(f'<a href="{escape(there)}" {named}</a>')
        if may_change:
            found.append(f'<a href="{address}edit/" aria-labelledby="do-edit n{pk}">{self.word}</a>')
        return "".join(found)


def body(written: Body, records: Sequence[Record], grouping: groups.Grouping | None, counts: dict[Any, int]) -> Markup:
    """The rows, each group under its head. Heads stand in the order of the rows."""
    trs = written.rows(records)
    if grouping is None:
        return Markup(f"<tbody>{''.join(trs)}</tbody>")  # noqa: S704  # every value was escaped above
    keys = [getattr(r, groups.KEY) for r in records]
    labels, parts = grouping.labels(list(dict.fromkeys(keys))), []
    # A head that spanned columns which give way would hold their place open; so each column has a cell of its own.
    always = sum(1 for c in written.columns if not c.away)
    rest = "".join(f'<td class="{c.away}"></td>' for c in written.columns if c.away) + '<td class="acts"></td>'
    for i, (key, tr) in enumerate(zip(keys, trs, strict=True)):
        if i == 0 or keys[i - 1] != key:
            n = counts.get(key)
            count = "" if n is None else f' <span class="n">{escape(format_number(n))}</span>'
            parts.append(
                f'{"</tbody>" if i else ""}<tbody><tr class="group-row"><th scope="rowgroup" colspan="{always + 1}">'
                f"{escape(labels[key])}{count}</th>{rest}</tr>"
            )
        parts.append(tr)
    return Markup("".join(parts) + "</tbody>")  # noqa: S704  # every value was escaped above
