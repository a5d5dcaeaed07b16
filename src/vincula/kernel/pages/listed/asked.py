"""What the address of a list asks for: filters, words, sorting, grouping, layout, columns and the saved view.

The address is the whole state. ``?view=3`` alone stands for the filters saved under that view; as soon as the address
holds filters of its own (or the mark ``_``, for "no filter at all"), these count and the view is only the tab.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages.models import LONGEST_QUERY, SavedView

MOMENTARY = ("after", "before", "page", "quick", "_", "view")  # what a changed list does not keep
BESIDE = {*MOMENTARY, "layout", "month", "columns"}  # what may stand beside ``view=`` without replacing its filters
LAYOUTS = ("table", "board", "calendar")


@dataclass
class Asked:
    """One list as one person asks for it. ``params`` is what counts, the view's filters filled in."""

    entity: Entity
    user: Any
    params: QueryDict
    views: list[SavedView]
    view: SavedView | None
    choice: SavedView | None

    @property
    def path(self) -> str:
        """The address of the list itself."""
        return list_path(self.entity)

    def href(self, path: str = "", **changes: Any) -> str:
        """The address of this list with some parameters changed (None takes one away); back on its first page."""
        query = self.params.copy()
        for name in MOMENTARY:
            query.pop(name, None)
        for name, value in changes.items():
            if value is None or value == "" or value == []:
                query.pop(name, None)
            else:
                query.setlist(name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
        if self.view is not None:
            query["view"] = str(self.view.pk)
            if set(query) <= BESIDE:
                query["_"] = "1"
        elif self.choice is not None and self.choice.begin_with_id and set(query) <= BESIDE:
            query["view"] = "all"
        return f"{path}?{query.urlencode()}"

    def without(self, *names: str) -> str:
        """The address with some parameters taken away."""
        changes: dict[str, Any] = dict.fromkeys(names)
        return self.href(**changes)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """(name, value) pairs that keep the state in a form that changes the parameters ``without``."""
        query = QueryDict(self.href().partition("?")[2])
        return [(n, v) for n, values in query.lists() if n not in without for v in values]

    @property
    def query(self) -> str:
        """The filters, sorting, grouping and layout in one canonical text: what a saved view keeps."""
        query = self.params.copy()
        for name in (*MOMENTARY, "month", "columns"):
            query.pop(name, None)
        for name in list(query):
            query.setlist(name, [v for v in query.getlist(name) if v])
        ordered = QueryDict(mutable=True)
        for name in sorted(n for n in query if query.getlist(n)):
            ordered.setlist(name, query.getlist(name))
        return ordered.urlencode()

    @property
    def changed(self) -> bool:
        """Whether a saved view is open and the list shows something else than it keeps."""
        if self.view is None:
            return False
        columns = self.params.getlist("columns")
        return self.query != self.view.query or bool(columns and named(columns) != self.view.columns)

    @property
    def layout(self) -> str:
        """table, board or calendar. Raises ValidationError for what this entity does not have."""
        wanted = self.params.get("layout") or "table"
        if wanted not in self.layouts:
            raise ValidationError(_("This list has no layout “%(name)s”."), params={"name": wanted}, code="layout")
        return wanted

    @property
    def layouts(self) -> list[str]:
        has = {"table": True, "board": bool(board_field(self.entity)), "calendar": bool(self.entity.calendar)}
        return [name for name in LAYOUTS if has[name]]

    @cached_property
    def columns(self) -> list[Field]:
        """The columns to show, title first. Raises ValidationError for one in the address that does not exist."""
        fields = self.entity.fields
        first = title_field(self.entity)
        if given := named(self.params.getlist("columns")):
            for name in given:
                if name not in fields:
                    raise ValidationError(
                        _("There is no column “%(name)s” here."), params={"name": name}, code="columns"
                    )
            wanted: Iterable[str] = given
        else:
            kept = (self.view.columns if self.view else []) or (self.choice.columns if self.choice else [])
            usual = [n for n in self.entity.list_display if n != "acronym"]  # it stands beside the title
            wanted = [n for n in kept if n in fields] or usual
        return [fields[n] for n in dict.fromkeys((first, *wanted))]


def list_path(entity: Entity) -> str:
    """Where the list of an entity stands."""
    return entity.path


def named(values: Iterable[str]) -> list[str]:
    """Names from ``?columns=a&columns=b`` and ``?columns=a,b``."""
    return [n for value in values for n in str(value).split(",") if n]


def title_field(entity: Entity) -> str:
    """The column that carries the link to the record."""
    named_so = [n for n in entity.search_fields[:1] if n in entity.list_display]
    return (*named_so, *entity.list_display, *entity.columns)[0]


def board_field(entity: Entity) -> str:
    """The field whose values are the columns of the board; "" when there is no board."""
    return entity.board or (entity.lifecycle.field if entity.lifecycle else "")


def read(request: HttpRequest, entity: Entity, raw: QueryDict | None = None) -> Asked:
    """What ``request`` (or ``raw``, the text of an address) asks for. Raises Http404 for a view nobody shared."""
    user, given = request.user, (request.GET if raw is None else raw).copy()
    if not isinstance(given, QueryDict) or len(given.urlencode()) > LONGEST_QUERY:
        raise ValidationError(_("This address is too long; take some conditions away."), code="long")
    views, choice = SavedView.objects.for_list(user, entity.key)
    wanted = given.get("view", "")
    plain = set(given) <= BESIDE and "_" not in given
    if not wanted and plain and choice and choice.begin_with_id:
        wanted = str(choice.begin_with_id) if any(v.pk == choice.begin_with_id for v in views) else "all"
    view = None
    if wanted not in ("", "all"):
        view = next((v for v in views if str(v.pk) == wanted), None)
        if view is None:
            raise Http404
        if plain:
            beside = given
            given = QueryDict(view.query, mutable=True)
            for name, values in beside.lists():
                given.setlist(name, values)
    return Asked(entity, user, given, views, view, choice)


def me(request: HttpRequest) -> int:
    """The id of who asks; nobody gets here without signing in."""
    return int(request.user.pk or 0)


def parsed(text: str) -> QueryDict:
    """The parameters of an address that a form carried along. Raises ValidationError when it is no such thing."""
    text = text.partition("?")[2] if "?" in text else text
    if len(text) > LONGEST_QUERY:
        raise ValidationError(_("This address is too long; take some conditions away."), code="long")
    try:
        return QueryDict(text, mutable=True)
    except (SuspiciousOperation, UnicodeError):
        raise ValidationError(_("This address cannot be read."), code="long") from None
