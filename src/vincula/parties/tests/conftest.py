"""People of the tests of this room."""

import pytest

from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.people.models import User
from vincula.parties.tests import factories


def user_with(name, *grants):
    """A staff user with one role of (entity, action, scope, value) grants."""
    user = User.objects.create_user(email=f"{name}@example.org", name=name.title())
    role = Role.objects.create(name=f"Role of {name}")
    for entity, action, scope, value in grants:
        Grant.objects.create(role=role, entity=entity, action=action, scope=scope, value=value)
    Assignment.objects.create(user=user, role=role)
    return user


@pytest.fixture
def alice(db):
    """May do everything."""
    return user_with("alice", ("*", "*", "all", []))


@pytest.fixture
def bob(db):
    """Sees and keeps Belgium only."""
    return user_with("bob", *(("*", action, "country", ["BE"]) for action in ("view", "create", "change")))


@pytest.fixture
def person_of_alice(alice):
    """Alice as a person of ours."""
    return factories.person(given_name="Alice", family_name="Account", user=alice)
