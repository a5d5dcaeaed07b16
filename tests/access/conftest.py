"""The world is built once for each file; every test gets its own copy and leaves no trace in the database."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.world import World, build
from vincula.kernel.testing import cast


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, in a transaction around all tests of the file: none of them may commit for itself."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            yield build()
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.fixture
def world(built: World, db: None) -> World:
    return copy.deepcopy(built)


@pytest.fixture
def client(world: World) -> Any:
    """A browser in which bob is signed in."""
    return cast.signed_in(world.bob)
