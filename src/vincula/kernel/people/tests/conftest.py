"""The cast: alice administers, bob is staff, charlie comes from a customer."""

from collections.abc import Callable

import pytest
from django.test import Client

from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import PASSWORD, user


@pytest.fixture
def alice(db: None) -> User:
    return user(name="Alice Ash", email="alice@vincula.test", is_superuser=True)


@pytest.fixture
def bob(db: None) -> User:
    return user(name="Bob Birch", email="bob@vincula.test")


@pytest.fixture
def charlie(db: None) -> User:
    return user(name="Charlie Cedar", email="charlie@customer.test", kind=User.Kind.CUSTOMER)


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """Signs in by the page, as a person does; returns the browser."""

    def by_page(who: User, password: str = PASSWORD, browser: Client | None = None, **extra: str) -> Client:
        browser = browser or Client()
        browser.post("/account/login/", {"login": who.email, "password": password}, **extra)
        return browser

    return by_page
