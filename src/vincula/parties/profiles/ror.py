"""Records of the Research Organization Registry, schema 1 and 2 in one file (X3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.exchange.profile import Found, Profile, Reference, Relation, Row, Skip, Tie, Tied
from vincula.parties.profiles import organisation_ties

SCHEME = "ror"
# A record may have several types; the first line that fits decides, the most telling first.
KINDS = (
    ("education", "university"),
    ("healthcare", "hospital"),
    ("facility", "research_institute"),
    ("company", "company"),
    ("government", "public_administration"),
    ("nonprofit", "other"),
    ("archive", "other"),
    ("funder", "other"),
    ("other", "other"),
)
RELATIONS = ("parent", "child", "related", "predecessor", "successor")
MOST_NAME, MOST_ACRONYM = 300, 40  # as long as the columns are


class RorProfile(Profile):
    """Organisations of ror.org."""

    key = "ror"
    label = gettext_lazy("Research Organization Registry (ROR)")
    entity = "parties.organisation"
    help = gettext_lazy(
        "A dump or an extract of ror.org, one record a line or an array; both schemas may be mixed. "
        "Inactive and withdrawn records are left out."
    )
    creates = True
    by_key = True

    def recognises(self, name: str, sample: Sequence[Mapping[Any, Any]]) -> bool:
        return all(str(raw.get("id", "")).startswith("https://ror.org/") and "status" in raw for raw in sample)

    def convert(self, raw: Mapping[Any, Any], line: int) -> Row | Skip:
        key = str(raw.get("id") or "")
        if not key.startswith("https://ror.org/"):
            raise ValueError(_("The record has no ROR id."))
        names = _names_2(raw) if "names" in raw else _names_1(raw)
        if not names["name"]:
            raise ValueError(_("The record has no name."))
        own = Reference(SCHEME, key, names["name"])
        relations = list(_relations(raw))
        status = str(raw.get("status") or "").lower()
        if status != "active":
            return Skip(_reason(status, raw), own, relations)
        place = _place_2(raw) if "locations" in raw else _place_1(raw)
        values = {**names, **place, "kind": kind_of(raw.get("types") or ()), "website": _website(raw),
                  "references": _references(raw, key)}  # fmt: skip
        if isinstance(raw.get("established"), int):
            values["established"] = raw["established"]
        if raw.get("domains"):
            values["email_domains"] = [str(domain) for domain in raw["domains"]]
        values = {name: value for name, value in values.items() if value}
        return Row(values, own, relations, add=frozenset({"names", "aliases", "email_domains", "references"}))

    def find(self, rows: Mapping[int, Row], visible: Any) -> dict[int, Found]:
        return {}  # the identifiers say it all

    def tie(self, ties: Sequence[Tie], who: Any) -> Tied:
        return organisation_ties.tie(ties)


def kind_of(types: Iterable[str]) -> str:
    """Our kind of organisation for the types that a record has."""
    given = {str(one).lower() for one in types}
    return next((kind for name, kind in KINDS if name in given), "other")


def _names_2(raw: Mapping[Any, Any]) -> dict[str, Any]:
    entries = [entry for entry in raw["names"] if isinstance(entry, dict) and entry.get("value")]
    display = next((e["value"] for e in entries if "ror_display" in e["types"]), "")
    display = display or next((e["value"] for e in entries if "label" in e["types"]), "")
    labels = [(entry.get("lang"), entry["value"]) for entry in entries if "label" in entry["types"]]
    acronyms = [entry["value"] for entry in entries if "acronym" in entry["types"]]
    aliases = [entry["value"] for entry in entries if "alias" in entry["types"]]
    return _arranged(display, labels, acronyms, aliases)


def _names_1(raw: Mapping[Any, Any]) -> dict[str, Any]:
    labels = [(label.get("iso639"), label.get("label") or "") for label in raw.get("labels") or ()]
    return _arranged(
        str(raw.get("name") or ""), labels, list(raw.get("acronyms") or ()), list(raw.get("aliases") or ())
    )


def _arranged(
    display: str, labels: list[tuple[str | None, str]], acronyms: list[str], aliases: list[str]
) -> dict[str, Any]:
    """One name per language; what is left over is an alias, so that search still finds it."""
    names: dict[str, str] = {}
    others: list[str] = []
    for language, label in labels:
        if label == display:
            continue
        if language and language not in names:
            names[language] = label
        else:
            others.append(label)
    everything = [*aliases, *acronyms[1:], *others]
    taken = {display, *names.values(), *acronyms[:1]}
    return {
        "name": display[:MOST_NAME],
        "acronym": acronyms[0][:MOST_ACRONYM] if acronyms else "",
        "names": names,
        "aliases": list(dict.fromkeys(text for text in everything if text and text not in taken)),
    }


def _place_2(raw: Mapping[Any, Any]) -> dict[str, str]:
    details = next((place.get("geonames_details") or {} for place in raw["locations"]), {})
    return {
        "country": details.get("country_code") or "",
        "region": details.get("country_subdivision_name") or "",
        "city": details.get("name") or "",
    }


def _place_1(raw: Mapping[Any, Any]) -> dict[str, str]:
    address: dict[str, Any] = next(iter(raw.get("addresses") or ()), {})
    city = address.get("geonames_city") or {}
    return {
        "country": (raw.get("country") or {}).get("country_code") or "",
        "region": (city.get("geonames_admin1") or {}).get("name") or address.get("state") or "",
        "city": address.get("city") or city.get("city") or "",
    }


def _website(raw: Mapping[Any, Any]) -> str:
    for link in raw.get("links") or ():
        if isinstance(link, str):
            return link
        if link.get("type") == "website":
            return str(link.get("value") or "")
    return ""


def _references(raw: Mapping[Any, Any], key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {SCHEME: [key]}
    external = raw.get("external_ids") or {}
    if isinstance(external, dict):  # schema 1: {"GRID": {"preferred": …, "all": …}}
        external = [{"type": scheme, **entry} for scheme, entry in external.items()]
    for entry in external:
        every = entry.get("all") or []
        every = [every] if isinstance(every, str) else list(every)
        preferred = entry.get("preferred")
        ordered = [*([preferred] if preferred else []), *every]
        if ordered:
            found[str(entry["type"]).lower()] = list(dict.fromkeys(str(one) for one in ordered))
    return found


def _relations(raw: Mapping[Any, Any]) -> Iterable[Relation]:
    for entry in raw.get("relationships") or ():
        kind = str(entry.get("type") or "").lower()
        if kind in RELATIONS and entry.get("id"):
            yield Relation(kind, Reference(SCHEME, str(entry["id"]), str(entry.get("label") or "")[:MOST_NAME]))


def _reason(status: str, raw: Mapping[Any, Any]) -> str:
    successor = next(
        (str(e.get("label")) for e in raw.get("relationships") or () if str(e.get("type")).lower() == "successor"), ""
    )
    if status == "withdrawn":
        if successor:
            return _("Withdrawn in ROR; its successor is %(name)s.") % {"name": successor}
        return _("Withdrawn in ROR.")
    if successor:
        return _("Inactive in ROR; its successor is %(name)s.") % {"name": successor}
    return _("Inactive in ROR.")
