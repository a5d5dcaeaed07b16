"""Read vCard 2.1, 3.0 and 4.0 as content lines (X7).

vobject refuses 4.0 and soft line breaks of 2.1, and it is lines we need, so the few rules of the format stand here.
Nothing named by a card (photo, key, sound) is ever fetched.
"""

from __future__ import annotations

import codecs
import io
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from vincula.kernel.exchange.encodings import text_of
from vincula.kernel.exchange.limits import Limits, Unreadable, _, check_rows, too_long

_NAME = re.compile(r"^(?:(?P<group>[\w-]+)\.)?(?P<name>[A-Za-z0-9-]+)")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BULKY = {"PHOTO", "LOGO", "SOUND", "KEY"}
_MOST_LINES = 20_000
_PICTURE = 10  # a picture may stand in one line that is so many times longer than a line of a table
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "latin-1", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-15",
             "windows-1250", "windows-1251", "windows-1252", "cp1250", "cp1251", "cp1252", "koi8-r", "koi8-u", "cp866",
             "macintosh"}  # fmt: skip
for _charset in _CHARSETS:
    codecs.lookup(_charset)  # now: the limited child may open nothing later


@dataclass(slots=True)
class Property:
    """One property of a card: ``TEL;TYPE=work:+32…``; ``types`` are lower-case, ``value`` is still escaped."""

    name: str
    value: str
    parameters: dict[str, list[str]] = field(default_factory=dict)

    @property
    def types(self) -> set[str]:
        """What kind it is: home, work, cell, fax, pref …"""
        return {part.lower() for part in self.parameters.get("TYPE", [])}

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        return unescaped(self.value).strip()

    @property
    def parts(self) -> list[str]:
        """The value of a structured property (N, ORG, ADR), taken apart at semicolons."""
        return [unescaped(part).strip() for part in re.split(r"(?<!\\);", self.value)]


def unescaped(value: str) -> str:
    """A value without the backslashes of the format."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def rows(file: BinaryIO, encoding: str, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each card as ``{"version": "4.0", "properties": [Property, …]}`` with the line where it begins."""
    with text_of(file, encoding) as text:
        for count, (start, lines) in enumerate(_cards(_lines(text, limits)), 1):
            check_rows(count, limits)
            yield start, _card(start, lines)


def _lines(text: io.TextIOWrapper, limits: Limits) -> Iterator[str]:
    most = limits.line_chars * _PICTURE
    number = 0
    while line := text.readline(most + 1):
        number += 1
        if len(line) > most:
            raise too_long(number, limits, most)
        yield line.rstrip("\n")


def _cards(lines: Iterable[str]) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    start, card, inner = 0, list[tuple[int, str]](), 0
    for number, line in enumerate(lines, 1):
        mark = line.lstrip("\ufeff").strip().upper()
        if mark == "BEGIN:VCARD":
            if start:
                inner += 1  # a card within a card (AGENT)
            else:
                start, card = number, []
            continue
        if mark == "END:VCARD":
            if inner:
                inner -= 1
            elif start:
                yield start, card
                start = 0
            continue
        if start and not inner:
            card.append((number, line))
            if len(card) > _MOST_LINES:
                raise Unreadable(_("The card that begins in line %(line)s is too long."), line=start)
    if start:
        raise Unreadable(_("The card that begins in line %(line)s has no end."), line=start)


def _card(start: int, lines: list[tuple[int, str]]) -> dict[str, Any]:
    version, found = "", list[Property]()
    for number, line in _unfolded(lines):
        if not line.strip():
            continue
        item = _property(number, line)
        if item.name == "VERSION":
            version = item.text
        elif item.name in _BULKY:
            found.append(Property(item.name, "", item.parameters))
        else:
            found.append(item)
    if version not in ("2.1", "3.0", "4.0"):
        raise Unreadable(
            _("The card that begins in line %(line)s does not say its version; 2.1, 3.0 and 4.0 are read."), line=start
        )
    return {"version": version, "properties": found}


def _unfolded(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Logical lines: a leading blank continues the line before, as does a soft break of quoted-printable."""
    whole, first = "", 0
    for number, line in lines:
        if first and _is_quoted(whole) and whole.endswith("="):
            whole = whole[:-1] + line
        elif first and line[:1] in (" ", "\t"):
            whole += line[1:]
        else:
            if first:
                yield first, whole
            whole, first = line, number
    if first:
        yield first, whole


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _property(number: int, line: str) -> Property:
    match = _NAME.match(line)
    if not match:
        raise Unreadable(_("Line %(line)s is not a line of a vCard."), line=number)
    name, position = match["name"].upper(), match.end()
    parameters: dict[str, list[str]] = {}
    while found := _PARAMETER.match(line, position):
        position = found.end()
        key, text = found[1].upper(), found[2]
        if text is None:  # 2.1 writes the bare type: TEL;WORK;VOICE
            key, text = ("ENCODING", key) if key in ("QUOTED-PRINTABLE", "BASE64") else ("TYPE", key)
        values = [part for piece in re.findall(r'"[^"]*"|[^,]+', text) for part in piece.strip('"').split(",")]
        parameters.setdefault(key, []).extend(values)
    if position >= len(line) or line[position] != ":":
        raise Unreadable(_("Line %(line)s is not a line of a vCard."), line=number)
    value = line[position + 1 :]
    if "QUOTED-PRINTABLE" in (text.upper() for text in parameters.get("ENCODING", [])):
        value = _from_quoted(value, (parameters.get("CHARSET") or ["utf-8"])[0])  # «CHARSET=» names none
    return Property(name, value, parameters)


def _from_quoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
    for codec in (_codec(charset), "utf-8", "cp1252"):
        try:
            return raw.decode(codec).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _codec(charset: str) -> str:
    """The codec that a card names, when it is one that people's cards are written in; else UTF-8."""
    plain = charset.strip().lower()
    return plain if plain in _CHARSETS else "utf-8"
