"""Which of many candidates can be likely at all, told from what is quick to read, before names are compared (X4).

Things that share a few words of their names are candidates by the dozen. Most lie in another country and share no
address: whatever their names say, ``scoring`` cannot call them likely, and reading them whole is spared.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from vincula.kernel.duplicates import scoring
from vincula.kernel.duplicates.features import Features, Reader

AT_ONCE = 2_000
_WRITTEN = ("references", "domains")  # signs whose values, where they are plain, stand in the columns as they are
_UNREAD = ("emails", "phones", "code")  # of these a record with any is not judged here
Row = tuple[str | None, str]  # country; the columns of ``_WRITTEN`` as the database holds them, in small letters


def narrowed(reader: Reader, asked: Sequence[Features], near: list[set[int]], at_least: float) -> list[set[int]]:
    """Of the candidates of each, those that may be as certain as ``at_least``. May keep one that is not; drops none
    that is, but for records that are not there or lie in the trash."""
    country = _country(reader)
    elsewhere = scoring.at_most(Features(country="A", places=_SOMEWHERE), Features(country="B", places=_SOMEWHERE))
    if country is None or not 0 < at_least < 1 or elsewhere > scoring.points_of(at_least) - 1e-6:
        return near
    rows = _rows(reader, country, sorted({pk for some in near for pk in some}))
    return [_promising(own, some, rows) for own, some in zip(asked, near, strict=True)]


_SOMEWHERE = frozenset({"here"})


def _promising(own: Features, some: set[int], rows: Mapping[int, Row]) -> set[int]:
    """Those in the same country, or in none, or which may share an address or an identifier."""
    needles = [*own.domains, *(value for _scheme, value in own.references)]
    if not own.country or own.codes or own.emails or own.phones or not all(map(_plain, needles)):
        return some & rows.keys()
    found, here = set(), own.country
    for pk in some:
        if (row := rows.get(pk)) is None:
            continue
        country, said = row
        if country == here or not country or _unsure(said):
            found.add(pk)
            continue
        for needle in needles:
            if needle in said:
                found.add(pk)
                break
    return found


def _plain(needle: str) -> bool:
    """Whether a comparable address or identifier stands in what it was read from just so, but for capitals."""
    return needle.isascii() and needle.isprintable() and not set(needle) & set(" \"'\\")


def _unsure(said: str) -> bool:
    """Whether columns hold more than plain text: other letters may fold to those that are looked for."""
    return not said.isascii() or "\\" in said


def _country(reader: Reader) -> str | None:
    """The column of the country, of things that are judged here."""
    kinds = {sign.kind: sign for sign in reader.entity.identity}
    if "country" not in kinds or "person" in kinds or len(kinds["country"].fields) != 1:
        return None
    return str(reader.entity.model._meta.get_field(kinds["country"].fields[0]).column)  # type: ignore[union-attr]  # a column of the record


def _rows(reader: Reader, country: str, ids: Sequence[int]) -> dict[int, Row]:
    """{record: its row}; JSON comes as text, which costs a tenth of reading it."""
    meta, quote = reader.entity.model._meta, connection.ops.quote_name
    names = [name for sign in reader.entity.identity if sign.kind in _WRITTEN for name in sign.fields]
    postgresql = connection.vendor == "postgresql"
    columns = [quote(str(meta.get_field(name).column)) for name in names]  # type: ignore[union-attr]  # as above
    said = " || ' ' || ".join(f"COALESCE({name}{'::text' if postgresql else ''}, '')" for name in columns) or "''"
    among = "= ANY(%s)" if postgresql else "IN (SELECT value FROM json_each(%s))"
    statement = f"SELECT id, UPPER({quote(country)}), LOWER({said}) FROM {quote(meta.db_table)} WHERE id {among} AND trashed_at IS NULL"  # noqa: S608  # names of tables and columns, from the models
    found: dict[int, Row] = {}
    for start in range(0, len(ids), AT_ONCE):
        some: Any = list(ids[start : start + AT_ONCE])
        with connection.cursor() as cursor:
            cursor.execute(statement, [some if postgresql else json.dumps(some)])
            found.update([(pk, (there, told)) for pk, there, told in cursor.fetchall()])
    return found
