"""Money is exact, in one currency, and reads as people of each language write it."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.money import CurrencyMismatchError, Money, exponent
from vincula.kernel.money.amount import LARGEST, parse

CODES = ("EUR", "USD", "JPY", "KWD", "RUB", "HUF", "CLF", "GBP", "CHF", "ISK")
LOCALES = ("en", "ru", "fr", "nl", "de", "en-gb", "fr-CH")
minors = st.integers(-LARGEST, LARGEST)
small = st.integers(-(10**15), 10**15)
codes = st.sampled_from(CODES)


@given(minors, codes, st.sampled_from(LOCALES))
def test_what_is_formatted_in_a_language_is_read_back_the_same(minor: int, code: str, locale: str) -> None:
    money = Money(minor, code)
    assert parse(money.format(locale), locale=locale, currency=code) == money


@given(minors, codes)
def test_major_units_and_text_and_json_lead_back(minor: int, code: str) -> None:
    money = Money(minor, code)
    assert Money.of(money.amount, code) == money
    assert parse(str(money)) == money
    assert Money.of(**money.to_json()) == money


@given(st.lists(small, max_size=8), codes)
def test_sums_are_exact(values: list[int], code: str) -> None:
    total = Money.total((Money(v, code) for v in values), code)
    assert total == Money(sum(values), code)
    assert total - total == Money(0, code)
    assert not -total + total


@given(small, st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any), codes)
def test_shares_add_up_to_the_whole(minor: int, weights: list[int], code: str) -> None:
    shares = Money(minor, code).split(weights)
    assert Money.total(shares, code) == Money(minor, code)
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)
    exact = [Fraction(minor * weight, sum(weights)) for weight in weights]
    assert all(abs(share.minor - want) <= 1 for share, want in zip(shares, exact, strict=True))


@pytest.mark.parametrize(
    ("amount", "code", "minor"),
    [
        ("12.345", "EUR", 1235),
        ("-12.345", "EUR", -1235),
        ("12.3449999", "EUR", 1234),
        ("0.5", "JPY", 1),
        ("1.0005", "KWD", 1001),
        ("1e3", "EUR", 100_000),
        ("1e-900000", "EUR", 0),
    ],
)
def test_half_a_minor_unit_is_rounded_up(amount: str, code: str, minor: int) -> None:
    assert Money.of(amount, code) == Money(minor, code)


def test_multiplying_rounds_half_up_and_takes_no_float() -> None:
    assert Money(101, "EUR") * Decimal("0.5") == Money(51, "EUR")
    assert 3 * Money(-101, "EUR") == Money(-303, "EUR")
    factor: Any = 0.5
    with pytest.raises(TypeError):
        Money(101, "EUR") * factor
    with pytest.raises(TypeError):
        Money.of(factor, "EUR")


def test_decimals_are_those_of_iso_4217() -> None:
    assert [exponent(code) for code in ("EUR", "HUF", "JPY", "IQD", "CLF")] == [2, 2, 0, 3, 4]


def test_currencies_are_never_mixed() -> None:
    euro, dollar = Money(1, "EUR"), Money(1, "USD")
    for mix in (lambda: euro + dollar, lambda: euro - dollar, lambda: euro < dollar, lambda: euro >= dollar):
        with pytest.raises(CurrencyMismatchError):
            mix()
    assert euro != dollar
    with pytest.raises(CurrencyMismatchError):
        Money.total([euro, dollar], "EUR")


@pytest.mark.parametrize(("minor", "code"), [(1, "EURO"), (1, "XYZ"), (1, ""), (2**63, "EUR"), (-(2**63), "EUR")])
def test_what_cannot_be_kept_is_refused(minor: int, code: str) -> None:
    with pytest.raises(ValueError, match=r"currency|large"):
        Money(minor, code)


@pytest.mark.parametrize(
    ("text", "locale", "currency", "expected"),
    [
        ("€1,234.50", "en", "EUR", Money(123450, "EUR")),
        ("1 234,50 €", "fr", "EUR", Money(123450, "EUR")),
        ("1.234,50 EUR", "de", "", Money(123450, "EUR")),
        ("1\u00a0234,50", "ru", "RUB", Money(123450, "RUB")),
        ("usd 12", "en", "EUR", Money(1200, "USD")),
        ("\u221212.5", "en", "EUR", Money(-1250, "EUR")),
        ("-$5", "en", "USD", Money(-500, "USD")),
    ],
)
def test_people_write_amounts_in_many_ways(text: str, locale: str, currency: str, expected: Money) -> None:
    assert parse(text, locale=locale, currency=currency) == expected


@pytest.mark.parametrize(
    "text", ["", "abc", "12", "EUR", "1e5 EUR", "NaN EUR", "--5 EUR", "5 €5 EUR x", "9" * 90 + "EUR"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@given(st.text(max_size=30), st.sampled_from(LOCALES))
def test_no_text_breaks_reading(text: str, locale: str) -> None:
    with suppress(ValueError):
        parse(text, locale=locale, currency="EUR")
