"""Vincula: the system of record for organisations that run services for other organisations."""

__version__ = "0.1.0"
