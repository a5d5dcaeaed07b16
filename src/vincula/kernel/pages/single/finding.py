"""Find the record of an address through the access door: what may not be seen is 404 (requirement X6)."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.duplicates import merging
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url

LARGEST = 2**63 - 1  # more is no identifier, and SQLite cannot even ask
ANY = 9_876_543_210_123  # stands for the number in an address that is looked up once for all records


class MergedAway(Http404):
    """The record was taken in by another; ``leads_to`` is the address of that one, for those who may see it."""

    def __init__(self, leads_to: str) -> None:
        super().__init__()
        self.leads_to = leads_to


def find(request: HttpRequest, entity: Entity, pk: int, *, or_trashed: bool = False) -> Record:
    """The record, if the reader may see it; else Http404. ``or_trashed`` also looks into the trash."""
    record = None
    if pk <= LARGEST:
        record = _only(entity.select(entity.rows(request.user)).filter(pk=pk))
        if record is None:
            _elsewhere(request, entity, pk)
        if record is None and or_trashed:
            record = _only(entity.select(entity.rows(request.user, trashed=True)).filter(pk=pk))
    if record is None:
        raise Http404
    assert isinstance(record, Record)
    return record


def _only(rows: QuerySet[Any]) -> Any:
    """The one row there is, or None; ``first()`` would put it in order before."""
    return next(iter(rows.order_by()), None)


def _elsewhere(request: HttpRequest, entity: Entity, pk: int) -> None:
    """Raises MergedAway when the record was merged into one that the reader may see."""
    survivor = merging.survivor_of(entity.key, pk) if entity.identity else None
    if survivor is not None and door.visible_ids(request.user, entity.model, [survivor]):
        raise MergedAway(entity.url(survivor))


def require(request: HttpRequest, action: door.Action, record: Record) -> None:
    """PermissionDenied with a sentence unless the reader may do ``action`` ("change" or "delete") to the record."""
    if not door.may(request.user, action, record):
        if door.is_frozen(type(record), action):
            raise PermissionDenied(door.why_frozen(type(record)))
        if action == "delete":
            text = _("Your roles let you see “%(record)s”, but not put it in the trash.")
        else:
            text = _("Your roles let you see “%(record)s”, but not change it.")
        entity = registry.for_model(type(record))
        raise PermissionDenied(text % {"record": entity.title(record) if entity else record})


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def posted_version(request: HttpRequest) -> int:
    """The version that the form was opened with; 0 (which no record ever has) when it says none."""
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where to go afterwards: ``return`` of the form or address if it is a page of ours, else ``otherwise``."""
    wanted = request.POST.get("return") or request.GET.get("return") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    return wanted if ours and wanted.startswith("/") else otherwise


def address(name: str, entity: Entity, record: Record | int, *args: Any, **query: Any) -> str:
    """The address of a page of this record, with a query."""
    path = url(f"entity:{name}", entity.slug, ANY, *args).replace(str(ANY), str(getattr(record, "pk", record)), 1)
    return f"{path}?{urlencode(query)}" if query else path
