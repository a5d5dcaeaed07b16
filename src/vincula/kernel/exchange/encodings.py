"""Find out how the letters of a file are written: UTF-8, UTF-16, cp1251 or cp1252 (X3)."""

from __future__ import annotations

import codecs
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from vincula.kernel.exchange.limits import Unreadable, _

CHUNK = 1 << 20
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
}
for _name in (*NAMES, "cp437"):  # the last names the parts of packed files
    codecs.lookup(_name)  # now: the limited child may open nothing later
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HIGH = bytes(range(0xC0, 0x100)) + b"\xa8\xb8"  # letters of cp1251: А–я, Ё, ё


@contextmanager
def text_of(file: BinaryIO, encoding: str, *, newline: str | None = None) -> Iterator[io.TextIOWrapper]:
    """The file as text from its beginning; it stays open afterwards."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline=newline)
    try:
        yield text
    finally:
        text.detach()


def detect(file: BinaryIO) -> str:
    """Name of the codec that reads the whole file. Raises Unreadable when it is no text at all.

    A mark at the start decides. Else UTF-16 shows by its zero bytes, UTF-8 by being valid to the last byte;
    of the two single-byte pages the one is taken in which high letters stand as in that script: Cyrillic words
    consist of them, Western words have them one by one.
    """
    file.seek(0)
    head = file.read(CHUNK)
    if head.startswith(_WIDE):
        raise Unreadable(_("The file is written in UTF-32. Save it as UTF-8 and try again."))
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _proved(file, name)
    if b"\0" in head:
        return _proved(file, _without_mark(head))
    if _reads(file, "utf-8"):
        return "utf-8"
    return _single_byte(file)


def _without_mark(head: bytes) -> str:
    sample = head[: 64 * 1024]
    pairs = max(len(sample) // 2, 1)
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    # Latin text has a zero in each pair; Cyrillic text has one at each space, digit and delimiter.
    name = ""
    if odd > 0.05 and even < odd / 10:
        name = "utf-16-le"
    elif even > 0.05 and odd < even / 10:
        name = "utf-16-be"
    if name and not any(sign < " " and sign not in "\t\r\n" for sign in sample.decode(name, "replace")):
        return name
    raise Unreadable(_("The file is not a text or a table: it holds binary data."))


def _proved(file: BinaryIO, name: str) -> str:
    if not _reads(file, name):
        raise Unreadable(
            _("The file says that it is written in %(encoding)s, but parts of it are not."), encoding=NAMES[name]
        )
    return name


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _reads(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _single_byte(file: BinaryIO) -> str:
    high = neighbours = 0
    for chunk in _chunks(file):
        marks = bytes(1 if byte in _HIGH else 0 for byte in chunk[:65536])
        high += sum(marks)
        neighbours += sum(1 for left, right in itertools.pairwise(marks) if left and right)
    first, second = ("cp1251", "cp1252") if high and neighbours / high > 0.5 else ("cp1252", "cp1251")
    for name in (first, second):
        if _reads(file, name):
            return name
    raise Unreadable(_("The letters of the file cannot be read. Save it as UTF-8 and try again."))
