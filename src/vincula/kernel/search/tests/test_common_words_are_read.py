"""Of common words PostgreSQL reads entries instead of listing them all: the same is found (X2)."""

import random
from itertools import combinations

import pytest
from django.core.cache import cache
from django.db import connection

from vincula.kernel import search
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.search import Document, frequency, postgresql
from vincula.kernel.search.engines import Within
from vincula.kernel.search.models import Entry
from vincula.kernel.search.reach import Reach
from vincula.kernel.search.words import Word

ORG, PERSON = "test.organisation", "test.person"
EVERY, HALF, TENTH, ONE = "campus", "network", "budget", "quorum"  # how many documents say them
NEVER = "nobody"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lists entries one by one as they are wanted"),
]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> dict[int, set[str]]:
    """{entry: its words} of 400 documents, analysed, where common begins with 30 entries and 100 are read."""
    chance = random.Random(20261122)
    documents = {}
    for n in range(400):
        words = {EVERY} | {word for word, part in ((HALF, 0.5), (TENTH, 0.1)) if chance.random() < part}
        documents[n] = words | ({ONE} if n == 399 else set())
    search.write(Document(ORG if n % 4 else PERSON, n, " ".join(sorted(words))) for n, words in documents.items())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_vector")
    monkeypatch.setattr(frequency, "MANY", 30)
    monkeypatch.setattr(postgresql, "MOST_READ", 100)
    monkeypatch.setattr(postgresql, "ENOUGH", 20)
    cache.clear()
    ours = Entry.objects.filter(entity__in=[ORG, PERSON]).values_list("pk", "object_id")
    return {pk: documents[n] for pk, n in ours}


def word(text: str, *prefixes: str) -> Word:
    return Word(text, frozenset({text}), prefixes)


def test_the_statistics_tell_common_words_from_rare_ones(said: dict[int, set[str]]) -> None:
    known = frequency.known("anywhere")
    assert [known.common(word(w)) for w in (EVERY, HALF, TENTH, ONE, NEVER)] == [True, True, True, False, False]
    assert known.common(word("netw", "netw"))
    assert 150 < known.among(known.entries, [word(HALF), word(EVERY)]) < 250


@pytest.mark.parametrize("titles", [True, False])
def test_whatever_the_words_and_the_batches_every_entry_is_found_once(said: dict[int, set[str]], titles: bool) -> None:
    engine = postgresql.PostgreSQL()
    every = [word(w) for w in (EVERY, HALF, TENTH, ONE, NEVER)] + [word("netw", "netw"), word("bu", "bu", "quo")]
    for words in [(one,) for one in every] + list(combinations(every, 2)) + list(combinations(every, 3)):
        expected = {pk for pk, there in said.items() if all(w.matches(there) for w in words)}
        found: list[int] = []
        for size in (7, 60, 900):
            left = len(expected) - len(found)
            batch = engine.match(words, titles=titles, entities=[ORG, PERSON], skip=len(found), limit=size)
            found += [match.entry_id for match in batch]
            assert len(batch) == min(size, left), words
        assert len(found) == len(set(found)), words
        assert set(found) == expected, words


@pytest.mark.parametrize("words", [(TENTH,), (HALF,), (HALF, TENTH)])
def test_batches_follow_one_order_whatever_the_plan_of_each(said: dict[int, set[str]], words: tuple[str, ...]) -> None:
    engine, asked = postgresql.PostgreSQL(), [word(w) for w in words]
    expected = {pk for pk, there in said.items() if there.issuperset(words)}
    with connection.cursor() as cursor:  # what was written last stands last, whatever its number
        cursor.execute("UPDATE search_vector SET title = title WHERE entry_id % 3 = 0")
        found: list[int] = []
        for way in ("nestloop", "hashjoin", "mergejoin"):
            for other in ("nestloop", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{other} = {'on' if other == way else 'off'}")
            batch = engine.match(asked, titles=True, entities=[ORG, PERSON], skip=len(found), limit=12)
            found += [match.entry_id for match in batch]
    assert len(found) == min(36, len(expected))
    assert len(set(found)) == len(found)


def test_one_kind_of_record_is_found_behind_all_the_others(said: dict[int, set[str]]) -> None:
    found = postgresql.PostgreSQL().match([word(EVERY)], titles=True, entities=[PERSON], skip=0, limit=500)
    assert {match.entity for match in found} == {PERSON}
    assert len(found) == 100


def test_who_sees_few_looks_at_the_first_ones_of_a_common_word_and_at_all_of_a_rare_one(
    said: dict[int, set[str]],
) -> None:
    engine = postgresql.PostgreSQL()
    last = Within(Reach("q.object_id = %s", [399], SYSTEM, frozenset()), 5)
    given = {"titles": True, "entities": [ORG, PERSON], "skip": 0, "limit": 400, "within": last}
    assert engine.match([word(EVERY)], **given) == []
    assert [m.object_id for m in engine.match([word(EVERY), word(ONE)], **given)] == [399]
    assert engine.reaches([word(EVERY)], 380)
    assert not engine.reaches([word(ONE)], 2)
