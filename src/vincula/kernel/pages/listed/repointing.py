"""Saved views whose filters name a record that was merged name the survivor afterwards."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from vincula.kernel.duplicates.graph import Changes
from vincula.kernel.entity import registry
from vincula.kernel.pages.models import SavedView
from vincula.kernel.records.models import Record


def saved_views(model: type[Record], others: list[int], survivor: int) -> Changes:
    """(view, {"query": …}) of every view with a filter on a relation to one of ``others``."""
    gone = {str(pk) for pk in others}
    for entity in registry.all():
        names = {f.name for f in entity.columns.values() if f.related_model is model}
        if not names:
            continue
        for view in SavedView.objects.filter(entity=entity.key).exclude(query="").order_by("pk"):
            query = _rewritten(view.query, names, gone, survivor)
            if query != view.query:
                yield view, {"query": query}


def _rewritten(query: str, names: set[str], gone: set[str], survivor: int) -> str:
    pairs: list[tuple[str, Any]] = []
    changed = False
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key.split("__")[0] in names and value in gone:
            value, changed = str(survivor), True
        if (key, value) not in pairs:
            pairs.append((key, value))
    return urlencode(pairs) if changed else query
