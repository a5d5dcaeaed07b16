"""People from visiting cards: vCard 2.1, 3.0 and 4.0 (X7)."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.exchange.profile import Found, Profile, Reference, Row, Skip, Tie, Tied
from vincula.kernel.exchange.read_vcard import Property
from vincula.kernel.folding import fold
from vincula.kernel.people.models import known_zones
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.fields import clean_email, clean_phone
from vincula.kernel.records.models import IndexValue
from vincula.parties.profiles.cards import OWN

SCHEME = "vcard"
_ORCID = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b")


class VcardProfile(Profile):
    """People from visiting cards."""

    key = "vcard"
    label = gettext_lazy("Visiting cards (vCard)")
    entity = "parties.person"
    help = gettext_lazy("Cards of version 2.1, 3.0 or 4.0. Pictures are neither kept nor fetched.")
    creates = True
    by_key = False

    def recognises(self, name: str, sample: Sequence[Mapping[Any, Any]]) -> bool:
        return all("version" in raw and "properties" in raw for raw in sample)

    def convert(self, raw: Mapping[Any, Any], line: int) -> Row | Skip:
        card: list[Property] = list(raw["properties"])
        if any(item.name == "KIND" and item.text.lower() not in ("individual", "") for item in card):
            return Skip(_("The card is of a group or an organisation, not of a person."))
        given, family = _names(card)
        if not given and not family:
            return Skip(_("The card names nobody."))
        notes: list[str] = []
        emails = _clean(_first_preferred(card, "EMAIL"), clean_email, notes, _("“%(text)s” is not an e-mail address."))
        phones = _clean(_telephones(card), clean_phone, notes, _("“%(text)s” is not a telephone number."))
        values: dict[str, Any] = {
            "given_name": given,
            "family_name": family,
            "emails": emails,
            "phones": phones,
            "language": _language(card),
            "time_zone": _zone(card),
            "orcid": _orcid(card),
        }
        key = Reference(SCHEME, _identity(card, given, family, emails, phones), f"{given} {family}".strip())
        own = key.value.removeprefix(OWN) if key.value.startswith(OWN) else ""
        if not own:
            values["references"] = {SCHEME: [key.value]}
        if work := ", ".join(part for part in _work(card) if part):
            values["notes"] = work
        values = {name: value for name, value in values.items() if value}
        clues = {"emails": emails, "name": key.label, "id": int(own) if own.isdigit() and len(own) < 19 else 0}
        add = frozenset({"emails", "phones", "references"})
        return Row(values, None if own else key, notes=notes, add=add, fill=frozenset(values) - add, clues=clues)

    def find(self, rows: Mapping[int, Row], visible: QuerySet[Any]) -> dict[int, Found]:
        """By e-mail address; a person of the same name without any is only named as a likeness."""
        addresses = {sortable(email) for row in rows.values() for email in row.clues["emails"]}
        by_email: dict[str, set[int]] = defaultdict(set)
        for some in _some(addresses):
            index = IndexValue.objects.filter(entity=self.entity, field="emails", value__in=some)
            for value, pk in index.values_list("value", "object_id"):
                by_email[value].add(pk)
        names = {fold(row.clues["name"]) for row in rows.values()}
        by_name: dict[str, list[int]] = defaultdict(list)
        for some in _some(names):
            for name, pk in visible.filter(name_folded__in=some).values_list("name_folded", "pk"):
                by_name[name].append(pk)
        ours = {row.clues["id"]: fold(row.clues["name"]) for row in rows.values() if row.clues["id"]}
        known = set(visible.filter(pk__in=list(ours)).values_list("pk", "name_folded"))
        found = {}
        for line, row in rows.items():
            if (row.clues["id"], fold(row.clues["name"])) in known:  # a card that we wrote
                found[line] = Found([row.clues["id"]])
                continue
            ids = {pk for email in row.clues["emails"] for pk in by_email.get(sortable(email), ())}
            if ids:
                found[line] = Found(sorted(ids))
            elif alike := by_name.get(fold(row.clues["name"])):
                row.notes.append(_("Likely the same as the person #%(id)s of the same name.") % {"id": alike[0]})
        return found

    def tie(self, ties: Sequence[Tie], who: Any) -> Tied:
        return Tied()


def _some(items: Iterable[str]) -> Iterable[list[str]]:
    every = sorted(items)
    for start in range(0, len(every), 400):
        yield every[start : start + 400]


def _all(card: Iterable[Property], name: str) -> list[Property]:
    return [item for item in card if item.name == name and item.text]


def _one(card: Iterable[Property], name: str) -> str:
    return next((item.text for item in _all(card, name)), "")


def _names(card: list[Property]) -> tuple[str, str]:
    """Given and family name; a card without N has a written name only, whose last word is the family name."""
    parts = next((item.parts for item in _all(card, "N")), [])
    family, given, further = [*parts, "", "", ""][:3]
    given = " ".join(f"{given} {further}".split())
    if given or family:
        return given, family
    written = _one(card, "FN").split()
    return " ".join(written[:-1]), " ".join(written[-1:])


def _first_preferred(card: list[Property], name: str) -> list[str]:
    found = sorted(_all(card, name), key=lambda item: 0 if "pref" in item.types or "PREF" in item.parameters else 1)
    return [item.text.removeprefix("mailto:") for item in found]


def _telephones(card: list[Property]) -> list[str]:
    spoken = [item for item in _all(card, "TEL") if "fax" not in item.types]
    found = sorted(spoken, key=lambda item: 0 if "pref" in item.types or "PREF" in item.parameters else 1)
    return [_from_uri(item.text) for item in found]


def _from_uri(text: str) -> str:
    """tel:+1-418-656-9254;ext=102 → +1-418-656-9254 ext. 102."""
    if not text.lower().startswith("tel:"):
        return text
    number, *parameters = unquote(text[4:]).split(";")
    extension = next((p[4:] for p in parameters if p.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def _clean(texts: Iterable[str], clean: Any, notes: list[str], refusal: str) -> list[str]:
    """Those that are what they should be; the others become warnings, since cards are full of them."""
    found = []
    for text in texts:
        try:
            found.append(str(clean(text)))
        except ValidationError:
            notes.append(refusal % {"text": text[:80]})
    return list(dict.fromkeys(found))


def _language(card: list[Property]) -> str:
    code = next(iter(_first_preferred(card, "LANG")), "").split("-")[0].lower()
    return code if len(code) in (2, 3) and code.isalpha() else ""


def _zone(card: list[Property]) -> str:
    zone = _one(card, "TZ")
    return zone if zone in known_zones() else ""


def _orcid(card: list[Property]) -> str:
    for item in card:
        if item.name in ("URL", "X-ORCID", "IMPP", "X-SOCIALPROFILE") and "orcid" in f"{item.name}{item.text}".lower():
            match = _ORCID.search(item.text)
            if match:
                return match[1]
    return ""


def _identity(card: list[Property], given: str, family: str, emails: list[str], phones: list[str]) -> str:
    """The card's own UID; else a fingerprint of what it says, so that the same card is known again."""
    uid = _one(card, "UID")
    if uid:
        return uid[:200]
    said = "\n".join([given, family, *sorted(emails), *sorted(phones)])
    return "card:" + hashlib.sha256(said.casefold().encode()).hexdigest()[:32]


def _work(card: list[Property]) -> tuple[str, ...]:
    """Job title, organisation and unit, as far as the card says."""
    organisation = next((item.parts for item in _all(card, "ORG")), [])
    return (_one(card, "TITLE") or _one(card, "ROLE"), *(part for part in organisation if part))
