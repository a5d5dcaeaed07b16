"""Packed files that were made to harm whoever opens them. Nothing of it is kept: every test makes its own."""

import io
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

MEGABYTE = 1024 * 1024
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
ROOT = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
PARTS = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def workbook(path: Path, sheet: bytes, strings: Iterable[bytes] = ()) -> Path:
    """A package that is a workbook in all parts but those given; the strings may be more than memory holds."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", ROOT), ("xl/workbook.xml", WORKBOOK),
                           ("xl/_rels/workbook.xml.rels", PARTS)):  # fmt: skip
            package.writestr(name, text)
        with package.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            for piece in strings or (f'<sst xmlns="{MAIN}"/>'.encode(),):
                part.write(piece)
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def sheet(cells: bytes) -> bytes:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'.encode() + cells + b"</sheetData></worksheet>"


def bomb(path: Path, megabytes: int) -> Path:
    """A workbook whose sheet is empty rows without end: 1,000 times smaller packed than unpacked."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, text in (("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", ROOT), ("xl/workbook.xml", WORKBOOK),
                           ("xl/_rels/workbook.xml.rels", PARTS)):  # fmt: skip
            package.writestr(name, text)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=megabytes > 2000) as part:
            part.write(f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'.encode())
            rows = b"<row/>" * (MEGABYTE // 6)
            for _number in range(megabytes):
                part.write(rows)
    return path


def lying(path: Path, claimed: int) -> Path:
    """The same package, its directory saying that the sheet unpacks to ``claimed`` bytes."""
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(mark)
        while place >= 0:
            length = struct.unpack_from("<H", data, place + (28 if mark == b"PK\x01\x02" else 26))[0]
            start = place + (46 if mark == b"PK\x01\x02" else 30)
            if data[start : start + length].endswith(b"sheet1.xml"):
                struct.pack_into("<I", data, place + at, claimed)
            place = data.find(mark, place + 4)
    path.write_bytes(data)
    return path


def cells_of_strings(count: int) -> bytes:
    """A first row with as many cells, each the first shared string."""
    return sheet(b"<row>" + b'<c t="s"><v>0</v></c>' * count + b"</row>")


class Endless(io.RawIOBase):
    """A body of as many bytes as one likes that nobody holds: made as it is read, and counted."""

    def __init__(self, size: int) -> None:
        self.size, self.taken = size, 0

    def readable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        count = min(self.size - self.taken, count if count >= 0 else MEGABYTE)
        self.taken += count
        return b"x" * count
