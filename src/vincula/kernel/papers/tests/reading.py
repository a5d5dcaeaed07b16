"""Reads papers back: all the text of a PDF or a DOCX."""

import io
import re
from typing import Any

from docx import Document
from pypdf import PdfReader


def told(text: str) -> str:
    """Text in one line, without the places where long words may break."""
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def pdf(content: bytes) -> str:
    """All text of a PDF; hyphens that the typesetting put in are taken out."""
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return told(re.sub(r"\u00ad\s*", "", text))


def docx(content: bytes) -> str:
    """All text of a DOCX, the running heads' too."""
    document: Any = Document(io.BytesIO(content))
    section = document.sections[0]
    parts = [document.element, section.header._element, section.footer._element]
    return told(" ".join(node.text or "" for part in parts for node in part.iter() if node.tag.endswith("}t")))


READ = {"pdf": pdf, "docx": docx}
