"""Every door × role × record, judged by an oracle that asks nothing of the program (issue 3, section 3)."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from tests.access import matrix, places, unsafe
from tests.access.matrix import Verdicts
from tests.access.oracle import ROLES, Role
from tests.reliability import card
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity

pytestmark = [pytest.mark.django_db, pytest.mark.deep]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[places.Places]:
    """The world, in a transaction around all tests of the file; nobody writes it for good."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            yield places.build()
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name.replace(" ", "-"))
def test_each_role_meets_what_the_oracle_says_and_nothing_else(
    role: Role, built: places.Places, db: None, record_property: Any
) -> None:
    cache.clear()
    v = Verdicts(built, role, built.client(role))
    every = (
        1 if connection.vendor == "sqlite" else 7
    )  # the other database gets a spread: what is compared is the program
    for n, entity in enumerate(registry.all()):
        matrix.many(v, entity, every, n % every)
        matrix.below(v, entity, every, n % every)
        unsafe.writing(v, entity, every, n % every)
        unsafe.importing(v, entity)
    matrix.search(v)
    matrix.left_about(v)
    unsafe.files(v)
    record_property("figures", f"{role.name}: {v.judged} verdicts on {v.answers} answers, {v.words} words sought")
    card.record("leaks", "access matrix: door × role × record, judged by an oracle", v.judged, len(v.wrong))
    assert not v.wrong, f"{len(v.wrong)} wrong:\n" + "\n".join(v.wrong[:200])
    assert v.judged > 6_000 // every


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals, each with a line in the log, are a tenth of the time."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def everything(entity: Entity, user: Any, *, trashed: bool = False) -> Any:
    """The rows of an entity with nobody at the door."""
    return entity.model.objects.filter(trashed_at__isnull=not trashed)


DOORS: dict[str, tuple[str, Any]] = {
    "rows of lists, pages and API": ("vincula.kernel.entity.declaration.Entity.rows", everything),
    "labels of relations": ("vincula.kernel.entity.reading.door.visible", lambda rows, user, action="view": rows),
    "the right to change": ("vincula.kernel.records.actions.door.require", lambda user, action, target: None),
}  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_the_matrix_turns_red_when_a_door_is_taken_out(
    name: str, built: places.Places, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entity = registry.get("parties.task")
    wanted = "account manager" if name == "the right to change" else "country"
    role = next(role for role in ROLES if role.name == wanted)

    def wrong() -> list[str]:
        with transaction.atomic():
            v = Verdicts(built, role, built.client(role))
            matrix.many(v, entity, 4)
            matrix.below(v, entity, 5)
            unsafe.writing(v, entity, 1)
            transaction.set_rollback(True)
        return v.wrong

    assert wrong() == []
    with monkeypatch.context() as taken_out:
        taken_out.setattr(*DOORS[name])
        assert wrong() != [], f"nobody notices when {name} are taken out"
