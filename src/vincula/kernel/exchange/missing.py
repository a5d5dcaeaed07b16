"""What the register has from a system and a file of that whole system does not name: told, and left as it is (X3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.entity import registry
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.models import IndexValue

AT_ONCE = 400
OUTCOME = ImportLine.Outcome.MISSING


def note(run: ImportRun, scheme: str, keys: Iterable[tuple[str, str]], who: Any) -> int:
    """Keep a line for each record that ``who`` may see, has a reference of ``scheme``, and is not in the file.

    ``keys`` are the (scheme, identifier) of the file, those of lines that were left out included. Returns how many.
    """
    entity = registry.get(run.entity)
    named = {sortable(value) for of, value in keys if of == scheme}
    held = IndexValue.objects.filter(entity=entity.key, field=f"references.{scheme}").values_list("object_id", "value")
    lacking, there = set[int](), set[int]()
    for pk, value in held.iterator(2_000):
        (there if value in named else lacking).add(pk)
    matched = (
        ImportLine.objects.filter(run=run, extra=False).exclude(object_id=None).values_list("object_id", flat=True)
    )
    lacking -= there | set(matched)
    lines, said = [], _("It is not in the file; it stays as it is.")
    wanted = sorted(lacking)
    for start in range(0, len(wanted), AT_ONCE):
        for record in entity.rows(who).filter(pk__in=wanted[start : start + AT_ONCE]):
            label = entity.title(record)[:200]
            line = ImportLine(run=run, line=0, entity=entity.key, outcome=OUTCOME, label=label, object_id=record.pk)
            line.messages = [{"field": "", "message": said, "severity": "missing"}]
            lines.append(line)
    lines.sort(key=lambda line: (line.label.casefold(), line.object_id))
    ImportLine.objects.bulk_create(lines, batch_size=50)
    return len(lines)
