"""Which of many candidates can be likely at all, told from what is quick to read, before names are compared (X4).

Things that share a few words of their names are candidates by the dozen. Most lie in another country and share no
address: whatever their names say, ``scoring`` cannot call them likely, and reading them whole is spared.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from vincula.kernel.duplicates import scoring
from vincula.kernel.duplicates.features import Features, Reader

AT_ONCE = 2_000
_WRITTEN = ("references", "domains")  # signs whose values, where they are plain, stand in the columns as they are
_UNREAD = ("emails", "phones", "code")  # of these a record with any is not judged here
# The country in capitals; the columns of ``_WRITTEN`` as the database holds them, in small letters, and None where they
# hold more than plain text: other letters may fold to those that are looked for.
Row = tuple[str, str | None]
Rows = dict[int, Row | None]  # None: a record that is not there, or lies in the trash


def narrowed(
    reader: Reader, asked: Sequence[Features], near: list[set[int]], at_least: float, rows: Rows | None = None
) -> list[set[int]]:
    """Of the candidates of each, those that may be as certain as ``at_least``. May keep one that is not; drops none
    that is, but for records that are not there or lie in the trash. ``rows`` are known already, and get what is read.
    """
    country = _country(reader)
    elsewhere = scoring.at_most(_alike("A"), _alike("B"))
    if country is None or not 0 < at_least < 1 or elsewhere > scoring.points_of(at_least) - 1e-6:
        return near
    rows = {} if rows is None else rows
    rows.update(_rows(reader, country, sorted(set().union(*near).difference(rows))))
    return [_promising(own, some, rows) for own, some in zip(asked, near, strict=True)]


def _alike(country: str) -> Features:
    """One of two things that are as alike as can be, but for where they are and their addresses."""
    return Features(country=country, places=frozenset({"here"}), acronyms=frozenset({"abc"}))


def _promising(own: Features, some: set[int], rows: Rows) -> set[int]:
    """Those in the same country, or in none, or which may share an address or an identifier."""
    needles = [*own.domains, *(value for _scheme, value in own.references)]
    if not own.country or own.codes or own.emails or own.phones or not all(map(_plain, needles)):
        return {pk for pk in some if rows[pk] is not None}
    found, here = set(), own.country
    for pk in some:
        if (row := rows[pk]) is None:
            continue
        country, said = row
        if country == here or not country or said is None:
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


def _judged(country: str, said: str) -> Row:
    """A row as it is compared."""
    return country.upper(), said.lower() if said.isascii() and "\\" not in said else None


def _country(reader: Reader) -> str | None:
    """The column of the country, of things that are judged here."""
    kinds = {sign.kind: sign for sign in reader.entity.identity}
    if "country" not in kinds or "person" in kinds or len(kinds["country"].fields) != 1:
        return None
    return str(reader.entity.model._meta.get_field(kinds["country"].fields[0]).column)  # type: ignore[union-attr]  # a column of the record


def _rows(reader: Reader, country: str, ids: Sequence[int]) -> Rows:
    """{record: its row}; JSON comes as text, which costs a tenth of reading it."""
    meta, quote = reader.entity.model._meta, connection.ops.quote_name
    names = [name for sign in reader.entity.identity if sign.kind in _WRITTEN for name in sign.fields]
    postgresql = connection.vendor == "postgresql"
    columns = [quote(str(meta.get_field(name).column)) for name in names]  # type: ignore[union-attr]  # as above
    said = " || ' ' || ".join(f"COALESCE({name}{'::text' if postgresql else ''}, '')" for name in columns) or "''"
    among = "= ANY(%s)" if postgresql else "IN (SELECT value FROM json_each(%s))"
    where = f"COALESCE({quote(country)}, '')"
    statement = f"SELECT id, {where}, {said} FROM {quote(meta.db_table)} WHERE id {among} AND trashed_at IS NULL"  # noqa: S608  # names of tables and columns, from the models
    found: Rows = dict.fromkeys(ids)
    for start in range(0, len(ids), AT_ONCE):
        some: Any = list(ids[start : start + AT_ONCE])
        with connection.cursor() as cursor:
            cursor.execute(statement, [some if postgresql else json.dumps(some)])
            found.update([(pk, _judged(there, told)) for pk, there, told in cursor.fetchall()])
    return found
