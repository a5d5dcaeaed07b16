"""Numbers of a series follow each other without gaps or doubles, whatever fails and however many ask."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from vincula.kernel.numbering import next_number
from vincula.kernel.numbering.models import Counter


@pytest.mark.django_db
def test_each_series_and_year_counts_from_one() -> None:
    assert [next_number("case", 2026) for _ in range(3)] == [1, 2, 3]
    assert next_number("case", 2027) == 1
    assert next_number("minutes", 2026) == 1
    assert next_number("case", 2026) == 4


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    next_number("case", 2026)
    with pytest.raises(RuntimeError), transaction.atomic():
        assert next_number("case", 2026) == 2
        raise RuntimeError
    assert next_number("case", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_given() -> None:
    with pytest.raises(TransactionManagementError):
        next_number("case", 2026)


@pytest.mark.django_db
def test_the_database_refuses_a_second_counter_and_a_series_without_name() -> None:
    next_number("case", 2026)
    with pytest.raises(IntegrityError), transaction.atomic():
        Counter.objects.create(series="case", year=2026)
    with pytest.raises(IntegrityError), transaction.atomic():
        Counter.objects.create(series="", year=2026)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer; an in-memory one, one connection")
@pytest.mark.django_db(transaction=True)
def test_eight_threads_that_take_fifty_each_leave_no_gap_and_no_double() -> None:
    given: list[int] = []
    barrier = threading.Barrier(8)

    def take() -> None:
        try:
            barrier.wait()
            for turn in range(50):
                try:
                    with transaction.atomic():
                        number = next_number("case", 2026)
                        if turn % 7 == 3:
                            raise RuntimeError
                    given.append(number)
                except RuntimeError:
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, len(given) + 1))
    assert len(given) == 8 * 43
