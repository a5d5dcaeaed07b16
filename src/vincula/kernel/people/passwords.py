"""Rules for passwords beside Django's own: nothing about yourself, and not a number."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST_WORD = 4  # shorter parts of a name ("Li", "van") are in too many good passwords


def own_words(user: Any) -> set[str]:
    """The parts of the person's name and address, folded."""
    text = f"{getattr(user, 'name', '')} {getattr(user, 'email', '')}".casefold()
    return {word for word in re.split(r"[\W_]+", text) if len(word) >= SHORTEST_WORD}


class NotAboutYou:
    """Refuses a password that is little more than the person's own name or address.

    What is left after taking the own words out must still be long: "alice-likes-9-green-owls" is good, "alice2024!" is
    not.
    """

    def __init__(self, left: int = 8) -> None:
        self.left = left

    def validate(self, password: str, user: Any = None) -> None:
        rest, found = password.casefold(), False
        for word in sorted(own_words(user), key=len, reverse=True):
            if word in rest:
                rest, found = rest.replace(word, ""), True
        if found and len(rest) < self.left:
            raise ValidationError(
                _("The password says too much about you: choose one without your name and address."),
                code="password_about_you",
            )

    def get_help_text(self) -> str:
        return _("Do not use your name or your e-mail address.")


class NotOnlyDigits:
    """Refuses numbers, however they are separated: dates and telephone numbers are guessed first."""

    def validate(self, password: str, user: Any = None) -> None:
        if not any(character.isalpha() for character in password):
            raise ValidationError(
                _("A password of digits and signs alone is guessed too easily: add some letters."),
                code="password_only_digits",
            )

    def get_help_text(self) -> str:
        return _("Use letters, not only digits.")
