"""What ``DATABASE_URL`` says of statements that PostgreSQL keeps for a connection."""

from typing import Any

import pytest

from vincula.config.env import Environment


@pytest.mark.parametrize(("asked", "found"), [("", 0), ("?prepare_threshold=none", None), ("?prepare_threshold=3", 3)])
def test_an_operator_says_whether_statements_are_prepared(monkeypatch: Any, asked: str, found: int | None) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgres://vincula@db/vincula{asked}")
    options = Environment().database["OPTIONS"]
    assert options["prepare_threshold"] == found
    assert "plan_cache_mode=force_generic_plan" in options["options"]
