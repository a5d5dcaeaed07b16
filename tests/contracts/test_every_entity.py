"""One class of inherited tests per registered entity: a new entity is tested from its first day."""

import tomllib
from pathlib import Path

from vincula.kernel.entity import registry
from vincula.kernel.testing.contract import EntityContract
from vincula.kernel.testing.verbs import VerbsOnlyContract
from vincula.kernel.testing.writing import WritingContract

PINNED = tomllib.loads((Path(__file__).parent / "statements.toml").read_text())

for _entity in registry.all():
    _name = f"Test{_entity.model.__name__}"
    _bases = (*((VerbsOnlyContract,) if _entity.frozen else ()), EntityContract, WritingContract)
    globals()[_name] = type(_name, _bases, {"entity": _entity, **PINNED.get(_entity.key, {})})


def test_there_is_something_to_test() -> None:
    assert len(registry.all()) >= 18


def test_what_is_pinned_is_an_entity() -> None:
    assert set(PINNED) <= {entity.key for entity in registry.all()}
