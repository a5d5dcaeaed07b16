"""The full-text table of PostgreSQL: two tsvectors of lexemes without positions under GIN."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import connection

from vincula.kernel.access import prepared
from vincula.kernel.records import bulk
from vincula.kernel.search import frequency
from vincula.kernel.search.engines import LAST, MOST_TOKENS, Match, Name, Row, Within, narrowed, rows_of
from vincula.kernel.search.words import Word

MOST_READ = 150_000  # entries that are read, in their order, for words that are common: a tenth of them in 4 ms
SHAPE = (  # an entry with the record that it is about: looking that up takes longer than finding the entry
    "(entry_id bigint PRIMARY KEY, entity varchar(100) NOT NULL, object_id bigint NOT NULL, title tsvector NOT NULL, anywhere tsvector NOT NULL)"
)
COLUMNS = ("entry_id", "entity", "object_id", "title", "anywhere")
MATCH = "entry_id, entity, object_id"
Build = Callable[..., prepared.Statement]
ENOUGH = 1_000  # candidates: of common words, who may see few of them is not shown that others have more


def _index(cursor: Any) -> None:
    for column in ("title", "anywhere"):
        cursor.execute(f"CREATE INDEX search_vector_{column} ON search_vector USING gin ({column})")


def _lexemes(tokens: Sequence[str]) -> str:
    return " ".join([f"'{token}'" for token in tokens])


def _expression(words: Sequence[Word]) -> str:
    terms = []
    for word in words:
        tokens = [f"'{token}'" for token in sorted(word.tokens)] + [f"'{prefix}':*" for prefix in word.prefixes]
        terms.append(f"({' | '.join(tokens)})")
    return " & ".join(terms)


class PostgreSQL:
    """tsvector and GIN."""

    def exists(self) -> bool:
        return bool(rows_of("SELECT to_regclass('search_vector') IS NOT NULL", [])[0][0])

    def create(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE search_vector {SHAPE}")
            _index(cursor)

    def renew(self) -> None:
        told = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'search_vector'::regclass AND attname = 'object_id'"
        if rows_of(told, [])[0][0]:
            return
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE search_vector_renewed {SHAPE}")
            cursor.execute(
                "INSERT INTO search_vector_renewed SELECT v.entry_id, e.entity, e.object_id, v.title, v.anywhere"
                " FROM search_vector v JOIN search_entry e ON e.id = v.entry_id ORDER BY v.entry_id"
            )
            cursor.execute("DROP TABLE search_vector")
            cursor.execute("ALTER TABLE search_vector_renewed RENAME TO search_vector")
            cursor.execute("ALTER INDEX search_vector_renewed_pkey RENAME TO search_vector_pkey")
            _index(cursor)
            cursor.execute("ANALYZE search_vector")  # which words are common is asked from now on

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_vector")

    def put(self, rows: Sequence[Row]) -> None:
        values = [(row.entry_id, row.entity, row.object_id, *self._tokens(row)) for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_vector (entry_id, entity, object_id, title, anywhere)"
                " VALUES (%s, %s, %s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))"
                " ON CONFLICT (entry_id) DO UPDATE SET entity = excluded.entity, object_id = excluded.object_id,"
                " title = excluded.title, anywhere = excluded.anywhere",
                values,
            )

    def ready(self, rows: Sequence[Row]) -> bulk.Insert:
        # tokens are letters and digits: nothing in them needs escaping
        values = [(r.entry_id, r.entity, r.object_id, *map(_lexemes, self._tokens(r))) for r in rows]
        return bulk.packed_into("search_vector", COLUMNS, values)

    def _tokens(self, row: Row) -> tuple[list[str], list[str]]:
        """Those of the title, and all of them, the title's first; no more than a vector takes."""
        title = sorted(row.title)[:MOST_TOKENS]
        return title, [*title, *sorted(row.text - row.title)[: MOST_TOKENS - len(title)]]

    def drop(self, entry_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_vector WHERE entry_id = ANY(%s)", [list(entry_ids)])

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
        column = "title" if titles else "anywhere"
        known = frequency.known(column)
        rare = [word for word in words if not known.common(word)]
        wanted = limit if within is None else within.most
        if not rare:
            found = self._read(column, words, entities, skip, limit, within)
            if len(found) == wanted or (within and (found or known.among(MOST_READ, words) >= ENOUGH)):
                return found
        # Of a beginning the index first puts together all words that begin so: not where another word is rare.
        listed = [word for word in rare if not word.prefixes] or rare or words
        return self._listed(column, listed, words, entities, skip, limit, within)

    def _read(self, column: str, words: Sequence[Word], *given: Any) -> list[Match]:
        """Among the first entries that there are."""
        first = f"SELECT {MATCH}, {column} FROM search_vector LIMIT {MOST_READ}"
        sql = f"SELECT {MATCH} FROM ({first}) r WHERE {column} @@ %s::tsquery"
        return self._matches(sql, {"words": _expression(words)}, *given)

    def _listed(self, column: str, listed: Sequence[Word], words: Sequence[Word], *given: Any) -> list[Match]:
        """Among those that the index names for ``listed``; the other words are looked for in what it finds."""
        sql = f"SELECT {MATCH}, {column} FROM search_vector WHERE {column} @@ %s::tsquery"
        values = {"words": _expression(listed)}
        if len(listed) < len(words):  # OFFSET 0 keeps the two apart
            sql = f"SELECT {MATCH} FROM ({sql} OFFSET 0) r WHERE {column} @@ %s::tsquery"
            values["others"] = _expression([word for word in words if word not in listed])
        return self._matches(sql, values, *given)

    def _matches(
        self, sql: str, values: dict[str, str], entities: Collection[str], skip: int, limit: int, within: Within | None
    ) -> list[Match]:
        """Always in the order of the table, whatever the plan: batches in different orders would miss some.

        OFFSET 0 keeps the planner from mixing what is asked for here into what finds them.
        """
        sql = f"SELECT {MATCH} FROM ({sql} OFFSET 0) v WHERE entity = ANY(%s) LIMIT %s OFFSET %s"

        def build(limit: int, skip: int, **sought: str) -> prepared.Statement:
            return narrowed(sql, [*sought.values(), list(entities), limit, skip], within)

        return [Match(*row) for row in _asked(sql, entities, within, build, **values, limit=limit, skip=skip)]

    def reaches(self, words: Sequence[Word], number: int) -> bool:
        known = frequency.known("anywhere")
        if all(known.common(word) for word in words):
            return known.among(known.entries, words) >= number
        sql = "SELECT count(*) FROM (SELECT 1 FROM search_vector WHERE anywhere @@ %s::tsquery LIMIT %s) q"
        return int(rows_of(sql, [_expression(words), number])[0][0]) == number

    def beginning(
        self, prefix: str, *, entities: Collection[str], after: Name | None, limit: int, within: Within | None = None
    ) -> list[Name]:
        first, number = (after.key, after.id) if after else (prefix, 2**62)
        sql = (  # ~>~ and its kin compare bytes, as the index for prefixes does, whatever the collation
            "SELECT n.id, n.entry_id, n.key, e.entity, e.object_id FROM search_name n CROSS JOIN LATERAL"
            " (SELECT entity, object_id FROM search_entry WHERE id = n.entry_id OFFSET 0) e"
            " WHERE n.key ~>=~ %s AND (n.key ~>~ %s OR n.id > %s) AND n.key ~<~ %s AND e.entity = ANY(%s)"
            " ORDER BY n.key USING ~<~, n.id LIMIT %s"
        )

        def build(first: str, number: int, last: str, limit: int) -> prepared.Statement:
            return narrowed(sql, [first, first, number, last, list(entities), limit], within)

        values: dict[str, prepared.Value] = {"first": first, "number": number, "last": prefix + LAST, "limit": limit}
        return [Name(*row) for row in _asked(sql, entities, within, build, **values)]


def _asked(
    sql: str, entities: Collection[str], within: Within | None, build: Build, **values: prepared.Value
) -> list[tuple[Any, ...]]:
    """What ``build`` makes of ``sql`` answers, planned once for each reader: what they see may take as long to plan as
    to look for (``prepared``)."""
    name = f"{sql} of {' '.join(entities)}, {within.most if within else 'all'}"
    return prepared.asked(name, within.reach.reader if within else None, build, **values)
