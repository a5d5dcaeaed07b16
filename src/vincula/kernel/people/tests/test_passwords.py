"""Which passwords are refused (X3)."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from vincula.kernel.people.models import User

WHO = User(name="Ana María Õunapuu", email="ana.ounapuu@museum.test")


@pytest.mark.parametrize(
    "password",
    [
        "short1owl",
        "123456789012",
        "2024-12-31-23:59",
        "password1234",
        "María2024!!!",
        "ÕUNAPUU-2024",
        "ana.ounapuu@museum.test",
    ],
)
def test_a_guessable_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, WHO)


@pytest.mark.parametrize("password", ["nine green owls swim", "maría likes nine green owls", "Ljósið skín á mosann"])
def test_a_long_password_of_words_is_welcome(password):
    validate_password(password, WHO)


def test_the_refusal_is_told_in_the_readers_language(settings):
    """Every sentence passes through gettext when it is raised, not when the module is read."""
    from django.utils import translation

    from vincula.kernel.people import passwords

    asked = []
    original = passwords._
    passwords._ = lambda text: (asked.append(translation.get_language()), original(text))[1]
    try:
        with translation.override("de"), pytest.raises(ValidationError):
            passwords.NotOnlyDigits().validate("1234567890123")
    finally:
        passwords._ = original
    assert asked == ["de"]
