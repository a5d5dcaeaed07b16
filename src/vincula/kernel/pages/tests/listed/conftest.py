"""The toys have tables while these tests run, and are declared for the time of one test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.entity import registry
from vincula.kernel.pages.tests.listed import toy
from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import user
from vincula.kernel.records import actions
from vincula.kernel.records.models import CustomField


@pytest.fixture(scope="package", autouse=True)
def toy_tables(django_db_setup: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        there = connection.introspection.table_names()
        with connection.schema_editor() as editor:
            for model in toy.MODELS:
                if model._meta.db_table not in there:
                    editor.create_model(model)
            # Without foreign keys: PostgreSQL could not empty the tables they point to for tests of other packages.
            editor.deferred_sql = [sql for sql in editor.deferred_sql if "FOREIGN KEY" not in str(sql)]


@pytest.fixture(autouse=True)
def toys(db: Any) -> Iterator[None]:
    for entity in toy.DECLARED:
        registry.add(entity)
    registry.forget_own_fields()
    yield
    for model in toy.MODELS:
        registry.drop(model)
    registry.forget_own_fields()


@pytest.fixture
def alice() -> User:
    """Administers: sees everything."""
    return user(name="Alice Ash", is_superuser=True, password=None)


@pytest.fixture
def bob() -> User:
    """Sees and changes only what he owns."""
    made = user(name="Bob Birch", password=None)
    grant(made, *((entity, action, "own") for entity in ("toylisted.book", "toylisted.note", "toylisted.shelf")
                  for action in ("view", "create", "change", "delete", "export")))  # fmt: skip
    return made


@pytest.fixture
def vera() -> User:
    """Sees every book and may change none."""
    made = user(name="Vera Vale", password=None)
    grant(made, ("toylisted.book", "view", "all"))
    return made


def grant(who: User, *lines: tuple[str, str, str]) -> None:
    role = Role.objects.create(name=f"role {Role.objects.count()} of {who.name}")
    for entity, action, scope in lines:
        Grant.objects.create(role=role, entity=entity, action=action, scope=scope)
    Assignment.objects.create(role=role, user=who)


def book(who: User, name: str, **values: Any) -> toy.Book:
    return actions.create(toy.Book, who=who, name=name, **values)


def shelf(who: User, name: str, **values: Any) -> toy.Shelf:
    return actions.create(toy.Shelf, who=who, name=name, **values)


def note(who: User, text: str, **values: Any) -> toy.Note:
    return actions.create(toy.Note, who=who, text=text, **values)


def browser(who: User) -> Client:
    made = Client()
    made.force_login(who)
    return made


def own_field(key: str, label: str, **values: Any) -> CustomField:
    return CustomField.objects.create(entity="toylisted.book", key=key, label=label, **values)


def text_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
