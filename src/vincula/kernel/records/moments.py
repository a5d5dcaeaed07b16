"""Moments as PostgreSQL writes them, read without a pattern.

A record has four of them or more. psycopg's own reader, which Django's is made of, takes each apart with a regular
expression in Python: a tenth of an answer of a hundred records. Python reads what PostgreSQL writes of a connection
in UTC, as all of ours are.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any


def read_moments(connection: Any, **_signal: Any) -> None:
    """Receiver of ``connection_created``; SQLite's connections are left as they are."""
    if connection.vendor == "postgresql":
        connection.connection.adapters.register_loader("timestamptz", _reader())


@cache  # psycopg keeps every class that it was ever given
def _reader() -> type:
    from django.db.backends.postgresql.psycopg_any import BaseTzLoader  # psycopg is there for PostgreSQL only

    class Moments(BaseTzLoader):
        timezone = UTC  # Django looks here whether its connection wants another one

        def load(self, data: bytes) -> datetime:
            try:
                found = datetime.fromisoformat(str(data, "ascii"))
            except ValueError:  # infinite, or of a year that Python does not know: psycopg says so
                beyond: datetime = super().load(data)
                return beyond
            return found if found.tzinfo is UTC else found.astimezone(UTC)

    return Moments
