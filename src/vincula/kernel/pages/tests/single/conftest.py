"""Toy entities with tables of their own, a few people, and a client for each."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.db import connection
from django.test import Client

from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.entity import registry
from vincula.kernel.pages.tests.single import entities
from vincula.kernel.pages.tests.single.models import Town, Workshop
from vincula.kernel.people.models import User
from vincula.kernel.records import actions

TOY = "vincula.kernel.pages.tests.single.apps.ToyConfig"


@pytest.fixture(scope="package", autouse=True)
def toy_app(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The toy app is known, and its tables exist, while tests of this package run.

    ``set_installed_apps`` would call every ``ready`` a second time, and what rooms register there would stand twice.
    """
    config = AppConfig.create(TOY)
    config.apps = apps
    apps.app_configs[config.label] = config
    config.import_models()
    apps.clear_cache()
    with django_db_blocker.unblock():
        there = connection.introspection.table_names()
        with connection.schema_editor() as editor:
            for model in (Town, Workshop):
                if model._meta.db_table not in there:
                    editor.create_model(model)
            # Without foreign keys: PostgreSQL could not empty the tables they point to for tests of other packages.
            editor.deferred_sql = [sql for sql in editor.deferred_sql if "FOREIGN KEY" not in str(sql)]
    yield
    del apps.app_configs[config.label]
    apps.clear_cache()


@pytest.fixture(autouse=True)
def toys(db: Any) -> Iterator[None]:
    """The toy entities are declared for the time of one test."""
    for entity in entities.DECLARED:
        registry.add(entity)
    registry.forget_own_fields()
    yield
    for entity in entities.DECLARED:
        registry.drop(entity.model)
    registry.forget_own_fields()


def somebody(name: str, **values: Any) -> User:
    return User.objects.create_user(email=f"{name}@example.org", name=name.title(), **values)


def role(user: User, *grants: tuple[str, str, str], name: str = "") -> Role:
    """A role of (entity, action, scope) lines, given to ``user``."""
    made = Role.objects.create(name=name or f"role of {user}")
    for entity, action, scope in grants:
        Grant.objects.create(role=made, entity=entity, action=action, scope=scope)
    Assignment.objects.create(role=made, user=user)
    return made


@pytest.fixture
def alice(db: Any) -> User:
    """Administers."""
    return somebody("alice", is_superuser=True)


@pytest.fixture
def bob(db: Any) -> User:
    """Sees and changes all workshops and towns."""
    user = somebody("bob")
    role(user, ("*", "*", "all"), name="editors")
    return user


@pytest.fixture
def charlie(db: Any) -> User:
    """Sees only what is his own, and may change nothing of it."""
    user = somebody("charlie")
    role(user, ("*", "view", "own"), name="onlookers")
    return user


def browser(user: User) -> Client:
    client = Client(headers={"accept": "text/html"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def town(alice: User) -> Town:
    return actions.create(Town, who=alice, name="Gent", country="BE")


@pytest.fixture
def workshop(alice: User, town: Town) -> Workshop:
    return actions.create(Workshop, who=alice, name="Houtzaak", kind="wood", town=town, purpose="Chairs.")
