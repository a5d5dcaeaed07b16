"""Lines that would create what is likely here already: asked about before anything is written (X3, X4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vincula.kernel.duplicates import finding
from vincula.kernel.exchange.drafts import Draft
from vincula.kernel.exchange.related import Pending

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity


def ask(entity: Entity, drafts: Sequence[Draft], who: Any, *, known: bool) -> None:
    """A new record that is likely here already becomes a question; a warning where the importer has said that they know
    (``known``), or where another system's own key tells the two apart."""
    rows = [{n: v for n, v in d.values.items() if not isinstance(v, Pending)} for d in drafts]
    for d, near in zip(drafts, finding.likely(entity, rows, who), strict=True):
        if not near:
            continue
        first = near[0]
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
