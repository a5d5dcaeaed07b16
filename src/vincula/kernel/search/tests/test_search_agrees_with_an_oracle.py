"""The index against the simplest thing that could be right: looking at every document (X2)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vincula.kernel import search
from vincula.kernel.search import Document

ORG = "test.organisation"
ALPHABET = "abcdeghiknostuéèüßøabcdeабвгдийклоёжщ09"
a_word = st.text(ALPHABET, min_size=1, max_size=8)
some_words = st.lists(a_word, max_size=5)
documents = st.lists(st.tuples(some_words, some_words, some_words, some_words), min_size=1, max_size=6)


@contextmanager
def undone() -> Iterator[None]:
    """Each example starts with an empty index."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def in_reach(word: str, document: tuple[list[str], ...]) -> bool:
    return any(word in part for part in document)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents, st.data())
def test_every_word_finds_its_documents_and_only_the_visible_ones(
    described: list[tuple[list[str], ...]], data: st.DataObject
) -> None:
    numbered = dict(enumerate(described, start=1))
    allowed = data.draw(st.sets(st.sampled_from(sorted(numbered))))
    removed = data.draw(st.sets(st.sampled_from(sorted(numbered))))
    vocabulary = sorted({word for document in described for part in document for word in part})
    with undone():
        search.write(
            Document(ORG, n, " ".join(title), "-".join(acronym), [" ".join(names)], ", ".join(text))
            for n, (title, acronym, names, text) in numbered.items()
        )
        search.remove(ORG, removed)
        for word in vocabulary:
            hits = search.find(word, entities=[ORG], visible=lambda _e, ids: allowed.intersection(ids), limit=50)
            found = {hit.object_id for hit in hits}
            expected = {n for n, document in numbered.items() if in_reach(word, document)} & allowed - removed
            assert expected <= found, word
            assert found <= allowed - removed, word
            assert len(found) == len(hits)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_whatever_breaks_writing_or_finding(text: str, query: str) -> None:
    with undone():
        search.write([Document(ORG, 1, text, text[:5], [text], text)])
        search.find(query, entities=[ORG], visible=lambda _e, ids: ids)
        search.find(text, entities=[ORG], visible=lambda _e, ids: ids)
