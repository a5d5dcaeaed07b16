"""Who and what the tests of this room begin with."""

import pytest

from vincula.kernel.people.models import User
from vincula.kernel.testing import cast
from vincula.portfolio.models import Service
from vincula.portfolio.tests.staged import at_stage


@pytest.fixture
def root() -> User:
    """Not even an administrator goes round a gate, or what is fixed."""
    return cast.root()


@pytest.fixture
def service() -> Service:
    """In assessment: four papers are open, and the board has not decided."""
    return at_stage("assessment")
