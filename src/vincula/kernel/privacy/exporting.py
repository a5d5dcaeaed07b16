"""What we hold on a person, packed: JSON, a page to read, tables, and the files (requirement X10: subject export)."""

import csv
import io
import json
import tempfile
import uuid
import zipfile
from datetime import timedelta
from typing import IO, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from vincula.kernel import clock, jobs
from vincula.kernel.audit import trail
from vincula.kernel.files.models import StoredFile, random_path
from vincula.kernel.privacy import collecting, erasing
from vincula.kernel.privacy.models import SubjectExport
from vincula.kernel.records.models import Record

LARGE = 400  # rows; from here on a job packs it
KEEP = timedelta(days=7)


def order(record: Record, *, who: Any, language: str) -> SubjectExport:
    """Begin an export and write down who asked for whom. Small ones are ready at once, large ones by a job.

    Raises PermissionDenied without the right "privacy" on the person.
    """
    if not erasing.may(who, record):
        raise PermissionDenied(_("Your roles do not let you export what we hold on people."))
    key = record._meta.label_lower
    with transaction.atomic():
        made = SubjectExport.objects.create(entity=key, object_id=record.pk, who=who, language=language)
        trail.write(who=who, verb="exported what we hold", entity=key, object_id=record.pk)
        held = collecting.collect(record)
        if held.rows > LARGE or held.bytes > 5_000_000:
            jobs.enqueue(pack, key=f"privacy:export:{made.pk}", number=str(made.pk))
        else:
            _pack(made, held)
    return made


@jobs.task
def pack(number: str) -> None:
    """Pack a large export. Nothing happens when the person is gone meanwhile."""
    made = SubjectExport.objects.get(pk=uuid.UUID(number))
    record = apps.get_model(made.entity)._base_manager.filter(pk=made.object_id).first()
    if record is not None and not made.path:
        with translation.override(made.language):
            _pack(made, collecting.collect(record))


def _pack(made: SubjectExport, held: collecting.Held) -> None:
    with tempfile.TemporaryFile() as file:
        write_zip(file, held)
        made.size = file.tell()
        file.seek(0)
        made.path = default_storage.save(random_path(), File(file, name="export.zip"))
    made.ready_at = clock.now()
    made.save()


def write_zip(target: IO[bytes], held: collecting.Held) -> None:
    """``held`` as an archive: ``data.json``, ``read-me.html``, one CSV a section, ``files/``."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(held.as_data(), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        archive.writestr("read-me.html", render_to_string("privacy/export.html", {"held": held}))
        for number, section in enumerate(held.sections, 1):
            if section.lines:
                archive.writestr(f"tables/{number:02}-{section.key}.csv", _csv(section))
        for file in held.files:
            _add_file(archive, file)


def _csv(section: collecting.Section) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(section.columns)
    for line in section.lines:
        writer.writerow([_harmless(line.get(name, "")) for name in section.columns])
    return "\ufeff" + target.getvalue()


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = value if isinstance(value, str) else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _add_file(archive: zipfile.ZipFile, file: StoredFile) -> None:
    try:
        with (
            default_storage.open(file.path) as content,
            archive.open(f"files/{str(file.pk)[:8]}-{file.name}", "w") as to,
        ):
            for chunk in File(content).chunks():
                to.write(chunk)
    except FileNotFoundError:
        archive.writestr(f"files/{str(file.pk)[:8]}-missing.txt", "The content of this file is missing.")


@jobs.task(atomic=False)
def forget_old() -> int:
    """Delete packed exports a week after they were made: they are the most personal files of the house."""
    gone = 0
    for made in SubjectExport.objects.filter(at__lt=clock.now() - KEEP).exclude(path=""):
        default_storage.delete(made.path)
        SubjectExport.objects.filter(pk=made.pk).update(path="", size=0)
        gone += 1
    return gone
