"""Values follow the reader's language and zone, and never come out empty."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from vincula.kernel import clock
from vincula.kernel.ui import format

NOW = datetime(2026, 4, 8, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_a_fixed_moment(settings: Any) -> Any:
    settings.TEST_INSTANCE = True
    with clock.frozen(NOW), translation.override("en"), timezone.override("Europe/Brussels"):
        yield


def test_a_date_names_the_day_of_the_readers_zone() -> None:
    assert format.format_date(NOW) == "9 Apr 2026"
    assert format.format_datetime(NOW) == "9 Apr 2026, 00:30"
    with timezone.override("America/New_York"):
        assert format.format_datetime(NOW) == "8 Apr 2026, 18:30"


def test_a_short_date_tells_the_year_only_when_it_is_another() -> None:
    assert format.format_date(date(2026, 4, 30), "short") == "30 Apr"
    assert format.format_date(date(2027, 4, 30), "short") == "30 Apr 2027"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "54.8\u00a0%"), ("ru", "54,8\u00a0%"), ("fr", "54,8\u00a0%"), ("de", "54,8\u00a0%"), ("nl", "54,8\u00a0%")],
)
def test_a_percentage_has_one_decimal_in_every_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert format.percent(54.8123) == expected
        assert format.share(Decimal("0.548123")) == expected


@pytest.mark.parametrize(
    "shown", [format.format_date, format.format_number, format.percent, format.ago, format.money, format.filesize]
)
def test_a_missing_value_is_a_dash(shown: Any) -> None:
    assert str(shown(None)) == "—"


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "12 apples"])
def test_what_is_no_number_is_shown_as_it_is(odd: str) -> None:
    assert format.format_number(odd) == odd
    assert format.percent(odd) == "—"


def test_negative_numbers_carry_a_real_minus_and_zero_carries_none() -> None:
    assert format.format_number(-12345.5, 1) == "−12,345.5"
    assert format.format_number(-0.01, 1) == "0.0"
    assert format.format_number(5.4, 1, sign=True) == "+5.4"


def test_relative_times_carry_the_absolute_beside_them() -> None:
    html = str(format.ago(NOW - timedelta(hours=3)))
    assert ">3 hours ago</time>" in html
    assert 'title="8 Apr 2026, 21:30"' in html
    assert 'datetime="2026-04-08T19:30Z"' in html


@pytest.mark.parametrize(
    ("day", "expected"),
    [(9, "today"), (8, "yesterday"), (10, "tomorrow"), (12, "in 3 days")],
)
def test_days_near_now_have_names(day: int, expected: str) -> None:
    assert format.relative(date(2026, 4, day)) == expected


def test_beyond_a_year_the_date_says_more_than_the_distance() -> None:
    assert format.relative(date(2020, 1, 2)) == "2 Jan 2020"


def test_russian_counts_in_its_own_plurals() -> None:
    with translation.override("ru"):
        assert format.relative(NOW - timedelta(days=2)) == "2 дня назад"
        assert format.relative(NOW - timedelta(days=5)) == "5 дней назад"


@pytest.mark.parametrize(
    ("size", "expected"), [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1500, "1.5 kB"), (1_234_567, "1.2 MB")]
)
def test_sizes_are_counted_in_thousands(size: int, expected: str) -> None:
    assert format.filesize(size) == expected


def test_money_keeps_its_currency() -> None:
    assert format.money(480000, "EUR") == "€480,000.00"
    assert format.money(480000, "EUR", 0) == "€480,000"
    assert format.money(Decimal("1.5")) == "1.50"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html,x)",
    ],
)
def test_rich_text_runs_nothing(hostile: str) -> None:
    html = format.markdown(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert "href=" not in html


def test_rich_text_keeps_its_shape_below_the_headings_of_the_page() -> None:
    html = format.markdown("# Title\n\n**bold** and [link](https://example.org)")
    assert "<h3>Title</h3>" in html
    assert "<strong>bold</strong>" in html
    assert 'rel="noopener nofollow"' in html


@pytest.mark.parametrize(
    ("name", "letters"), [("Bart De Smet", "BS"), ("Олена Коваль", "ОК"), ("", "?"), ("plato", "P")]
)
def test_initials_stand_for_a_person(name: str, letters: str) -> None:
    assert format.initials(name) == letters
