"""The whole register is gone through by two processes; the same pairs come out as of one (X4)."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import connection

from vincula.kernel import beside
from vincula.kernel.duplicates import searching
from vincula.kernel.entity import registry
from vincula.parties.tests import factories

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a forked child cannot share an in-memory database"),
    pytest.mark.django_db(transaction=True),
]
FAMILIES = "Peeters Janssens Maes Jacobs Willems Claes Goossens Wouters Dubois Lambert Hermans Dupont".split()
TWINS = len(FAMILIES)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """People of whom each stands there twice, with a slip in the name and the same address."""
    monkeypatch.setattr(searching, "AT_ONCE", 8)
    for family in FAMILIES:
        for given in ("Anna", "Ana"):
            factories.person(given_name=given, family_name=family, emails=[f"{family.lower()}@one.example"])


def told(entity: str = "parties.person") -> tuple[int, dict[tuple[int, int], float]]:
    found = searching.whole(registry.get(entity))
    return len(found.pairs), found.pairs


def test_the_same_pairs_come_of_both(
    register: None, forks: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    compare, where = searching._Comparing.__call__, tmp_path / "where"

    def noted(self: Any, blocks: Any) -> Any:
        with where.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return compare(self, blocks)

    monkeypatch.setattr(searching._Comparing, "__call__", noted)
    number, both = told()
    assert (number, len(forks)) == (TWINS, 1)
    assert {int(pid) for pid in where.read_text().split()} == {os.getpid(), forks[0]}
    monkeypatch.setattr(beside, "WORTH", 10_000)
    assert told() == (TWINS, both)
    assert len(forks) == 1


def test_they_are_found_when_the_other_process_is_killed(
    register: None, forks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_serve", lambda work, requests, answers: os._exit(9))
    assert (told()[0], len(forks)) == (TWINS, 1)
