"""Tabs of records that point here (``Entity.related``): counted in one statement, listed page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

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

    def rows(self, record: Record, user: Any) -> models.QuerySet[Any]:
        """Those that the reader may see."""
        rows = self.entity.rows(user)
        if isinstance(self.field.kind, relations.Relations):
            return rows.filter(self.field.kind.q(self.field, "is", [str(record.pk)]))
        return rows.filter(**{self.field.column: record.pk})


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


def counts(
    listed: list[Related], record: Record, user: Any, more: Mapping[str, models.QuerySet[Any]] | None = None
) -> dict[str, int]:
    """{key: how many} of the related lists and of ``more``, all in one statement."""
    rows = {each.key: each.rows(record, user) for each in listed} | dict(more or {})
    parts = [
        found.order_by()
        .annotate(which=models.Value(number, output_field=models.IntegerField()))
        .values("which")
        .annotate(many=models.Count("pk", distinct=True))
        .values_list("which", "many")
        for number, found in enumerate(rows.values())
    ]
    if not parts:
        return {}
    told = dict(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    return {key: told.get(number, 0) for number, key in enumerate(rows)}


def shown(request: HttpRequest, related: Related, record: Record) -> dict[str, Any]:
    """One page of the list for ``single/related.html``."""
    entity, user = related.entity, request.user
    asked = {name: request.GET.get(name, "") for name in ("sort", "after", "before")}
    try:
        page = listing.page(entity, user, asked, rows=related.rows(record, user), per=PER_PAGE)
    except ValidationError:
        page = listing.page(entity, user, {}, rows=related.rows(record, user), per=PER_PAGE)
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
