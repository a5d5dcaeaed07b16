"""What imports keep of a person: the file, its lines, and relations that wait (requirement X10)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from vincula.kernel.exchange.models import ImportLine, ImportRun, KeptReference, SavedMapping
from vincula.kernel.folding import fold
from vincula.kernel.privacy import stances, sweeping
from vincula.kernel.privacy.traces import ERASED, Trace, replaced

CONTENT: dict[str, Any] = {"label": "", "values": {}, "before": {}, "messages": [], "source": [], "relations": []}
LARGEST = 300_000_000  # bytes of an unpacked file that are looked through; a larger one goes unseen


def declare() -> None:
    """Called once when the program starts."""
    stances.relation("exchange.importrun.who", stances.STAYS)
    stances.relation("exchange.savedmapping.who", stances.GOES)
    stances.holder(ImportLine, ("entity", "object_id"))
    stances.holder(KeptReference)
    stances.KEEPERS.put(stances.Keeper("imports", erase))
    stances.passing(SavedMapping._meta.label_lower)


def erase(trace: Trace) -> int:
    """Empty the lines that made, changed or name the person, and drop the files that they stood in.

    A line that is empty takes nothing back: undoing the import leaves the person as they are now.
    """
    ids = _lines(trace)
    runs = set(ImportLine.objects.filter(pk__in=ids).values_list("run_id", flat=True))
    for start in range(0, len(ids), 500):
        ImportLine.objects.filter(pk__in=ids[start : start + 500]).update(**CONTENT)
    for run in ImportRun.objects.exclude(file=""):
        if run.pk in runs or _in_file(run, trace):
            sweeping.drop_file(run.file.storage, str(run.file.name))
            waiting = run.state in (ImportRun.State.UPLOADED, ImportRun.State.MAPPED, ImportRun.State.CHECKED)
            ImportRun.objects.filter(pk=run.pk).update(
                file="", name=ERASED, **({"state": ImportRun.State.STOPPED} if waiting else {})
            )
    return len(ids)


def _lines(trace: Trace) -> list[int]:
    found: set[int] = set()
    for rows in (trace.rows, trace.near):
        for key, ids in rows.items():
            wanted = sorted(ids)
            for start in range(0, len(wanted), 500):
                lines = ImportLine.objects.filter(entity=key, object_id__in=wanted[start : start + 500])
                found |= set(lines.values_list("pk", flat=True))
    named = sweeping.found(ImportLine, trace.variants())
    for start in range(0, len(named), 500):
        for line in ImportLine.objects.filter(pk__in=named[start : start + 500]):
            told = [line.label, line.values, line.before, line.messages, line.source, line.relations]
            if replaced(told, trace.everywhere) != told:
                found.add(line.pk)
    return sorted(found)


def _in_file(run: ImportRun, trace: Trace) -> bool:
    """Whether the file names the person, also packed in a spreadsheet; one that cannot be read goes as well."""
    try:
        with run.file.open("rb") as file:
            content = file.read(LARGEST)
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(info.file_size for info in packed.infolist()) > LARGEST:
                    return True
                content = b"\n".join(packed.read(info) for info in packed.infolist())
    except (OSError, ValueError, zipfile.BadZipFile, RuntimeError):
        return True
    for encoding in ("utf-8", "utf-16", "cp1251", "cp1252"):
        text = content.decode(encoding, errors="ignore")
        if trace.everywhere.search(text) or trace.everywhere.search(fold(text)):
            return True
    return False
