"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "vincula.kernel.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from vincula.kernel.people import tokens
        from vincula.kernel.public import KEYS

        KEYS.put(tokens.opens)
