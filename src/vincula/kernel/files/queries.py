"""Files of a record, and who may have them."""

from typing import Any

from django.db.models import Q, QuerySet

from vincula.kernel.files import guard
from vincula.kernel.files.models import StoredFile
from vincula.kernel.people.models import User


def of(entity: str, object_id: int, user: Any) -> QuerySet[StoredFile]:
    """The files of one record that ``user``, who sees the record, may have."""
    rows = StoredFile.objects.filter(entity=entity, object_id=object_id)
    return rows if user.is_superuser else rows.filter(Q(private=False) | Q(uploaded_by_id=user.pk))


def allowed(user: User, action: guard.Action, file: StoredFile) -> bool:
    """Whether ``user`` may see or change one file; what belongs to no record yet, only who uploaded it.

    A private file is its maker's as long as they see the record; administrators, who see all, may have it too.
    """
    if not file.entity or file.object_id is None:
        return bool(user.is_authenticated and user.is_active) and file.uploaded_by_id == user.pk
    if file.private:
        own = file.uploaded_by_id == user.pk or user.is_superuser
        return own and guard.allows(user, "view", file.entity, file.object_id)
    return guard.allows(user, action, file.entity, file.object_id)
