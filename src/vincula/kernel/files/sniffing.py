"""What a file is by its content, whatever its name claims; and names that are safe to show and to save."""

import re
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import IO

HEAD = 4096
TEXT, UNKNOWN, PROGRAM = "text/plain", "application/octet-stream", "application/x-executable"
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", TEXT})
"""The only types a browser shows itself: none of them runs anything. All others are saved."""

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # office documents before 2007
    (b"{\\rtf", "application/rtf"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"#!", PROGRAM),
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = (
    (re.compile(rb"<svg[\s>/]", re.I), "image/svg+xml"),
    (
        re.compile(rb"<(!doctype html|html|head|body|script|iframe|style|title|a|b|p|div|img|table|h1)[\s>/]", re.I),
        "text/html",
    ),
    (re.compile(rb"<\?xml|<!doctype|<!--|<[a-z_][\w:.-]*[\s>/]", re.I), "application/xml"),
)
_TEXTS = {".csv": "text/csv", ".md": "text/markdown", ".json": "application/json", ".vcf": "text/vcard"}
_TEXTS[".ics"] = "text/calendar"
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
LONGEST_NAME = 150


def content_type(file: IO[bytes], name: str) -> str:
    """The media type by content; the name only chooses among kinds of plain text. The file is rewound."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file)
    return _textual(head, name)


def _zipped(file: IO[bytes]) -> str:
    """Office documents are ZIP files; only their table of contents is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:1000]
            if "[Content_Types].xml" in names:
                for folder, kind in _OFFICE.items():
                    if any(name.startswith(folder) for name in names):
                        return kind
            if names and names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "ignore").strip()
                if kind.startswith("application/vnd.oasis.opendocument."):
                    return kind
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        pass
    finally:
        file.seek(0)
    return "application/zip"


def _textual(head: bytes, name: str) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: markup could hide in it, so it is not looked into
        return "application/octet-stream" if b"<" in head else TEXT
    for markup, kind in _MARKUP:
        if markup.search(head[:1024]) and head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
            return kind
    if b"\0" in head:
        return UNKNOWN
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4 or len(head) < HEAD:
            return UNKNOWN
    return _TEXTS.get(PurePosixPath(name.lower()).suffix, TEXT)


def safe_name(name: str) -> str:
    """The last part of ``name`` without what tricks people or file systems; "file" when nothing is left.

    No folders, no control or invisible characters (one of them turns the reading direction and disguises an
    ending), no leading dots, no reserved names; at most 150 characters with the ending kept.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    clean = " ".join(_FORBIDDEN.sub("_", visible).split()).lstrip(". ").rstrip(". ")
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - 1 - len(ending)]}.{ending}"
    return clean[:LONGEST_NAME] or "file"
