"""Places of a record's page that rooms fill, each for one entity (architecture: "Contribution").

A room puts things in when it starts, from its ``entities.py``, ``pages.py`` or ``apps.py``::

    places.PANELS.put(Panel("contacts", _("Contact roles"), "parties.organisation", template="parties/contacts.html",
                            context=contact_roles, width="side"), order=20)
    places.TIMELINE.put(TimelineSource("interactions", _("Interactions"), "parties.organisation", interactions_of))
    places.override("parties.organisation", pages.organisation)

``entity`` is the key of an entity, or "*" for every one. Callables get a record that the reader may see; what they show
of *other* records must go through the access door (``visible_to``), for the page does not ask again.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from vincula.kernel.contributions import Place
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.models import Record

Words = str | Promise
Context = Mapping[str, Any]


class Contribution(Protocol):
    """Anything that belongs to one entity."""

    @property
    def entity(self) -> str: ...


@dataclass(frozen=True)
class Panel:
    """A section of the overview. It shows what ``html`` returns, or ``template`` with what ``context`` returns.

    ``html(request, record)`` returns safe HTML, "" to leave the section out. ``context(request, record)`` returns a
    dict, or None to leave it out; the template also gets ``record``. ``width``: "main" column, above the fields, or "below"
    them; or "side" margin.
    ``end`` is the small text at the end of the section's title.
    """

    key: str
    title: Words
    entity: str
    html: Callable[[HttpRequest, Record], str] | None = None
    template: str = ""
    context: Callable[[HttpRequest, Record], Context | None] | None = None
    width: Literal["main", "below", "side"] = "main"
    end: Callable[[HttpRequest, Record], str] | None = None


@dataclass(frozen=True)
class Tab:
    """A section of a record with an address of its own (``?tab=key``). Filled as a ``Panel`` is.

    ``count(record, user)`` gives the figure on the tab; ``show(record, user)`` hides the tab from some.
    """

    key: str
    label: Words
    entity: str
    html: Callable[[HttpRequest, Record], str] | None = None
    template: str = ""
    context: Callable[[HttpRequest, Record], Context | None] | None = None
    count: Callable[[Record, Any], int | None] | None = None
    show: Callable[[Record, Any], bool] | None = None


@dataclass(frozen=True)
class RowAction:
    """Something to do with one record, from its row and from the menu of its page.

    ``url(record, user)`` is where it is done, or "" when this user may not do it here; it must ask no database, for a
    list asks once a row. ``post`` makes it a button that posts.
    """

    key: str
    label: Words
    entity: str
    url: Callable[[Record, Any], str]
    icon: str = ""
    post: bool = False


@dataclass(frozen=True)
class TimelineItem:
    """One line of the stream. ``title`` and ``text`` are plain text; ``meta`` are short facts behind it."""

    at: datetime.datetime
    kind: Words
    who: str
    title: Words
    text: Words = ""
    url: str = ""
    entity: str = ""
    meta: tuple[Words, ...] = ()


Items = Callable[[Record, Any, datetime.datetime | None, int], Iterable[TimelineItem]]


@dataclass(frozen=True)
class TimelineSource:
    """Where lines of the stream come from; each source is one choice of the stream's filter.

    ``items(record, user, before, limit)`` returns at most ``limit`` lines strictly older than ``before`` (None: from
    now), newest first.
    """

    key: str
    label: Words
    entity: str
    items: Items


@dataclass(frozen=True)
class Composer:
    """The box on top of the stream: ``html(request, record)`` returns a whole form, "" when the reader may not write."""

    entity: str
    html: Callable[[HttpRequest, Record], str]


@dataclass
class Head:
    """What a room adds to the head of a record: facts, figures (``ui.figs``), people, and moves (label, url, icon, go)."""

    facts: list[Any] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class HeadSource:
    """Adds to the head of every record of an entity: ``head(request, record)`` returns a ``Head``."""

    entity: str
    head: Callable[[HttpRequest, Record], Head]


PANELS: Place[Panel] = Place("pages.panels", "Sections of a record's overview.")
TABS: Place[Tab] = Place("pages.tabs", "Further sections of a record, each with its address.")
ROW_ACTIONS: Place[RowAction] = Place("pages.row_actions", "What can be done with a record from its row.")
TIMELINE: Place[TimelineSource] = Place("pages.timeline", "Sources of a record's timeline.")
COMPOSERS: Place[Composer] = Place("pages.composers", "The box on top of a record's timeline.")
HEADS: Place[HeadSource] = Place("pages.heads", "Facts, figures, people and moves in a record's head.")

C = TypeVar("C", bound=Contribution)


def of(place: Place[C], entity: Entity) -> list[C]:
    """What was put into ``place`` for this entity, in order."""
    return [thing for thing in place if thing.entity in (entity.key, "*")]


def rendered(part: Panel | Tab, request: HttpRequest, record: Record) -> SafeString:
    """The HTML of a panel or tab; "" when it has nothing to show."""
    if part.html is not None:
        return mark_safe(part.html(request, record))  # declared to return safe HTML
    context = part.context(request, record) if part.context else {}
    if context is None:
        return mark_safe("")
    return mark_safe(render_to_string(part.template, {"record": record, **context}, request=request))


class RecordView(Protocol):
    """A hand-made page of a record. The record was found through the access door already.

    ``base_context`` is what ``single/record.html`` needs (see ``single.page.base``): extend that template and fill its
    blocks ``overview`` and ``margin``, or render something else altogether.
    """

    def __call__(
        self, request: HttpRequest, *, entity: Entity, record: Record, base_context: dict[str, Any]
    ) -> HttpResponse: ...


_overridden: dict[str, RecordView] = {}


def override(entity_key: str, view: RecordView) -> RecordView:
    """Show records of ``entity_key`` by ``view`` (the overview only; the other tabs stay as they are)."""
    _overridden[entity_key] = view
    return view


def overriding(entity: Entity) -> RecordView | None:
    return _overridden.get(entity.key)


@dataclass(frozen=True)
class Narrowing:
    """The picker of one field offers only what goes with another field of the same form.

    ``keep(rows, number, user)`` narrows the rows that the reader may see by the record chosen in ``by``; what it asks of
    others goes through the access door, for the number is whatever somebody sends.
    """

    entity: str
    field: str
    by: str
    keep: Callable[[QuerySet[Any], int, Any], QuerySet[Any]]

    @property
    def name(self) -> str:
        return f"{self.entity}.{self.field}"


NARROWINGS: Place[Narrowing] = Place("pages.narrowings", "What the picker of a field offers, by another field.")


def narrowing(name: str) -> Narrowing | None:
    """The narrowing of "entity.field"."""
    return next((each for each in NARROWINGS if each.name == name), None)
