"""People as visiting cards, vCard 4.0 (X7). Workplaces are told only as far as the reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from vincula.parties.models import Affiliation
from vincula.parties.models.dated import holding

OWN = "urn:vincula:person:"


def write(entity: Any, fields: Sequence[Any], pages: Any, user: Any) -> Iterator[bytes]:
    """One card after the other; ``pages`` are those of kernel.exchange.export."""
    for page in pages:
        people = [record for record, _values in page]
        work = _workplaces([person.pk for person in people], user)
        yield "".join(card(person, work.get(person.pk, [])) for person in people).encode()


def _workplaces(ids: Sequence[int], user: Any) -> dict[int, list[tuple[str, str]]]:
    """{person: [(organisation, job title)]} of today, of organisations that the reader may see."""
    from vincula.kernel.access import door
    from vincula.parties.models import Organisation

    held = Affiliation.objects.visible_to(user).filter(holding(), person_id__in=ids).order_by("pk")
    rows = list(held.values_list("person_id", "organisation_id", "job_title"))
    seen = door.visible_ids(user, Organisation, {organisation for _person, organisation, _title in rows})
    names = dict(Organisation._base_manager.filter(pk__in=seen).values_list("pk", "name"))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for person, organisation, title in rows:
        if organisation in names:
            found[person].append((names[organisation], title))
    return found


def card(person: Any, work: Sequence[tuple[str, str]]) -> str:
    """The text of one card."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:{_uid(person)}", f"FN:{escaped(str(person))}",
             f"N:{escaped(person.family_name)};{escaped(person.given_name)};;;"]  # fmt: skip
    lines += [f"EMAIL;PREF={n}:{escaped(email)}" for n, email in enumerate(person.emails[:100], 1)]
    lines += [f"TEL;VALUE=text;PREF={n}:{escaped(phone)}" for n, phone in enumerate(person.phones[:100], 1)]
    for organisation, title in work:
        lines.append(f"ORG:{escaped(organisation)}")
        if title:
            lines.append(f"TITLE:{escaped(title)}")
    if person.language:
        lines.append(f"LANG:{escaped(person.language)}")
    if person.time_zone:
        lines.append(f"TZ:{escaped(person.time_zone)}")
    if person.orcid:
        lines.append(f"URL:https://orcid.org/{escaped(person.orcid)}")
    if person.notes:
        lines.append(f"NOTE:{escaped(person.notes)}")
    lines.append("END:VCARD")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _uid(person: Any) -> str:
    """The card's own identifier where it came from a card, else ours."""
    known = (person.references or {}).get("vcard") or []
    return escaped(known[0]) if known else f"{OWN}{person.pk}"


def escaped(text: str) -> str:
    """Text as a value of a card."""
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(sign, instead)
    return text


def folded(line: str) -> str:
    """A line broken so that no part has more than 75 octets, and no letter is cut in two."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode("utf-8", "replace"))
        if size + octets > 74:
            parts.append(part)
            part, size = "", 0
        part += letter
        size += octets
    return "\r\n ".join([*parts, part])
