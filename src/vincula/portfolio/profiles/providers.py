"""Providers that a file names: linked as suppliers when the register has one of that name, and only then (X3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from vincula.kernel.exchange.profile import Part, Row
from vincula.kernel.folding import fold
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.models import IndexValue
from vincula.parties.models import Organisation

WHAT = "EOSC provider"  # data, not a word of the screen: the same in every language, so that it is known again
AT_ONCE = 400


def link(rows: Sequence[Row], who: Any) -> None:
    """Add a supply for each provider that is found; say which are not, and which have another name here."""
    names = {name for row in rows for name in row.clues["providers"]}
    known = _Known({*names, *(_before_brackets(name) for name in names)}, who)
    for row in rows:
        for name in row.clues["providers"]:
            found = known.called(name) or known.called(_before_brackets(name))
            told = {"name": name[:100]}
            if len(found) == 1:
                record = found[0]
                row.parts.append(Part("portfolio.supply", "service", {"supplier": record.pk, "what": WHAT}, ("supplier",),
                                      fill=frozenset({"what"})))  # fmt: skip
                if fold(record.name) != fold(name):
                    row.notes.append(_("Provider “%(name)s” is taken for “%(record)s” (#%(id)s).") % {
                        **told, "record": record.name, "id": record.pk})  # fmt: skip
            elif found:
                numbers = ", ".join(f"#{record.pk}" for record in found[:5])
                row.notes.append(_("Provider “%(name)s” may be one of several (%(numbers)s); it is not linked.") % {
                    **told, "numbers": numbers})  # fmt: skip
            else:
                row.notes.append(_("Provider “%(name)s” is not in the register; it is not linked.") % told)


def _before_brackets(name: str) -> str:
    """ "Deutsches Klimarechenzentrum (DKRZ)" without its short form."""
    before = name.partition("(")[0].strip()
    return before if name.endswith(")") and len(before) > 3 else name


class _Known:
    """The register by name, by name in other languages, by alias and by short form, as one importer may see it."""

    def __init__(self, names: Iterable[str], who: Any) -> None:
        visible = Organisation.objects.visible_to(who)
        wanted = sorted({fold(name) for name in names})
        self._ways: list[dict[str, set[int]]] = [defaultdict(set) for _way in range(3)]
        by_name, by_other, by_acronym = self._ways
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for value, pk in visible.filter(name_folded__in=some).values_list("name_folded", "pk"):
                by_name[value].add(pk)
            rows = IndexValue.objects.filter(
                entity="parties.organisation", field__in=("names", "aliases"), value__in=some
            )
            for value, pk in rows.values_list("value", "object_id"):
                by_other[value].add(pk)
        spelt = sorted(set(names))
        for start in range(0, len(spelt), AT_ONCE):
            short = visible.filter(acronym__in=spelt[start : start + AT_ONCE])
            for value, pk in short.values_list("acronym", "pk"):
                by_acronym[fold(value)].add(pk)
        ids = sorted({pk for way in self._ways for found in way.values() for pk in found})
        self._records: dict[int, Organisation] = {}
        for start in range(0, len(ids), AT_ONCE):
            self._records.update(visible.in_bulk(ids[start : start + AT_ONCE]))

    def called(self, name: str) -> list[Organisation]:
        """Who is called so, by the first way that knows somebody."""
        for way in self._ways:
            if found := [self._records[pk] for pk in sorted(way.get(sortable(name), ())) if pk in self._records]:
                return found
        return []
