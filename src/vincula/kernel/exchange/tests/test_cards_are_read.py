"""vCard 2.1, 3.0 and 4.0 are read line by line (X7)."""

from __future__ import annotations

from pathlib import Path

from vincula.kernel.exchange.read_vcard import Property
from vincula.kernel.exchange.table import open_table

OLD = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CF=E5=F2=F0=EE=E2;=
=C8=E2=E0=ED
TEL;WORK;VOICE:+32 2 790 33 33
PHOTO;ENCODING=BASE64:
    /9j/4QFaRXhpZgAA
    SUkqAAgAAAAAABAB

END:VCARD
"""
NEW = """BEGIN:vCard
VERSION:4.0
FN:Anna \\; Maria
 \\, Peeters
item1.EMAIL;TYPE="work,home";PREF=1:anna@example.org
ORG:Royal\\, Society;Archive
NOTE:one\\ntwo
AGENT:
BEGIN:VCARD
VERSION:4.0
FN:Inner
END:VCARD
END:vCard
BEGIN:VCARD
VERSION:3.0
FN:Second
END:VCARD
"""


def cards(folder: Path, text: str) -> list[tuple[int, dict[str, Property]]]:
    path = folder / "a.vcf"
    path.write_text(text)
    return [(line, {item.name: item for item in card["properties"]}) for line, card in open_table(path, "a.vcf")]


def test_an_old_card_with_soft_breaks_and_bare_types_is_read(tmp_path: Path) -> None:
    [(line, card)] = cards(tmp_path, OLD)
    assert line == 1
    assert card["N"].parts == ["Петров", "Иван"]
    assert card["TEL"].types == {"work", "voice"}
    assert card["TEL"].text == "+32 2 790 33 33"
    assert card["PHOTO"].value == ""  # pictures are neither kept nor fetched


def test_a_new_card_with_groups_folds_and_escapes_is_read(tmp_path: Path) -> None:
    (first, card), (second, other) = cards(tmp_path, NEW)
    assert (first, second) == (1, 14)
    assert card["FN"].text == "Anna ; Maria, Peeters"
    assert card["EMAIL"].types == {"work", "home"}
    assert card["ORG"].parts == ["Royal, Society", "Archive"]
    assert card["NOTE"].text == "one\ntwo"
    assert other["FN"].text == "Second"


def test_a_quoted_text_whose_charset_is_left_empty_is_read_as_utf_8(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=;ENCODING=QUOTED-PRINTABLE:=C3=89va\nEND:VCARD\n"
    [(_, card)] = cards(tmp_path, text)
    assert card["FN"].text == "Éva"
