"""Keeping and dropping files. Who may do it is asked by the caller (``guard``, ``queries.allowed``)."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from vincula.kernel import clock, jobs
from vincula.kernel.audit import trail
from vincula.kernel.files.models import StoredFile
from vincula.kernel.files.sniffing import content_type, safe_name

LIMIT = 25 * 1000 * 1000
KEEP_ORPHANS = timedelta(days=1)


def limit() -> int:
    """The largest file taken, in bytes (setting FILE_LIMIT)."""
    return int(getattr(settings, "FILE_LIMIT", LIMIT))


def store(
    *, upload: "File[bytes]", who: Any, entity: str = "", object_id: int | None = None, name: str = "",
    private: bool = False, verb: str = "attached file",
) -> StoredFile:  # fmt: skip
    """Keep ``upload`` as a file of a record, in the caller's transaction; ``private``: for ``who`` alone.

    ValidationError with a sentence when it is empty or too large. The bytes are written before the row; when the
    transaction is rolled back they are orphans, and ``drop_orphans`` takes them away.
    """
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks():
        digest.update(chunk)
        size += len(chunk)
        if size > limit():
            text = _("The file is larger than %(limit)s MB.")
            raise ValidationError(text, code="too_large", params={"limit": limit() // 1_000_000})
    if not size:
        raise ValidationError(_("The file is empty."), code="empty")
    called = safe_name(name or upload.name or "")
    file = StoredFile(
        name=called, size=size, content_type=content_type(upload, called), sha256=digest.hexdigest(),
        uploaded_by_id=getattr(who, "pk", None), entity=entity, object_id=object_id, private=private,
    )  # fmt: skip
    upload.seek(0)
    file.path = default_storage.save(file.path, upload)
    with transaction.atomic():
        file.save(force_insert=True)
        _note(file, who, verb, [None, file.name])
    return file


def attach(*, file: StoredFile, who: Any, entity: str, object_id: int) -> None:
    """Give a file that belongs to no record yet to one. ValueError when it has a record."""
    with transaction.atomic():
        free = StoredFile.objects.filter(pk=file.pk, entity="", object_id=None)
        if not free.update(entity=entity, object_id=object_id):
            raise ValueError("The file belongs to a record already.")
        file.entity, file.object_id = entity, object_id
        _note(file, who, "attached file", [None, file.name])


def open_to_all(*, file: StoredFile, who: Any) -> None:
    """Show a file that was for its maker alone to everybody who sees the record. ValueError when it is open already."""
    with transaction.atomic():
        if not StoredFile.objects.filter(pk=file.pk, private=True).update(private=False):
            raise ValueError("The file is open already.")
        file.private = False
        _note(file, who, "opened file", [None, file.name])


def remove(*, file: StoredFile, who: Any) -> None:
    """Drop a file in the caller's transaction; its bytes go after the commit."""
    with transaction.atomic():
        _note(file, who, "removed file", [file.name, None])
        StoredFile.objects.filter(pk=file.pk).delete()
        transaction.on_commit(lambda: default_storage.delete(file.path), robust=True)


def _note(file: StoredFile, who: Any, verb: str, change: list[str | None]) -> None:
    """Write it into the history of the record."""
    if file.entity:
        changes = {"file": change, "sha256": [None, file.sha256] if change[0] is None else [file.sha256, None]}
        trail.write(who=who, verb=verb, entity=file.entity, object_id=file.object_id, changes=changes)


@jobs.task(atomic=False)
def drop_orphans() -> int:
    """Drop files that nobody gave to a record for a day, and bytes that no row knows. Returns how many went."""
    before = clock.now() - KEEP_ORPHANS
    gone = 0
    for file in StoredFile.objects.filter(entity="", at__lt=before):
        remove(file=file, who=None)
        gone += 1
    if not default_storage.exists("stored"):
        return gone
    for folder in default_storage.listdir("stored")[0]:
        paths = [f"stored/{folder}/{name}" for name in default_storage.listdir(f"stored/{folder}")[1]]
        old = [path for path in paths if default_storage.get_modified_time(path) < before]
        known = set(StoredFile.objects.filter(path__in=old).values_list("path", flat=True))
        for path in set(old) - known:
            default_storage.delete(path)
            gone += 1
    return gone
