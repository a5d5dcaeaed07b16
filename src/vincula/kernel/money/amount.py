"""The value ``Money``. Pure: no database, no settings."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import NumberFormatError, format_currency, get_currency_symbol, list_currencies, parse_decimal

LARGEST = 2**63 - 1
# ISO 4217, where it is not two. Not babel's digits: those are what people usually write, e.g. none for HUF.
_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENT = {code: digits for digits, codes in _EXPONENTS.items() for code in codes.split()}


class CurrencyMismatchError(TypeError):
    """Amounts of two currencies were added or compared."""


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Every code that ISO 4217 has or had."""
    return frozenset(list_currencies())


def exponent(currency: str) -> int:
    """How many decimals ``currency`` has: 2 for EUR, 0 for JPY, 3 for KWD. ValueError for an unknown code."""
    if currency not in currencies():
        raise ValueError(f"“{currency}” is not a currency.")
    return _EXPONENT.get(currency, 2)


def _rounded(value: Decimal | Fraction | int) -> int:
    """To a whole number, half away from zero."""
    exact = Fraction(value)
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole


@dataclass(frozen=True, slots=True)
class Money:
    """``minor`` whole minor units (cents) of ``currency``.

    ValueError for an unknown currency or an amount beyond 64 bits; CurrencyMismatchError when currencies are mixed;
    TypeError for floats.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("Minor units are whole numbers.")
        if abs(self.minor) > LARGEST:
            raise ValueError("The amount is too large.")
        exponent(self.currency)

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> "Money":
        """From major units: ``Money.of("12.345", "EUR")`` is 12.35 €. Half a minor unit is rounded up."""
        if isinstance(amount, float):
            raise TypeError("A float is not exact; give a Decimal or text.")
        try:
            value = Decimal(amount)
        except InvalidOperation:
            raise ValueError(f"“{amount}” is not an amount.") from None
        if not value.is_finite() or value.adjusted() > 20:
            raise ValueError(f"“{amount}” is not an amount that can be kept.")
        if value.adjusted() < -20:
            value = Decimal(0)
        return cls(_rounded(Fraction(value) * 10 ** exponent(currency)), currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """The sum, also of nothing."""
        total = cls(0, currency)
        for amount in amounts:
            total += amount
        return total

    @property
    def amount(self) -> Decimal:
        """In major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: object) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} do not go together.")
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} are not mixed.")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal | Fraction) -> "Money":
        if isinstance(factor, (float, Money)):
            raise TypeError("Money is multiplied by a whole number, a Decimal or a Fraction.")
        return Money(_rounded(self.minor * Fraction(factor)), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Shares by ``weights`` that add up to exactly this: what rounding leaves goes to the first ones."""
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("Weights are not negative, and one is more than nothing.")
        sign = -1 if self.minor < 0 else 1
        shares = [abs(self.minor) * weight // whole for weight in weights]
        rest = abs(self.minor) - sum(shares)
        for index in [i for i, weight in enumerate(weights) if weight][:rest]:
            shares[index] += 1
        return [Money(sign * share, self.currency) for share in shares]

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def format(self, locale: str = "en") -> str:
        """As people of ``locale`` write it: "€12.35", "12,35 €"."""
        parsed = Locale.parse(locale.replace("-", "_"))
        digits = exponent(self.currency)
        pattern = parsed.currency_formats["standard"].pattern.replace("0.00", f"0.{'0' * digits}" if digits else "0")
        with localcontext() as context:
            context.prec = 40
            return str(format_currency(self.amount, self.currency, pattern, locale=parsed, currency_digits=False))

    def to_json(self) -> dict[str, Any]:
        """{"amount": "12.35", "currency": "EUR"}: text, because JSON's numbers are floats to many."""
        return {"amount": f"{self.amount:f}", "currency": self.currency}


def parse(text: str, *, locale: str = "en", currency: str = "") -> Money:
    """Read what people write: "1,234.5 EUR", "€ 12", "12,35 €" (in German), "12" with a ``currency`` given.

    A code in the text wins over ``currency``; a symbol counts only as the one of ``currency``, because "$" is many.
    ValueError when it is no amount, or its currency is not known.
    """
    parsed = Locale.parse(locale.replace("-", "_"))
    rest = unicodedata.normalize("NFKC", text[:100]).replace("\u2212", "-")
    rest = "".join(c for c in rest if unicodedata.category(c) != "Cf").strip()
    if code := re.search(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", rest.upper() if rest.isascii() else rest):
        currency = code[0]
        rest = rest[: code.start()] + rest[code.end() :]
    if not currency:
        raise ValueError(f"“{text}” does not say in which currency.")
    symbols = {get_currency_symbol(currency, locale=parsed), get_currency_symbol(currency, locale="en")}
    for symbol in sorted(symbols, key=len, reverse=True):  # "$US" before "$"
        rest = rest.replace(unicodedata.normalize("NFKC", symbol), "")
    rest = "".join(rest.split())
    negative = rest.startswith("-")
    if not re.fullmatch(r"-?[\d.,'’٫٬]+", rest):
        raise ValueError(f"“{text}” is not an amount.")
    try:
        value = parse_decimal(rest.removeprefix("-"), locale=parsed)
    except (NumberFormatError, InvalidOperation):
        raise ValueError(f"“{text}” is not an amount.") from None
    return Money.of(-value if negative else value, currency)
