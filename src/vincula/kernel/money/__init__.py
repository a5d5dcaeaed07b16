"""Amounts of money: whole minor units with their currency, never converted silently, never a float."""

from vincula.kernel.money.amount import CurrencyMismatchError, Money, currencies, exponent

__all__ = ["CurrencyMismatchError", "Money", "currencies", "exponent"]
