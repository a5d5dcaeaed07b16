"""Tabs of records that point here (``Entity.related``): counted in one statement, listed page by page."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from vincula.kernel.access import prepared
from vincula.kernel.entity import listing, reading, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages.single import telling
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none

PER_PAGE = 25


@dataclass(frozen=True)
class Related:
    """Records of ``entity`` whose field ``field`` names the record of the page."""

    key: str
    entity: Entity
    field: Field

    def rows(self, pk: int, user: Any) -> models.QuerySet[Any]:
        """Those that name the record ``pk`` and that the reader may see."""
        rows, naming = self.entity.rows(user), {self.field.column: pk}
        if isinstance(self.field.kind, relations.Relations):
            return rows.filter(pk__in=self.entity.model._base_manager.filter(**naming).values("pk"))
        return rows.filter(**naming)


def of(entity: Entity, user: Any) -> list[Related]:
    """The related lists of an entity that the reader may see anything of."""
    found = []
    for key, name in entity.related:
        other = registry.find(key)
        field = other.columns.get(name) if other else None
        if other is not None and field is not None and other.may(user, "view"):
            found.append(Related(f"{other.slug}-{name}".replace("_", "-"), other, field))
    return found


def label(related: Related, listed: list[Related]) -> str:
    """The tab's word: the plural; with the field's name where one entity is related twice."""
    plural = telling.capital(related.entity.plural)
    if sum(other.entity is related.entity for other in listed) > 1:
        return _("%(plural)s (%(field)s)") % {"plural": plural, "field": related.field.label}
    return plural


More = Callable[[int], Mapping[str, models.QuerySet[Any]]]
"""Number of a record → {key: rows that are counted for it}."""


def counts(page: str, listed: list[Related], pk: int, user: Any, more: More = lambda pk: {}) -> dict[str, int]:
    """{key: how many} of the related lists of a record and of ``more``, all in one statement (see ``prepared``).

    ``page`` tells one ``more`` from another.
    """

    def counted(pk: int) -> prepared.Statement:
        rows = {each.key: each.rows(pk, user) for each in listed} | dict(more(pk))
        return prepared.united(
            *(('%s, COUNT(DISTINCT q."pk")', found.order_by().values_list("pk"), key) for key, found in rows.items())
        )

    name = f"counts of {page}: {', '.join(each.key for each in listed)}"
    return defaultdict(int, prepared.asked(name, user, counted, pk=pk))  # type: ignore[arg-type]  # rows of a key and how many


def shown(request: HttpRequest, related: Related, record: Record) -> dict[str, Any]:
    """One page of the list for ``single/related.html``."""
    entity, user = related.entity, request.user
    asked = {name: request.GET.get(name, "") for name in ("sort", "after", "before")}
    try:
        page = listing.page(entity, user, asked, rows=related.rows(record.pk, user), per=PER_PAGE)
    except ValidationError:
        page = listing.page(entity, user, {}, rows=related.rows(record.pk, user), per=PER_PAGE)
    fields = [entity.columns[n] for n in entity.list_display if n != related.field.name]
    rows = reading.read(entity, page.records, fields, user)
    may_create = entity.may(user, "create") and record.trashed_at is None
    new = url_or_none("entity:new", entity.slug) if may_create else None
    back = urlencode({related.field.name: record.pk, "return": request.get_full_path()})
    everything = url_or_none("entity:list", entity.slug)
    named = entity.search_fields[0] if entity.search_fields else ""
    at = next((n for n, f in enumerate(fields) if f.name == named), None)  # the column that leads to the record
    heads = [{"label": telling.capital(str(f.label)), "ends": f.kind.ends} for f in fields]
    return {
        "related": related,
        "fields": heads if at is not None else [{"label": telling.capital(entity.name), "ends": False}, *heads],
        "at": at or 0,
        "rows": [
            {
                "record": one,
                "url": entity.url(one),
                "title": entity.title(one),
                "cells": [
                    *([] if at is not None else [{"html": "", "ends": False}]),
                    *({"html": f.kind.html(row[f.name], f), "ends": f.kind.ends} for f in fields),
                ],
            }
            for one, row in zip(page.records, rows, strict=True)
        ],
        "next": _turned(request, after=page.next) if page.next else None,
        "previous": _turned(request, before=page.previous) if page.previous else None,
        "new": f"{new}?{back}" if new else None,
        "all": f"{everything}?{urlencode({related.field.name: record.pk})}" if everything else None,
    }


def _turned(request: HttpRequest, **cursor: str) -> str:
    query = {k: v for k, v in request.GET.items() if k not in ("after", "before")} | cursor
    return f"?{urlencode(query)}"
