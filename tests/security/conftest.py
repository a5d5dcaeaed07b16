"""The world of the access tests, and a person who is signed in by the page."""

import pytest

from tests.access.conftest import built, client, world
from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import user

__all__ = ["built", "client", "world"]


@pytest.fixture
def eve(db: None) -> User:
    """A person with a password and no role."""
    return user(name="Eve Elm", email="eve@vincula.test")
