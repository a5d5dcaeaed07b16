"""Read JSON: one record a line, or an array of records (X3)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from vincula.kernel.exchange.encodings import text_of
from vincula.kernel.exchange.limits import Limits, Unreadable, _, check_cells, check_rows, check_width, too_long


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_BLANK = " \t\r\n"


def kind_of(file: BinaryIO, encoding: str, name: str, limits: Limits) -> str:
    """``jsonl`` where the first line is a whole record and more follow, else ``json``."""
    if name.lower().endswith((".jsonl", ".ndjson")):
        return "jsonl"
    with text_of(file, encoding) as text:
        first, second = _next_filled(text, limits), _next_filled(text, limits)
    if not first.startswith("{") or not second:
        return "json"
    try:
        _DECODER.decode(first)
    except (ValueError, RecursionError):
        return "json"
    return "jsonl"


def _next_filled(text: io.TextIOWrapper, limits: Limits) -> str:
    """The next line that holds something, as far as a record in one line may be long; "" at the end."""
    while line := text.readline(limits.line_chars + 1):
        if stripped := line.removeprefix("\ufeff").strip():
            return stripped
    return ""


def lines(file: BinaryIO, encoding: str, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """One record a line, empty lines passed over."""
    count = number = 0
    with text_of(file, encoding) as read:
        while text := read.readline(limits.line_chars + 1):
            number += 1
            if len(text) > limits.line_chars:
                raise too_long(number, limits)
            text = text.removeprefix("\ufeff").strip()
            if text:
                count += 1
                check_rows(count, limits)
                yield number, _checked(number, _decoded(text, number), text, limits)


def _decoded(text: str, number: int) -> Any:
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise Unreadable(_("Line %(line)s is nested too deeply."), line=number) from error
    except ValueError as error:
        raise Unreadable(_("Line %(line)s is not valid JSON."), line=number) from error


def _checked(number: int, record: Any, text: str, limits: Limits) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise Unreadable(_("Line %(line)s is not a record: it must be written in braces { }."), line=number)
    if "\\ud" in text or "\\uD" in text:
        _refuse_half_letters(number, record)
    if "\\u0000" in text:
        raise Unreadable(_("Line %(line)s holds a character that cannot be kept (NUL)."), line=number)
    check_width(len(record), limits)
    check_cells(number, record, limits)
    return record


def _refuse_half_letters(number: int, record: dict[str, Any]) -> None:
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Unreadable(_("Line %(line)s holds half a letter (a lone surrogate)."), line=number) from error


def document(file: BinaryIO, encoding: str, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """Records of an array, of the only array in an object, or one lone object; with the line where each begins, or a number."""
    if file.seek(0, io.SEEK_END) > limits.json_bytes:
        raise Unreadable(
            _("A JSON file may have %(most)s MB. Write one record a line (JSONL) and try again."),
            most=limits.json_bytes // (1024 * 1024),
        )
    with text_of(file, encoding) as whole:
        text = whole.read().removeprefix("\ufeff")
    start = _past_blanks(text, 0)
    if text[start] == "{":
        yield from _from_object(text, limits)
        return
    yield from _from_array(text, start, limits)


def _from_object(text: str, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    whole = _decoded(text.strip(), 1)
    _refuse_half_letters(1, whole)
    inner = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    records = inner[0] if len(inner) == 1 and len(whole) <= 5 else [whole]
    for number, record in enumerate(records, 1):
        check_rows(number, limits)
        yield number, _checked(number, record, "", limits)


def _from_array(text: str, start: int, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    position, line, counted, count, told = start + 1, 1, 0, 0, 0
    while True:
        position = _past_blanks(text, position)
        if position < len(text) and text[position] == "]":
            break
        line, counted = line + text.count("\n", counted, position), position
        try:
            record, end = _DECODER.raw_decode(text, position)
        except RecursionError as error:
            raise Unreadable(_("Line %(line)s is nested too deeply."), line=line) from error
        except ValueError as error:
            raise Unreadable(_("The record that begins in line %(line)s is not valid JSON."), line=line) from error
        count += 1
        check_rows(count, limits)
        told = max(line, told + 1)  # several records may stand in one line; a number names one of them
        yield told, _checked(told, record, text[position:end], limits)
        position = _past_blanks(text, end)
        if position < len(text) and text[position] == ",":
            position += 1
        elif position >= len(text) or text[position] != "]":
            raise Unreadable(_("After the record that begins in line %(line)s a comma is missing."), line=line)
    if text[position + 1 :].strip():
        raise Unreadable(_("Something stands behind the end of the list."))


def _past_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position
