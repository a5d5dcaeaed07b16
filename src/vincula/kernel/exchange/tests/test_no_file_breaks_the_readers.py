"""Whatever bytes a file holds, reading it gives rows or one sentence, and nothing else (X3)."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vincula.kernel.exchange.limits import DEFAULT, Unreadable
from vincula.kernel.exchange.recognising import opened

NAMES = ("a.csv", "a.tsv", "a.json", "a.jsonl", "a.vcf", "a.xlsx", "a")
LIMITS = replace(DEFAULT, rows=200, cell_chars=500)
TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)
CARD = st.lists(
    st.sampled_from(
        ["BEGIN:VCARD", "END:VCARD", "VERSION:3.0", "VERSION:2.1", "FN:A\\", "N:;;;;", "TEL;TYPE=:", "A;B=\"C:D", " x", "=",
         "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=zz:=FF=\n=", "item.EMAIL:a@b", ":", "PHOTO;VALUE=uri:https://example.org/x"]
    ), max_size=12,
).map("\n".join)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXT, lambda x: st.lists(x) | st.dictionaries(TEXT, x)
)


def reads(name: str, content: bytes) -> None:
    """Read in this process: in a child, as it is done for people, an error of ours would become a sentence."""
    try:
        for line, row in opened(io.BytesIO(content), name, None, None, LIMITS).rows:
            assert line >= 1
            assert isinstance(row, dict | list)
    except Unreadable:
        return  # one sentence; anything else that is raised fails the test


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=400))
def test_any_bytes(name: str, content: bytes) -> None:
    reads(name, content)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), TEXT, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]))
def test_any_text(name: str, text: str, codec: str) -> None:
    reads(name, text.encode(codec))


@settings(max_examples=100, deadline=None)
@given(JSON, st.booleans())
def test_any_json(value: object, lines: bool) -> None:
    text = json.dumps(value)
    reads("a.jsonl" if lines else "a.json", f"{text}\n{text}".encode() if lines else text.encode())


@settings(max_examples=100, deadline=None)
@given(CARD)
def test_any_card(text: str) -> None:
    reads("a.vcf", f"BEGIN:VCARD\n{text}\nEND:VCARD\n".encode())


@pytest.mark.deep
@settings(max_examples=20_000, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=2000))
def test_any_bytes_deep(name: str, content: bytes) -> None:
    reads(name, content)
