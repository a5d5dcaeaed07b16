"""Long tables get an index for parts of names, on PostgreSQL; without it the same is found (X2)."""

import pytest
from django.db import DatabaseError, connection

from vincula.kernel.search import parts
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such index"),
]
NAME = "parties_organisation_name_folded_parts"


def there() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%\\_parts'")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three organisations, where three are many."""
    for name in ("Université de Gand", "Vrije Universiteit", "Nikhef"):
        factories.organisation(name=name)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no index is made where a check is still to come
        cursor.execute("ANALYZE parties_organisation")
    monkeypatch.setattr(parts, "LONG", 3)


def plan() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off"
        )
        rows = Organisation.objects.filter(name_folded__contains="nikh").order_by()
        cursor.execute("EXPLAIN " + str(rows.values("pk").query).replace("%nikh%", "'%nikh%'"))
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_long_table_gets_its_index_and_a_short_one_none(long: None) -> None:
    parts.install()
    parts.install()
    assert NAME in there()
    assert "parties_team_name_folded_parts" not in there()
    assert NAME in plan()
    assert Organisation.objects.filter(name_folded__contains="niversit").count() == 2


def test_a_server_that_refuses_leaves_everything_as_it_was(long: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # as Django calls it
        if "EXTENSION" in sql:
            raise DatabaseError("permission denied to create extension")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refused):
        parts.install()
    assert there() == []
    assert Organisation.objects.filter(name_folded__contains="niversit").count() == 2


def test_a_short_table_is_left_alone() -> None:
    parts.install()
    assert there() == []
