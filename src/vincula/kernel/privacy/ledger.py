"""The list of erasures that outlives the database, so that a restore of an older backup cannot bring anybody back.

``erasures.jsonl`` in the home, one line an erasure: its number, the entity, the records' numbers, and for each a keyed
digest of when the record was made. There is no name, address or other personal datum in it. It is copied into every
backup; a restore keeps the one that is there, adds what the backup knows, and erases again before anything is served.

The digest guards against a ledger that meets another installation's data: record 123 there is somebody else.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import translation

from vincula.kernel.privacy import stances
from vincula.kernel.privacy.models import Erasure
from vincula.kernel.records.models import Record

NAME = "erasures.jsonl"


def path() -> Path:
    return Path(settings.HOME) / NAME


def anchor(record: Record, key: str = "") -> str:
    """A keyed digest by which this very record is known again, whatever became of its content."""
    told = f"{record._meta.label_lower}|{record.pk}|{record.created_at.timestamp():.6f}"
    return hmac.new((key or settings.SECRET_KEY).encode(), told.encode(), hashlib.sha256).hexdigest()


def is_it(record: Record, digest: str) -> bool:
    """Whether the ledger means this record. A restore may just have brought the key of the backup into the home."""
    keys = [settings.SECRET_KEY]
    if (kept := Path(settings.HOME) / "secret.key").exists():
        keys.append(kept.read_text())
    return any(hmac.compare_digest(anchor(record, key), digest) for key in keys)


def line_of(erasure: Erasure) -> dict[str, Any]:
    """What the ledger says of an erasure."""
    return {"id": str(erasure.pk), "at": erasure.at.isoformat(), "records": erasure.records}


def read(file: Path | None = None) -> dict[str, dict[str, Any]]:
    """{id: line} of the ledger; a line cut off by a crash is passed over."""
    lines: dict[str, dict[str, Any]] = {}
    try:
        text = (file or path()).read_text()
    except FileNotFoundError:
        return lines
    for raw in text.splitlines():
        try:
            line = json.loads(raw)
            lines[line["id"]] = line
        except (ValueError, KeyError, TypeError):
            continue
    return lines


def add(lines: Iterable[dict[str, Any]]) -> int:
    """Append what is not there yet, on disk before it returns. Returns how many lines are new."""
    known = read()
    new = [line for line in lines if line["id"] not in known]
    if not new:
        return 0
    with os.fdopen(os.open(path(), os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600), "r+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() and not _ends_with_newline():
            file.write("\n")
        file.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in new)
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def _ends_with_newline() -> bool:
    with path().open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def reconcile() -> int:
    """Write down erasures that were committed just before a crash. Nightly, and before every backup."""
    if Erasure._meta.db_table not in connection.introspection.table_names():
        return 0  # a backup of a database from before there were erasures
    return add(line_of(each) for each in Erasure.objects.order_by("at"))


def apply_again() -> int:
    """Erase again whom the ledger names and the database (just restored) still knows. Returns how many."""
    from vincula.kernel.privacy import erasing

    done = 0
    known = {str(pk) for pk in Erasure.objects.values_list("pk", flat=True)}
    for line in read().values():
        if line["id"] in known:
            continue
        for key, pk, digest in line["records"]:
            subject = stances.subject_of(key)
            record = apps.get_model(key)._base_manager.filter(pk=pk).first() if subject else None
            if subject is None or record is None or not is_it(record, digest):
                continue
            with translation.override(settings.LANGUAGE_CODE):
                erasing.again(subject, record, number=line["id"], at=line["at"], records=line["records"])
            done += 1
    return done
