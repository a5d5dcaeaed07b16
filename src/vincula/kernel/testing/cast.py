"""The cast of the tests: alice may do everything, bob what his grants say, carol nothing, mallory tries."""

from importlib import import_module
from typing import Any

from django.test import Client

from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.people.models import User

Line = tuple[str, str, str, list[str]]


def user(name: str, *lines: Line, **values: Any) -> User:
    """A staff user whose one role has ``lines`` of (entity, action, scope, value)."""
    made: User = User.objects.create_user(email=f"{name}@example.org", name=name, **values)
    if lines:
        role = Role.objects.create(name=f"role of {name}")
        for entity, action, scope, value in lines:
            Grant.objects.create(role=role, entity=entity, action=action, scope=scope, value=value)
        Assignment.objects.create(role=role, user=made)
    return made


def alice() -> User:
    """May do everything, by a role (not as administrator, so that the door is really asked)."""
    return user("alice", ("*", "*", "all", []))


def root() -> User:
    """The administrator, whom no role limits; rules hold all the same."""
    made: User = User.objects.create_superuser(email="root@example.org", name="Root")
    return made


def signed_in(who: User) -> Client:
    """A browser in which ``who`` is signed in."""
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def make(entity: Entity, **values: Any) -> Any:
    """A saved record of ``entity`` from its room's factory: the function that returns this model."""
    room = entity.model.__module__.split(".models")[0]
    factories = import_module(f"{room}.tests.factories")
    for factory in vars(factories).values():
        if callable(factory) and getattr(factory, "__annotations__", {}).get("return") is entity.model:
            return factory(**values)
    raise AssertionError(
        f"{entity.key} has no factory in {room}/tests/factories.py that returns {entity.model.__name__}"
    )
