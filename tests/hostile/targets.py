"""What coverage-guided fuzzing is let loose on: each reads bytes, and may raise nothing but the errors it declares.

``python -m tests.hostile.targets NAME SECONDS FOLDER`` runs one under atheris; it ends with 0 when nothing was found.
Instrumented is what reads hostile text; no database is asked.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any
from urllib.parse import parse_qs

INSTRUMENTED = (
    "vincula.kernel.exchange", "vincula.kernel.entity", "vincula.kernel.records.fields", "vincula.kernel.search.words",
    "vincula.kernel.folding", "vincula.kernel.money", "vincula.kernel.files.sniffing", "vincula.kernel.api.interface",
    "vincula.kernel.api.schema",
)  # fmt: skip
Target = Callable[[bytes], None]


def _table(name: str) -> Target:
    from vincula.kernel.exchange.limits import DEFAULT, Unreadable
    from vincula.kernel.exchange.recognising import opened

    limits = replace(DEFAULT, rows=500, cell_chars=2000)

    def read(data: bytes) -> None:
        try:
            for line, _row in opened(io.BytesIO(data), name, None, None, limits).rows:
                assert line >= 1
        except Unreadable:
            return

    return read


def csv() -> Target:
    return _table("a.csv")


def json() -> Target:
    return _table("a.json")


def jsonl() -> Target:
    return _table("a.jsonl")


def vcard() -> Target:
    read = _table("a.vcf")
    return lambda data: read(b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + data + b"\r\nEND:VCARD\r\n")


def xlsx() -> Target:
    """The sheet and the strings of a package that is right otherwise; and the package's own bytes."""
    from tests.hostile.packages import workbook

    read, folder = _table("a.xlsx"), Path(tempfile.mkdtemp())

    def packed(data: bytes) -> None:
        half = len(data) // 2
        path = workbook(folder / "a.xlsx", data[:half], (data[half:],))
        read(path.read_bytes())
        read(b"PK\x03\x04" + data)

    return packed


def encodings() -> Target:
    from vincula.kernel.exchange.encodings import NAMES, detect
    from vincula.kernel.exchange.limits import Unreadable

    def guess(data: bytes) -> None:
        try:
            found = detect(io.BytesIO(data))
        except Unreadable:
            return
        assert found in NAMES
        data.decode(found)

    return guess


def addresses() -> Target:
    """Filters, order and cursor of a list's address, as far as the SQL that they make."""
    from django.core.exceptions import EmptyResultSet, ValidationError

    from vincula.kernel.entity import filters, listing, registry

    registry._own = (float("inf"), {})
    entities = registry.all()

    def parse(data: bytes) -> None:
        entity = entities[data[0] % len(entities) if data else 0]
        names = list(entity.columns)
        text = data[1:].decode("utf-8", "replace")
        given = parse_qs(text, keep_blank_values=True, max_num_fields=None)
        if len(data) > 2:  # half of the time a name that exists, with an operator
            operator = filters.OPERATORS[data[2] % len(filters.OPERATORS)]
            given[f"{names[data[1] % len(names)]}__{operator}"] = [text]
        try:
            order = listing.ordered(entity, given.pop("sort", [""])[0])
            rows = filters.apply(entity.model._base_manager.all(), filters.parse(entity, given))
            cursor = given.get("after", [text])[0]
            rows = listing._after(rows, order.keys, listing._decode(cursor, order))
        except ValidationError:
            return
        try:
            rows.query.sql_with_params()
        except EmptyResultSet:
            return

    return parse


def bodies() -> Target:
    """A JSON body as the API reads it, up to the values that the save door is given."""
    from django.core.exceptions import ValidationError
    from django.test import RequestFactory
    from ninja.errors import HttpError
    from pydantic import ValidationError as Unfit

    from vincula.kernel.api import resources, schema
    from vincula.kernel.api.interface import SafeParser
    from vincula.kernel.entity import registry

    registry._own = (float("inf"), {})
    models = [(e, schema.body_in(e, partial=True)) for e in registry.all()]
    request, parser = RequestFactory(), SafeParser()

    def read(data: bytes) -> None:
        entity, model = models[data[0] % len(models) if data else 0]
        try:
            sent: Any = parser.parse_body(request.post("/", data[1:], content_type="application/json"))
            values = model.model_validate(sent).dict(exclude_unset=True)
            values.pop("version", None)
            record = entity.model(**{
                k: v for k, v in resources.values_of(entity, values).items() if not isinstance(v, list) or k == "tags"
            })  # fmt: skip
            record.clean_fields(exclude={f.name for f in entity.model._meta.concrete_fields if f.is_relation})
        except (HttpError, Unfit, ValidationError):
            return

    return read


def kinds() -> Target:
    """Cells of an import: the text of every kind of field."""
    from django.core.exceptions import ValidationError

    from vincula.kernel.entity import registry
    from vincula.kernel.exchange import values

    fields = {f"{f.kind.name} {f.required}": f for e in registry.all() for f in e.columns.values()}
    known = list(fields.values())

    def parse(data: bytes) -> None:
        field, text = known[data[0] % len(known) if data else 0], data[1:].decode("utf-8", "replace")
        try:
            read = values.read(text, field)
            if field.model_field is not None and not field.related_model:
                field.model_field.clean(read, None)
        except ValidationError:
            return

    return parse


def words() -> Target:
    from vincula.kernel.search.words import tokens_in, understand

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        found = understand(text)
        assert len(found.words) <= 8
        tokens_in([text])

    return read


def rich_text() -> Target:
    """Markdown as it is shown: nothing that runs is left, and washing it again changes nothing."""
    import re

    from vincula.kernel.ui.format import markdown

    runs = re.compile(
        r"<(script|iframe|object|embed|svg|style|base|form|img)|<[^>]*\son\w+\s*=|<a[^>]*href=\"\s*(javascript|data|vbscript)",
        re.I,
    )

    def show(data: bytes) -> None:
        html = str(markdown(data.decode("utf-8", "replace")))
        assert not runs.search(html), html[:300]

    return show


def cleaners() -> Target:
    """Telephone numbers, e-mail addresses, domains, web addresses, amounts of money."""
    from django.core.exceptions import ValidationError

    from vincula.kernel.money.amount import parse
    from vincula.kernel.records.fields import CLEANERS

    def clean(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for cleaner in CLEANERS.values():
            try:
                again = cleaner(text)
                assert cleaner(again) == again, (text, again)
            except ValidationError:
                continue
        try:
            parse(text)
        except ValueError:
            return

    return clean


def sniffing() -> Target:
    """The type of an attachment, and the name it is kept under."""
    from vincula.kernel.files.sniffing import LONGEST_NAME, content_type, safe_name

    def look(data: bytes) -> None:
        name = safe_name(data[:300].decode("utf-8", "surrogateescape"))
        assert 0 < len(name) <= LONGEST_NAME
        assert not set(name) & set('/\\\0"')
        content_type(io.BytesIO(data), name)

    return look


TARGETS: dict[str, Callable[[], Target]] = {
    made.__name__: made
    for made in (
        csv,
        json,
        jsonl,
        vcard,
        xlsx,
        encodings,
        addresses,
        bodies,
        kinds,
        words,
        rich_text,
        cleaners,
        sniffing,
    )
}
SEEDS: dict[str, list[bytes]] = {
    "csv": [
        b"a;b\n1;2\n",
        b'a,"b\n""c"\n1,2',
        b"sep=|\na|b",
        "имя\tгород\n".encode("cp1251"),
        "a,b\n1,2".encode("utf-16"),
    ],
    "json": [b'[{"a": 1}, {"b": [1, null]}]', b'{"items": [{"a": "\\ud83d\\ude00"}]}', b'{"a": 1}\n{"a": 2}'],
    "jsonl": [b'{"a": 1}\n{"a": "x"}\n'],
    "vcard": [
        b"FN:A\r\nN:B;C;;;\r\n",
        b"TEL;TYPE=work,cell:+32 2\r\nEMAIL:a@example.org",
        b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=koi8-r:=C1=\r\n=C2",
        b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=:a",  # found by fuzzing, as the number below
    ],
    "xlsx": [
        b'<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet><sst><si><t>a</t></si></sst>'
    ],
    "encodings": ["Привет, мир".encode("cp1251"), "été".encode("cp1252"), "a".encode("utf-16")],
    "addresses": [
        b"\0name__contains=a&sort=-name&after=WyJuYW1lIixbImEiLDFdXQ",
        b"\3created_at__from=2026-01-01&tags=x&tags=y",
    ],
    "bodies": [
        b'\0{"name": "a", "tags": ["x"], "owner": 1}',
        b'\1{"references": {"ror": ["x"]}, "names": {"fr": "y"}}',
    ],
    "kinds": [b"\x002026-03-31 14:30", b"\x011 234,5", b"\x02fr: a; nl: b", b"\x03ror: https://ror.org/00cv9y106"],
    "words": ["Университет Гента U.Gent l'École".encode(), b"a" * 300],
    "rich_text": [b"# a\n*b* [c](javascript:alert(1)) <script>", b"|a|b|\n|-|-|\n|1|<x>|", b"<a href='data:x'>![x](y)"],
    "cleaners": [
        b"+32 2 790 33 33",
        b"+11.1.23 EU263 ERU3R",
        b"a.b@example.org",
        b"https://example.org/x?y",
        b"1.234,56 EUR",
        b"(EUR 5)",
    ],
    "sniffing": [b"\x89PNG\r\n\x1a\n", b"<svg onload=x>", b"PK\x03\x04", b"../a\0.exe", b"\xff\xfe<\0"],
}


def functions() -> Iterator[FunctionType]:
    """What is to be instrumented: functions and methods of the modules that read. All of Django would take minutes."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(INSTRUMENTED):
            continue
        for thing in list(vars(module).values()):
            for each in (thing, *(vars(thing).values() if isinstance(thing, type) else ())):
                plain = getattr(each, "__func__", getattr(each, "fget", each))
                if isinstance(plain, FunctionType) and plain.__module__ == name:
                    yield plain


def main() -> None:
    """Run one target under atheris for some seconds; what it finds is raised, with the bytes."""
    import atheris

    name, seconds, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    target = TARGETS[name]()
    for function in functions():
        atheris.instrument_func(function)
    for number, seed in enumerate(SEEDS[name]):
        (folder / f"seed-{number}").write_bytes(seed)
    limits = [
        f"-max_total_time={seconds}",
        "-rss_limit_mb=2000",
        "-timeout=10",
        "-max_len=2000",
        f"-artifact_prefix={folder}/",
    ]
    atheris.Setup([sys.argv[0], str(folder), *limits, "-print_final_stats=1"], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
