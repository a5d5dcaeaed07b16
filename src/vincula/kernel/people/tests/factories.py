"""Users for tests. Everybody's password is the same good one."""

from itertools import count
from typing import Any

from vincula.kernel.people.models import User

PASSWORD = "nine green owls swim"
_numbers = count(1)


def user(**values: Any) -> User:
    """A staff user with a password; a service account has none."""
    name = values.pop("name", f"Person {next(_numbers)}")
    email = values.pop("email", f"{name.casefold().replace(' ', '.')}@vincula.test")
    password = values.pop("password", None if values.get("kind") == "service" else PASSWORD)
    return User.objects.create_user(email=email, name=name, password=password, **values)
