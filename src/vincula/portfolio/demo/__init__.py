"""Demonstration data of the room: two years of a portfolio, written through its own verbs with the clock set back."""

from vincula.portfolio.demo.load import load

__all__ = ["load"]
