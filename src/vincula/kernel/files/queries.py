"""Files of a record, and who may have them."""

from django.db.models import QuerySet

from vincula.kernel.files import guard
from vincula.kernel.files.models import StoredFile
from vincula.kernel.people.models import User


def of(entity: str, object_id: int) -> QuerySet[StoredFile]:
    """The files of one record, newest first. Whoever may see the record may see them all: ask that before."""
    return StoredFile.objects.filter(entity=entity, object_id=object_id).order_by("-at", "name")


def allowed(user: User, action: guard.Action, file: StoredFile) -> bool:
    """Whether ``user`` may see or change one file; what belongs to no record yet, only who uploaded it."""
    if not file.entity or file.object_id is None:
        return bool(user.is_authenticated and user.is_active) and file.uploaded_by_id == user.pk
    return guard.allows(user, action, file.entity, file.object_id)
