"""Moments come back from PostgreSQL as they were given, read by our own reader and not by a pattern (X2)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.records import moments

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def read(written: str, zone: str = "UTC") -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        try:
            cursor.execute("SELECT %s::timestamptz", [written])
            found: datetime = cursor.fetchone()[0]
        finally:
            cursor.execute("SELECT set_config('TimeZone', 'UTC', true)")
    return found


@given(
    moment=st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)),
    minutes=st.integers(min_value=-14 * 60, max_value=14 * 60),
)
def test_a_moment_comes_back_as_it_was_given(moment: datetime, minutes: int) -> None:
    given_moment = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = read(given_moment.isoformat())
    assert found == given_moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize("fraction", ["", ".1", ".12", ".123", ".12345", ".100001", ".000001"])
def test_postgresql_leaves_noughts_out_of_a_fraction(fraction: str) -> None:
    wanted = int(fraction[1:].ljust(6, "0")) if fraction else 0
    assert read(f"2026-11-23 03:26:50{fraction}+00").microsecond == wanted


def test_a_session_in_another_zone_tells_the_same_moment() -> None:
    assert read("2026-07-01 12:00:00+00", zone="Europe/Brussels") == datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("beyond", ["infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "12026-01-01 00:00:00+00"])
def test_what_python_cannot_hold_is_an_error(beyond: str) -> None:
    with pytest.raises(DataError):
        read(beyond)


def test_our_reader_is_the_one_that_reads() -> None:
    connection.ensure_connection()
    reader = connection.connection.adapters.get_loader(1184, 0)
    assert reader.__module__ == "vincula.kernel.records.moments"
    moments.read_moments(connection)
    assert connection.connection.adapters.get_loader(1184, 0) is reader, "psycopg keeps each class it is given for ever"
