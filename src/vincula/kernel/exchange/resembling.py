"""Lines that would create what is likely here already: asked about before anything is written (X3, X4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vincula.kernel.beside import Beside
from vincula.kernel.duplicates import finding
from vincula.kernel.duplicates.finding import Likely
from vincula.kernel.exchange.drafts import Draft
from vincula.kernel.exchange.related import Pending

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONCE = 250  # rows that one process compares at once
BATCHES_AHEAD = 1  # decided while those before are compared
Rows = list[dict[str, Any]]


def ask(entity: Entity, drafts: Sequence[Draft], who: Any, *, known: bool = False) -> None:
    """A new record that is likely here already becomes a question; a warning where the importer has said that they know
    (``known``), or where another system's own key tells the two apart."""
    _tell(entity, drafts, _found(entity, who, finding.Memory(), _rows(drafts)), known=known)


def asked(
    entity: Entity, batches: Iterable[list[Draft]], who: Any, *, known: bool, lines: int
) -> Iterator[list[Draft]]:
    """As ``ask``, for the decided batches of a file of about so many lines, which come out in their order: what is here
    is compared with one batch while the next is decided, and while the one before is kept (see ``beside``)."""
    with Beside(partial(_found, entity, who, finding.Memory()), count=lines, ahead=2) as beside:
        waiting: deque[tuple[list[Draft], int]] = deque()

        def told() -> list[Draft]:
            drafts, parts = waiting.popleft()
            found = [(part * AT_ONCE + n, near) for part in range(parts) for n, near in beside.take()]
            _tell(entity, drafts, found, known=known)
            return drafts

        for drafts in batches:
            rows = _rows(drafts)
            parts = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
            for part in parts:
                beside.ask(part)
            waiting.append((drafts, len(parts)))
            if not beside.there or len(waiting) > BATCHES_AHEAD:
                yield told()
        while waiting:
            yield told()


def _rows(drafts: Sequence[Draft]) -> Rows:
    """The values of those that would be new."""
    return [{n: v for n, v in d.values.items() if not isinstance(v, Pending)} for d in drafts if d.outcome == "create"]


def _found(entity: Entity, who: Any, memory: finding.Memory, rows: Rows) -> list[tuple[int, list[Likely]]]:
    """(which of the rows, what it looks like), of those only that look like something. Each process remembers what it
    read itself."""
    return [(n, near) for n, near in enumerate(finding.likely(entity, rows, who, memory=memory)) if near]


def _tell(entity: Entity, drafts: Sequence[Draft], found: list[tuple[int, list[Likely]]], *, known: bool) -> None:
    new = [d for d in drafts if d.outcome == "create"]
    for n, near in found:
        d, first = new[n], near[0]
        told = {"name": _named(entity, first.record_id), "reasons": "; ".join(first.reasons)}
        if known or d.source is not None:
            d.say("warning", _("It looks like %(name)s, which is here already: %(reasons)s.") % told)
        else:
            said = _("It looks like %(name)s, which is here already: %(reasons)s. It is not created until you say so.")
            d.resembles = first.record_id
            d.decide("question", said % told)


def _named(entity: Entity, pk: int) -> str:
    record = entity.select(entity.model._base_manager.filter(pk=pk)).first()
    return f"“{entity.title(record)[:100]}” (#{pk})" if record is not None else f"#{pk}"
