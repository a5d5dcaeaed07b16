"""What the bench makes set-based is what the program itself would have written: folded names, history, index, search."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import connection

from vincula.bench import making, writing
from vincula.bench.making import SHAPES, Maker
from vincula.bench.names import Names
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.records import derived, state
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import IndexValue
from vincula.kernel.search import index, records
from vincula.kernel.search.models import Entry, Name
from vincula.kernel.search.words import tokens_in
from vincula.parties.models import Interaction, Organisation, Person, Task

pytestmark = pytest.mark.django_db
SIZE = 12


@pytest.fixture
def made(monkeypatch, nothing_begun):
    """A few organisations. Settling and switching the disk off are for the real thing, outside of a test's transaction."""
    made_on(monkeypatch)


@pytest.fixture
def copied(monkeypatch, nothing_begun):
    """As many, half of them copied by the database."""
    monkeypatch.setattr(making, "BLOCK", SIZE // 2)
    made_on(monkeypatch)


def made_on(monkeypatch):
    monkeypatch.setattr(writing, "settle", lambda: None)
    monkeypatch.setattr(writing, "bare", lambda _tables: nullcontext())
    Maker(SIZE, date(2026, 11, 21)).make(lambda _text: None)


def test_each_organisation_has_three_people_five_interactions_and_two_tasks(made):
    counts = [m.objects.count() for m in (Organisation, Person, Interaction, Task)]
    assert counts == [SIZE, SIZE * 3, SIZE * 5, SIZE * 2]


def test_columns_index_values_and_history_are_those_that_the_save_door_writes(made):
    for model in SHAPES:
        entity = registry.for_model(model)
        for record in model._base_manager.all():
            for f in model._meta.concrete_fields:
                if isinstance(f, FoldedField):
                    stored = getattr(record, f.attname)
                    assert f.pre_save(record, False) == stored
            kept = IndexValue.objects.filter(entity=entity.key, object_id=record.pk).values_list("field", "value")
            assert set(kept) == set(derived.index_values(record))
            told = AuditEntry.objects.get(entity=entity.key, object_id=record.pk)
            assert told.changes == state.creation(state.of(record, with_many=False))
            assert (told.digest, told.version) == (trail.digest_of(told.changes), record.version)


def test_documents_names_and_tokens_are_those_that_the_index_writes(made):
    assert_found_as_written()


def test_what_the_database_copies_is_found_as_what_it_copies_from(copied):
    assert Organisation.objects.count() == SIZE
    assert_found_as_written()


def assert_found_as_written():
    for model in SHAPES:
        entity = registry.for_model(model)
        for record in model._base_manager.all() if entity.search_fields else ():
            document = records.document(entity, record)
            entry = Entry.objects.get(entity=entity.key, object_id=record.pk)
            said = (document.title, document.acronym, list(document.names), document.text)
            assert (entry.title, entry.acronym, entry.names, entry.text) == said
            kept = Name.objects.filter(entry=entry).values_list("key", "rank")
            assert set(kept) == {(n.key, int(n.rank)) for n in index._names(entry)}
            title = tokens_in([document.title, document.acronym, *document.names])
            if _postgresql():
                assert _about(entry.pk) == (entity.key, record.pk)
            assert _tokens(entry.pk) == (title, tokens_in([document.text]) | (title if _postgresql() else set()))


def _postgresql():
    return connection.vendor == "postgresql"


def _about(pk):
    """The record that an entry is about, as the full-text table of PostgreSQL says it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entity, object_id FROM search_vector WHERE entry_id = %s", [pk])
        return cursor.fetchone()


def _tokens(pk):
    with connection.cursor() as cursor:
        if _postgresql():
            cursor.execute(
                "SELECT tsvector_to_array(title), tsvector_to_array(anywhere) FROM search_vector WHERE entry_id = %s",
                [pk],
            )
            return tuple(set(found) for found in cursor.fetchone())
        cursor.execute("SELECT title, text FROM search_fts WHERE rowid = %s", [pk])
        return tuple(set(found.split()) for found in cursor.fetchone())


def test_two_names_in_five_are_cyrillic_and_a_seed_gives_the_same_names_again():
    first, second = Names(7), Names(7)
    made = [first.organisation(n) for n in range(2_000)]
    assert [second.organisation(n) for n in range(2_000)] == made
    assert 0.36 < sum(o.cyrillic for o in made) / 2_000 < 0.44
