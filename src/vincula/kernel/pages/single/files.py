"""Documents of a record: the files that ``kernel.files`` keeps for it. Who sees the record sees them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from vincula.kernel.access import door
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.files import queries
from vincula.kernel.files.actions import limit
from vincula.kernel.files.models import StoredFile
from vincula.kernel.pages.single.finding import address
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none


def of(entity: Entity, pk: int, user: Any) -> QuerySet[StoredFile]:
    """The files of the record that the reader may have."""
    return queries.of(entity.key, pk, user)


def shown(request: HttpRequest, entity: Entity, record: Record) -> dict[str, Any]:
    """What ``single/files.html`` needs."""
    files = of(entity, record.pk, request.user).select_related("uploaded_by").order_by("-at")
    may = door.may(request.user, "change", record) and record.trashed_at is None
    return {
        "files": [
            {"file": each, "url": url_or_none("files:serve", each.pk), "remove": url_or_none("files:remove", each.pk) if may or each.private else None}
            for each in files
        ],
        "upload_url": url_or_none("files:upload") if may else None,
        "back_url": address("record", entity, record, tab="files"),
        "limit": limit(),
    }  # fmt: skip
