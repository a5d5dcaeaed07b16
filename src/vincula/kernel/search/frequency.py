"""Which words thousands of entries have, as PostgreSQL's own statistics know it.

The index of words answers for a rare word at once; for a common one it lists every entry before the first is read,
which grows with the house. Entries themselves, read in their order, soon give enough of a common word and nothing of a
rare one. So it has to be known beforehand which a word is; what is not in the statistics is rare.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from django.core.cache import cache
from django.db import connection

from vincula.kernel.search.words import Word

KEPT_FOR = 600  # seconds; statistics change when a tenth of the table has
MANY = 30_000  # entries: from here on reading is quicker than listing; below it, listing takes 10 ms at most


class Known(NamedTuple):
    """``parts``: which share of ``entries`` has each of the commonest tokens."""

    entries: float
    parts: dict[str, float]

    def part(self, word: Word) -> float:
        """Which share of the entries has a token of ``word``, about: one of them, for the others are its other forms."""
        whole = max((self.parts.get(token, 0.0) for token in word.tokens), default=0.0)
        begun = (
            sum(part for token, part in self.parts.items() if token.startswith(word.prefixes)) if word.prefixes else 0
        )
        return min(1.0, max(whole, begun))

    def common(self, word: Word) -> bool:
        return self.entries * self.part(word) >= MANY

    def among(self, number: float, words: Sequence[Word]) -> float:
        """How many of ``number`` entries have all of ``words``, about, if these have nothing to do with each other."""
        return number * math.prod(self.part(word) for word in words)


def known(column: str) -> Known:
    """What the statistics say of ``title`` or ``anywhere``; nothing before the table was analysed for the first time."""
    return cache.get_or_set(f"search:common:{column}", lambda: _read(column), KEPT_FOR) or Known(0, {})


def _read(column: str) -> Known:
    sql = (
        "SELECT c.reltuples, s.most_common_elems::text::text[], s.most_common_elem_freqs FROM pg_class c LEFT JOIN pg_stats s"
        " ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname AND s.attname = %s"
        " WHERE c.oid = 'search_vector'::regclass"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [column])
        entries, tokens, parts = cursor.fetchone()
    least = MANY / entries / 100 if entries > 0 else 1.0  # what together with others that begin alike may be common
    return Known(max(0.0, entries), {t: p for t, p in zip(tokens or (), parts or (), strict=False) if p >= least})
