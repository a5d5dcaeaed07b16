"""Records for tests: each function makes a valid one through the save door; keywords replace its values."""

from itertools import count
from typing import Any

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.privacy import models, stances
from vincula.kernel.records import actions

_number = count(1)


def purpose(who: Any = None, **given: Any) -> models.Purpose:
    n = next(_number)
    values = {"code": f"purpose-{n}", "name": f"Purpose {n}"}
    return actions.create(models.Purpose, who=who or SYSTEM, **{**values, **given})


def rule(who: Any = None, **given: Any) -> models.RetentionRule:
    subject = stances.subjects()[0].key
    values: dict[str, Any] = {"name": f"Rule {next(_number)}", "entity": subject, "criterion": "trashed", "months": 12}
    return actions.create(models.RetentionRule, who=who or SYSTEM, **{**values, **given})
