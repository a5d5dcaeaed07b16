"""One class of inherited tests per registered entity: a new entity is tested from its first day."""

from vincula.kernel.entity import registry
from vincula.kernel.testing.contract import EntityContract
from vincula.kernel.testing.writing import WritingContract

for _entity in registry.all():
    _name = f"Test{_entity.model.__name__}"
    globals()[_name] = type(_name, (EntityContract, WritingContract), {"entity": _entity})


def test_there_is_something_to_test() -> None:
    assert len(registry.all()) >= 18
