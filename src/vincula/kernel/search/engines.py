"""The full-text tables of the two databases, behind one face.

SQLite: an FTS5 table with its own content (deleting from a contentless one needs a newer SQLite than people have),
tokenizer ``ascii``: it takes every letter beyond ASCII as part of a word, so tokens are exactly ours. PostgreSQL: two
tsvectors of lexemes without positions under GIN. Both tables are raw, made by ``install`` and keyed by the Entry,
without a foreign key: TRUNCATE of the test suites would stumble over one; of what points nowhere no title is found.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

from django.db import connection

from vincula.kernel.records import bulk
from vincula.kernel.search.reach import Reach
from vincula.kernel.search.words import Word

MOST_TOKENS = 20_000  # of one document: PostgreSQL refuses a tsvector of more than 1 MB
LAST = "\U0010ffff"


class Row(NamedTuple):
    """The tokens of one entry, which is about a record."""

    entry_id: int
    entity: str
    object_id: int
    title: set[str]
    text: set[str]


class Match(NamedTuple):
    """An entry and the record that it is about."""

    entry_id: int
    entity: str
    object_id: int


class Name(NamedTuple):
    """One whole name of an entry, and the record that has it."""

    id: int
    entry_id: int
    key: str
    entity: str
    object_id: int


class Within(NamedTuple):
    """Only what is in ``reach``, at most ``most`` of it."""

    reach: Reach
    most: int


class Engine(Protocol):
    def exists(self) -> bool:
        """Whether the table is there."""

    def create(self) -> None:
        """Make the table; it must not be there."""

    def renew(self) -> None:
        """Bring a table that an older program made into the shape that this one reads."""

    def clear(self) -> None:
        """Empty the table."""

    def put(self, rows: Sequence[Row]) -> None:
        """Write rows, in place of what they had before."""

    def ready(self, rows: Sequence[Row]) -> bulk.Insert:
        """What ``put`` writes for entries that are new, to be called later."""

    def drop(self, entry_ids: Sequence[int]) -> None:
        """Take rows out."""

    def match(
        self,
        words: Sequence[Word],
        *,
        titles: bool,
        entities: Collection[str],
        skip: int,
        limit: int,
        within: Within | None = None,
    ) -> list[Match]:
        """Entries in which every word occurs (in titles and names only, or anywhere), those indexed early first.

        ``skip``: how many of them are known already. ``within``: of the ``limit`` first, those that are in reach, at
        most as many as it wants.
        """

    def reaches(self, words: Sequence[Word], number: int) -> bool:
        """Whether every word occurs in so many entries, of whatever kind; an estimate will do where there are millions."""

    def beginning(
        self, prefix: str, *, entities: Collection[str], after: Name | None, limit: int, within: Within | None = None
    ) -> list[Name]:
        """Names that begin with ``prefix`` and are longer, in the order of their bytes, those after ``after``."""


def rows_of(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def narrowed(sql: str, params: list[Any], within: Within | None) -> tuple[str, list[Any]]:
    """The statement around one that finds rows with ``entity`` and ``object_id``; it ends with the last row wanted."""
    if within is None:
        return sql, params
    return f"SELECT q.* FROM ({sql}) q WHERE {within.reach.sql} LIMIT %s", [
        *params,
        *within.reach.params,
        within.most,
    ]  # our own SQL


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


class Sqlite:
    """FTS5."""

    def exists(self) -> bool:
        return bool(rows_of("SELECT 1 FROM sqlite_master WHERE name = 'search_fts'", []))

    def create(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE VIRTUAL TABLE search_fts USING fts5(title, text, tokenize='ascii', prefix='2 3', detail=column)"
            )

    def renew(self) -> None:
        """It is as it ever was."""

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_fts")

    def put(self, rows: Sequence[Row]) -> None:
        self.drop([row.entry_id for row in rows])
        self.ready(rows)()

    def ready(self, rows: Sequence[Row]) -> bulk.Insert:
        values = [(r.entry_id, " ".join(sorted(r.title)), " ".join(sorted(r.text)[:MOST_TOKENS])) for r in rows]
        return bulk.packed_into("search_fts", ("rowid", "title", "text"), values)

    def drop(self, entry_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_fts WHERE rowid = %s", [(i,) for i in entry_ids])

    def match(
        self,
        words: Sequence[Word],
        *,
        titles: bool,
        entities: Collection[str],
        skip: int,
        limit: int,
        within: Within | None = None,
    ) -> list[Match]:
        sql = (
            "SELECT f.rowid AS entry_id, e.entity, e.object_id FROM search_fts f JOIN search_entry e ON e.id = f.rowid"
            f" WHERE f.search_fts MATCH %s AND e.entity IN ({_marks(entities)})"
            " ORDER BY f.rowid LIMIT %s OFFSET %s"
        )
        expression = self._expression(words)
        params = [f"{{title}} : ({expression})" if titles else expression, *entities, limit, skip]
        return [Match(*row) for row in rows_of(*narrowed(sql, params, within))]

    def reaches(self, words: Sequence[Word], number: int) -> bool:
        sql = "SELECT count(*) FROM (SELECT 1 FROM search_fts WHERE search_fts MATCH %s LIMIT %s)"
        return int(rows_of(sql, [self._expression(words), number])[0][0]) == number

    def _expression(self, words: Sequence[Word]) -> str:
        terms = []
        for word in words:
            tokens = [f'"{token}"' for token in sorted(word.tokens)] + [f'"{prefix}" *' for prefix in word.prefixes]
            terms.append(f"({' OR '.join(tokens)})")
        return " AND ".join(terms)

    def beginning(
        self, prefix: str, *, entities: Collection[str], after: Name | None, limit: int, within: Within | None = None
    ) -> list[Name]:
        start = (after.key, after.id) if after else (prefix, 2**62)
        sql = (
            "SELECT n.id, n.entry_id, n.key, e.entity, e.object_id FROM search_name n CROSS JOIN search_entry e ON e.id = n.entry_id"
            f" WHERE (n.key, n.id) > (%s, %s) AND n.key < %s AND e.entity IN ({_marks(entities)})"
            " ORDER BY n.key, n.id LIMIT %s"
        )
        params = [*start, prefix + LAST, *entities, limit]
        return [Name(*row) for row in rows_of(*narrowed(sql, params, within))]


def engine() -> Engine:
    """The one for the database in use."""
    from vincula.kernel.search.postgresql import PostgreSQL  # which is one of these

    return PostgreSQL() if connection.vendor == "postgresql" else Sqlite()
