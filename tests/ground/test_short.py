"""The short run leaves out what others tell, and nothing because a name is no longer right."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.ground import short
from vincula.kernel.entity import registry
from vincula.kernel.testing.contract import EntityContract
from vincula.kernel.testing.writing import WritingContract

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = [name for part in (EntityContract, WritingContract) for name in vars(part) if name.startswith("test_")]


def left_out(name: str, entity: Any, *, on_postgresql: bool) -> bool:
    marked = {"django_db"}
    item: Any = SimpleNamespace(
        name=name, nodeid=f"tests/contracts/test_every_entity.py::Test::{name}", cls=SimpleNamespace(entity=entity),
        get_closest_marker=lambda mark: mark in marked or None, fixturenames=(),
    )  # fmt: skip
    return short.leaves_out(item, on_postgresql=on_postgresql)


def test_what_is_named_is_there() -> None:
    assert {*short.ALIKE, short.OF_ITS_COLUMNS, short.DESCRIBED, short.BUDGETS} <= set(CONTRACT)
    assert [
        path for path in (*short.ONCE, *short.ON_POSTGRESQL, *short.OF_NO_DATABASE) if not (ROOT / path).exists()
    ] == []
    assert [path for path in short.ON_POSTGRESQL if path.startswith(short.ONCE)] == [], "asked nowhere"


def test_on_sqlite_each_test_of_the_contract_is_asked_of_many_entities_and_each_entity_is_asked_much() -> None:
    kept = [(n, e.key) for n in CONTRACT for e in registry.all() if not left_out(n, e, on_postgresql=False)]
    assert min(Counter(name for name, _ in kept).values()) >= 8
    for entity in registry.all():
        assert (short.DESCRIBED, entity.key) in kept
        assert (short.BUDGETS, entity.key) in kept or not any(f.computed for f in entity.columns.values())


def test_on_postgresql_every_kind_of_field_is_asked_and_the_columns_of_every_entity() -> None:
    kinds = {f.kind.name for e in registry.all() for f in e.columns.values()}
    telling = [e for e in registry.all() if e.key in short.tell_for_the_others()]
    assert {f.kind.name for e in telling for f in e.columns.values()} == kinds
    assert any(e.lifecycle for e in telling)
    for entity in registry.all():
        assert not left_out(short.OF_ITS_COLUMNS, entity, on_postgresql=True)
    for name in set(CONTRACT) - set(short.ALIKE):
        assert not left_out(name, telling[0], on_postgresql=True)
