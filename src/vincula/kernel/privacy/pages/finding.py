"""Find the person of an address through the access door, and ask for the right."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.privacy import erasing, stances
from vincula.kernel.records.models import Record

LARGEST = 2**63 - 1


def person(request: HttpRequest, slug: str, pk: int) -> tuple[Entity, Record]:
    """The entity and the person. Http404 when the reader may not see them, PermissionDenied without the right."""
    entity = registry.by_slug(slug)
    if entity is None or stances.subject_of(entity.key) is None or pk > LARGEST:
        raise Http404
    rows = (
        entity.rows(request.user).filter(pk=pk).first() or entity.rows(request.user, trashed=True).filter(pk=pk).first()
    )
    if rows is None:
        raise Http404
    record: Record = rows
    if not erasing.may(request.user, record):
        raise PermissionDenied(_("Your roles let you see “%(record)s”, but not export or erase.") % {"record": record})
    return entity, record


def answers_for_privacy(user: Any) -> bool:
    """Whether the user has the right "privacy" on anybody."""
    return any(door.may(user, "privacy", subject.model) for subject in stances.subjects())


def require_answering(request: HttpRequest) -> None:
    """PermissionDenied for whoever has the right on nobody."""
    if not answers_for_privacy(request.user):
        raise PermissionDenied(_("Your roles do not let you export or erase people."))
