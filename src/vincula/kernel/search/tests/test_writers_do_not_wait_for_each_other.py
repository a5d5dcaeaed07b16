"""Two transactions that bring the same new words neither wait nor lose them (X2)."""

import threading

import pytest
from django.db import connection, transaction

from vincula.kernel import jobs, search
from vincula.kernel.search import Document
from vincula.kernel.search.models import Vocable


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, and waits by design")
@pytest.mark.django_db(transaction=True)
def test_new_words_of_a_second_writer_are_learnt_by_a_job() -> None:
    def second_writer() -> None:
        try:
            search.write([Document("test.organisation", 2, "Zephyr Quagga Albatross")])
        finally:
            connection.close()

    before = set(Vocable.objects.values_list("word", flat=True))
    with transaction.atomic():
        search.write([Document("test.organisation", 1, "Albatross Zephyr")])
        other = threading.Thread(target=second_writer)
        other.start()
        other.join(timeout=10)
        assert not other.is_alive(), "the second writer waits for the first"
    assert not Vocable.objects.filter(word="quagga").exists()
    jobs.drain()
    assert set(Vocable.objects.values_list("word", flat=True)) - before == {"albatross", "quagga", "zephyr"}
