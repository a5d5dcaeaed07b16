"""Which column of a file is which field: guessed by name, label in any language and alias; remembered (X3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.exchange.models import SavedMapping
from vincula.kernel.folding import fold

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity
    from vincula.kernel.entity.field import Field

LANGUAGES = ("en", "ru", "fr", "nl", "de")
OWN = ("id", "version")  # columns of our own exports by which a row knows its record


def key(text: str) -> str:
    """A header without case, accents, signs and blanks: "E-mail (work)" and "email work" are one."""
    return "".join(sign for sign in fold(str(text)) if sign.isalnum())


def importable(entity: Entity) -> dict[str, Field]:
    """The fields that an import may set."""
    return {name: field for name, field in entity.fields.items() if _settable(field)}


def _settable(field: Field) -> bool:
    return field.editable and field.computed is None and field.kind.name != "file"


def known_headers(entity: Entity) -> dict[str, str]:
    """{folded header: field name}; names win over aliases, aliases over labels, and a doubtful label means nothing."""
    fields = importable(entity)
    found: dict[str, str] = {key(name): name for name in (*OWN, *fields)}
    for name, aliases in entity.aliases.items():
        for alias in aliases:
            found.setdefault(key(alias), name)
    labels: dict[str, set[str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for name, field in (importable(entity) if language != "en" else fields).items():
                labels.setdefault(key(str(field.label)), set()).add(name)
    for label, names in labels.items():
        if len(names) == 1 and label:
            found.setdefault(label, next(iter(names)))
    return found


def guess(entity: Entity, headers: Iterable[str]) -> dict[str, str]:
    """{header: field name} for the columns that are recognised; no field is given twice."""
    known, taken, found = known_headers(entity), set[str](), dict[str, str]()
    for header in headers:
        name = known.get(key(header)) or known.get(key(header.partition("(")[0]))
        if name and name not in taken:
            found[header] = name
            taken.add(name)
    return found


def signature(headers: Iterable[str]) -> str:
    """What tells files of the same make: their headers, in any order."""
    return hashlib.sha256(json.dumps(sorted({key(header) for header in headers})).encode()).hexdigest()


def proposed(entity: Entity, headers: Iterable[str], who: Any) -> dict[str, str]:
    """The mapping last used by this person for such a file, else the guess."""
    headers = list(headers)
    saved = SavedMapping.objects.filter(
        who_id=getattr(who, "pk", None), entity=entity.key, signature=signature(headers)
    ).first()
    if saved is None:
        return guess(entity, headers)
    known = {*importable(entity), *OWN}
    return {header: name for header, name in saved.mapping.items() if header in headers and name in known}


def remember(entity: Entity, headers: Iterable[str], mapping: dict[str, str], who: Any) -> None:
    """Use this mapping the next time."""
    if getattr(who, "pk", None) is not None:
        SavedMapping.objects.update_or_create(
            who=who, entity=entity.key, signature=signature(headers),
            defaults={"mapping": mapping, "saved_at": clock.now()},
        )  # fmt: skip


def problems(entity: Entity, mapping: dict[str, str]) -> list[str]:
    """Sentences that say why a mapping cannot be used."""
    found, fields, seen = [], importable(entity), set[str]()
    for header, name in mapping.items():
        if name not in fields and name not in OWN:
            found.append(_("“%(header)s” cannot go into “%(name)s”: there is no such field.") % {
                "header": header, "name": name})  # fmt: skip
        if name in seen:
            found.append(_("Two columns go into “%(name)s”.") % {
                "name": fields[name].label if name in fields else name})  # fmt: skip
        seen.add(name)
    if not set(mapping.values()) - set(OWN):
        found.append(_("No column is mapped to a field yet."))
    return found
