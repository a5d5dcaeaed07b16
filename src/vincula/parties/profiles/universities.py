"""The list of universities and their e-mail domains (Hipo): adds domains to organisations already there (X3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from vincula.kernel.exchange.profile import Found, Profile, Row, Skip, Tie, Tied
from vincula.kernel.folding import fold
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.models import IndexValue

ADDED = frozenset({"email_domains"})
SIMILAR = (
    70  # of 100: "Ghent University" and "Universiteit Gent" share too little, so names are compared in all languages
)
AT_ONCE = 400
_STARTS = ("https://www.", "https://", "http://www.", "http://")
_KEYS = {"name", "domains", "web_pages", "alpha_two_code"}


class UniversitiesProfile(Profile):
    """E-mail domains of universities."""

    key = "universities"
    label = gettext_lazy("University domains list (Hipo)")
    entity = "parties.organisation"
    help = gettext_lazy(
        "Universities with their e-mail domains. Domains are added to organisations that are here already; "
        "the others are proposed, and created only when you say so."
    )
    creates = False
    by_key = False

    def recognises(self, name: str, sample: Sequence[Mapping[Any, Any]]) -> bool:
        return all(set(raw) >= _KEYS for raw in sample)

    def convert(self, raw: Mapping[Any, Any], line: int) -> Row | Skip:
        name = str(raw.get("name") or "").strip()
        domains = [str(domain).strip().lower() for domain in raw.get("domains") or () if str(domain).strip()]
        if not name:
            raise ValueError(_("The record has no name."))
        pages = [str(page) for page in raw.get("web_pages") or () if page]
        values: dict[str, Any] = {
            "name": name,
            "email_domains": domains,
            "website": pages[0] if pages else "",
            "country": str(raw.get("alpha_two_code") or "").upper(),
            "region": str(raw.get("state-province") or ""),
            "kind": "university",
        }
        values = {field: value for field, value in values.items() if value}
        hosts = [host for page in pages if (host := host_of(page))]
        clues = {"domains": list(dict.fromkeys([*domains, *hosts])), "name": name}
        return Row(values, add=ADDED, fill=frozenset(values) - ADDED, clues=clues)

    def find(self, rows: Mapping[int, Row], visible: QuerySet[Any]) -> dict[int, Found]:
        known = _Known(rows.values(), visible)
        return {line: found for line, row in rows.items() if (found := known.find(row))}

    def tie(self, ties: Sequence[Tie], who: Any) -> Tied:
        return Tied()


class _Known:
    """Organisations of the register by e-mail domain, website and name, read once for a batch of rows."""

    def __init__(self, rows: Iterable[Row], visible: QuerySet[Any]) -> None:
        rows = list(rows)
        names = {fold(row.clues["name"]) for row in rows}
        domains = {domain for row in rows for domain in row.clues["domains"]}
        self.by_domain = _index("email_domains", domains)
        self.by_name = _index("names", names)
        for field in ("aliases",):
            for value, ids in _index(field, names).items():
                self.by_name[value] |= ids
        for some in _some(names):
            for value, pk in visible.filter(name_folded__in=some).values_list("name_folded", "pk"):
                self.by_name[value].add(pk)
        for some in _some(domains):
            sites = [f"{start}{host}{end}" for host in some for start in _STARTS for end in ("", "/")]
            for part in _some(sites):
                for address, pk in visible.filter(website__in=part).values_list("website", "pk"):
                    self.by_domain[host_of(address)].add(pk)
        ids = {pk for found in (*self.by_domain.values(), *self.by_name.values()) for pk in found}
        self.records: dict[int, Any] = {}
        for some in _some(ids):
            self.records.update(visible.in_bulk(some))

    def find(self, row: Row) -> Found | None:
        """By name and domain together, else by either alone; what stays doubtful is a question."""
        country = row.values.get("country", "")
        domains = {pk for domain in row.clues["domains"] for pk in self.by_domain.get(domain, ())}
        names = set(self.by_name.get(fold(row.clues["name"]), ()))
        hidden = (domains | names) - self.records.keys()
        names = {pk for pk in names - hidden if self.records[pk].country in ("", country) or not country}
        domains -= hidden
        best = names & domains or names or domains
        if not best:
            return Found(sorted(hidden)) if hidden else None
        if len(best) > 1:
            return Found(sorted(best))
        pk = next(iter(best))
        if pk in names or self._alike(self.records[pk], row.clues["name"]):
            return Found([pk])
        return Found([pk], _question(self.records[pk]), sure=False)

    def _alike(self, record: Any, name: str) -> bool:
        others = [record.name, record.acronym, *record.names.values(), *record.aliases]
        return any(fuzz.token_set_ratio(fold(other), fold(name)) >= SIMILAR for other in others if other)


def _question(record: Any) -> str:
    return _("“%(name)s” (#%(id)s) has the same domain, but another name. Is it the same?") % {
        "name": record.name, "id": record.pk}  # fmt: skip


def _index(field: str, values: Iterable[str]) -> defaultdict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for some in _some({sortable(value) for value in values}):
        rows = IndexValue.objects.filter(entity="parties.organisation", field=field, value__in=some)
        for value, pk in rows.values_list("value", "object_id"):
            found[value].add(pk)
    return found


def _some(items: Iterable[Any]) -> Iterable[list[Any]]:
    every = sorted(items, key=str)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def host_of(address: str) -> str:
    """The host of a web address without www: https://www.ugent.be/nl → ugent.be; empty when there is none."""
    try:
        host = urlsplit(address if "://" in address else f"https://{address}").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")
